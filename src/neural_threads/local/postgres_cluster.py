"""The private PostgreSQL: made, found again, shared by everybody who uses one data directory, stopped by the last.

    $THREADS_DATA_DIR/postgres          the home (0700), or a link to it under /var/lib when it must lie elsewhere
    $THREADS_DATA_DIR/postgres/data     PostgreSQL's own data directory, made aside and renamed when whole
    $THREADS_DATA_DIR/postgres/log      what the server said
    $THREADS_DATA_DIR/postgres.users    everybody who uses the cluster holds a shared lock on this file
    $THREADS_DATA_DIR/postgres.turn     whoever starts or stops it holds this one alone

`DATABASE_URL` replaces all of it. Locks are flock(2): the kernel drops them when a process is killed, so there is
nothing to clean up, and a cluster that was left running is found and used again.
"""

import errno
import fcntl
import os
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from neural_threads.platform.config import Settings

from . import postmaster
from .postgres_binaries import Account, CannotStart, Programs, find_programs, installed_majors

DATABASE = "threads"
ROLE = "threads"
_ELSEWHERE = (Path("/var/lib"), Path("/var/tmp"))  # noqa: S108 - both outlive a reboot; the folder gets a name of its own

_users: dict[Path, tuple[int, int]] = {}  # data directory → (descriptor of our shared lock, how many of us use it)
_users_lock = threading.RLock()


def ensure(settings: Settings) -> str:
    """The address of a running database; starts the private cluster if need be. Call `release` when done with it.

    Calling it again (after the server was killed, say) starts the cluster again. Raises CannotStart.
    """
    if settings.database_url:
        return settings.database_url
    folder = settings.data_dir.absolute()
    with _users_lock, _plain_words(folder), _turn(folder):
        _take_share(folder)
        try:
            return _start(folder)
        except BaseException:
            _drop_share(folder)
            raise


def release(settings: Settings) -> None:
    """Say that this process is done with the cluster; the last one on the machine to say so stops it."""
    folder = settings.data_dir.absolute()
    with _users_lock:
        descriptor, uses = _users.get(folder, (-1, 0))
        if uses > 1:
            _users[folder] = (descriptor, uses - 1)
        elif uses == 1:
            with _plain_words(folder), _turn(folder):
                if _locked(descriptor, fcntl.LOCK_EX):
                    _stop(folder)
                _drop_share(folder)


@contextmanager
def running_cluster(settings: Settings) -> Iterator[str]:
    """The database's address, for as long as the block lasts."""
    url = ensure(settings)
    try:
        yield url
    finally:
        release(settings)


def create_database(url: str, name: str, template: str | None = None) -> str:
    """Make a database beside the one at `url` (a copy of `template`, if given) and return its address."""
    source = sql.SQL(" template {}").format(sql.Identifier(template)) if template else sql.SQL("")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}{}").format(sql.Identifier(name), source))
    return sibling(url, name)


