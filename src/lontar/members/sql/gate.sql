-- What the role that signs people in may know of them beyond their accounts.

-- The participants for which a person has a role in force, with the roles; none for whoever is suspended.
create or replace function appointments_of(its_person uuid, asked timestamptz) returns table (participant text, roles text[])
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select a.participant_id, array_agg(distinct a.role order by a.role)
    from members_appointment a join members_person who on who.id = a.person_id and not who.is_suspended
   where a.person_id = its_person and in_force(a, asked)
   group by a.participant_id order by a.participant_id
$$;
