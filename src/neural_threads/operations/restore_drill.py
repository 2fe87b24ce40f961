"""Rehearse a restore: restore into another folder, compare, start the product on the copy and sign in.

A table is made, filled and dropped for it; the restore goes to the moment before the drop. Nothing else of the running
database is written, and the copy is removed at the end (`keep` leaves it).
"""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from neural_threads.local.postgres_binaries import CannotStart, Programs, find_programs
from neural_threads.platform.config import Settings

from .backup import PgBackRest

ROWS = 1000
"""Rows whose checksums are compared."""
PROMOTED_WITHIN = 900.0
READY_WITHIN = 120.0
# A server in recovery must allow as much as the one that wrote the WAL did.
NOT_LESS = ("max_connections", "max_worker_processes", "max_wal_senders", "max_prepared_transactions", "max_locks_per_transaction")  # fmt: skip


class Sample(NamedTuple):
    """One row by its place, which a physical backup keeps, and its checksum."""

    table: str
    ctid: str
    checksum: str


@dataclass
class Drill:
    """The result of a drill: one line per step."""

    lines: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def note(self, what: str, is_good: bool, began: float) -> None:
        """Note one step with the seconds that it took."""
        self.lines.append(f"{'good ' if is_good else 'WRONG'}  {time.monotonic() - began:7.1f} s  {what}")
        if not is_good:
            self.failures.append(what)


def rehearse(settings: Settings, pgbackrest: PgBackRest, *, keep: bool = False) -> Drill:
    """Do all of it. What fails is in the result; CannotStart when it cannot go on at all."""
    drill, url, began = Drill(), settings.direct_url or settings.database_url, time.monotonic()
    if not pgbackrest.has_backup():
        raise CannotStart("There is no base backup yet: run `neural-threads backup`.")
    folder = Path(tempfile.mkdtemp(prefix="threads-restore-", dir=_room_beside(url)))
    folder.chmod(0o700)
    shutil.chown(folder, pgbackrest.account.uid, pgbackrest.account.gid)
    try:
        with psycopg.connect(url, autocommit=True) as line:
            before = _counts(line)
            samples = _samples(line, before)
            table, moment = _loss(line)
            after = _counts(line)
            demands = {name: _value(line, f"show {name}") for name in NOT_LESS}
        step = time.monotonic()
        data = folder / "data"
        pgbackrest.run(f"--pg1-path={data}", "--type=name", f"--target={moment}", "--target-action=promote", "restore")
        drill.note(f"restored to the moment before a table was dropped, into {data}", True, step)
        with _started(pgbackrest, data, folder, demands) as port:
            restored = make_conninfo(url, host=str(folder), port=str(port), hostaddr="")
            _compare(drill, restored, table, samples, before, after, url)
            _amcheck(drill, pgbackrest, folder, port, restored)
            _serve_from(drill, settings, restored)
        drill.note("recovery time in all", True, began)
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)
    return drill


def _room_beside(url: str) -> Path:
    """A folder on the database's own disk when we may write there, else the usual place for what is temporary."""
    with psycopg.connect(url, autocommit=True) as line:
        beside = Path(_value(line, "show data_directory")).parent
    return beside if os.access(beside, os.W_OK) else Path(tempfile.gettempdir())


def _counts(line: psycopg.Connection[Any]) -> dict[str, int]:
    rows = line.execute(
        "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname = 'public' and c.relkind = 'r' and c.relname not like 'restore_drill_%'"
    ).fetchall()
    query = sql.SQL("select count(*) from {}")
    return {name: int(_value(line, query.format(sql.Identifier(name)))) for (name,) in rows}


def _samples(line: psycopg.Connection[Any], counts: Mapping[str, int]) -> list[Sample]:
    """Rows of every table that has some, chosen by chance."""
    query = sql.SQL("select ctid::text, md5(t::text) from {} t order by random() limit %s")
    return [
        Sample(name, ctid, checksum)
        for name, share in shares(counts).items()
        for ctid, checksum in line.execute(query.format(sql.Identifier(name)), [share]).fetchall()
    ]


