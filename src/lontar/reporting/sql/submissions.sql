-- Submissions that are not signed yet: for the agency that wrote them and the focal point, as the policy says of the things that stand
-- for them. Everybody else hears that there is nothing here.

-- The topics that a token of somebody who may send was made for; for somebody who is signed in, null: every topic.
create or replace function may_send(v viewer_facts, its_topics text[]) returns void
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
begin
  if v.participant = '' or not v.roles && array['data_officer', 'focal_point']
     or (v.channel = 'token' and not (its_topics <@ v.topics and exists (
           select from members_token t where t.id::text = (signed_context())[6] and t.may_send))) then
    perform nothing_here();
  end if;
end $$;

-- Things that stand for a submission, one for each topic; under terms that the writer could read, unless a program writes, which reads
-- nothing of it afterwards.
create or replace function stand_for(v viewer_facts, its_agency uuid, facts jsonb) returns uuid[]
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  states text[];
  today constant date := (v.asked_at at time zone 'UTC')::date;
  one record;
  its_terms integer;
  new_id uuid;
  things uuid[] := '{}';
begin
  select array(select unnest(p.states) order by 1) into states from members_participant p where p.id = v.participant;
  for one in select f.key as topic, f.value as told from jsonb_each(facts) f order by f.key loop
    if one.told ->> 'owner' <> v.participant or one.told ->> 'agency' <> its_agency::text or one.told ->> 'mark' <> 'AMBER+STRICT' then
      perform nothing_here();
    end if;
    its_terms := terms_of(one.told || jsonb_build_object('owner_group', to_jsonb(states)));
    if v.channel = 'session' and not is_open(its_terms) then
      perform nothing_here();
    end if;
    new_id := gen_random_uuid();
    insert into things_thing (id, terms, span) values (new_id, its_terms, span_of(new_id, one.told, one.topic, today, today));
    things := things || new_id;
  end loop;
  if things = '{}' then
    perform nothing_here();
  end if;
  return things;
end $$;

create or replace function tell_event(v viewer_facts, its_submission uuid, its_what text) returns void
language sql set search_path = pg_catalog, public, pg_temp as $$
  insert into reporting_event (submission, what, person, at) values (its_submission, its_what, v.person, v.asked_at)
$$;

-- Begin a submission of one's own agency. `facts` are the terms of what stands for it, by topic.
create or replace function begin_submission(new_id uuid, its_agency uuid, its_mapping text, facts jsonb, its_key bytea, its_master text) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
begin
  perform may_send(v, array(select jsonb_object_keys(facts)));
  if not its_agency::text = any (v.agencies)
     or not exists (select from members_agency a where a.id = its_agency and a.participant_id = v.participant) then
    perform nothing_here();
  end if;
  insert into reporting_submission (id, participant, agency, mapping, things, begun_by, begun_at, since, wrapped, master)
  values (new_id, v.participant, its_agency::text, its_mapping, stand_for(v, its_agency, facts), v.person, v.asked_at, v.asked_at, its_key, its_master);
  perform tell_event(v, new_id, 'begun');
  perform write_act(v, 'began_submission', new_id, '{}'::jsonb);
end $$;

-- Whether the viewer may read a submission that is not signed: as its own, everything that stands for it.
create or replace function reads_submission(v viewer_facts, s reporting_submission) returns boolean
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select v.participant <> '' and s.participant = v.participant and v.channel = 'session'
     and (select count(*) from things_thing g where g.id = any (s.things) and is_open(g.terms)) = cardinality(s.things)
$$;

-- The submission of the viewer's own that the viewer may work on, held until the transaction ends; nothing here otherwise. A program works
-- on what its person began, and reads nothing of it.
create or replace function held_submission(its_id uuid) returns reporting_submission
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  s reporting_submission;
begin
  select * into s from reporting_submission r where r.id = its_id and r.participant = v.participant for update;
  if s.id is null or v.participant = '' or not v.roles && array['data_officer', 'focal_point']
     or (v.channel = 'session' and not reads_submission(v, s)) or (v.channel <> 'session' and s.begun_by <> v.person) then
    perform nothing_here();
  end if;
  if v.channel <> 'session' then
    perform may_send(v, array(select p.topic from things_thing g join things_span p on p.id = g.span where g.id = any (s.things)));
  end if;
  return s;
end $$;

