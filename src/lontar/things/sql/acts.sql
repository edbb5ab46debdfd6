-- What people do with things: each act checks who acts, and is written into the journal by what does it.

-- What protects less under the second terms than under the first, in words: the same as lontar.sharing.terms.fallen.
create or replace function fallen_terms(before things_terms, after things_terms) returns text[]
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select coalesce(array_agg(word order by place), '{}') from (values (
    array['CLEAR', 'GREEN', 'AMBER', 'AMBER+STRICT', 'RED'], array['total', 'figure', 'trace']
  )) orders (marks, grains), lateral (values
    (1, 'the mark', array_position(marks, after.mark) < array_position(marks, before.mark)),
    (2, 'the protection classes', not before.classes <@ after.classes),
    (3, 'the origin', not before.origin <@ after.origin),
    (4, 'that the origin is open', before.origin_open and not after.origin_open),
    (5, 'how fine others may read', array_position(grains, after.finest) > array_position(grains, before.finest)),
    (6, 'that others may not take it away', after.may_be_exported and not before.may_be_exported),
    (7, 'that it enters no regional total', after.regional_totals and not before.regional_totals),
    (8, 'that it is not passed on', before.no_onward and not after.no_onward),
    (9, 'that nobody is ranked by it', before.no_ranking and not after.no_ranking),
    (10, 'that it keeps to its list', before.list_only and not after.list_only),
    (11, 'the embargo', after.not_before < before.not_before),
    (12, 'the day on which it ends', after.expires > before.expires),
    (13, 'that it is a personal file', before.kind = 'personal_file' and after.kind <> 'personal_file'),
    (14, 'the recall', before.recalled and not after.recalled),
    (15, 'that it is not published', after.published and not before.published),
    (16, 'that it is not sent to the office', after.sent_to_office and not before.sent_to_office),
    (17, 'that no edition counts it', after.in_edition and not before.in_edition),
    (18, 'that nobody reads it for having given', before.mark = 'CLEAR' and after.mark = 'GREEN' and not after.list_only),
    (19, 'that nobody reads it for being named', before.mark <> 'RED' and after.mark = 'RED' and after.named <> '{}')
  ) told (place, word, falls)
  where falls
$$;

-- The number of terms with these facts, which are written if they are new.
create or replace function terms_of(facts jsonb) returns integer
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  wanted things_terms := jsonb_populate_record(null::things_terms, facts);
  found integer;
  unknown text;
begin
  select o.code into unknown from unnest(wanted.origin) o (code) where o.code <> '' and not exists (select from known_area k where k.code = o.code) limit 1;
  if unknown is not null then
    raise exception 'no area is known as %', unknown using errcode = 'LV033';
  end if;
  select t.id into found from things_terms t where t.digest = digest_of(wanted);
  if found is null then
    insert into things_terms select (jsonb_populate_record(null::things_terms, facts)).* on conflict (digest) do nothing;
    select t.id into strict found from things_terms t where t.digest = digest_of(wanted);
  end if;
  return found;
end $$;

-- The number of a span of an owner. What is linked to asylum has one for itself: that something else of that topic and period is there
-- must not be told by a row that need not be written.
create or replace function span_of(thing uuid, facts jsonb, its_topic text, its_start date, its_end date) returns integer
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  its_owner constant text := facts ->> 'owner';
  alone constant text := case when facts -> 'classes' ? 'asylum' then thing::text else '' end;
  number integer;
begin
  select s.id into number from things_span s
   where (s.owner, s.topic, s.period_start, s.period_end, s.linked) = (its_owner, its_topic, its_start, its_end, alone);
  if number is null then
    insert into things_span (owner, topic, period_start, period_end, linked)
    values (its_owner, its_topic, its_start, its_end, alone) on conflict do nothing;
    select s.id into strict number from things_span s
     where (s.owner, s.topic, s.period_start, s.period_end, s.linked) = (its_owner, its_topic, its_start, its_end, alone);
  end if;
  return number;
end $$;

-- Put a thing under terms, with the span that belongs to them.
create or replace function put_under(thing uuid, its_terms integer) returns void
language sql set search_path = pg_catalog, public, pg_temp as $$
  update things_thing g
     set terms = its_terms, span = span_of(thing, (select to_jsonb(t) from things_terms t where t.id = its_terms), s.topic, s.period_start, s.period_end)
    from things_span s where g.id = thing and s.id = g.span
$$;

-- Whether the viewer reads what is under these terms whatever it is about, as its own.
create or replace function is_open(its_terms integer) returns boolean
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select get_byte(open_terms(), its_terms) = 2
$$;

-- Bring a thing into existence, as an officer of the agency that wrote it. What is there already, as the viewer's own, stays as it is.
create or replace function register_thing(new_id uuid, facts jsonb, its_topic text, its_start date, its_end date) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  states text[];
  its_terms integer;
