"""Checks of the database: version, extensions, migrations, durability, connections, clock, archive, queue."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg

from neural_threads.platform.config import Settings
from neural_threads.platform.db import migrations

from .findings import Finding, good, warning, wrong

OLDEST = 15
EXTENSIONS = ("postgis", "pg_trgm", "unaccent")
DURABLE = ("fsync", "synchronous_commit", "full_page_writes")
PLANNER = {"random_page_cost": "1.1", "max_parallel_workers_per_gather": "0", "jit": "off"}
SKEW, MOST_SKEW = 1.0, 5.0
"""Seconds between the clocks that are noted, and that are wrong: tokens and order of events depend on them."""
BESIDE_POOL = 7
"""Connections of a server process beside its pool: two that listen, those of its worker (three) and their renewal, the stylist's."""
LATE = 300
LONGEST_LOSS = 300
"""Seconds of work that may be lost with the database's machine (RPO), and so between two archived files."""
FAR_BEHIND = 16 * 1024 * 1024
"""Bytes of WAL, one file of it, by which a standby may be behind."""
Line = psycopg.Connection[Any]


def database_findings(settings: Settings, *, before: bool) -> Iterator[Finding]:
    """Return findings about the database. `before`: pending work of the deployment is no mistake."""
    url = settings.direct_url or settings.database_url
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=5) as line:
            yield from _about(line, settings, before=before)
    except psycopg.Error as error:
        yield wrong("database", f"The database does not answer: {_first_line(error)}")


def _about(line: Line, settings: Settings, *, before: bool) -> Iterator[Finding]:
    yield _version(line)
    yield from _extensions(line)
    is_usable, finding = _migrations(line, before=before)
    yield finding
    yield _durability(line)
    yield _clock(line)
    yield _connections(line, settings)
    yield from _pooler(settings)
    yield from _planner(line, settings)
    yield from _standby(line, settings)
    yield from _archive(line, settings)
    if is_usable:
        yield from _worker(line, settings, before=before)


def _version(line: Line) -> Finding:
    number = line.info.server_version
    if number // 10_000 < OLDEST:
        return wrong("database", f"PostgreSQL {number // 10_000} is too old: install {OLDEST} or newer.")
    if _value(line, "select pg_is_in_recovery()"):
        return wrong("database", "DATABASE_URL leads to a standby, which takes no writes: name the primary.")
    encoding = _value(line, "show server_encoding")
    if encoding != "UTF8":
        return wrong("database", f"The database stores {encoding}: create it with encoding UTF8.")
    return good("database", f"PostgreSQL {number // 10_000}.{number % 10_000} answers.")


def _extensions(line: Line) -> Iterator[Finding]:
    installed = {name for (name,) in line.execute("select extname from pg_extension").fetchall()}
    offered = {name for (name,) in line.execute("select name from pg_available_extensions").fetchall()}
    for name in EXTENSIONS:
        if name not in offered:
            yield wrong(
                "extensions",
                f"{name} is not installed on the database's machine: install PostgreSQL's contrib and PostGIS.",
            )
        elif name not in installed:
            yield warning("extensions", f"{name} is there but not created yet; `neural-threads migrate` creates it.")
    if installed.issuperset(EXTENSIONS):
        yield good("extensions", f"{', '.join(EXTENSIONS)} are there.")


def _migrations(line: Line, *, before: bool) -> tuple[bool, Finding]:
    revision = _table_value(line, "alembic_version", "version_num")
    state = migrations.state_of(revision, _table_value(line, "schema_line", "line"))
    if state is migrations.State.CURRENT:
        return True, good("migrations", f"The database is at {revision}, the newest revision.")
    if state is migrations.State.NEWER:
        return True, warning(
            "migrations", f"The database is at {revision}, newer than this program, which can work with it."
        )
    if state is migrations.State.INCOMPATIBLE:
        return False, wrong("migrations", f"The database is at {revision}, newer than this program can work with.")
    says = f"The database is at {revision or 'no revision'}; run `neural-threads migrate` to bring it to {migrations.newest()}."
    return False, warning("migrations", says) if before else wrong("migrations", says)


