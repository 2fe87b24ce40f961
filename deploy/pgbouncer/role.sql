-- Through PgBouncer no setting travels with a session, so the role has them. Run once as superuser:
--   psql -d threads -f deploy/pgbouncer/role.sql
-- The planner's: disks without heads; statements of milliseconds, for which neither compiling nor a second process pays.
alter role threads set random_page_cost = '1.1';
alter role threads set max_parallel_workers_per_gather = '0';
alter role threads set jit = 'off';
-- Nobody waits for ever.
alter role threads set statement_timeout = '5s';
alter role threads set lock_timeout = '2s';
alter role threads set idle_in_transaction_session_timeout = '10s';
alter role threads set timezone = 'UTC';
