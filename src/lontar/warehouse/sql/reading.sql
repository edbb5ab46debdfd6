-- The visible parcels, and where they lie: nothing else of the store is ever told to the role that serves pages.

-- Numbers of parcels that the viewer may read, each with the generation of its segment and what it is (1: linked to asylum, 2: of the
-- viewer's participant, 4: published by others): rows of three integers in network order. Who may read only totals is told its own alone.
create or replace function visible_parcels(its_indicator text, since date, until date, as_of timestamptz) returns bytea
language plpgsql stable parallel restricted security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  opened constant bytea := open_terms();
  bars constant bytea := span_bars();
begin
  return (
    select coalesce(string_agg(int4send(p.number) || int4send(s.generation) || int4send(
             case when 'asylum' = any (t.classes) then 1 else 0 end + case when p.owner = v.participant then 2 else 0 end
             + case when p.owner = 'published' then 4 else 0 end), ''::bytea order by p.number), ''::bytea)
      from warehouse_parcel p
      join things_thing g on g.id = p.thing
      join things_terms t on t.id = g.terms
      join warehouse_segment s on s.id = p.segment
     where p.indicator = its_indicator and p.period_end >= since and p.period_start <= until and p.accepted_at <= as_of
       and get_byte(opened, g.terms) > get_byte(bars, g.span)
       and (v.grain <> 'total' or p.owner = v.participant)
  );
end $$;

-- Whether the viewer may read a parcel: as above, for functions that are asked of single ones.
create or replace function readable_parcels(numbers integer[]) returns setof warehouse_parcel
language plpgsql stable parallel restricted security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  opened constant bytea := open_terms();
  bars constant bytea := span_bars();
begin
  return query
    select p.* from warehouse_parcel p join things_thing g on g.id = p.thing
     where p.number = any (numbers) and get_byte(opened, g.terms) > get_byte(bars, g.span)
       and (v.grain <> 'total' or p.owner = v.participant);
end $$;

-- What parcels are, which never changes: owner, agency, name of the series, its number, version, indicator, days, moment, address.
create or replace function parcel_facts(numbers integer[]) returns jsonb
language sql stable parallel restricted security definer set search_path = pg_catalog, public, pg_temp as $$
  select coalesce(jsonb_agg(jsonb_build_array(
           p.number, p.owner, s.agency, s.name, s.id, p.version, p.period_start - date '1970-01-01', p.period_end - date '1970-01-01',
           encode(p.address, 'hex'))), '[]')
    from readable_parcels(numbers) p join warehouse_series s on s.id = p.series
$$;

-- Where segments lie that hold something which the viewer may read, with their wrapped keys: [generation, name, pack, place, length,
-- place and length of the trace, wrapped key, id of the key above it, that key wrapped, its master].
create or replace function segment_places(numbers integer[]) returns jsonb
language sql stable parallel restricted security definer set search_path = pg_catalog, public, pg_temp as $$
  select coalesce(jsonb_agg(jsonb_build_array(
           s.generation, s.name, s.pack, s.place, s.length, s.trace_place, s.trace_length, encode(s.wrapped, 'hex'),
           s.key, k.owner || '|' || k.classes, encode(k.wrapped, 'hex'), k.master)), '[]')
    from warehouse_segment s join warehouse_key k on k.id = s.key
   where s.id in (select p.segment from readable_parcels(numbers) p)
$$;

-- Say that the viewer reads these parcels: in the reader's chain, and to their owners a week later. Gives the rules, by owner and topic.
create or replace function read_parcels(numbers integer[], about text) returns jsonb
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  bars constant bytea := span_bars();
  today constant date := (v.asked_at at time zone 'UTC')::date;
  told jsonb;
begin
  select coalesce(jsonb_agg(to_jsonb(r) order by r.owner, r.topic, r.rule), '[]') into told
    from (select distinct t.owner, x.topic, rule_of(t, v, x.given) as rule
            from (select distinct g.terms, s.topic, get_byte(bars, g.span) = 0 as given
                    from readable_parcels(numbers) p join things_thing g on g.id = p.thing join things_span s on s.id = g.span) x
            join things_terms t on t.id = x.terms) r;
  if v.participant = '' then
    return told;
  end if;
  perform append_entry(v.participant, v.asked_at, (jsonb_build_object(
    'act', 'read_figures', 'person', v.person, 'about', left(about, 2000), 'grain', v.grain, 'export', v.export, 'parcels', cardinality(numbers),
    'rules', (select jsonb_agg(distinct r.rule) from jsonb_to_recordset(told) r (rule text))))::text);
  insert into journal_reading (id, owner, reader, day, topic, rule)
  select gen_random_uuid(), r.owner, v.participant, today, r.topic, r.rule
    from jsonb_to_recordset(told) r (owner text, topic text, rule text)
   where r.owner not in (v.participant, 'published')
     and not exists (select from journal_reading j
                      where (j.owner, j.reader, j.day, j.topic, j.rule) = (r.owner, v.participant, today, r.topic, r.rule));
  insert into warehouse_reader (id, submission, thing, reader)
  select gen_random_uuid(), x.submission, x.thing, v.participant
    from (select distinct p.submission, case when 'asylum' = any (t.classes) then p.thing::text else '' end as thing
            from readable_parcels(numbers) p join things_thing g on g.id = p.thing join things_terms t on t.id = g.terms
           where p.owner not in (v.participant, 'published')) x
  on conflict do nothing;
  return told;
end $$;