def _durability(line: Line) -> Finding:
    off = [name for name in DURABLE if _value(line, f"show {name}") == "off"]
    if off:
        return wrong(
            "durability",
            f"{', '.join(off)} is off: what was acknowledged is lost when the machine fails. Switch it on.",
        )
    return good("durability", f"{', '.join(DURABLE)} are on.")


def _clock(line: Line) -> Finding:
    asked_at = time.time()
    theirs = float(_value(line, "select extract(epoch from clock_timestamp())::float8"))
    skew = abs(theirs - (asked_at + time.time()) / 2)
    says = f"Our clock and the database's differ by {skew:.1f} s"
    if skew > MOST_SKEW:
        return wrong("clock", f"{says}: sign-ins fail. Run NTP (chrony) on both machines.")
    if skew > SKEW:
        return warning("clock", f"{says}. Run NTP (chrony) on both machines.")
    return good("clock", f"{says}.")


def _connections(line: Line, settings: Settings) -> Finding:
    most = int(
        _value(
            line,
            "select current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int",
        )
    )
    of_role = int(_value(line, "select rolconnlimit from pg_roles where rolname = current_user"))
    most = min(most, of_role) if of_role >= 0 else most
    others = int(
        _value(
            line,
            "select count(*) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()"
            " and application_name not like 'neural-threads%'",
        )
    )
    pool = 0 if settings.database_pooler else settings.database_pool
    wanted = settings.processes * (pool + BESIDE_POOL)
    says = f"{settings.processes} server process(es) take up to {wanted} of {most} connections, others use {others}"
    if wanted + others > most:
        return wrong(
            "connections", f"{says}: lower THREADS_DATABASE_POOL, raise max_connections, or put PgBouncer between."
        )
    if wanted + others > 0.8 * most:
        return warning("connections", f"{says}: little is left for a second server and for you.")
    return good("connections", f"{says}.")


def _pooler(settings: Settings) -> Iterator[Finding]:
    if not settings.database_pooler:
        return
    if not settings.database_direct_url:
        yield warning(
            "pooler",
            "THREADS_DATABASE_POOLER is on without DATABASE_DIRECT_URL: processes hear nothing of each other, lists are never "
            "kept, and jobs start up to three seconds later.",
        )
    try:
        with psycopg.connect(settings.database_url, autocommit=True, connect_timeout=5, prepare_threshold=None) as line:
            line.execute("select 1")
        yield good("pooler", "PgBouncer answers.")
    except psycopg.Error as error:
        yield wrong("pooler", f"PgBouncer does not answer: {_first_line(error)}")


def _planner(line: Line, settings: Settings) -> Iterator[Finding]:
    """Through a pooler no settings travel with the session, so the role must have them."""
    if not settings.database_pooler:
        return
    row = line.execute(
        "select coalesce(array_agg(setting), '{}') from pg_db_role_setting, unnest(setconfig) as setting"
        " where setrole = (select oid from pg_roles where rolname = current_user)"
    ).fetchone()
    of_role = dict(part.split("=", 1) for part in (row[0] if row else []))
    missing = [name for name, value in PLANNER.items() if of_role.get(name) != value]
    if missing:
        yield warning(
            "planner", f"The role lacks {', '.join(missing)}: run the ALTER ROLE lines of deploy/pgbouncer/role.sql."
        )
    else:
        yield good("planner", "The role has the planner's settings.")