def drop_database(url: str, name: str) -> None:
    """Remove a database beside the one at `url`, whoever is connected to it."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def sibling(url: str, name: str) -> str:
    """The address of another database on the same server."""
    if not url.startswith(("postgres://", "postgresql://")):
        return make_conninfo(url, dbname=name)
    before, question, options = url.partition("?")
    scheme, rest = before.split("://", 1)
    return f"{scheme}://{rest.split('/', 1)[0]}/{quote(name, safe='')}{question}{options}"


# --- starting ---------------------------------------------------------------------------------------------------------


def _start(folder: Path) -> str:
    home = _home(folder)
    account = _owner_of(home)
    if not account.may_enter(home):
        raise CannotStart(
            f"PostgreSQL runs as {account.name}, who may not enter {home}: open the folders above it to {account.name} "
            "(chmod o+x) or choose another place by THREADS_DATA_DIR."
        )
    data = home / "data"
    programs = _programs_for(data)
    if not data.exists():
        postmaster.initialise(programs, account, home)
    sockets = postmaster.socket_folder(home, account)
    postmaster.start(programs, account, home, sockets)
    url = f"postgresql://{ROLE}@/{DATABASE}?host={quote(str(sockets), safe='')}&port={postmaster.PORT}"
    _check_durability(url, home)
    return url


def _programs_for(data: Path) -> Programs:
    if not data.exists():
        return find_programs()
    major = int((data / "PG_VERSION").read_text().split(".")[0])
    here = installed_majors()
    if major not in here:
        others = ", ".join(str(version) for version in sorted(here)) or "none"
        raise CannotStart(
            f"The private database in {data} was made by PostgreSQL {major}, but this machine has {others}: install "
            f"PostgreSQL {major} with PostGIS, or begin with an empty database in another THREADS_DATA_DIR."
        )
    return find_programs(major)


def _check_durability(url: str, home: Path) -> None:
    """A server that answers "saved" must have saved: refuse to run without fsync."""
    with _connect(url) as connection:
        weak = connection.execute(
            "select name from pg_settings where name = any(%s) and setting <> 'on'", [list(postmaster.DURABLE)]
        ).fetchall()
    if weak:
        names = ", ".join(name for (name,) in weak)
        raise CannotStart(
            f"The private database in {home} runs with {names} off; switch it on in data/postgresql.conf."
        )


def _connect(url: str) -> psycopg.Connection[tuple[str]]:
    try:
        return psycopg.connect(url, connect_timeout=10)
    except psycopg.OperationalError as error:
        if f'database "{DATABASE}" does not exist' not in str(error):
            raise CannotStart(
                f"The private database does not answer: {str(error).strip().splitlines()[-1]}."
            ) from error
    create_database(sibling(url, "postgres"), DATABASE)
    return psycopg.connect(url)


def _stop(folder: Path) -> None:
    home = _home(folder)
    data = home / "data"
    if postmaster.pid_of(data):
        postmaster.stop(_programs_for(data), _owner_of(home), home)


# --- where it lies ----------------------------------------------------------------------------------------------------


def _home(folder: Path) -> Path:
    """The cluster's folder, made if need be; links resolved, so that everybody sees one name."""
    link = folder / "postgres"
    if link.exists():
        return link.resolve()
    if link.is_symlink():
        raise CannotStart(
            f"{link} points to {os.readlink(link)}, which is gone: bring it back, or remove the link to begin with an "
            "empty database."
        )
    account = Account.unprivileged()
    if account.may_enter(folder):
        link.mkdir(mode=0o700)
        os.chown(link, account.uid, account.gid)
        return link.resolve()
    # A checkout in /root, say: the cluster lies where its account may enter, and the link remembers where.
    home = _place_elsewhere(folder, account)
    link.symlink_to(home)
    return home


def _owner_of(home: Path) -> Account:
    uid = home.stat().st_uid
    if uid == 0:  # The first run was interrupted before it gave the folder away.
        account = Account.unprivileged()
        os.chown(home, account.uid, account.gid)
        return account
    account = Account.of(uid)
    if os.geteuid() not in (0, uid):
        raise CannotStart(f"The private database in {home} belongs to {account.name}: start as {account.name} or root.")
    return account


def _place_elsewhere(folder: Path, account: Account) -> Path:
    for parent in _ELSEWHERE:
        if not account.may_enter(parent):
            continue
        home = parent / f"neural-threads-{secrets.token_hex(4)}"
        try:
            home.mkdir(mode=0o700)
        except OSError as error:
            if error.errno in (errno.EACCES, errno.EROFS, errno.ENOENT):
                continue
            raise
        (home / "belongs-to").write_text(f"{folder}\n")
        os.chown(home, account.uid, account.gid)
        return home
    raise CannotStart(
        f"PostgreSQL must run as {account.name}, who may not enter {folder}, nor is there room in /var/lib: choose an "
        "open folder by THREADS_DATA_DIR."
    )


# --- who uses it ------------------------------------------------------------------------------------------------------


def _take_share(folder: Path) -> None:
    descriptor, uses = _users.get(folder, (-1, 0))
    if not uses:
        descriptor = os.open(folder / "postgres.users", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_SH)
    _users[folder] = (descriptor, uses + 1)


def _drop_share(folder: Path) -> None:
    descriptor, uses = _users.pop(folder)
    if uses > 1:
        _users[folder] = (descriptor, uses - 1)
    else:
        os.close(descriptor)


@contextmanager
def _turn(folder: Path) -> Iterator[None]:
    """One process at a time starts or stops the cluster."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / "postgres.turn", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        deadline = time.monotonic() + 120
        while not _locked(descriptor, fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                raise CannotStart(f"Somebody else has been starting the private database in {folder} for two minutes.")
            time.sleep(0.02)
        yield
    finally:
        os.close(descriptor)


def _locked(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _plain_words(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise CannotStart(f"The disk that holds {folder} is full: make room, then run this again.") from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise CannotStart(
                f"{error.filename or folder} may not be written by us: choose another THREADS_DATA_DIR."
            ) from error
        if not folder.is_dir():
            raise CannotStart(
                f"{folder} is no folder, and none can be made there: choose another THREADS_DATA_DIR."
            ) from error
        raise
