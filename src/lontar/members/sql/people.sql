-- People of a participant: every act checks who acts, and is written into the participant's journal by what does it.

alter table members_appointment drop constraint if exists role_is_known;
alter table members_appointment add constraint role_is_known check (role = any (array[ROLES]));
alter table members_grant drop constraint if exists grant_is_whole;
alter table members_grant add constraint grant_is_whole check (
  what in ('appoint', 'join', 'leave', 'declare', 'resume', 'reset') and outcome in ('', 'agreed', 'waived', 'declined')
  and (person_id is not null or invitation_id is not null)
  and (what <> 'appoint' or role = any (array[ROLES])) and (what not in ('join', 'leave') or agency_id is not null)
  and array_position(states, null) is null
);

-- Who administers, and signed in: whoever else acts on people hears that there is nothing. Administrators of a participant act one after
-- the other, so that of two who end or suspend each other the second no longer administers.
create or replace function administers(v viewer_facts) returns void
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  perform acts_in_person(v);
  if not 'administrator' = any (v.roles) then
    perform nothing_here();
  end if;
  perform from members_participant p where p.id = v.participant for no key update;
  if not exists (
    select from members_appointment a
     where a.person_id::text = v.person and a.participant_id = v.participant and a.role = 'administrator' and a.until is null and a.suspended is null
  ) then
    perform nothing_here();
  end if;
end $$;

-- Whether a person is bound to a participant: by a role, also a suspended one, or by an agency.
create or replace function is_bound_to(subject uuid, its_participant text, asked timestamptz) returns boolean
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select exists (
    select from members_appointment a where a.person_id = subject and a.participant_id = its_participant and is_bound(a.since, a.until, asked)
    union all
    select from members_belonging b join members_agency g on g.id = b.agency_id
     where b.person_id = subject and g.participant_id = its_participant and is_bound(b.since, b.until, asked)
  )
$$;

-- Whether a person acts for another participant than this one too.
create or replace function acts_for_others(subject uuid, its_participant text, asked timestamptz) returns boolean
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select exists (
    select from members_appointment a where a.person_id = subject and a.participant_id <> its_participant and is_bound(a.since, a.until, asked)
  )
$$;

-- A person who is bound to the viewer's participant, held until the transaction ends; nothing here where there is none.
create or replace function own_person(v viewer_facts, subject uuid) returns void
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if subject is null or not is_bound_to(subject, v.participant, v.asked_at) then
    perform nothing_here();
  end if;
  perform from members_person p where p.id = subject for update;
end $$;

-- How many others may agree to what somebody asks for a person, or might until lately: administrators and focal points.
create or replace function others_who_agree(v viewer_facts, asker text, subject uuid) returns bigint
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select count(distinct a.person_id) from members_appointment a join members_person p on p.id = a.person_id and not p.is_suspended
   where a.participant_id = v.participant and a.role in ('administrator', 'focal_point') and held_lately(a, v.asked_at)
     and a.person_id::text <> asker and a.person_id is distinct from subject
$$;

-- End every session of a person: whoever held one signs in anew.
create or replace function end_sessions(them uuid) returns void
language sql set search_path = pg_catalog, public, pg_temp as $$
  delete from django_session s using usersessions_usersession u where u.user_id = them and s.session_key = u.session_key;
  delete from usersessions_usersession u where u.user_id = them;
$$;

-- End what a person does for the viewer's participant by tokens, and every session.
create or replace function end_access(v viewer_facts, them uuid) returns void
language sql set search_path = pg_catalog, public, pg_temp as $$
  update members_token t set ended = v.asked_at where t.person_id = them and t.participant_id = v.participant and t.ended is null;
  select end_sessions(them);
$$;

-- Decline grants that wait, of the viewer's participant: one of them, those of an invitation, those of a person.
create or replace function decline_grants(v viewer_facts, one uuid, its_invitation uuid, subject uuid) returns void
language sql set search_path = pg_catalog, public, pg_temp as $$
  update members_grant g set outcome = 'declined', decided_by = v.person, decided_at = v.asked_at
   where g.participant_id = v.participant and g.outcome = '' and (g.id = one or g.invitation_id = its_invitation or g.person_id = subject)
$$;

