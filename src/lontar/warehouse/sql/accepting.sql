-- How figures enter: numbers and places first, then everything at once. Acts check who acts, and are written into the journal.

create sequence if not exists parcel_number as integer;
create sequence if not exists series_number as integer;
create sequence if not exists generation_number as integer;

-- Numbers of parcels and segments that a transaction drew, for what it writes: with no others anything is accepted, since what is read is
-- remembered by them.
create table if not exists drawn_number (transaction xid8 not null, parcels integer[] not null, generations integer[] not null);

create or replace function draw_numbers(parcels integer, segments integer) returns drawn_number
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  drawn drawn_number;
begin
  if greatest(parcels, segments) > 1000000 then
    perform nothing_here();
  end if;
  insert into drawn_number
  values (pg_current_xact_id(), array(select nextval('parcel_number') from generate_series(1, parcels)),
          array(select nextval('generation_number') from generate_series(1, segments)))
  returning * into drawn;
  return drawn;
end $$;

-- Take numbers that were drawn in this transaction, each once; nothing here for whoever names others.
create or replace function take_numbers(its_parcels integer[], its_generations integer[]) returns void
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if exists (select unnest(its_parcels)
             except select unnest(d.parcels) from drawn_number d where d.transaction = pg_current_xact_id())
     or exists (select unnest(its_generations)
                except select unnest(d.generations) from drawn_number d where d.transaction = pg_current_xact_id()) then
    perform nothing_here();
  end if;
  delete from drawn_number d where d.transaction = pg_current_xact_id();
end $$;

-- An agency of the viewer's participant for which the viewer, a focal point, signs; nothing here otherwise. Whoever is bound to another
-- State too does not: versions, and what was small in earlier tables, would tell of what is linked to its asylum.
create or replace function signs_for(its_agency text) returns viewer_facts
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
begin
  perform acts_in_person(v);
  if not 'focal_point' = any (v.roles)
     or not exists (select from members_agency a where a.id::text = its_agency and a.participant_id = v.participant)
     or not v.alone then
    perform nothing_here();
  end if;
  return v;
end $$;

create or replace function series_of(its_owner text, its_agency text, its_name text) returns integer
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  told integer;
begin
  select s.id into told from warehouse_series s where (s.owner, s.agency, s.name) = (its_owner, its_agency, its_name);
  if told is null then
    told := nextval('series_number');
    insert into warehouse_series (id, owner, agency, name) values (told, its_owner, its_agency, its_name);
  end if;
  return told;
end $$;

-- Where the segments of an owner lie, as far as they are asked for: [{classes, year}]; held until the transaction ends.
create or replace function current_segments(its_owner text, wanted jsonb) returns jsonb
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select coalesce(jsonb_agg(to_jsonb(s) || jsonb_build_object(
           'wrapped', encode(s.wrapped, 'hex'), 'key_wrapped', encode(k.wrapped, 'hex'), 'master', k.master)), '[]')
    from jsonb_to_recordset(wanted) w (classes text, year integer)
    join warehouse_segment s on (s.owner, s.classes, s.year, s.alone) = (its_owner, w.classes, w.year, '')
    join warehouse_key k on k.id = s.key
$$;

create or replace function keys_of(its_owner text) returns jsonb
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select coalesce(jsonb_object_agg(k.classes, jsonb_build_object('id', k.id, 'wrapped', encode(k.wrapped, 'hex'), 'master', k.master)), '{}')
    from warehouse_key k where k.owner = its_owner
$$;

-- What intake decided on earlier tables of an owner, of these indicators.
create or replace function precedents_of(its_owner text, indicators text[]) returns jsonb
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select coalesce(jsonb_agg(jsonb_build_object('indicator', p.indicator, 'series', p.series, 'start', p.period_start, 'end', p.period_end,
                                               'shape', p.shape, 'kind', p.kind, 'codes', p.codes)), '[]')
    from warehouse_precedent p where p.owner = its_owner and p.indicator = any (indicators)
$$;

-- One acceptance of an owner at a time; and none while volumes are swept (which takes the table in a mode that waits for this one).
create or replace function wait_for_owner(its_owner text) returns void
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  lock table warehouse_key in row share mode;
  perform from members_participant p where p.id = its_owner for no key update;
