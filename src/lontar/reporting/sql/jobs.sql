-- Long work. Who asked is written here by the database itself, so that nobody can have work done in the name of another.

create or replace function ask_job(new_id uuid, its_submission uuid, its_what text) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  s constant reporting_submission := held_submission(its_submission);
begin
  if its_what not in ('harmonise', 'recognise') or s.step <> 'draft' or s.signed_by <> '' then
    raise exception 'the submission is closed' using errcode = 'LV070';
  end if;
  if exists (select from reporting_job j where j.submission = s.id and j.outcome = '') then
    raise exception 'something is being done with it' using errcode = 'LV071';
  end if;
  insert into reporting_job (id, submission, what, person, participant, asked_at)
  values (new_id, s.id, its_what, v.person, v.participant, v.asked_at);
end $$;

-- What was signed and not accepted is a draft again.
create or replace function unsign(j reporting_job) returns void
language sql set search_path = pg_catalog, public, pg_temp as $$
  update reporting_submission s set signed_by = '', digest = null, terms = '', reason = ''
   where j.what = 'accept' and s.id = j.submission and s.step = 'draft'
$$;

-- Stop what is being done: what waits ends at once, what is under way as soon as its worker hears of it. Whoever stops it stands in the history.
create or replace function cancel_job(its_submission uuid) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  s constant reporting_submission := held_submission(its_submission);
  j reporting_job;
begin
  select * into j from reporting_job q where q.submission = s.id and q.outcome = '' and not q.is_cancelled for update;
  if j.id is null then
    return;
  end if;
  update reporting_job q set is_cancelled = true where q.id = j.id;
  perform tell_event(v, s.id, j.what || '_cancelled');
  if j.started_at is null then
    update reporting_job q set outcome = 'cancelled', ended_at = v.asked_at where q.id = j.id;
    perform unsign(j);
  end if;
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
  for j in update reporting_job q set outcome = 'failed', ended_at = moment
            where q.outcome = '' and q.started_at is not null and q.heard_at < moment - patience returning q.* loop
    perform unsign(j);
    insert into reporting_event (submission, what, person, at) values (j.submission, j.what || '_failed', j.person, moment);
  end loop;
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

-- Tell how far a job is, or (null) that it goes on; gives whether it is to stop.
create or replace function tell_job(its_job uuid, its_stage text, so_far bigint, in_all bigint) returns boolean
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  j constant reporting_job := job_under_way(its_job);
begin
  update reporting_job q set stage = coalesce(left(its_stage, 40), q.stage), done = coalesce(so_far, q.done), total = coalesce(in_all, q.total), heard_at = v.asked_at where q.id = j.id;
  return j.is_cancelled;
end $$;

-- End a job: done, refused, cancelled or failed; `words` is what its sender is told, sealed. The papers that it wrote take the place of
-- those of earlier passes, which are given back, to be removed; `told` says first and last day of the figures, and how many cells are refused.
create or replace function end_job(its_job uuid, its_outcome text, words bytea, papers jsonb, told jsonb) returns jsonb
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
    update reporting_submission s
       set period_start = (told ->> 'first')::date, period_end = (told ->> 'last')::date, refused = (told ->> 'refused')::integer, since = v.asked_at
     where s.id = j.submission;
  end if;
  perform unsign(j);
  if its_outcome <> 'cancelled' then  -- of which is told when it is asked for
    perform tell_event(v, j.submission, j.what || '_' || its_outcome);
  end if;
  return before;
end $$;

-- Every file of the desk that a submission needs, as a backup names them: what lies there besides was left by a process that was stopped.
create or replace function desk_files() returns setof text
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select p.id || '.paper' from reporting_paper p where p.removed_at is null order by 1
$$;

-- Sign a submission, as a focal point of its participant: what was understood (`its_digest`, over all of it), under these terms. The
-- journal keeps the signature, and whether a second factor was shown or waived; a worker then has the figures accepted, in the name of whoever signed.
create or replace function sign_submission(new_job uuid, its_submission uuid, its_digest bytea, its_terms text, its_reason text,
                                             second_factor text) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  s constant reporting_submission := held_submission(its_submission);
begin
  perform acts_in_person(v);
  if not 'focal_point' = any (v.roles) or not v.alone then
    perform nothing_here();
  end if;
  if s.step not in ('draft', 'checked') or s.signed_by <> '' or exists (select from reporting_job j where j.submission = s.id and j.outcome = '') then
    raise exception 'the submission is closed' using errcode = 'LV070';
  end if;
  if exists (select from reporting_repair r where r.submission = s.id and r.ended_at is null and r.rival_of is not null) then
    raise exception 'two people say two things of one cell' using errcode = 'LV073';
  end if;
  if octet_length(its_terms) > 20000 or octet_length(its_reason) > 2000 then
    raise exception 'too long' using errcode = 'LV023';
  end if;
  update reporting_submission r set signed_by = v.person, digest = its_digest, terms = its_terms, reason = its_reason where r.id = s.id;
  insert into reporting_job (id, submission, what, person, participant, asked_at)
  values (new_job, s.id, 'accept', v.person, v.participant, v.asked_at);
  perform tell_event(v, s.id, 'signed');
  perform write_act(v, 'signed_submission', s.id, jsonb_build_object('digest', encode(its_digest, 'hex'), 'second_factor', second_factor));
end $$;

-- What was signed, to whoever has it accepted: digest, terms, reason.
create or replace function signed_words(its_job uuid) returns jsonb
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  j constant reporting_job := job_under_way(its_job);
begin
  return (select jsonb_build_object('digest', encode(s.digest, 'hex'), 'terms', s.terms, 'reason', s.reason)
            from reporting_submission s where s.id = j.submission and s.signed_by = j.person);
