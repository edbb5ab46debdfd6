-- What the role that signs people in may know of them beyond their accounts.

-- Whether a person may choose a new password by a link in the mail. Without a second factor here the mailbox alone would become the
-- person, and who runs a State's mailboxes would act for others too: then only for whoever is bound to one participant.
create or replace function may_renew_by_mail(them uuid, asked timestamptz) returns boolean
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select exists (select from mfa_authenticator m where m.user_id = them and m.type in ('totp', 'webauthn'))
      or (select count(distinct a.participant_id) from members_appointment a where a.person_id = them and is_bound(a.since, a.until, asked)) <= 1
$$;

-- The participants for which a person has a role in force, with the roles; none for whoever is suspended.
create or replace function appointments_of(its_person uuid, asked timestamptz) returns table (participant text, roles text[])
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select a.participant_id, array_agg(distinct a.role order by a.role)
    from members_appointment a join members_person who on who.id = a.person_id and not who.is_suspended
   where a.person_id = its_person and in_force(a, asked)
   group by a.participant_id order by a.participant_id
$$;
