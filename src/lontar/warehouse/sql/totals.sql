-- Regional totals. An edition is a thing for each topic, under terms of nobody who takes part, so that the policy is asked of it as of all else.

-- What may enter totals: of each part of a series the latest version that is neither linked to asylum nor under an embargo, where its owner's
-- terms agree and it is not recalled; or (`source` published) the echoes, which are outside knowledge. For the makers of an
-- edition: rows as open_parcels gives them.
create or replace function contributing_parcels(its_indicator text, at timestamptz, source text) returns bytea
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  with parts as (
    select p.number, p.segment, t.*, p.version as its_version, first_value(p.version) over part as latest
      from warehouse_parcel p join things_thing g on g.id = p.thing join things_terms t on t.id = g.terms
     where p.indicator = its_indicator and p.accepted_at <= at and t.not_before <= at and not 'asylum' = any (t.classes)
       and (p.owner = 'published') = (source = 'published')
    window part as (partition by p.series, p.period_start, p.period_end order by p.version desc)
  )
  select coalesce(string_agg(int4send(p.number) || int4send(s.generation) || int4send(0), ''::bytea order by p.number), ''::bytea)
    from parts p join warehouse_segment s on s.id = p.segment
   where p.its_version = p.latest and p.kind = 'figures' and p.mark in ('AMBER', 'GREEN', 'CLEAR')
     and (p.regional_totals or source = 'published') and not p.recalled and at < p.expires
$$;

-- Keep an edition: its sealed working, a thing for each topic (under `facts`, which are nobody's), its totals, and of what was counted that
-- it was.
create or replace function keep_edition(told jsonb, at timestamptz, facts jsonb, topics jsonb, totals jsonb, counted integer[]) returns void
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  its_number constant integer := (told ->> 'number')::integer;
  its_terms constant integer := terms_of(facts);
  under integer;
  its_owner text;
begin
  insert into warehouse_edition (number, made_at, sealed, wrapped, master)
  values (its_number, at, decode(told ->> 'sealed', 'hex'), decode(told ->> 'wrapped', 'hex'), told ->> 'master');
  insert into things_thing (id, terms, span)
  select t.thing, its_terms, span_of(t.thing, facts, t.topic, t.start, t.end)
    from jsonb_to_recordset(topics) t (thing uuid, topic text, start date, "end" date);
  insert into warehouse_total (id, edition, thing, indicator, unit, stage, period, period_start, period_end, dimension, code, value, rounding, since)
  select gen_random_uuid(), its_number, t.thing, t.indicator, t.unit, t.stage, t.period, t.start, t.end, t.dimension, t.code, t.value,
         t.rounding, t.since
    from jsonb_to_recordset(totals) t (thing uuid, indicator text, unit text, stage text, period text, start date, "end" date, dimension text,
         code text, value bigint, rounding integer, since integer);
  for under in
    select distinct g.terms from warehouse_parcel p join things_thing g on g.id = p.thing join things_terms t on t.id = g.terms
     where p.number = any (counted) and p.owner <> 'published' and not t.in_edition
  loop
    update things_thing g
       set terms = terms_of((select to_jsonb(t) - 'id' - 'digest' || '{"in_edition": true}' from things_terms t where t.id = under))
      from warehouse_parcel p where p.thing = g.id and p.number = any (counted) and g.terms = under;
  end loop;
  for its_owner in select distinct p.owner from warehouse_parcel p where p.number = any (counted) and p.owner <> 'published' order by 1 loop
    perform append_entry(its_owner, at, jsonb_build_object('act', 'counted_in_edition', 'edition', its_number)::text);
  end loop;
end $$;

-- The totals of an indicator in the latest edition that the viewer may read, by one dimension ('' for none): [unit, stage, period, first day,
-- last day, code, value, rounding, since], with the number of the edition. Null where there is none, or none for this viewer: alike.
create or replace function open_totals(its_indicator text, its_dimension text, first_day date, last_day date, about text) returns jsonb
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  opened constant bytea := open_terms();
  bars constant bytea := span_bars();
  latest constant integer := (select max(e.number) from warehouse_edition e);
  told jsonb;
begin
  select jsonb_agg(jsonb_build_array(t.unit, t.stage, t.period, t.period_start, t.period_end, t.code, t.value, t.rounding, t.since)
                   order by t.unit, t.stage, t.period_start, t.period_end, t.code)
    into told
    from warehouse_total t join things_thing g on g.id = t.thing
   where t.edition = latest and t.indicator = its_indicator and t.dimension = its_dimension
     and t.period_start >= first_day and t.period_end <= last_day
     and get_byte(opened, g.terms) > get_byte(bars, g.span);
  if told is not null and v.participant <> '' then
    perform note_reading(v, about, 0, '[]');
  end if;
  return jsonb_build_object('edition', case when told is null then null else latest end, 'totals', coalesce(told, '[]'));
end $$;