-- Put a grant in force: it was agreed to, or nobody had to. Who comes back is declared anew: what was declared of an earlier time ends.
create or replace function put_in_force(g members_grant, moment timestamptz) returns void
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if g.what in ('appoint', 'join') and not is_bound_to(g.person_id, g.participant_id, moment) then
    update members_secondment m set until = moment
     where m.person_id = g.person_id and m.participant_id = g.participant_id and m.until is null and m.since < moment;
  end if;
  case g.what
  when 'appoint' then
    insert into members_appointment (id, person_id, participant_id, role, since, certified)
    values (gen_random_uuid(), g.person_id, g.participant_id, g.role, moment, moment)
    on conflict (person_id, participant_id, role) where until is null do update set certified = excluded.certified, suspended = null;
  when 'join' then
    insert into members_belonging (id, person_id, agency_id, since)
    select gen_random_uuid(), g.person_id, g.agency_id, moment
     where not exists (select from members_belonging b where b.person_id = g.person_id and b.agency_id = g.agency_id and b.until is null);
  when 'leave' then
    update members_belonging b set until = moment where b.person_id = g.person_id and b.agency_id = g.agency_id and b.until is null;
  when 'declare' then
    update members_secondment m set until = moment
     where m.person_id = g.person_id and m.participant_id = g.participant_id and m.until is null;
    insert into members_secondment (id, person_id, participant_id, states, since)
    values (gen_random_uuid(), g.person_id, g.participant_id, g.states, moment);
  when 'resume' then
    update members_appointment a set suspended = null, certified = moment
     where a.person_id = g.person_id and a.participant_id = g.participant_id and a.until is null;
  when 'reset' then
    delete from mfa_authenticator m where m.user_id = g.person_id;
  end case;
  perform end_sessions(g.person_id);
end $$;

-- Ask for a right of one's own participant's person or invitation; it waits for another person, unless there is none. Null: it was done.
create or replace function keep_grant(v viewer_facts, one members_grant) returns uuid
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  one.id := gen_random_uuid();
  one.participant_id := v.participant;
  one.asked_by := v.person;
  one.asked_at := v.asked_at;
  one.outcome := case when others_who_agree(v, v.person, null) = 0 then 'waived' else '' end;
  one.decided_by := '';
  insert into members_grant select one.*;
  perform write_act(v, 'asked_grant', coalesce(one.person_id, one.invitation_id), jsonb_build_object(
    'what', one.what, 'role', one.role, 'agency', one.agency_id, 'states', one.states, 'second_person', one.outcome));
  if one.outcome = 'waived' and one.person_id is not null then
    perform put_in_force(one, v.asked_at);
  end if;
  return case when one.outcome = '' then one.id end;
end $$;

-- An agency of the viewer's participant; nothing here where it is none.
create or replace function own_agency(v viewer_facts, its_agency uuid) returns void
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if not exists (select from members_agency g where g.id = its_agency and g.participant_id = v.participant) then
    perform nothing_here();
  end if;
end $$;

create or replace function ask_grant(its_what text, subject uuid, its_role text, its_agency uuid, its_states text[]) returns uuid
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  one members_grant;
begin
  perform administers(v);
  perform own_person(v, subject);
  if its_what in ('join', 'leave') then
    perform own_agency(v, its_agency);
  end if;
  if its_what = 'reset' and acts_for_others(subject, v.participant, v.asked_at) then
    raise exception 'the person acts for others too' using errcode = 'LV041';
  end if;
  one.what := its_what;
  one.person_id := subject;
  one.role := its_role;
  one.agency_id := its_agency;
  one.states := its_states;
  if exists (select from members_grant g where (g.participant_id, g.what, g.person_id, g.role, g.states) = (v.participant, its_what, subject, its_role, its_states)
                and g.agency_id is not distinct from its_agency and g.outcome = '' and v.asked_at < g.asked_at + interval '30 days') then
    raise exception 'it was asked for already' using errcode = 'LV042';
  end if;
  return keep_grant(v, one);
end $$;

-- A grant of the viewer's participant that waits, to its administrators and focal points; held.
create or replace function open_grant(its_grant uuid, v viewer_facts) returns members_grant
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  one members_grant;
begin
  perform acts_in_person(v);
  select g.* into one from members_grant g where g.id = its_grant and g.participant_id = v.participant and g.outcome = '' for update;
  if not found or not v.roles && array['administrator', 'focal_point'] then
    perform nothing_here();
  end if;
  return one;
end $$;

-- Agree to what somebody else asked for somebody else, within thirty days; an invitation is agreed to as a whole.
create or replace function agree_grant(its_grant uuid) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  first constant members_grant := open_grant(its_grant, v);
  one members_grant;
begin
  -- Whom it is for agrees where nobody else could.
  if first.asked_by = v.person or (first.person_id::text = v.person and others_who_agree(v, first.asked_by, first.person_id) > 0) or exists (
    select from members_invitation i join members_person p on p.email = i.email where i.id = first.invitation_id and p.id::text = v.person
  ) then
    perform nothing_here();
  end if;
  if v.asked_at > first.asked_at + interval '30 days' or not exists (
    select from members_appointment a join members_person p on p.id = a.person_id and not p.is_suspended
     where a.participant_id = v.participant and a.person_id::text = first.asked_by and a.role = 'administrator' and in_force(a, v.asked_at)
  ) or (first.invitation_id is null and not is_bound_to(first.person_id, v.participant, v.asked_at))
     or (first.what = 'reset' and acts_for_others(first.person_id, v.participant, v.asked_at)) then
    -- Who left meanwhile is bound anew only by an invitation that they accept.
    raise exception 'the grant no longer stands' using errcode = 'LV040';
  end if;
  for one in
    select g.* from members_grant g
     where g.outcome = '' and (g.id = first.id or g.invitation_id = first.invitation_id) for update
  loop
    update members_grant g set outcome = 'agreed', decided_by = v.person, decided_at = v.asked_at where g.id = one.id;
    perform write_act(v, 'agreed_grant', coalesce(one.person_id, one.invitation_id), jsonb_build_object(
      'what', one.what, 'role', one.role, 'agency', one.agency_id, 'states', one.states, 'second_person', one.asked_by));
    if one.person_id is not null then
      perform put_in_force(one, v.asked_at);
    end if;
  end loop;
