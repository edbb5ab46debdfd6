-- What a PostgreSQL tells any role, closed to all but superusers. Run once in the database, as a superuser; again, it changes nothing.

do $$
declare
  one record;
begin
  -- Conditions that are leakproof may be asked before row-level security is: an error, or none, would tell what is hidden.
  for one in select oid::regprocedure as name from pg_proc where proleakproof loop
    execute format('alter function %s not leakproof', one.name);
  end loop;
  -- Statistics, locks, the log, sizes, large objects and messages tell what others do; sessions of others can be ended.
  for one in
    select p.oid::regprocedure as name from pg_proc p
     where p.pronamespace = 'pg_catalog'::regnamespace and p.prokind = 'f'
       and p.proname ~ '^(pg_stat_get_|pg_stat_have|pg_stat_reset|pg_current_wal_|pg_wal|pg_last_|pg_lock_status|pg_blocking|pg_safe_snapshot|pg_control_|pg_logical_|pg_show_|pg_get_wal|pg_ls_|pg_cursor|pg_prepared_|pg_lo_|lo_|lowrite|loread|be_lo_|pg_terminate_backend|pg_cancel_backend|pg_notify|pg_listening|pg_notification|pg_advisory_|pg_try_advisory_|pg_relation_size|pg_table_size|pg_total_relation_size|pg_indexes_size|pg_database_size|pg_tablespace_size|pg_relation_file|pg_xact_|pg_get_multixact|pg_snapshot|txid_|pg_current_snapshot|pg_export_snapshot|currtid|pg_postmaster|pg_conf_load|pg_hba|pg_ident|pg_config|pg_get_shmem|pg_get_backend_mem|pg_log_backend|pg_trigger_depth)'
  loop
    execute format('revoke execute on function %s from public', one.name);
  end loop;
  for one in select viewname as name from pg_views where schemaname = 'pg_catalog' and viewname ~ '^pg_(stat|locks|shmem|backend|cursors|prepared|hba|ident|file_settings|config)' loop
    execute format('revoke all on pg_catalog.%I from public', one.name);
  end loop;
  revoke all on pg_catalog.pg_largeobject_metadata from public;
end $$;