begin
  perform acts_in_person(v);
  select p.states into states from members_participant p where p.id = v.participant;
  if facts ->> 'owner' <> v.participant or not facts ->> 'agency' = any (v.agencies)
     or not v.roles && array['data_officer', 'focal_point']
     or not exists (select from members_agency a where a.id::text = facts ->> 'agency' and a.participant_id = v.participant)
     or array(select jsonb_array_elements_text(facts -> 'owner_group') order by 1) <> array(select unnest(states) order by 1) then
    perform nothing_here();
  end if;
  its_terms := terms_of(facts);
  if not is_open(its_terms) then
    -- Nobody writes what is closed to the writer: it could tell whether there is more of it.
    perform nothing_here();
  end if;
  insert into things_thing (id, terms, span)
  values (new_id, its_terms, span_of(new_id, facts, its_topic, its_start, its_end)) on conflict do nothing;
  if found then
    perform write_act(v, 'registered', new_id, jsonb_build_object('mark', facts ->> 'mark'));
  elsif not exists (select from things_thing g join things_terms t on t.id = g.terms where g.id = new_id and t.owner = v.participant)
     or facts_of(new_id) is null then
    perform nothing_here();
  end if;
end $$;

-- The facts of a thing of the viewer's own participant that the viewer, who writes for it, may read; it is held until the transaction
-- ends. What was changed while this waited is seen as it is now.
create or replace function own_facts(thing uuid) returns jsonb
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
begin
  perform acts_in_person(v);
  if not v.roles && array['data_officer', 'focal_point']
     or not exists (select from things_thing g join things_terms t on t.id = g.terms where g.id = thing and t.owner = v.participant) then
    perform nothing_here();
  end if;
  perform from things_thing g where g.id = thing for update;
  if facts_of(thing) is null then
    perform nothing_here();
  end if;
  return facts_of(thing);
end $$;

-- Whether something under these terms is given to the members as figures: GREEN, or CLEAR and published; not linked to asylum.
create or replace function is_given(terms things_terms) returns boolean
language sql immutable as $$
  select terms.kind = 'figures' and not terms.recalled and not 'asylum' = any (terms.classes) and terms.finest <> 'total'
     and ((terms.mark = 'CLEAR' and terms.published) or (terms.mark = 'GREEN' and not terms.list_only))
$$;

-- Bring what a signed thing contributes to its terms: it counts while others may read it, from after it was given.
create or replace function keep_contribution(thing uuid, moment timestamptz) returns void
language sql set search_path = pg_catalog, public, pg_temp as $$
  update members_contribution c
     set since = case when is_given(t) then greatest(case when c.until > moment then c.since else moment end, t.not_before) else c.since end,
         until = case when is_given(t) then t.expires else least(c.until, moment) end
    from things_thing g join things_terms t on t.id = g.terms
   where g.id = thing and c.id = thing
$$;

-- Sign a thing, as a focal point of its owner. What is signed already stays as it is.
create or replace function sign_thing(thing uuid, says_none boolean) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
begin
  perform own_facts(thing);
  if not 'focal_point' = any (v.roles) then
    perform nothing_here();
  end if;
  insert into members_contribution (id, participant, topic, period_start, period_end, nil, signed, since, until)
  select g.id, v.participant, s.topic, s.period_start, s.period_end, says_none, v.asked_at, v.asked_at, v.asked_at
    from things_thing g join things_span s on s.id = g.span where g.id = thing
  on conflict (id) do nothing;
  if found then
    perform keep_contribution(thing, v.asked_at);
    perform write_act(v, 'signed', thing, jsonb_build_object('nil', says_none));
  end if;
end $$;

-- Whether a person may write for a participant now.
create or replace function may_write(them text, its_participant text, asked timestamptz) returns boolean
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select exists (
    select from members_appointment a join members_person p on p.id = a.person_id and not p.is_suspended
     where a.participant_id = its_participant and a.person_id::text = them and a.role in ('data_officer', 'focal_point') and in_force(a, asked)
  )
$$;

-- How many people besides this one may write for the viewer's participant, or might until lately: who sends the others away is not alone.
create or replace function other_writers(v viewer_facts) returns bigint
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select count(distinct a.person_id) from members_appointment a join members_person p on p.id = a.person_id and not p.is_suspended
   where a.participant_id = v.participant and a.person_id::text <> v.person and a.role in ('data_officer', 'focal_point')
     and held_lately(a, v.asked_at)
$$;

-- Put a thing under other terms, as a focal point of its owner; whoever may write for it may recall it. Where something would protect
-- less, the change waits for another person, unless there is none. Gives what falls, and what waits (null: it was done).
create or replace function change_terms(thing uuid, facts jsonb, why text) returns jsonb
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  old things_terms;
  new things_terms;
  falls text[];
  waits uuid;
  act text := 'changed_terms';
  its_terms integer;
