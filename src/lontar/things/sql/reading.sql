-- What facts promise (docs/explanation/sharing.md), one row for terms alike, and what the viewer may read.

alter table things_terms drop constraint if exists facts_keep_their_promises;
alter table things_terms add constraint facts_keep_their_promises check (
  owner <> '' and agency <> '' and VOCABULARIES
  and array_position(shared_with || named || owner_group || origin, '') is null
  and array_position(shared_with || named || owner_group || origin || classes, null) is null
  and (not 'asylum' = any (classes) or ((origin_open or origin <> '{}') and not origin && owner_group))
  and (not published or (mark = 'CLEAR' and kind <> 'personal_file'))
);
alter table things_span drop constraint if exists span_goes_forward;
alter table things_span add constraint span_goes_forward check (
  period_start <= period_end and octet_length(topic) between 1 and 200 and owner <> ''
);

-- The codes of areas that the catalogue knows: of any other it cannot be said whose people are meant.
create table if not exists known_area (code text primary key);

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

-- A row of bytes (in hexadecimal digits, in the order of these numbers) with a filling where a number is missing.
create or replace function holes_filled(told text, numbers integer[], filling text) returns text
language plpgsql immutable set search_path = pg_catalog, public, pg_temp as $$
declare
  hole record;
begin
  for hole in
    select h.before + 1 as place, h.id - h.before - 1 as size
      from (select n.id, lag(n.id, 1, -1) over (order by n.id) as before from unnest(numbers) n (id)) h
     where h.id > h.before + 1 order by 1
  loop
    told := left(told, 2 * hole.place) || repeat(filling, hole.size) || substr(told, 2 * hole.place + 1);
  end loop;
  return told;
end $$;

-- Terms under which the viewer may read, as a row of bytes: byte n stands for terms number n. 0: never. 1: where the viewer's
-- participant contributed to what the thing is about. 2: always.
create or replace function open_terms() returns bytea
language plpgsql stable parallel restricted security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
ASKED_ONCE
  told text;
  many bigint;
  last integer;
begin
  select string_agg(TERMS_OPENED, '' order by t.id), count(*), max(t.id) into told, many, last from things_terms t;
  if many <> last + 1 then  -- an act that was undone left a number that no terms have
    told := holes_filled(told, array(select t.id from things_terms t), '00');
  end if;
  return decode(coalesce(told, ''), 'hex');
end $$;

-- Whether the viewer's participant contributed to a period that holds the span, as a row of bytes: 0 where it did, 1 where it did not;
-- 9 where a token was not made for the topic, which no terms pass.
create or replace function span_bars() returns bytea
language plpgsql stable parallel restricted security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  told text;
  many bigint;
  last integer;
begin
  -- Spans of many owners are of few periods, and contributions too: each pair of a period and a contribution is compared once.
  with periods as materialized (
    select distinct s.topic, s.period_start, s.period_end from things_span s
  ), gifts as materialized (
    select distinct on (c.topic, c.period_start, c.period_end, c.nil) c.*
      from members_contribution c
     where c.participant = v.participant and c.participant <> '' and c.since < v.asked_at and v.asked_at < c.until
  ), given as materialized (
    select p.* from periods p
     where exists (select from gifts c where c.topic = p.topic and contribution_opens(c, p.period_start, p.period_end))
  )
  select string_agg(case when v.channel = 'token' and (s.topic = any (v.topics)) is not true then '09' when g.topic is null then '01' else '00' end,
                    '' order by s.id), count(*), max(s.id) into told, many, last
    from things_span s left join given g using (topic, period_start, period_end);
  if many <> last + 1 then
    told := holes_filled(told, array(select s.id from things_span s), '01');
  end if;
  return decode(coalesce(told, ''), 'hex');
end $$;

-- The facts of a thing as its reader may know them (who may read it only in totals is told none): the lists hold nobody but the reader
-- and the reader's participant, since who else received a thing is its owner's knowledge. Null where the thing is not there or not for this
-- viewer: alike.
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
   where g.id = thing and (v.grain <> 'total' or t.owner = v.participant)
     and get_byte(open_terms(), g.terms) > get_byte(span_bars(), g.span);
  return told;
end $$;

-- The rule under which the viewer reads what is under these terms; `has_given`: contributed to what it is about.
create or replace function rule_of(t things_terms, v viewer_facts, has_given boolean) returns text
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
declare
ASKED_ONCE
begin
  return FIRST_RULE;
end $$;

-- Read the facts of a thing. The reader's chain says so, and the owner is told a week later that the reader's participant read it under
-- that rule; or was refused it, where it is another's and closed. Null where it is not there or not for this viewer: alike.
create or replace function read_thing(thing uuid) returns jsonb
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  told constant jsonb := facts_of(thing);
  its_terms things_terms;
  its_topic text;
  its_rule text := 'refused';
  has_given boolean;
begin
  select t.* into its_terms from things_thing g join things_terms t on t.id = g.terms where g.id = thing;
  select s.topic, get_byte(span_bars(), g.span) = 0 into its_topic, has_given
    from things_thing g join things_span s on s.id = g.span where g.id = thing;
  if told is not null then
    its_rule := rule_of(its_terms, v, has_given);
  end if;
  if v.participant = '' or its_topic is null then
    return told;
  end if;
  if told is not null then
    perform write_act(v, 'read', thing, jsonb_build_object('grain', v.grain, 'export', v.export, 'rule', its_rule));
  end if;
  if its_terms.owner <> v.participant then
    insert into journal_reading (id, owner, reader, day, topic, rule)
    values (gen_random_uuid(), its_terms.owner, v.participant, (v.asked_at at time zone 'UTC')::date, its_topic, its_rule);
  end if;
  return told;
end $$;
