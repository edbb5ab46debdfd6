-- Invitations and tokens: what is known by a secret of which only the hash is here.

-- Write an invitation, which stands for fourteen days; an earlier one of that participant and address ends.
create or replace function add_invitation(
  its_participant text, its_email text, its_agency uuid, its_roles text[], its_secret bytea, asker text, moment timestamptz
) returns uuid
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  new_id constant uuid := gen_random_uuid();
begin
  update members_invitation i set ended = moment where (i.participant_id, i.email) = (its_participant, its_email) and i.ended is null;
  insert into members_invitation (id, participant_id, email, agency_id, roles, secret, made_by, made_at, expires)
  values (new_id, its_participant, its_email, its_agency, its_roles, its_secret, asker, moment, moment + interval '14 days');
  return new_id;
end $$;

-- Invite somebody at an address. An earlier invitation of that address ends. Null states: who sent the person is not declared.
create or replace function invite_person(its_email text, its_agency uuid, its_roles text[], its_states text[], its_secret bytea) returns uuid
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  new_id uuid;
  one members_grant;
  its_role text;
begin
  perform administers(v);
  perform own_agency(v, its_agency);
  if its_email !~ '^[^@\s|]{1,64}@[^@\s|]{1,189}$' or its_email <> lower(its_email) or its_roles = '{}' or not its_roles <@ array[ROLES] then
    raise exception 'this is no invitation' using errcode = 'LV046';
  end if;
  new_id := add_invitation(v.participant, its_email, its_agency, its_roles, its_secret, v.person, v.asked_at);
  perform write_act(v, 'invited', new_id, jsonb_build_object('roles', its_roles, 'agency', its_agency));
  one.invitation_id := new_id;
  one.role := '';
  one.states := '{}';
  foreach its_role in array its_roles loop
    one.what := 'appoint';
    one.role := its_role;
    perform keep_grant(v, one);
  end loop;
  one.role := '';
  one.what := 'join';
  one.agency_id := its_agency;
  perform keep_grant(v, one);
  if its_states is not null then
    one.what := 'declare';
    one.agency_id := null;
    one.states := its_states;
    perform keep_grant(v, one);
  end if;
  return new_id;
end $$;

-- Take an invitation back.
create or replace function withdraw_invitation(its_invitation uuid) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
begin
  perform administers(v);
  update members_invitation i set ended = v.asked_at where i.id = its_invitation and i.participant_id = v.participant and i.ended is null;
  if not found then
    perform nothing_here();
  end if;
  perform decline_grants(v, null, its_invitation, null);
  perform write_act(v, 'withdrew_invitation', its_invitation, '{}');
end $$;

-- The host's first invitation for a participant, by the role that owns the database: an administrator, who invites all others.
create or replace function invite_administrator(its_participant text, its_email text, its_secret bytea, moment timestamptz) returns uuid
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  new_id constant uuid := add_invitation(its_participant, its_email, null, array['administrator'], its_secret, '', moment);
begin
  insert into members_grant (id, participant_id, what, invitation_id, role, states, asked_by, asked_at, outcome, decided_by)
  values (gen_random_uuid(), its_participant, 'appoint', new_id, 'administrator', '{}', '', moment, 'waived', '');
  perform append_entry(its_participant, moment, jsonb_build_object(
    'act', 'invited', 'person', '', 'thing', new_id, 'roles', array['administrator'], 'second_person', 'waived')::text);
  return new_id;
end $$;

-- An invitation that stands, by the hash of its secret; nothing where it does not.
create or replace function standing_invitation(its_secret bytea, moment timestamptz) returns setof members_invitation
language sql volatile set search_path = pg_catalog, public, pg_temp as $$
  select i.* from members_invitation i
   where i.secret = its_secret and i.ended is null and i.person_id is null and moment < i.expires for update
$$;

-- What an invitation says, to whoever holds its link: for the gate. Null where it does not stand.
create or replace function open_invitation(its_secret bytea, moment timestamptz) returns jsonb
language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
  select jsonb_build_object('participant', i.participant_id, 'email', i.email, 'roles', i.roles,
                            'agency', coalesce((select g.name from members_agency g where g.id = i.agency_id), ''),
                            'has_account', exists (select from members_person p where p.email = i.email))
    from standing_invitation(its_secret, moment) i
$$;

-- Accept an invitation: somebody new with a name and the hash of a password, or `them`, who signed in at that address. What was agreed to
-- is in force from then on; what still waits will be. Null where it does not stand.
create or replace function accept_invitation(its_secret bytea, moment timestamptz, them uuid, its_name text, its_password text) returns uuid
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  one members_invitation;
  new_id uuid := them;
  granted members_grant;
begin
  select i.* into one from standing_invitation(its_secret, moment) i;
  if not found or (them is null) = exists (select from members_person p where p.email = one.email)
     or (them is not null and not exists (select from members_person p where p.id = them and p.email = one.email and not p.is_suspended)) then
    return null;
  end if;
  if them is null then
    new_id := gen_random_uuid();
    insert into members_person (id, email, name, password, is_suspended) values (new_id, one.email, its_name, its_password, false);
  end if;
  update members_invitation i set person_id = new_id, ended = moment where i.id = one.id;
  update members_grant g set person_id = new_id where g.invitation_id = one.id;
  perform append_entry(one.participant_id, moment, jsonb_build_object('act', 'accepted_invitation', 'person', new_id, 'thing', one.id)::text);
  for granted in select g.* from members_grant g where g.invitation_id = one.id and g.outcome in ('agreed', 'waived') loop
    perform put_in_force(granted, moment);
  end loop;
  return new_id;
