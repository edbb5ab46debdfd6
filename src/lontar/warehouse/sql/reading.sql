-- The visible parcels, and where they lie: nothing else of the store is ever told to the role that serves pages.

-- Of these parcels those that the viewer may read; who may read only totals, its own alone.
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

-- What parcels are, which never changes: owner, agency, name of the series, its number, version, first and last day, address. Asks no
-- viewer: for functions that did, and for the makers of an edition.
create or replace function every_parcel(numbers integer[]) returns jsonb
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select coalesce(jsonb_agg(jsonb_build_array(
           p.number, p.owner, s.agency, s.name, s.id, p.version, p.period_start - date '1970-01-01', p.period_end - date '1970-01-01',
           encode(p.address, 'hex'))), '[]')
    from warehouse_parcel p join warehouse_series s on s.id = p.series where p.number = any (numbers)
$$;

-- Where the segments of parcels lie, with their wrapped keys: [generation, name, volume, place, length, place and length of the trace, wrapped
-- key, id of the key above it, that key wrapped, its master]. Asks no viewer.
create or replace function every_place(numbers integer[]) returns jsonb
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select coalesce(jsonb_agg(jsonb_build_array(
           s.generation, s.name, s.volume, s.place, s.length, s.trace_place, s.trace_length, encode(s.wrapped, 'hex'),
           s.key, k.owner || '|' || k.classes, encode(k.wrapped, 'hex'), k.master)), '[]')
    from warehouse_segment s join warehouse_key k on k.id = s.key
   where s.id in (select p.segment from warehouse_parcel p where p.number = any (numbers))
$$;

-- The same of parcels that the viewer may read, and of segments that hold one.
create or replace function parcel_facts(numbers integer[]) returns jsonb
language sql stable parallel restricted security definer set search_path = pg_catalog, public, pg_temp as $$
  select every_parcel(array(select p.number from readable_parcels(numbers) p))
$$;
create or replace function segment_places(numbers integer[]) returns jsonb
language sql stable parallel restricted security definer set search_path = pg_catalog, public, pg_temp as $$
  select every_place(array(select p.number from readable_parcels(numbers) p))
$$;

-- Say that the viewer's participant reads what is under these terms and about that: in the reader's chain now, and to owners a week later.
create or replace function note_reading(v viewer_facts, about text, many bigint, read jsonb) returns void
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  today constant date := (v.asked_at at time zone 'UTC')::date;
begin
  perform append_entry(v.participant, v.asked_at, (jsonb_build_object(
    'act', 'read_figures', 'person', v.person, 'about', left(about, 2000), 'grain', v.grain, 'export', v.export, 'parcels', many,
    'rules', (select coalesce(jsonb_agg(distinct r.rule), '[]') from jsonb_to_recordset(read) r (rule text))))::text);
  insert into journal_reading (id, owner, reader, day, topic, rule)
  select gen_random_uuid(), r.owner, v.participant, today, r.topic, r.rule
    from jsonb_to_recordset(read) r (owner text, topic text, rule text)
   where r.owner not in (v.participant, 'published')
     and not exists (select from journal_reading j
                      where (j.owner, j.reader, j.day, j.topic, j.rule) = (r.owner, v.participant, today, r.topic, r.rule));
end $$;

-- Open the parcels of an indicator that the viewer may read, of some owners (null: of any) and days, accepted by a moment: `source` sent or
-- published; `scope` shared (what is linked to asylum is left out, whoever asks), own (of the viewer's participant) or each. Gives
-- `numbers`: rows of three integers in network order, the parcel, the generation of its segment, and 1 where it is linked to asylum;
-- and `rules`, under which they are read. What was opened is journalled. Who may read only totals opens its own alone.
create or replace function open_parcels(its_indicator text, owners text[], since date, until date, as_of timestamptz, source text, scope text,
                                        about text, out numbers bytea, out rules text[])
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  opened constant bytea := open_terms();
  bars constant bytea := span_bars();
  many bigint;
  read jsonb;
  by_submission jsonb;
begin
  with visible as materialized (
    select p.number, s.generation, p.submission, p.thing, g.terms, g.span, 'asylum' = any (t.classes) as linked
      from warehouse_parcel p
      join things_thing g on g.id = p.thing
      join things_terms t on t.id = g.terms
      join warehouse_segment s on s.id = p.segment
     where p.indicator = its_indicator and p.period_end >= since and p.period_start <= until and p.accepted_at <= as_of
       and (owners is null or p.owner = any (owners))
       and (p.owner = 'published') = (source = 'published')
       and case scope when 'shared' then not 'asylum' = any (t.classes) when 'own' then p.owner = v.participant else true end
       and get_byte(opened, g.terms) > get_byte(bars, g.span)
       and (v.grain <> 'total' or p.owner = v.participant)
  ), told as (
    select distinct t.owner, s.topic, rule_of(t, v, get_byte(bars, x.span) = 0) as rule
      from (select distinct on (i.terms, get_byte(bars, i.span)) i.terms, i.span from visible i) x
      join things_terms t on t.id = x.terms join things_span s on s.id = x.span
  ), lately as (
    select distinct i.submission, case when i.linked then i.thing::text else '' end as thing from visible i
  )
  select coalesce((select string_agg(int4send(i.number) || int4send(i.generation) || int4send(i.linked::integer), ''::bytea order by i.number)
                     from visible i), ''::bytea),
         (select count(*) from visible), (select coalesce(jsonb_agg(to_jsonb(r)), '[]') from told r),
         case when v.participant = '' or source = 'published' then '[]'
              else (select coalesce(jsonb_agg(to_jsonb(l)), '[]') from lately l
                     where not exists (select from warehouse_reader r
                                        where (r.submission, r.thing, r.reader) = (l.submission, l.thing, v.participant))) end
    into numbers, many, read, by_submission;
  rules := array(select distinct r.rule from jsonb_to_recordset(read) r (rule text) order by 1);
  if v.participant <> '' then
    perform note_reading(v, about, many, read);
    insert into warehouse_reader (id, submission, thing, reader)
    select gen_random_uuid(), l.submission, l.thing, v.participant
      from jsonb_to_recordset(by_submission) l (submission uuid, thing text)
      join warehouse_submission s on s.id = l.submission join warehouse_series e on e.id = s.series
     where e.owner <> v.participant
    on conflict do nothing;
  end if;
end $$;
