-- What facts promise (docs/explanation/sharing.md), one row for terms alike, and what the viewer may read.

alter table things_terms drop constraint if exists facts_keep_their_promises;
alter table things_terms add constraint facts_keep_their_promises check (
  owner <> '' and agency <> '' and array_position(shared_with, '') is null and array_position(named, '') is null
  and (not 'asylum' = any (classes) or ((origin_open or origin <> '{}') and not origin && owner_group))
);
alter table things_span drop constraint if exists span_goes_forward;
alter table things_span add constraint span_goes_forward check (period_start <= period_end);

-- The number and the hash of terms: of every fact, in the order of the columns. Numbers leave no gaps but those of undone transactions.
create sequence if not exists terms_number as integer minvalue 0 start 0;
create or replace function number_terms() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  new.id := nextval('terms_number');
  new.digest := sha256(convert_to((to_jsonb(new) - 'id' - 'digest')::text, 'UTF8'));
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

-- Terms under which the viewer may read, as a row of bytes: byte n stands for terms number n. 0: no. 1: yes. 2: where the viewer's
-- participant contributed to what the thing is about.
drop function if exists open_terms();
create function open_terms() returns bytea
language plpgsql stable parallel restricted security definer
set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_custom_plan as $$
declare
  v viewer_facts := viewer();
  told text;
begin
  select string_agg(case TERMS_OPENED when 'always' then '01' when 'given' then '02' else '00' end, '' order by n)
    into told
    from generate_series(0, (select max(id) from things_terms)) n left join things_terms t on t.id = n;
  return decode(coalesce(told, ''), 'hex');
end $$;

-- Spans that lie within a contribution of the viewer's participant, as a row of bits.
create or replace function given_spans() returns bit varying
language plpgsql stable parallel restricted security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v viewer_facts := viewer();
  bits text;
begin
  select string_agg(case when exists (
           select from things_contribution c
            where c.participant = v.participant and c.participant <> '' and c.topic = s.topic
              and c.period_start <= s.period_start and s.period_end <= c.period_end
              and c.signed <= v.asked_at and (c.withdrawn is null or v.asked_at < c.withdrawn)
         ) then '1' else '0' end, '' order by n)
    into bits
    from generate_series(0, (select max(id) from things_span)) n left join things_span s on s.id = n;
  return coalesce(bits, '')::bit varying;
end $$;

revoke all on function open_terms() from public;
revoke all on function given_spans() from public;
