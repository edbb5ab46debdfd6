-- The viewer of a transaction: who asks, for whom, how finely. Only the context that the serving process signed is believed.

drop function if exists viewer();
drop function if exists signed_context();
drop type if exists viewer_facts cascade;

create type viewer_facts as (
  person text, participant text, kind text, standing text, agencies text[], functions text[], roles text[],
  allegiance text[], everyone boolean, alone boolean, grain text, export boolean, channel text, topics text[], asked_at timestamptz
);

-- Nothing here for you: what an act answers where its object is absent, forbidden or another's, alike.
create or replace function nothing_here() returns void
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  raise exception 'there is nothing here for you' using errcode = 'LV404';
end $$;

-- The parts of the context: person, participant, grain, export, moment, token, transaction, process.
-- Raises where none was set (also '', to which a setting falls back), where it is of another transaction, and where it is forged.
create function signed_context() returns text[]
language plpgsql stable parallel restricted security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  said text := current_setting('lontar.viewer', true);
  parts text[];
  key context_key;
  expected bytea;
begin
  if said is null or said = '' then
    raise exception 'no viewer is set in this transaction' using errcode = 'LV001';
  end if;
  parts := string_to_array(said, '|');
  if array_length(parts, 1) is distinct from 9 then
    raise exception 'the viewer of this transaction is forged' using errcode = 'LV002';
  end if;
  select * into strict key from context_key;
  expected := sha256(key.outer_pad || sha256(key.inner_pad || convert_to(array_to_string(parts[1:8], '|'), 'UTF8')));
  if encode(expected, 'hex') is distinct from parts[9] then
    raise exception 'the viewer of this transaction is forged' using errcode = 'LV002';
  end if;
  if parts[7] is distinct from pg_current_xact_id_if_assigned()::text or parts[8] is distinct from pg_backend_pid()::text then
    raise exception 'the viewer was set in another transaction' using errcode = 'LV003';
  end if;
  if parts[3] not in ('total', 'figure', 'trace') or parts[4] not in ('true', 'false') then
    raise exception 'there is no such reading' using errcode = 'LV004';
  end if;
  return parts[1:8];
end $$;

-- Whether somebody is bound by something that holds from one moment until another.
create or replace function is_bound(since timestamptz, until timestamptz, asked timestamptz) returns boolean
language sql immutable as $$ select since <= asked and (until is null or asked < until) $$;

-- Whether a role is in force: not suspended, and certified within 120 days (every quarter, with a month of grace).
create or replace function in_force(a members_appointment, asked timestamptz) returns boolean
language sql immutable set search_path = pg_catalog, public, pg_temp as $$
  select is_bound(a.since, a.until, asked) and (a.suspended is null or asked < a.suspended) and asked < a.certified + interval '120 days'
$$;

-- Whether a role was given and not ended or suspended until thirty days ago at most. That it lapsed does not count: whoever certifies could
-- let it.
create or replace function held_lately(a members_appointment, asked timestamptz) returns boolean
language sql immutable set search_path = pg_catalog, public, pg_temp as $$
  select is_bound(a.since, a.until + interval '30 days', asked) and (a.suspended is null or asked < a.suspended + interval '30 days')
$$;

-- The topics of the token of a context, while it is in force and for what it was made; null where it is not.
create or replace function topics_of_token(said text[]) returns text[]
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select t.topics from members_token t
   where t.id::text = said[6] and t.person_id::text = said[1] and t.participant_id = said[2]
     and is_bound(t.made, t.expires, said[5]::timestamptz) and t.ended is null
     and array_position(array['total', 'figure', 'trace'], said[3]) <= array_position(array['total', 'figure', 'trace'], t.grain)
$$;

-- The facts of the viewer, as the policy names them. Whoever is suspended, or has no role in force for the participant, is the public;
-- and so is a token that is not in force, or that asks more finely than it may.
create function viewer() returns viewer_facts
language plpgsql stable parallel restricted security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  said text[] := signed_context();
  facts viewer_facts;
  nobody viewer_facts;
  them uuid;
  asked timestamptz := said[5]::timestamptz;