end $$;

-- Make a token for oneself and the participant acted for.
create or replace function make_token(its_name text, its_topics text[], its_grain text, sends boolean, days integer, its_secret bytea) returns uuid
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  new_id constant uuid := gen_random_uuid();
begin
  perform acts_in_person(v);
  if not v.roles && array[DATA_ROLES] then
    perform nothing_here();
  end if;
  if days not between 1 and 90 or its_topics = '{}' or array_position(its_topics, null) is not null or its_grain not in ('total', 'figure', 'trace') or octet_length(its_name) not between 1 and 200
     or cardinality(its_topics) > 100 or (select count(*) from members_token t where t.person_id::text = v.person and t.ended is null and v.asked_at < t.expires) >= 20 then
    raise exception 'no such token is made' using errcode = 'LV047';
  end if;
  insert into members_token (id, person_id, participant_id, name, secret, topics, grain, may_send, made, expires)
  values (new_id, v.person::uuid, v.participant, its_name, its_secret, its_topics, its_grain,
          sends and v.roles && array['data_officer', 'focal_point'], v.asked_at, v.asked_at + make_interval(days => days));
  perform write_act(v, 'made_token', new_id, jsonb_build_object('topics', its_topics, 'grain', its_grain, 'may_send', sends, 'days', days));
  return new_id;
end $$;

-- End one of one's own tokens.
create or replace function end_token(its_token uuid) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
begin
  update members_token t set ended = v.asked_at
   where t.id = its_token and t.person_id::text = v.person and t.participant_id = v.participant and v.channel = 'session' and t.ended is null;
  if not found then
    perform nothing_here();
  end if;
  perform write_act(v, 'ended_token', its_token, '{}');
end $$;

-- Whose a token is, by the hash of its secret, while it and its person are in force: for the gate. It notes the day.
create or replace function open_token(its_secret bytea, moment timestamptz) returns jsonb
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  one members_token;
begin
  select t.* into one from members_token t join members_person p on p.id = t.person_id and not p.is_suspended
   where t.secret = its_secret and t.ended is null and is_bound(t.made, t.expires, moment)
     and exists (select from members_appointment a
                  where a.person_id = t.person_id and a.participant_id = t.participant_id and in_force(a, moment));
  if not found then
    return null;
  end if;
  update members_token t set used = (moment at time zone 'UTC')::date
   where t.id = one.id and t.used is distinct from (moment at time zone 'UTC')::date;
  return jsonb_build_object('id', one.id, 'person', one.person_id, 'participant', one.participant_id, 'may_send', one.may_send,
                            'grain', one.grain, 'email', (select p.email from members_person p where p.id = one.person_id));
end $$;

-- Erase a person, by the role that owns the database: name, address and everything one signs in with. The id stays in journals.
create or replace function erase_person(them uuid, moment timestamptz) returns void
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  its_participant text;
begin
  for its_participant in
    select a.participant_id from members_appointment a where a.person_id = them
    union select g.participant_id from members_belonging b join members_agency g on g.id = b.agency_id where b.person_id = them order by 1
  loop
    perform append_entry(its_participant, moment, jsonb_build_object('act', 'erased_person', 'person', '', 'thing', them)::text);
  end loop;
  update members_invitation i set email = 'erased@' || i.id, ended = coalesce(i.ended, moment)
   where i.person_id = them or i.email = (select p.email from members_person p where p.id = them);
  update members_appointment a set until = moment where a.person_id = them and a.until is null;
  update members_belonging b set until = moment where b.person_id = them and b.until is null;
  update members_token t set ended = moment, name = '' where t.person_id = them;
  delete from mfa_authenticator m where m.user_id = them;
  delete from account_emailaddress e where e.user_id = them;
  delete from socialaccount_socialtoken t using socialaccount_socialaccount s where t.account_id = s.id and s.user_id = them;
  delete from socialaccount_socialaccount s where s.user_id = them;
  perform end_sessions(them);
  -- Sessions of nobody: one in which the person has only begun to sign in holds the address, and no list tells which it is.
  delete from django_session s where not exists (select from usersessions_usersession u where u.session_key = s.session_key);
  update members_person p set email = 'erased@' || p.id, name = '', password = '!', is_suspended = true where p.id = them;
end $$;

-- End every second factor of a person, by the role that owns the database, where no participant alone may: the person acts for several.
drop function if exists reset_factors(uuid, timestamptz);  -- once it gave something
create function reset_factors(them uuid, moment timestamptz) returns void
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  its_participant text;
begin
  for its_participant in select distinct a.participant_id from members_appointment a where a.person_id = them order by 1 loop
    perform append_entry(its_participant, moment, jsonb_build_object('act', 'ended_second_factor', 'person', '', 'thing', them)::text);
  end loop;
  delete from mfa_authenticator m where m.user_id = them;
  perform end_sessions(them);
end $$;