end $$;

-- Begin to accept figures of a series: no other of the participant is accepted meanwhile. Gives what they are sorted by.
create or replace function begin_accepting(its_agency text, indicators text[]) returns jsonb
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := signs_for(its_agency);
  states text[];
begin
  perform wait_for_owner(v.participant);
  select p.states into states from members_participant p where p.id = v.participant;
  return jsonb_build_object('owner', v.participant, 'owner_group', states, 'precedents', precedents_of(v.participant, indicators));
end $$;

-- Numbers for so many parcels and segments, and where the segments lie that they are written with.
create or replace function places_for(its_owner text, parcels integer, segments integer, wanted jsonb) returns jsonb
language sql set search_path = pg_catalog, public, pg_temp as $$
  select jsonb_build_object('numbers', d.parcels, 'generations', d.generations, 'segments', current_segments(its_owner, wanted),
                            'keys', keys_of(its_owner))
    from draw_numbers(parcels, segments) d
$$;

create or replace function places_to_accept(its_agency text, parcels integer, segments integer, wanted jsonb) returns jsonb
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := signs_for(its_agency);
begin
  perform wait_for_owner(v.participant);
  return places_for(v.participant, parcels, segments, wanted);
end $$;

-- Let segments lie where they were written. `written` is [{id, classes, year, alone, ...}]; keys that are new come with them. Segments stay
-- those of their owner, under its keys and in its volumes.
create or replace function switch_segments(its_owner text, written jsonb, keys jsonb) returns void
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into warehouse_key (id, owner, classes, master, wrapped)
  select k.id, its_owner, k.classes, k.master, decode(k.wrapped, 'hex')
    from jsonb_to_recordset(keys) k (id uuid, classes text, master text, wrapped text);
  if exists (select from jsonb_to_recordset(written) w (id uuid, classes text, year integer, alone text, volume uuid, key uuid)
               left join warehouse_segment s on s.id = w.id
              where (s.id is not null and (s.owner, s.classes, s.year, s.alone) is distinct from (its_owner, w.classes, w.year, w.alone))
                 or not exists (select from warehouse_key k where (k.id, k.owner, k.classes) = (w.key, its_owner, w.classes))
                 or exists (select from warehouse_segment o where o.volume = w.volume and o.owner <> its_owner)) then
    perform nothing_here();
  end if;
  insert into warehouse_segment (id, owner, classes, year, alone, generation, name, volume, place, length, trace_place, trace_length, key, wrapped)
  select w.id, its_owner, w.classes, w.year, w.alone, w.generation, w.name, w.volume, w.place, w.length, w.trace_place, w.trace_length,
         w.key, decode(w.wrapped, 'hex')
    from jsonb_to_recordset(written) w (id uuid, classes text, year integer, alone text, generation integer, name uuid, volume uuid,
         place bigint, length bigint, trace_place bigint, trace_length bigint, key uuid, wrapped text)
  on conflict (id) do update set (generation, name, volume, place, length, trace_place, trace_length, key, wrapped)
     = (excluded.generation, excluded.name, excluded.volume, excluded.place, excluded.length, excluded.trace_place, excluded.trace_length,
        excluded.key, excluded.wrapped);
end $$;

-- Numbers that an acceptance or a purge names: those of the segments that are written.
create or replace function generations_of(written jsonb) returns integer[]
language sql immutable set search_path = pg_catalog, public, pg_temp as $$
  select array(select (w ->> 'generation')::integer from jsonb_array_elements(written) w)
$$;

-- Whether parcels of a submission lie in segments that are not for them: another's, of other classes or years, or not for them alone.
create or replace function lies_elsewhere(its_submission uuid) returns boolean
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select exists (
    select from warehouse_parcel p join things_thing g on g.id = p.thing join things_terms t on t.id = g.terms
      join warehouse_segment s on s.id = p.segment
     where p.submission = its_submission
       and (s.owner, s.classes, s.year, s.alone) is distinct from (
             p.owner, array_to_string(array(select c from unnest(t.classes) c order by c collate "C"), ','),
             extract(year from p.period_start)::integer,
             case when t.mark = 'RED' or t.classes && '{asylum,victim}' then p.thing::text else '' end))
$$;

