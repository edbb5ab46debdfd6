-- Repairs of a submission that is not signed. None is ever overwritten: what another person said meanwhile stays beside it.

-- Keep what is said of cells: [id, cell, said, the repair that was seen there ('' for none)]. What takes the place of another repair than
-- the one that was seen is its rival.
create or replace function keep_repairs(its_submission uuid, repairs jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  s constant reporting_submission := held_submission(its_submission);
  one jsonb;
  standing reporting_repair;
begin
  perform acts_in_person(v);
  if s.step <> 'draft' or s.signed_by <> '' then
    raise exception 'the submission is closed' using errcode = 'LV070';
  end if;
  if jsonb_array_length(repairs) + (select count(*) from reporting_repair r where r.submission = s.id) > 20000 then
    raise exception 'too many' using errcode = 'LV072';
  end if;
  for one in select r.value from jsonb_array_elements(repairs) r loop
    select * into standing from reporting_repair r
     where r.submission = s.id and r.cell = decode(one ->> 1, 'hex') and r.ended_at is null and r.rival_of is null;
    if standing.id::text = one ->> 3 then
      update reporting_repair r set ended_at = v.asked_at where r.id = standing.id;
      standing := null;
    end if;
    insert into reporting_repair (id, submission, cell, said, author, at, rival_of)
    values ((one ->> 0)::uuid, s.id, decode(one ->> 1, 'hex'), decode(one ->> 2, 'hex'), v.person, v.asked_at, standing.id);
  end loop;
  perform tell_event(v, s.id, 'repaired');
end $$;

-- Choose among what several people said of one cell: this stands, the others end.
create or replace function choose_repair(its_submission uuid, its_repair uuid) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  s constant reporting_submission := held_submission(its_submission);
  chosen reporting_repair;
begin
  perform acts_in_person(v);
  select * into chosen from reporting_repair r where r.id = its_repair and r.submission = s.id and r.ended_at is null;
  if chosen.id is null then
    perform nothing_here();
  end if;
  if s.step <> 'draft' or s.signed_by <> '' then
    raise exception 'the submission is closed' using errcode = 'LV070';
  end if;
  update reporting_repair r set ended_at = v.asked_at where r.submission = s.id and r.cell = chosen.cell and r.id <> chosen.id and r.ended_at is null;
  update reporting_repair r set rival_of = null where r.id = chosen.id;
  perform tell_event(v, s.id, 'chosen');
end $$;

-- Take a repair back.
create or replace function undo_repair(its_submission uuid, its_repair uuid) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  s constant reporting_submission := held_submission(its_submission);
begin
  perform acts_in_person(v);
  if s.step <> 'draft' or s.signed_by <> '' then
    raise exception 'the submission is closed' using errcode = 'LV070';
  end if;
  update reporting_repair r set ended_at = v.asked_at
   where r.submission = s.id and r.ended_at is null and (r.id = its_repair or r.rival_of = its_repair);
  if not found then
    perform nothing_here();
  end if;
  perform tell_event(v, s.id, 'undone');
end $$;

-- What stands of the repairs of a submission that the viewer may read, and what is beside it.
create or replace function read_repairs(its_submission uuid) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  s reporting_submission;
begin
  select * into s from reporting_submission r where r.id = its_submission and r.participant = v.participant;
  if s.id is null or not reads_submission(v, s) then
    return null;
  end if;
  return (select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'cell', encode(r.cell, 'hex'), 'said', encode(r.said, 'hex'),
            'who', name_of(r.author), 'at', r.at, 'rival_of', r.rival_of) order by r.at, r.id), '[]')
            from reporting_repair r where r.submission = s.id and r.ended_at is null);
end $$;