begin
  perform own_facts(thing);
  select t.* into strict old from things_thing g join things_terms t on t.id = g.terms where g.id = thing;
  new := jsonb_populate_record(old, facts - 'id' - 'digest');
  if (new.owner, new.agency, new.owner_group) is distinct from (old.owner, old.agency, old.owner_group)
     or not ('focal_point' = any (v.roles)
             or ('data_officer' = any (v.roles) and new.recalled and (to_jsonb(new) - 'recalled') = (to_jsonb(old) - 'recalled'))) then
    perform nothing_here();
  end if;
  if new = old then
    return jsonb_build_object('falls', '[]'::jsonb, 'waits', null);
  end if;
  falls := fallen_terms(old, new);
  its_terms := terms_of(to_jsonb(new) - 'id' - 'digest');
  if not is_open(its_terms) then
    raise exception 'who changes terms must be able to read the thing afterwards' using errcode = 'LV034';
  end if;
  if falls <> '{}' and other_writers(v) > 0 then
    act := 'proposed_terms';
    waits := gen_random_uuid();
    insert into things_proposal (id, thing, owner, before, after, proposed_by, proposed_at, why, falls)
    values (waits, thing, v.participant, old.id, its_terms, v.person, v.asked_at, why, falls);
  else
    perform put_under(thing, its_terms);
    perform keep_contribution(thing, v.asked_at);
    if new.recalled and not old.recalled then
      act := 'recalled';
    end if;
  end if;
  perform write_act(v, act, thing, jsonb_build_object(
    'reason', why, 'falls', falls, 'second_person', case when falls <> '{}' and waits is null then 'waived' else '' end));
  return jsonb_build_object('falls', to_jsonb(falls), 'waits', waits);
end $$;

-- A proposal that nobody agreed to yet, to somebody who writes for the thing and could read it before and after; both are held.
create or replace function open_proposal(proposal uuid, v viewer_facts) returns things_proposal
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  one things_proposal;
begin
  select p.* into one from things_proposal p where p.id = proposal and p.owner = v.participant and p.agreed_by = '' for update;
  if not found or v.participant = '' or not is_open(one.before) or not is_open(one.after) then
    perform nothing_here();
  end if;
  perform own_facts(one.thing);
  return one;
end $$;

-- Agree to what another person proposed, as somebody who reads the thing before and after; it is done if the thing is still under the
-- terms that it was proposed for, the proposal is of the last thirty days, and whoever proposed may still write.
create or replace function agree_to_terms(proposal uuid) returns jsonb
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  one constant things_proposal := open_proposal(proposal, v);
begin
  if one.proposed_by = v.person then
    perform nothing_here();
  end if;
  if v.asked_at > one.proposed_at + interval '30 days' or not may_write(one.proposed_by, v.participant, v.asked_at)
     or not exists (select from things_thing g where g.id = one.thing and g.terms = one.before) then
    raise exception 'the proposal no longer stands' using errcode = 'LV030';
  end if;
  perform put_under(one.thing, one.after);
  perform keep_contribution(one.thing, v.asked_at);
  update things_proposal p set agreed_by = v.person, agreed_at = v.asked_at where p.id = proposal;
  perform write_act(v, 'changed_terms', one.thing,
                    jsonb_build_object('reason', one.why, 'falls', one.falls, 'second_person', one.proposed_by));
  return to_jsonb(one.thing);
end $$;

-- Take a proposal that nobody agreed to back, as whoever may write for the thing.
create or replace function withdraw_proposal(proposal uuid) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  one constant things_proposal := open_proposal(proposal, v);
begin
  delete from things_proposal p where p.id = proposal;
  perform write_act(v, 'withdrew_proposal', one.thing, jsonb_build_object('falls', one.falls));
end $$;

-- Recall a thing of the viewer's participant that the viewer, a focal point, cannot read; says nothing of whether there is any.
create or replace function recall_unseen(thing uuid, why text) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  old things_terms;
begin
  perform from things_thing g join things_terms t on t.id = g.terms where g.id = thing and t.owner = v.participant;
  if not found or v.channel <> 'session' or v.participant = '' or not 'focal_point' = any (v.roles) then
    return;
  end if;
  perform from things_thing g where g.id = thing for update;
  select t.* into strict old from things_thing g join things_terms t on t.id = g.terms where g.id = thing;
  if not old.recalled then
    perform put_under(thing, terms_of(to_jsonb(old) - 'id' - 'digest' || '{"recalled": true}'));
    perform keep_contribution(thing, v.asked_at);
    perform write_act(v, 'recalled', thing, jsonb_build_object('reason', why));
  end if;
end $$;