-- Bring the things of parcels into existence: `terms` are facts of one owner, `under` of a parcel counts them from 1.
create or replace function keep_parcels(its_submission warehouse_submission, its_owner text, terms jsonb, parcels jsonb) returns void
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  numbers constant integer[] := array(select terms_of(f.facts) from jsonb_array_elements(terms) with ordinality f (facts, place) order by f.place);
begin
  insert into things_thing (id, terms, span)
  select p.thing, numbers[p.under], span_of(p.thing, terms -> p.under - 1, p.topic, p.start, p.end)
    from jsonb_to_recordset(parcels) p (thing uuid, under integer, topic text, start date, "end" date);
  insert into warehouse_parcel (number, address, thing, owner, submission, series, version, indicator, period_start, period_end,
                                accepted_at, segment)
  select p.number, decode(p.address, 'hex'), p.thing, its_owner, its_submission.id, its_submission.series, its_submission.version,
         p.indicator, p.start, p.end, its_submission.accepted_at, p.segment
    from jsonb_to_recordset(parcels) p (number integer, address text, thing uuid, indicator text, start date, "end" date, segment uuid);
  if lies_elsewhere(its_submission.id) then
    perform nothing_here();
  end if;
end $$;

-- The next version of a series, as it was accepted.
create or replace function keep_submission(its_series integer, told jsonb, at timestamptz, who text) returns warehouse_submission
language sql set search_path = pg_catalog, public, pg_temp as $$
  insert into warehouse_submission (id, series, version, kind, reason, accepted_at, signed_by, digest, files)
  select (told ->> 'id')::uuid, its_series, 1 + coalesce(max(s.version), 0), told ->> 'kind', told ->> 'reason', at, who,
         decode(told ->> 'digest', 'hex'), told ->> 'files'
    from warehouse_submission s where s.series = its_series
  returning *
$$;

create or replace function keep_precedents(its_owner text, told jsonb) returns void
language sql set search_path = pg_catalog, public, pg_temp as $$
  insert into warehouse_precedent (id, owner, indicator, series, period_start, period_end, shape, kind, codes)
  select gen_random_uuid(), its_owner, p.indicator, p.series, p.start, p.end, p.shape, p.kind, p.codes
    from jsonb_to_recordset(told) p (indicator text, series text[], start date, "end" date, shape text[], kind text, codes text[])
$$;

-- What figures protect less than those of which they take the place, in words, of those that
-- are linked to asylum and of the others each; protection classes and origins are intake's to keep.
create or replace function fallen_since(one warehouse_submission) returns text[]
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select coalesce(array_agg(distinct word), '{}')
    from (select distinct g.terms as new, e.terms as old
            from warehouse_parcel p join things_thing g on g.id = p.thing
            join warehouse_parcel q on (q.series, q.indicator, q.period_start, q.period_end) = (p.series, p.indicator, p.period_start, p.period_end)
                                   and q.version < p.version
            join things_thing e on e.id = q.thing
           where p.submission = one.id
             and q.version = (select max(x.version) from warehouse_parcel x
                               where (x.series, x.indicator, x.period_start, x.period_end) = (p.series, p.indicator, p.period_start, p.period_end)
                                 and x.version < p.version)) pair
    join things_terms n on n.id = pair.new
    join things_terms o on o.id = pair.old and 'asylum' = any (o.classes) = ('asylum' = any (n.classes)),
         unnest(fallen_terms(jsonb_populate_record(o, jsonb_build_object(
           'classes', n.classes, 'origin', n.origin, 'origin_open', n.origin_open, 'recalled', n.recalled, 'in_edition', n.in_edition)), n)) word
$$;

-- Accept what was written: parcels with their things, signed; the submission; the segments; and one entry in the journal. Whole, or not
-- at all. Nobody accepts what is closed to who signs.
create or replace function accept_submission(its_agency text, its_series text, told jsonb, terms jsonb, parcels jsonb, written jsonb,
                                             keys jsonb, precedents jsonb) returns integer
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := signs_for(its_agency);
  states text[];
  one warehouse_submission;
  falls text[];