end $$;

-- That there was none, or that it does not apply here, was signed: a thing of its own, about nobody, which counts for its own days even
-- where the warehouse keeps the zero itself apart as it does every small figure.
create or replace function keep_statement(v viewer_facts, its_submission uuid, its_accepted uuid) returns void
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  new_id constant uuid := gen_random_uuid();
  facts jsonb;
  its_topic text;
  first_day date;
  last_day date;
begin
  select to_jsonb(t) - 'id' - 'digest' || jsonb_build_object('classes', '[]'::jsonb, 'origin', '[]'::jsonb, 'origin_open', false,
           'published', t.mark = 'CLEAR'), s.topic, s.period_start, s.period_end
    into facts, its_topic, first_day, last_day
    from things_thing g join things_terms t on t.id = g.terms join things_span s on s.id = g.span where g.id = first_thing_of(its_accepted);
  insert into things_thing (id, terms, span)
  values (new_id, terms_of(facts), span_of(new_id, facts, its_topic, first_day, last_day));
  insert into members_contribution (id, participant, topic, period_start, period_end, nil, signed, since, until)
  values (new_id, v.participant, its_topic, first_day, last_day, true, v.asked_at, v.asked_at, v.asked_at);
  perform keep_contribution(new_id, v.asked_at);
  update reporting_submission r set things = r.things || new_id where r.id = its_submission;
end $$;

-- The figures were accepted by the warehouse, in this transaction; `says_none` where they only say so. Earlier submissions of the table that lie within these days are
-- superseded. Gives the papers that need not be kept: the figures lie in the warehouse now.
create or replace function keep_accepted(its_job uuid, its_accepted uuid, says_none boolean) returns jsonb
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  j constant reporting_job := job_under_way(its_job);
  s reporting_submission;
  papers jsonb;
begin
  select * into strict s from reporting_submission r where r.id = j.submission for update;
  if j.what <> 'accept' or s.step = 'accepted' or s.signed_by <> v.person
     or not was_accepted(its_accepted, s.participant, s.agency, s.mapping) then
    perform nothing_here();
  end if;
  update reporting_submission r set step = 'superseded', since = v.asked_at
   where r.participant = s.participant and r.agency = s.agency and r.mapping = s.mapping and r.step = 'accepted' and r.id <> s.id
     and s.period_start <= r.period_start and r.period_end <= s.period_end;
  update reporting_submission r set step = 'accepted', since = v.asked_at, accepted = its_accepted::text where r.id = s.id;
  if says_none and s.mapping like 'statement/%' then
    perform keep_statement(v, s.id, its_accepted);
  end if;
  update reporting_job q set outcome = 'done', ended_at = v.asked_at where q.id = j.id;
  select coalesce(jsonb_agg(p.id), '[]') into papers from reporting_paper p where p.submission = s.id and p.kind = 'observations';
  delete from reporting_paper p where p.submission = s.id and p.kind = 'observations';
  perform tell_event(v, s.id, 'accepted');
  return papers;
end $$;

-- Which submission of the same table was accepted for days that these meet: whoever sends them anew says why. Null where there is none.
create or replace function taken_place_of(its_submission uuid) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  s reporting_submission;
begin
  select * into s from reporting_submission r where r.id = its_submission and r.participant = v.participant;
  if s.id is null or not reads_submission(v, s) then
    return null;
  end if;
  return (select jsonb_build_object(
            'any', count(*) > 0,
            'met', coalesce(bool_or(r.period_start <= s.period_end and s.period_start <= r.period_end), false))
            from reporting_submission r
           where r.participant = s.participant and r.agency = s.agency and r.mapping = s.mapping and r.step in ('accepted', 'superseded'));
end $$;

-- Withdraw what was accepted, as a focal point: nobody but its owner reads it any more, from now on.
create or replace function withdraw_sent(its_submission uuid, why text) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  s constant reporting_submission := held_submission(its_submission);
  its_thing uuid;
  under integer;
begin
  perform acts_in_person(v);
  if not 'focal_point' = any (v.roles) then
    perform nothing_here();
  end if;
  if s.step not in ('accepted', 'superseded') then
    raise exception 'the submission is closed' using errcode = 'LV070';
  end if;
  if octet_length(why) not between 1 and 2000 then
    raise exception 'too long' using errcode = 'LV023';
  end if;
  perform withdraw_submission(s.accepted::uuid, why);
  for its_thing, under in
    select g.id, g.terms from things_thing g join members_contribution c on c.id = g.id where g.id = any (s.things)
  loop
    perform put_under(its_thing, terms_of((select to_jsonb(t) - 'id' - 'digest' || '{"recalled": true}' from things_terms t where t.id = under)));
    perform keep_contribution(its_thing, v.asked_at);
  end loop;
  update reporting_submission r set step = 'withdrawn', since = v.asked_at where r.id = s.id;
  perform tell_event(v, s.id, 'withdrawn');
end $$;

-- Files that may not be sent leave their hash and nothing else: gives the papers to remove.
create or replace function drop_files(its_job uuid) returns jsonb
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  j constant reporting_job := job_under_way(its_job);
  papers constant jsonb := (select coalesce(jsonb_agg(p.id), '[]') from reporting_paper p where p.submission = j.submission and p.removed_at is null);
begin
  update reporting_paper p set removed_at = v.asked_at, name = '' where p.submission = j.submission and p.removed_at is null;
  perform write_act(v, 'dropped_files', j.submission, '{}'::jsonb);
  return papers;
end $$;