begin
  facts := row('', '', 'none', 'none', '{}', '{}', '{}', '{}', true, false, said[3], said[4]::boolean, 'session', '{}', asked)::viewer_facts;
  if said[6] <> '' then
    facts.channel := 'token';
    facts.topics := coalesce(topics_of_token(said), '{}');
  end if;
  nobody := facts;
  if said[1] = '' or (facts.channel = 'token' and facts.topics = '{}') then
    return nobody;
  end if;
  them := said[1]::uuid;
  select a.participant_id, p.kind, p.standing, array_agg(distinct a.role)
    into facts.participant, facts.kind, facts.standing, facts.roles
    from members_appointment a
    join members_participant p on p.id = a.participant_id
    join members_person who on who.id = a.person_id and not who.is_suspended
   where a.person_id = them and a.participant_id = said[2] and in_force(a, asked)
   group by a.participant_id, p.kind, p.standing;
  if not found then
    return nobody;
  end if;
  facts.person := them::text;
  select coalesce(array_agg(distinct b.agency_id::text), '{}'), coalesce(array_agg(distinct f) filter (where f is not null), '{}')
    into facts.agencies, facts.functions
    from members_belonging b
    join members_agency g on g.id = b.agency_id
    left join lateral unnest(g.functions) f on true
   where b.person_id = them and is_bound(b.since, b.until, asked);
  -- What forbids follows from everything that binds the person: also from what is suspended or lapsed.
  with bound as (
    select a.participant_id as participant from members_appointment a where a.person_id = them and is_bound(a.since, a.until, asked)
    union
    select g.participant_id from members_belonging b join members_agency g on g.id = b.agency_id
     where b.person_id = them and is_bound(b.since, b.until, asked)
  ), declared as (
    select m.participant_id as participant, m.states from members_secondment m where m.person_id = them and is_bound(m.since, m.until, asked)
  )
  select coalesce((select array_agg(distinct s) from (
           select unnest(p.states) s from bound join members_participant p on p.id = bound.participant
           union all select unnest(d.states) from declared d) every_one), '{}'),
         exists (select from bound where not exists (select from declared d where d.participant = bound.participant))
    into facts.allegiance, facts.everyone;
  -- Bound to the participant's own States alone, and signed in: what acts leave behind (the journal, proposals) is for nobody else, since
  -- it would tell whoever is bound to another State too that there is something linked to its asylum.
  select facts.channel = 'session' and not facts.everyone and facts.allegiance <@ p.states into strict facts.alone
    from members_participant p where p.id = facts.participant;
  return facts;
end $$;

-- What changes something is done by somebody who signed in: a program only reads.
create or replace function acts_in_person(v viewer_facts) returns void
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if v.channel <> 'session' or v.participant = '' then
    perform nothing_here();
  end if;
end $$;

-- Whether a contribution opens what is about those days: whatever lies within its own; its own alone where it is a nil return, or
-- longer than a year, which nobody's would hold.
create or replace function contribution_opens(given members_contribution, its_start date, its_end date) returns boolean
language sql immutable as $$
  select case when given.nil or given.period_end - given.period_start > 365 then (given.period_start, given.period_end) = (its_start, its_end)
              else given.period_start <= its_start and its_end <= given.period_end end
$$;

-- What the viewer's participant gave. It counts from after the moment at which it was given: an act that is undone opens nothing.
create or replace function contributions() returns jsonb
language sql stable parallel restricted security definer set search_path = pg_catalog, public, pg_temp as $$
  select coalesce(jsonb_agg(jsonb_build_object('topic', c.topic, 'start', c.period_start, 'end', c.period_end, 'nil', c.nil)), '[]')
    from members_contribution c, viewer() v
   where c.participant = v.participant and v.participant <> '' and c.since < v.asked_at and v.asked_at < c.until
$$;

-- The participants as the viewer may know them for a preview: who gave to that topic and period is told of those alone that agreed to
-- be named; `others_gave` says on every row whether there are any who did not.
create or replace function seats(its_topic text, its_start date, its_end date)
returns table (participant text, kind text, standing text, states text[], gave boolean, others_gave boolean)
language plpgsql stable parallel restricted security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
begin
  if v.channel <> 'session' or not v.roles && array['data_officer', 'focal_point'] then
    return;
  end if;
  return query
    with given as (
      select p.*, p.id = v.participant or p.named as is_told, exists (
        select from members_contribution c
         where c.participant = p.id and c.topic = its_topic and c.since < v.asked_at and v.asked_at < c.until
           and contribution_opens(c, its_start, its_end)
      ) as has_given
        from members_participant p
    )
    select g.id, g.kind, g.standing, g.states, g.is_told and g.has_given,
           (select coalesce(bool_or(o.has_given and not o.is_told), false) from given o)
      from given g order by g.id;
end $$;