begin
  perform wait_for_owner(v.participant);
  select p.states into states from members_participant p where p.id = v.participant;
  if exists (select from jsonb_array_elements(terms) f (facts)
              where (f.facts ->> 'owner', f.facts ->> 'agency', f.facts ->> 'kind') is distinct from (v.participant, its_agency, 'figures')
                 or (f.facts ->> 'in_edition')::boolean
                 or array(select jsonb_array_elements_text(f.facts -> 'owner_group') order by 1)
                    <> array(select unnest(states) order by 1)) then
    perform nothing_here();
  end if;
  perform take_numbers(array(select (p ->> 'number')::integer from jsonb_array_elements(parcels) p), generations_of(written));
  perform switch_segments(v.participant, written, keys);
  one := keep_submission(series_of(v.participant, its_agency, its_series), told, v.asked_at, v.person);
  perform keep_parcels(one, v.participant, terms, parcels);
  if exists (select from warehouse_parcel p join things_thing g on g.id = p.thing
              where p.submission = one.id and get_byte(open_terms(), g.terms) <> 2) then
    perform nothing_here();
  end if;
  falls := fallen_since(one);
  if falls <> '{}' and other_writers(v) > 0 then
    raise exception 'what takes the place of figures must not protect less' using errcode = 'LV035', detail = array_to_string(falls, ', ');
  end if;
  perform keep_precedents(v.participant, precedents);
  insert into members_contribution (id, participant, topic, period_start, period_end, nil, signed, since, until)
  select g.id, v.participant, s.topic, s.period_start, s.period_end, told_of.gives <> 'figures', v.asked_at,
         case when is_given(t) then greatest(v.asked_at, t.not_before) else v.asked_at end,
         case when is_given(t) then t.expires else v.asked_at end
    from jsonb_to_recordset(parcels) told_of (thing uuid, gives text)
    join things_thing g on g.id = told_of.thing join things_span s on s.id = g.span join things_terms t on t.id = g.terms
   where told_of.gives in ('figures', 'none');
  perform write_act(v, 'accepted', one.id, jsonb_build_object(
    'series', its_series, 'version', one.version, 'kind', one.kind, 'reason', one.reason, 'digest', told ->> 'digest',
    'falls', falls, 'second_person', case when falls <> '{}' then 'waived' else '' end));
  return one.version;
exception when unique_violation or foreign_key_violation then  -- whether something of that name is there already is for nobody to know
  perform nothing_here();
  return null;
end $$;

-- Of these volumes, those in which nothing lies any more.
create or replace function idle_volumes(volumes uuid[]) returns uuid[]
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select array(select p.volume from unnest(volumes) p (volume) where not exists (select from warehouse_segment s where s.volume = p.volume))
$$;

-- Keep an echo: what others published. For whoever runs the instance.
create or replace function keep_echo(reporter text, its_series text, told jsonb, terms jsonb, parcels jsonb, written jsonb, keys jsonb,
                                     at timestamptz) returns void
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  one warehouse_submission;
begin
  perform switch_segments('published', written, keys);
  one := keep_submission(series_of('published', reporter, its_series), told, at, '');
  perform keep_parcels(one, 'published', terms, parcels);
end $$;

-- Where echoes come from, for everybody: [reporter, series, what is told of the source, when it was loaded].
create or replace function echo_sources() returns jsonb
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select coalesce(jsonb_agg(jsonb_build_array(e.agency, e.name, s.files::jsonb, s.accepted_at) order by e.agency, e.name), '[]')
    from warehouse_series e
    join lateral (select x.files, x.accepted_at from warehouse_submission x where x.series = e.id order by x.version desc limit 1) s on true
   where e.owner = 'published'
$$;

-- The files of the store that are current now, as a backup names them.
create or replace function store_files() returns setof text
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select distinct s.volume || '.volume' from warehouse_segment s order by 1
$$;

-- For the room in which figures are sent: whether a submission was accepted as the series of that owner, agency and name; and the first of
-- the things that its parcels are.
create or replace function was_accepted(submission uuid, its_owner text, its_agency text, its_name text) returns boolean
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select exists (select from warehouse_submission w join warehouse_series e on e.id = w.series
                  where w.id = submission and (e.owner, e.agency, e.name) = (its_owner, its_agency, its_name))
$$;

create or replace function first_thing_of(its_submission uuid) returns uuid
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select p.thing from warehouse_parcel p where p.submission = its_submission order by p.number limit 1
$$;