-- Keep papers: [id, kind, name, size, hash, run]. They may be written until the submission is signed.
create or replace function keep_papers(its_submission uuid, papers jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  s constant reporting_submission := held_submission(its_submission);
begin
  if s.step <> 'draft' or s.signed_by <> '' then
    raise exception 'the submission is closed' using errcode = 'LV070';
  end if;
  insert into reporting_paper (id, submission, kind, name, size, sha256, run, kept_by, kept_at)
  select (p ->> 0)::uuid, s.id, p ->> 1, p ->> 2, (p ->> 3)::bigint, decode(p ->> 4, 'hex'), (p ->> 5)::integer, v.person, v.asked_at
    from jsonb_array_elements(papers) p;
end $$;

-- Say under which mapping a submission is read, before which nobody knew what it is about.
create or replace function say_mapping(its_submission uuid, its_mapping text, facts jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  s constant reporting_submission := held_submission(its_submission);
begin
  if s.step <> 'draft' or s.signed_by <> '' then
    raise exception 'the submission is closed' using errcode = 'LV070';
  end if;
  perform may_send(v, array(select jsonb_object_keys(facts)));
  update reporting_submission set mapping = its_mapping, things = stand_for(v, s.agency::uuid, facts) where id = s.id;
  perform tell_event(v, s.id, 'mapped');
end $$;

-- One submission with its papers, its job and its history; null where there is nothing here for the viewer.
create or replace function read_submission(its_id uuid) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  s reporting_submission;
begin
  select * into s from reporting_submission r where r.id = its_id and r.participant = v.participant;
  if s.id is null or not reads_submission(v, s) then
    return null;
  end if;
  return jsonb_build_object(
    'id', s.id, 'agency', s.agency, 'agency_name', (select a.name from members_agency a where a.id::text = s.agency), 'mapping', s.mapping,
    'step', s.step, 'since', s.since, 'begun_by', s.begun_by, 'begun_by_name', name_of(s.begun_by), 'begun_at', s.begun_at,
    'wrapped', encode(s.wrapped, 'hex'), 'accepted', s.accepted, 'signed_by_name', name_of(s.signed_by), 'period_start', s.period_start, 'period_end', s.period_end, 'refused', s.refused,
    'may_write', v.roles && array['data_officer', 'focal_point'], 'may_sign', 'focal_point' = any (v.roles),
    'papers', (select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'kind', p.kind, 'name', p.name, 'size', p.size, 'run', p.run,
                 'sha256', encode(p.sha256, 'hex'), 'removed', p.removed_at is not null) order by p.kind, p.name, p.id), '[]')
                 from reporting_paper p where p.submission = s.id
                  and (p.kind = 'raw' or p.run = (select max(q.run) from reporting_paper q where q.submission = s.id))),
    'job', (select jsonb_build_object('id', j.id, 'what', j.what, 'stage', j.stage, 'done', j.done, 'total', j.total, 'outcome', j.outcome,
              'said', encode(j.said, 'hex'), 'is_cancelled', j.is_cancelled, 'asked_at', j.asked_at)
              from reporting_job j where j.submission = s.id order by j.asked_at desc, j.id limit 1),
    'events', (select coalesce(jsonb_agg(jsonb_build_object('what', e.what, 'who', name_of(e.person), 'at', e.at) order by e.id), '[]')
                 from reporting_event e where e.submission = s.id));
end $$;

-- The name of a person of the viewer's own participant, for colleagues.
create or replace function name_of(them text) returns text
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select coalesce((select coalesce(nullif(p.name, ''), p.email) from members_person p where p.id::text = them), '')
$$;

-- The submissions of the viewer's participant that the viewer may read, the latest first; a page of them.
create or replace function own_submissions(earlier_than timestamptz, most integer) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
begin
  return (select coalesce(jsonb_agg(jsonb_build_object(
            'id', s.id, 'agency', s.agency, 'agency_name', (select a.name from members_agency a where a.id::text = s.agency),
            'mapping', s.mapping, 'step', s.step, 'since', s.since, 'begun_by_name', name_of(s.begun_by),
            'period_start', s.period_start, 'period_end', s.period_end, 'refused', s.refused,
            'files', (select coalesce(jsonb_agg(p.name order by p.name), '[]') from reporting_paper p where p.submission = s.id and p.kind = 'raw'),
            'outcome', (select j.outcome from reporting_job j where j.submission = s.id order by j.asked_at desc, j.id limit 1))
            order by s.since desc, s.id), '[]')
            from (select r.* from reporting_submission r
                   where r.participant = v.participant and r.since <= earlier_than and reads_submission(v, r)
                   order by r.since desc, r.id limit least(most, 200)) s);
end $$;

-- Throw away what was not signed: its key goes, and with it whatever could be read. Gives the papers to remove.
create or replace function discard_submission(its_submission uuid) returns jsonb
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  s constant reporting_submission := held_submission(its_submission);
  papers constant jsonb := (select coalesce(jsonb_agg(p.id), '[]') from reporting_paper p where p.submission = s.id);
begin
  if s.step <> 'draft' or s.signed_by <> '' then
    raise exception 'the submission is closed' using errcode = 'LV070';
  end if;
  if exists (select from reporting_job j where j.submission = s.id and j.outcome = '') then
    raise exception 'something is being done with it' using errcode = 'LV071';
  end if;
  delete from reporting_paper p where p.submission = s.id;
  delete from reporting_job j where j.submission = s.id;
  delete from reporting_event e where e.submission = s.id;
  delete from reporting_repair e where e.submission = s.id;
  delete from reporting_submission r where r.id = s.id;
  perform write_act(v, 'discarded_submission', s.id, '{}'::jsonb);
  return papers;
end $$;

-- Say something without a file, in a submission that was begun for it: its observations are there already, and no cell is to be repaired.
create or replace function state_submission(its_submission uuid, papers jsonb, first_day date, last_day date) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v constant viewer_facts := viewer();
  s constant reporting_submission := held_submission(its_submission);
begin
  if s.mapping not like 'statement/%' then
    perform nothing_here();
  end if;
  perform keep_papers(s.id, papers);
  update reporting_submission r set period_start = first_day, period_end = last_day, refused = 0 where r.id = s.id;
  perform tell_event(v, s.id, 'stated');
end $$;
