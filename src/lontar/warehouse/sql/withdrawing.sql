-- How figures go: withdrawn, which stops all reading by others, or purged, which destroys them. Past readers are told.

-- The things of a submission, of some of its parcels or all, to a focal point of its owner.
create or replace function own_submission(submission uuid) returns warehouse_submission
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  one warehouse_submission;
begin
  perform acts_in_person(v);
  select s.* into one from warehouse_submission s join warehouse_series e on e.id = s.series
   where s.id = submission and e.owner = v.participant and 'focal_point' = any (v.roles);
  if not found then
    perform nothing_here();
  end if;
  perform wait_for_owner(v.participant);
  return one;
end $$;

-- Tell whoever read figures of a submission (or one thing of it, where that is linked to asylum) what became of them.
create or replace function tell_readers(one warehouse_submission, its_owner text, what text, today date) returns void
language sql set search_path = pg_catalog, public, pg_temp as $$
  insert into warehouse_notice (id, reader, owner, topic, what, day)
  select gen_random_uuid(), x.reader, its_owner, x.topic, what, today
    from (select distinct r.reader, s.topic from warehouse_reader r
            join warehouse_parcel p on p.submission = one.id
            join things_thing g on g.id = p.thing join things_terms t on t.id = g.terms join things_span s on s.id = g.span
           where r.submission = one.id and r.reader <> its_owner
             and case when 'asylum' = any (t.classes) then r.thing = p.thing::text else r.thing = '' end) x
$$;

-- Stop all reading of a submission's figures by anyone but their owner, at once; also of what the focal point cannot read.
create or replace function withdraw_submission(submission uuid, why text) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  one constant warehouse_submission := own_submission(submission);
  its_thing uuid;
  under integer;
begin
  for its_thing, under in
    select p.thing, g.terms from warehouse_parcel p join things_thing g on g.id = p.thing join things_terms t on t.id = g.terms
     where p.submission = one.id and not t.recalled order by p.number
  loop
    perform put_under(its_thing, terms_of((select to_jsonb(t) - 'id' - 'digest' || '{"recalled": true}' from things_terms t where t.id = under)));
    perform keep_contribution(its_thing, v.asked_at);
  end loop;
  perform tell_readers(one, v.participant, 'withdrawn', (v.asked_at at time zone 'UTC')::date);
  perform write_act(v, 'withdrew_submission', one.id, jsonb_build_object('reason', why));
end $$;

-- What a purge of a submission writes anew: its parcels, and the segments that hold them with all that the store needs of them. Whoever is
-- bound to another State too would learn from it what is there.
create or replace function places_to_purge(submission uuid) returns jsonb
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  one constant warehouse_submission := own_submission(submission);
  holding constant uuid[] := array(select distinct p.segment from warehouse_parcel p where p.submission = one.id);
  next_ones constant integer[] := (draw_numbers(0, cardinality(holding))).generations;
begin
  if not v.alone then
    perform nothing_here();
  end if;
  return jsonb_build_object(
    'numbers', (select coalesce(jsonb_agg(p.number), '[]') from warehouse_parcel p where p.submission = one.id),
    'segments', (select coalesce(jsonb_agg(to_jsonb(s) || jsonb_build_object(
                   'wrapped', encode(s.wrapped, 'hex'), 'key_wrapped', encode(k.wrapped, 'hex'), 'master', k.master,
                   'next_generation', next_ones[h.place])), '[]')
                   from unnest(holding) with ordinality h (segment, place)
                   join warehouse_segment s on s.id = h.segment join warehouse_key k on k.id = s.key));
end $$;

-- Purge a submission whose figures were left out of the segments that are written anew: the parcels and their things are gone, and with the
-- segments' old keys everything that could open them. Every segment that held them is written anew, or emptied.
create or replace function purge_submission(submission uuid, why text, written jsonb, emptied uuid[]) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  one constant warehouse_submission := own_submission(submission);
  anew constant uuid[] := array(select (w ->> 'id')::uuid from jsonb_array_elements(written) w);
  gone uuid[];
begin
  if not v.alone
     or exists (select from warehouse_parcel p where p.submission = one.id and p.segment <> all (anew || emptied))
     or exists (select from unnest(emptied) e (id) where not exists (select from warehouse_segment s where (s.id, s.owner) = (e.id, v.participant)))
     or exists (select from warehouse_parcel p where p.segment = any (emptied) and p.submission <> one.id) then
    perform nothing_here();
  end if;
  perform take_numbers('{}', generations_of(written));
  perform tell_readers(one, v.participant, 'purged', (v.asked_at at time zone 'UTC')::date);
  perform switch_segments(v.participant, written, '[]');
  with parcels as (delete from warehouse_parcel p where p.submission = one.id returning p.thing)
  select array_agg(p.thing) into gone from parcels p;
  delete from warehouse_reader r where r.submission = one.id;
  delete from things_proposal p where p.thing = any (gone);
  update members_contribution c set until = least(c.until, v.asked_at) where c.id = any (gone);
  delete from things_thing g where g.id = any (gone);
  delete from warehouse_segment s where s.id = any (emptied);
  perform write_act(v, 'purged', one.id, jsonb_build_object('reason', why, 'parcels', cardinality(gone)));
end $$;
