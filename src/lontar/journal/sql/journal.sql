-- The chains. An entry commits to its content with a salt; entries of a transaction are linked when it commits, chain by chain in one
-- order, so that two transactions cannot wait for each other, and none waits for longer than the other's commit.

create sequence if not exists entry_number as bigint;

alter table journal_reading drop constraint if exists rule_is_one;
alter table journal_reading add constraint rule_is_one check (rule ~ '^(SH-[0-9]{2}|refused)$' and octet_length(topic) <= 200);

-- Append an entry to a chain: for functions of the database that do what they say there.
create or replace function append_entry(its_chain text, its_moment timestamptz, its_body text) returns uuid
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  new_id uuid := gen_random_uuid();
  its_salt bytea := sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
begin
  if its_chain !~ '^[A-Za-z0-9_.-]{1,40}$' then
    raise exception 'a chain belongs to somebody, by an id of letters and digits' using errcode = 'LV020';
  end if;
  if its_moment not between '2000-01-01' and '2999-12-31' or octet_length(its_body) > 16384 then
    raise exception 'an entry is of this millennium, and short' using errcode = 'LV023';
  end if;
  insert into journal_entry (id, number, chain, at, commitment, act_id)
  values (new_id, nextval('entry_number'), its_chain, its_moment,
          sha256(its_salt || convert_to(its_body, 'UTF8')), pg_current_xact_id()::text::bigint);
  insert into journal_content (entry, salt, body) values (new_id, its_salt, its_body);
  return new_id;
end $$;

-- Write what a viewer did to something into the chain of the viewer's participant, in the same transaction.
create or replace function write_act(v viewer_facts, act text, thing uuid, more jsonb) returns void
language sql set search_path = pg_catalog, public, pg_temp as $$
  select append_entry(v.participant, v.asked_at, (jsonb_build_object('act', act, 'person', v.person, 'thing', thing) || more)::text)
$$;

-- The line that is hashed, in ASCII: chain, place, moment (UTC, microseconds), commitment, hash before.
create or replace function entry_line(chain text, place bigint, at timestamptz, commitment bytea, before bytea) returns text
language sql immutable set search_path = pg_catalog as $$
  select concat_ws('|', 'lontar entry 1', chain, place::text, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                   encode(commitment, 'hex'), encode(before, 'hex'))
$$;

create or replace function link_entries() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  one record;
  before journal_head;
  after bytea;
begin
  if exists (select from journal_link l where l.entry = new.id) then
    return null;
  end if;
  for one in
    select e.* from journal_entry e
     where e.act_id = pg_current_xact_id()::text::bigint and not exists (select from journal_link l where l.entry = e.id)
     order by e.chain collate "C", e.number
  loop
    insert into journal_head (chain, length, hash) values (one.chain, 0, decode(repeat('00', 32), 'hex')) on conflict do nothing;
    select * into strict before from journal_head h where h.chain = one.chain for update;
    after := sha256(convert_to(entry_line(one.chain, before.length + 1, one.at, one.commitment, before.hash), 'UTF8'));
    insert into journal_link (entry, chain, place, hash) values (one.id, one.chain, before.length + 1, after);
    update journal_head h set length = before.length + 1, hash = after where h.chain = one.chain;
  end loop;
  return null;
end $$;

drop trigger if exists link_entries on journal_entry;
create constraint trigger link_entries after insert on journal_entry deferrable initially deferred
  for each row execute function link_entries();

-- What is written stays as it is, whoever asks; only content can be erased.
create or replace function stay_as_written() returns trigger
language plpgsql as $$
begin
  raise exception 'the journal is only ever written on' using errcode = 'LV021';
end $$;
drop trigger if exists stay_as_written on journal_entry;
create trigger stay_as_written before update or delete or truncate on journal_entry execute function stay_as_written();
drop trigger if exists stay_as_written on journal_link;
create trigger stay_as_written before update or delete or truncate on journal_link execute function stay_as_written();
drop trigger if exists stay_as_written on journal_checkpoint;
create trigger stay_as_written before update or delete or truncate on journal_checkpoint execute function stay_as_written();