end $$;

-- Decline what was asked, or take what one asked oneself back.
create or replace function decline_grant(its_grant uuid) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  first constant members_grant := open_grant(its_grant, v);
begin
  perform decline_grants(v, first.id, first.invitation_id, null);
  perform write_act(v, 'declined_grant', coalesce(first.person_id, first.invitation_id), jsonb_build_object('what', first.what, 'role', first.role));
end $$;

-- Have a link for a new password sent to a colleague; whoever sends it never learns the password.
create or replace function renew_password(subject uuid) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
begin
  perform administers(v);
  perform own_person(v, subject);
  if not may_renew_by_mail(subject, v.asked_at) then
    raise exception 'the person acts for others too' using errcode = 'LV041';
  end if;
  perform write_act(v, 'sent_password_link', subject, '{}');
end $$;

-- Suspend a colleague at once: roles, tokens, sessions, and what waits for them. Nobody suspends oneself.
create or replace function suspend_person(subject uuid) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
begin
  perform administers(v);
  perform own_person(v, subject);
  if subject::text = v.person then
    raise exception 'nobody suspends oneself' using errcode = 'LV043';
  end if;
  update members_appointment a set suspended = v.asked_at
   where a.person_id = subject and a.participant_id = v.participant and a.until is null and a.suspended is null;
  perform decline_grants(v, null, null, subject);
  -- What was agreed to and not yet accepted would give a role that is not suspended.
  update members_invitation i set ended = v.asked_at
   where i.participant_id = v.participant and i.ended is null and i.email = (select p.email from members_person p where p.id = subject);
  perform end_access(v, subject);
  perform write_act(v, 'suspended', subject, '{}');
end $$;

-- End a role. Nobody takes the last administrator's away.
create or replace function end_appointment(its_appointment uuid) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  one members_appointment;
begin
  perform administers(v);
  select a.* into one from members_appointment a
   where a.id = its_appointment and a.participant_id = v.participant and a.until is null for update;
  if not found then
    perform nothing_here();
  end if;
  if one.role = 'administrator' and not exists (
    select from members_appointment a where a.participant_id = v.participant and a.role = 'administrator' and a.id <> one.id and in_force(a, v.asked_at)
  ) then
    raise exception 'the last administrator stays' using errcode = 'LV044';
  end if;
  update members_appointment a set until = v.asked_at where a.id = one.id;
  perform end_access(v, one.person_id);
  perform write_act(v, 'ended_role', one.person_id, jsonb_build_object('role', one.role));
end $$;

-- Say that a colleague still works here, with these roles; of oneself only where nobody else could.
create or replace function certify_person(subject uuid) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  alone constant boolean := subject::text = v.person;
begin
  perform administers(v);
  perform own_person(v, subject);
  if alone and others_who_agree(v, v.person, null) > 0 then
    raise exception 'a colleague certifies it' using errcode = 'LV045';
  end if;
  if exists (
    select from members_appointment a where a.person_id = subject and a.participant_id = v.participant and a.until is null
       and a.suspended is null and not in_force(a, v.asked_at)
  ) then
    raise exception 'the roles have lapsed' using errcode = 'LV049';
  end if;
  update members_appointment a set certified = v.asked_at
   where a.person_id = subject and a.participant_id = v.participant and a.until is null and a.suspended is null;
  perform write_act(v, 'certified', subject, jsonb_build_object('second_person', case when alone then 'waived' else '' end));
end $$;

-- Add an agency with what it does, which never changes: whoever agrees that somebody joins it agrees to what follows from that.
create or replace function add_agency(its_name text, its_functions text[]) returns uuid
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  new_id constant uuid := gen_random_uuid();
begin
  perform administers(v);
  if octet_length(its_name) not between 1 and 400 or its_functions = '{}' or array_ndims(its_functions) <> 1 or not its_functions <@ array[FUNCTIONS]
     or exists (select from members_agency g where (g.participant_id, g.name) = (v.participant, its_name)) then
    raise exception 'this is no new agency' using errcode = 'LV048';
  end if;
  insert into members_agency (id, participant_id, name, functions) values (new_id, v.participant, its_name, its_functions);
  perform write_act(v, 'added_agency', new_id, jsonb_build_object('functions', its_functions));
  return new_id;
end $$;
