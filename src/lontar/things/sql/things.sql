-- What facts promise (docs/explanation/sharing.md), and the spans that contributions open.

alter table things_thing drop constraint if exists facts_keep_their_promises;
alter table things_thing add constraint facts_keep_their_promises check (
  owner <> '' and agency <> '' and period_start <= period_end
  and array_position(shared_with, '') is null and array_position(named, '') is null
  and (not 'asylum' = any (classes) or ((origin_open or origin <> '{}') and not origin && owner_group))
);

create or replace function keep_span() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into things_span (topic, period_start, period_end) values (new.topic, new.period_start, new.period_end)
  on conflict do nothing;
  return null;
end $$;
drop trigger if exists keep_span on things_thing;
create trigger keep_span after insert or update of topic, period_start, period_end on things_thing
  for each row execute function keep_span();

-- The spans of things that lie within a contribution of the viewer's participant.
create or replace function contributed_spans() returns table (topic text, period_start date, period_end date)
language sql stable parallel restricted security definer set search_path = pg_catalog, public, pg_temp as $$
  select distinct s.topic, s.period_start, s.period_end
    from things_contribution c
    join things_span s on s.topic = c.topic and c.period_start <= s.period_start and s.period_end <= c.period_end
   where c.participant = (select v.participant from viewer() v) and c.participant <> ''
     and c.signed <= (select v.asked_at from viewer() v)
     and (c.withdrawn is null or (select v.asked_at from viewer() v) < c.withdrawn)
$$;
revoke all on function contributed_spans() from public;