def _standby(line: Line, settings: Settings) -> Iterator[Finding]:
    if not settings.database_replica_url:
        return
    position = _value(line, "select pg_current_wal_lsn()::text")
    try:
        with psycopg.connect(settings.database_replica_url, autocommit=True, connect_timeout=5) as other:
            if not _value(other, "select pg_is_in_recovery()"):
                yield wrong("standby", "DATABASE_REPLICA_URL leads to a database that follows nobody: name a standby.")
                return
            row = other.execute(
                "select pg_wal_lsn_diff(%s::pg_lsn, pg_last_wal_replay_lsn())::int8", [position]
            ).fetchone()
    except psycopg.Error as error:
        yield warning(
            "standby", f"The standby does not answer ({_first_line(error)}): everything is read from the primary."
        )
        return
    behind = max(0, row[0] or 0) if row else 0
    says = f"The standby is {behind // 1024} kB of WAL behind the primary"
    yield (
        warning("standby", f"{says}: look at its disk and network.")
        if behind > FAR_BEHIND
        else good("standby", f"{says}.")
    )


def _archive(line: Line, settings: Settings) -> Iterator[Finding]:
    if _value(line, "show archive_mode") == "off":
        says = "WAL is not archived (archive_mode is off), so nothing since the last dump could be restored: see docs/deployment.md."
        yield warning("backups", says)
        return
    timeout = int(_value(line, "select setting::int from pg_settings where name = 'archive_timeout'"))
    if not 0 < timeout <= LONGEST_LOSS:
        says = f"archive_timeout is {timeout} s: on a quiet day more than {LONGEST_LOSS // 60} minutes could be lost. Set it to 60s."
        yield warning("backups", says)
    row = line.execute("select last_archived_time, last_failed_time from pg_stat_archiver").fetchone()
    archived, failed = row if row else (None, None)
    if failed and (not archived or failed > archived):
        yield wrong(
            "backups", f"Archiving WAL has failed since {failed:%Y-%m-%d %H:%M} UTC: look into PostgreSQL's log."
        )
    elif not archived:
        yield warning("backups", "No WAL was archived yet.")
    else:
        seconds = (datetime.now(UTC) - archived).total_seconds()
        says = f"WAL was last archived {seconds / 60:.0f} minutes ago"
        # A worker's heartbeat is written every ten seconds; only without one there may be nothing to archive.
        is_late = seconds > LONGEST_LOSS + timeout
        yield warning("backups", f"{says}: see what holds it up.") if is_late else good("backups", f"{says}.")


def _worker(line: Line, settings: Settings, *, before: bool) -> Iterator[Finding]:
    alive = int(
        _value(
            line,
            "select count(*) from procrastinate_workers where last_heartbeat > now() - interval '1 minute'",
        )
    )
    waited = float(
        _value(
            line,
            "select coalesce(extract(epoch from now() - min(coalesce(j.scheduled_at, e.at))), 0)::float8 from procrastinate_jobs j"
            " left join lateral (select min(at) as at from procrastinate_events where job_id = j.id) e on true"
            " where j.status = 'todo' and coalesce(j.scheduled_at, e.at) <= now()",
        )
    )
    failed = int(_value(line, "select count(*) from procrastinate_jobs where status in ('failed', 'aborted')"))
    if not alive:
        says = "No worker is alive: mails, pushes and pictures wait. Start `neural-threads worker`, or leave THREADS_WORKER on."
        yield warning("worker", says) if before else wrong("worker", says)
    else:
        yield good("worker", f"{alive} worker(s) are alive.")
    if waited > LATE:
        yield wrong(
            "queue", f"The oldest job that is due has waited for {waited / 60:.0f} minutes: start more workers."
        )
    elif failed:
        yield warning(
            "queue",
            f"{failed} jobs have failed for good: `neural-threads jobs` lists them, `--retry` queues them again.",
        )
    else:
        yield good("queue", "No job is late, and none has failed.")


def _table_value(line: Line, table: str, column: str) -> Any:
    if _value(line, f"select to_regclass('public.{table}') is null"):
        return None
    return _value(line, f"select {column} from public.{table}")  # noqa: S608 - put together from constants


def _value(line: Line, query: str) -> Any:
    row = line.execute(query.encode()).fetchone()
    return row[0] if row else None


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