def shares(counts: Mapping[str, int]) -> dict[str, int]:
    """Return how many rows of each table are compared: ROWS in all where there are so many, large tables give what small ones lack."""
    filled = sorted((count, name) for name, count in counts.items() if count)
    result, left = {}, ROWS
    for number, (count, name) in enumerate(filled):
        result[name] = min(count, -(-left // (len(filled) - number)))
        left -= result[name]
    return result


def _loss(line: psycopg.Connection[Any]) -> tuple[str, str]:
    """Make a table, name the moment, drop the table, and see that the WAL of all that is archived."""
    name = f"restore_drill_{secrets.token_hex(4)}"
    table = sql.Identifier(name)
    line.execute(sql.SQL("create table {} as select generate_series(1, 1000) as n").format(table))
    line.execute("select pg_create_restore_point(%s)", [name])
    line.execute(sql.SQL("drop table {}").format(table))
    line.execute("select pg_switch_wal()")
    return name, name


@contextmanager
def _started(pgbackrest: PgBackRest, data: Path, folder: Path, demands: Mapping[str, str]) -> Iterator[int]:
    """The restored server on a socket in `folder`; nobody but its account and root reaches it."""
    programs = find_programs(int((data / "PG_VERSION").read_text()))
    for name, text in (("hba.conf", "local all all trust\n"), ("data/postgresql.conf", "")):
        path = folder / name
        if not path.exists():
            path.write_text(text)
            shutil.chown(path, pgbackrest.account.uid, pgbackrest.account.gid)
    port = 5499
    options = {"port": str(port), "unix_socket_directories": str(folder), "listen_addresses": "", "archive_mode": "off"}
    options |= {"hba_file": str(folder / "hba.conf"), "jit": "off", **demands}
    words = " ".join(f"-c {name}='{value}'" for name, value in options.items())
    _ctl(pgbackrest, programs, data, "start", "-w", "-t", "600", "-l", str(folder / "log"), "-o", words)
    try:
        yield port
    finally:
        _ctl(pgbackrest, programs, data, "stop", "-m", "immediate")


def _ctl(pgbackrest: PgBackRest, programs: Programs, data: Path, verb: str, *words: str) -> None:
    told = pgbackrest.account.run([programs["pg_ctl"], verb, "-s", "-D", str(data), *words], cwd=data, timeout=700)
    if told.returncode:
        raise CannotStart(
            f"The restored PostgreSQL did not {verb}; its log is {data.parent / 'log'}: {told.stderr.strip()}"
        )


def _compare(
    drill: Drill,
    restored: str,
    table: str,
    samples: list[Sample],
    before: Mapping[str, int],
    after: Mapping[str, int],
    live: str,
) -> None:
    began = time.monotonic()
    with psycopg.connect(restored, autocommit=True) as line, psycopg.connect(live, autocommit=True) as source:
        _until(lambda: not _value(line, "select pg_is_in_recovery()"), PROMOTED_WITHIN)
        drill.note("WAL was replayed and the copy takes writes", True, began)
        came_back = _value(line, sql.SQL("select count(*) from {}").format(sql.Identifier(table))) == 1000
        drill.note("the dropped table is there with its 1,000 rows", came_back, began)
        counts = _counts(line)
        off = [
            name for name in before
            if not min(before[name], after.get(name, 0)) <= counts.get(name, -1) <= max(before[name], after.get(name, 0))
        ]  # fmt: skip
        drill.note(f"{sum(counts.values()):,} rows in {len(counts)} tables{_listed(off)}", not off, began)
        wrong = [s for s in samples if _checksum(line, s) != s.checksum and _checksum(source, s) == s.checksum]
        drill.note(f"{len(samples):,} rows compared by checksum, {len(wrong)} differ", not wrong, began)


def _checksum(line: psycopg.Connection[Any], sample: Sample) -> str | None:
    query = sql.SQL("select md5(t::text) from {} t where ctid = %s::tid").format(sql.Identifier(sample.table))
    row = line.execute(query, [sample.ctid]).fetchone()
    return row[0] if row else None


def _amcheck(drill: Drill, pgbackrest: PgBackRest, folder: Path, port: int, restored: str) -> None:
    """Every table and index page of the copy, by PostgreSQL's own program."""
    began = time.monotonic()
    with psycopg.connect(restored, autocommit=True) as line:
        user, database = line.info.user, line.info.dbname
    argv = [
        find_programs()["pg_amcheck"],
        "-h",
        str(folder),
        "-p",
        str(port),
        "-U",
        user,
        "--install-missing",
        database,
    ]
    told = pgbackrest.account.run(argv, cwd=folder, timeout=3600)
    drill.note("pg_amcheck finds nothing wrong", told.returncode == 0, began)
    if told.returncode:
        drill.lines.append((told.stdout + told.stderr).strip()[:500])


def _serve_from(drill: Drill, settings: Settings, restored: str) -> None:
    """Start the product on the copy: without a worker, so that no mail leaves, and joined with nobody."""
    began = time.monotonic()
    port = _free_port()
    ours = {"DATABASE_URL": restored, "PORT": str(port), "HOST": "127.0.0.1", "THREADS_WORKER": "off"}
    ours |= {"THREADS_DATA_DIR": str(settings.data_dir.absolute()), "THREADS_PROCESSES": "1"}
    gone = (
        "REDIS_URL",
        "SMTP_URL",
        "DATABASE_DIRECT_URL",
        "DATABASE_REPLICA_URL",
        "THREADS_DATABASE_POOLER",
        "SOCKET_URL",
    )
    env = {name: value for name, value in os.environ.items() if name not in gone} | ours
    program = [sys.executable, "-P", "-m", "neural_threads"]
    with subprocess.Popen([*program, "serve"], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            is_ready = _until(lambda: _status(port, "/ready") == 200 or server.poll() is not None, READY_WITHIN)
            is_ready = is_ready and server.poll() is None
            drill.note("the product starts on the copy and is ready", is_ready, began)
            token = _token_for_somebody(restored)
            if is_ready and token:
                is_in = _status(port, "/api/auth/me", token) == 200 and _status(port, "/api/auth/me") == 401
                drill.note("somebody signs in on it, and a stranger does not", is_in, began)
        finally:
            server.terminate()
    told = subprocess.run([*program, "media", "verify"], env=env, capture_output=True, text=True, check=False)
    drill.note((told.stdout.strip().splitlines() or ["pictures"])[-1], told.returncode == 0, began)


def _token_for_somebody(restored: str) -> str | None:
    """An access token for a session that exists in the copy alone; None when nobody has an account."""
    from neural_threads.platform.security.tokens import access_token

    session = f"drill-{secrets.token_hex(8)}"
    with psycopg.connect(restored, autocommit=True) as line:
        user = _value(line, "select id from users order by random() limit 1")
        if user is None:
            return None
        line.execute(
            "insert into sessions (id, user_id, refresh_hash) values (%s, %s, %s)",
            [session, user, secrets.token_bytes(32)],
        )
    return access_token(user, session)


def _status(port: int, path: str, token: str = "") -> int:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}")
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def _until(holds: Callable[[], bool], within: float) -> bool:
    deadline = time.monotonic() + within
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True


def _value(line: psycopg.Connection[Any], query: Any) -> Any:
    row = line.execute(query.encode() if isinstance(query, str) else query).fetchone()
    return row[0] if row else None


def _listed(names: list[str]) -> str:
    return f"; other counts in {', '.join(names)}" if names else ""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
