-- What facts promise (docs/explanation/sharing.md), one row for terms alike, and what the viewer may read.

alter table things_terms drop constraint if exists facts_keep_their_promises;
alter table things_terms add constraint facts_keep_their_promises check (
  owner <> '' and agency <> '' and array_position(shared_with, '') is null and array_position(named, '') is null
  and (not 'asylum' = any (classes) or ((origin_open or origin <> '{}') and not origin && owner_group))
);
alter table things_span drop constraint if exists span_goes_forward;
alter table things_span add constraint span_goes_forward check (period_start <= period_end);

-- The hash of terms, from their facts alone.
create or replace function digest_of(terms things_terms) returns bytea
language sql stable set search_path = pg_catalog, public, pg_temp set timezone = 'UTC' as $$
  select sha256(convert_to((to_jsonb(terms) - 'id' - 'digest')::text, 'UTF8'))
$$;

-- The number and the hash of terms: of every fact, in the order of the columns. Numbers leave no gaps but those of undone transactions.
create sequence if not exists terms_number as integer minvalue 0 start 0;
create or replace function number_terms() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  new.id := nextval('terms_number');
  new.digest := digest_of(new);
  return new;
end $$;
drop trigger if exists number_terms on things_terms;
create trigger number_terms before insert on things_terms for each row execute function number_terms();

create or replace function keep_terms() returns trigger
language plpgsql as $$
begin
  raise exception 'terms never change: a thing is put under others' using errcode = 'LV010';
end $$;
drop trigger if exists keep_terms on things_terms;
create trigger keep_terms before update on things_terms for each row execute function keep_terms();

create sequence if not exists span_number as integer minvalue 0 start 0;
create or replace function number_span() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  new.id := nextval('span_number');
  return new;
end $$;
drop trigger if exists number_span on things_span;
create trigger number_span before insert on things_span for each row execute function number_span();

-- Terms under which the viewer may read, as a row of bytes: byte n stands for terms number n. 0: never. 1: where the viewer's
-- participant contributed to what the thing is about. 2: always.
create or replace function open_terms() returns bytea
language plpgsql stable parallel restricted security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
ASKED_ONCE
  told text;
begin
  select string_agg(case TERMS_OPENED when 'always' then '02' when 'given' then '01' else '00' end, '' order by n)
    into told
    from generate_series(0, (select max(id) from things_terms)) n left join things_terms t on t.id = n;
  return decode(coalesce(told, ''), 'hex');
end $$;

-- What terms must exceed for a thing of that span to be read, as a row of bytes: 0 where the viewer's participant contributed to a
-- period that holds the span, 1 where it did not.
create or replace function span_bars() returns bytea
language plpgsql stable parallel restricted security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  told text;
begin
  select string_agg(case when given.id is null then '01' else '00' end, '' order by n)
    into told
    from generate_series(0, (select max(id) from things_span)) n left join (
      select distinct s.id
        from members_contribution c
        join things_span s on s.topic = c.topic and c.period_start <= s.period_start and s.period_end <= c.period_end
       where c.participant = v.participant and c.participant <> '' and c.signed <= v.asked_at
         and (c.withdrawn is null or v.asked_at < c.withdrawn)
    ) given on given.id = n;
  return decode(coalesce(told, ''), 'hex');
end $$;

revoke all on function open_terms() from public;
revoke all on function span_bars() from public;

-- The facts of a thing as its reader may know them: the lists hold nobody but the reader and the reader's participant, since who else
-- received a thing is its owner's knowledge. Null where the thing is not there or not for this viewer: alike.
create or replace function facts_of(thing uuid) returns jsonb
language plpgsql stable parallel restricted security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v viewer_facts := viewer();
  told jsonb;
begin
  select to_jsonb(t) - 'id' - 'digest' || jsonb_build_object('topic', s.topic, 'start', s.period_start, 'end', s.period_end)
    || case when t.owner = v.participant then '{}'::jsonb else jsonb_build_object(
         'shared_with', (select coalesce(jsonb_agg(x), '[]') from unnest(t.shared_with) x where x = v.participant),
         'named', (select coalesce(jsonb_agg(x), '[]') from unnest(t.named) x where x = v.person)) end
    into told
    from things_thing g join things_terms t on t.id = g.terms join things_span s on s.id = g.span
   where g.id = thing
     and get_byte(open_terms(), g.terms) > get_byte(span_bars(), g.span);
  return told;
end $$;

-- Keep that the viewer's participant was refused a thing, for its owner to be told of a week later. Says nothing of whether it exists.
create or replace function keep_refused(thing uuid) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v viewer_facts := viewer();
begin
  insert into journal_reading (id, owner, reader, day, topic, rule)
  select gen_random_uuid(), t.owner, v.participant, (v.asked_at at time zone 'UTC')::date, s.topic, 'refused'
    from things_thing g join things_terms t on t.id = g.terms join things_span s on s.id = g.span
   where g.id = thing and t.owner <> v.participant;
end $$;

revoke all on function facts_of(uuid) from public;
revoke all on function keep_refused(uuid) from public;

-- The number of the viewer's own terms with these facts, or null.
create or replace function number_of_terms(terms things_terms) returns integer
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v viewer_facts := viewer();
begin
  return (select t.id from things_terms t where t.digest = digest_of(terms) and t.owner = v.participant);
end $$;

-- Whether a person is another one than the viewer who may write for the viewer's participant, and how many such people there are.
create or replace function other_writers(second uuid) returns bigint[]
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v viewer_facts := viewer();
begin
  return (
    select array[count(distinct a.person_id) filter (where a.person_id = second), count(distinct a.person_id)]
      from members_appointment a join members_person p on p.id = a.person_id and not p.is_suspended
     where a.participant_id = v.participant and a.role in ('data_officer', 'focal_point') and a.person_id::text <> v.person
       and a.since <= v.asked_at and (a.until is null or v.asked_at < a.until)
  );
end $$;

revoke all on function number_of_terms(things_terms) from public;
revoke all on function other_writers(uuid) from public;
