-- Long work. Who asked is written here by the database itself, so that nobody can have work done in the name of another.

create or replace function ask_job(new_id uuid, its_submission uuid, its_what text) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  s constant reporting_submission := held_submission(its_submission);
begin
  if its_what not in ('harmonise', 'accept') or s.step <> 'draft' then
    raise exception 'the submission is closed' using errcode = 'LV070';
  end if;
  if its_what = 'accept' then
    perform acts_in_person(v);
  end if;
  if exists (select from reporting_job j where j.submission = s.id and j.outcome = '') then
    raise exception 'something is being done with it' using errcode = 'LV071';
  end if;
  insert into reporting_job (id, submission, what, person, participant, asked_at)
  values (new_id, s.id, its_what, v.person, v.participant, v.asked_at);
end $$;

create or replace function cancel_job(its_submission uuid) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  s constant reporting_submission := held_submission(its_submission);
begin
  update reporting_job j set is_cancelled = true where j.submission = s.id and j.outcome = '';
end $$;

-- Take the job that waits longest, or one of which nothing was heard for too long: null where there is none. Only a process that holds
-- the key of the context may: `proof` is the same signature, over the words 'take a job', the transaction and the process.
create or replace function take_job(proof text, moment timestamptz, patience interval) returns jsonb
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  key context_key;
  told constant text := concat_ws('|', 'take a job', pg_current_xact_id()::text, pg_backend_pid()::text);
  j reporting_job;
begin
  select * into strict key from context_key;
  if encode(sha256(key.outer_pad || sha256(key.inner_pad || convert_to(told, 'UTF8'))), 'hex') is distinct from proof then
    raise exception 'nobody may take a job so' using errcode = 'LV002';
  end if;
  update reporting_job q set outcome = 'failed', ended_at = moment
   where q.outcome = '' and q.started_at is not null and q.heard_at < moment - patience;
  select * into j from reporting_job q where q.outcome = '' and q.started_at is null order by q.asked_at, q.id limit 1 for update skip locked;
  if j.id is null then
    return null;
  end if;
  update reporting_job q set started_at = moment, heard_at = moment where q.id = j.id;
  return jsonb_build_object('id', j.id, 'submission', j.submission, 'what', j.what, 'person', j.person, 'participant', j.participant);
end $$;

-- The job of the viewer that is under way.
create or replace function job_under_way(its_job uuid) returns reporting_job
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  j reporting_job;
begin
  select * into j from reporting_job q
   where q.id = its_job and (q.person, q.participant) = (v.person, v.participant) and q.outcome = '' and q.started_at is not null;
  if j.id is null or v.participant = '' then
    perform nothing_here();
  end if;
  return j;
end $$;

-- Tell how far a job is; gives whether it is to stop.
create or replace function tell_job(its_job uuid, its_stage text, so_far bigint, in_all bigint) returns boolean
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  j constant reporting_job := job_under_way(its_job);
begin
  update reporting_job q set stage = left(its_stage, 40), done = so_far, total = in_all, heard_at = v.asked_at where q.id = j.id;
  return j.is_cancelled;
end $$;

-- End a job: done, refused, cancelled or failed; `words` is what its sender is told, sealed. The papers that it wrote take the place of
-- those of earlier passes, which are given back, to be removed.
create or replace function end_job(its_job uuid, its_outcome text, words bytea, papers jsonb) returns jsonb
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  j constant reporting_job := job_under_way(its_job);
  before jsonb := '[]';
begin
  if its_outcome not in ('done', 'refused', 'cancelled', 'failed') then
    raise exception 'no job ends so' using errcode = '22023';
  end if;
  update reporting_job q set outcome = its_outcome, said = words, ended_at = v.asked_at where q.id = j.id;
  if papers <> '[]'::jsonb then
    select coalesce(jsonb_agg(p.id), '[]') into before from reporting_paper p where p.submission = j.submission and p.kind <> 'raw';
    delete from reporting_paper p where p.submission = j.submission and p.kind <> 'raw';
    perform keep_papers(j.submission, papers);
  end if;
  perform tell_event(v, j.submission, j.what || '_' || its_outcome);
  return before;
end $$;

-- Every file of the desk that a submission needs, as a backup names them: what lies there besides was left by a process that was stopped.
create or replace function desk_files() returns setof text
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select p.id || '.paper' from reporting_paper p where p.removed_at is null order by 1
$$;
