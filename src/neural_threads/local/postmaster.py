"""One PostgreSQL server process: create, start, check, stop. The caller holds the cluster's lock."""

import locale
import os
import re
import secrets
import shlex
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from .postgres_binaries import Account, CannotStart, Programs

PORT = 5432  # Only names the socket's file; nothing listens on the network.
_LONGEST_SOCKET = 100  # sun_path holds 104 bytes on macOS and 108 on Linux, the closing NUL included.
_LOG_LIMIT = 8_000_000

DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
_TUNING = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "random_page_cost": "1.1",  # Disks without heads.
    "jit": "off",  # Our statements take milliseconds; compiling them would take more.
    "max_parallel_workers_per_gather": "0",
    "max_wal_size": "1GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] ",
    "autovacuum_vacuum_insert_scale_factor": "0.05",
}


def initialise(programs: Programs, account: Account, home: Path) -> None:
    """Make home/data. A first run that was interrupted leaves only a draft behind, which is swept away here."""
    for draft in home.glob("draft-*"):
        shutil.rmtree(draft)
    draft = home / f"draft-{secrets.token_hex(4)}"
    argv = [programs["initdb"], "--pgdata", str(draft), "--username", "threads", "--auth", "trust", "--data-checksums"]
    # Bytes decide the order of text, so it is the same on every machine and no index breaks with a new libc;
    # upper and lower case know all of Unicode. Lists that people read name their collation.
    argv += ["--encoding", "UTF8", "--lc-collate", "C", "--lc-ctype", _unicode_ctype(), "--lc-messages", "C"]
    result = account.run(argv, cwd=home)
    if result.returncode != 0:
        shutil.rmtree(draft, ignore_errors=True)
        raise CannotStart(_sentence(result.stderr, home, "PostgreSQL could not make its data directory"))
    draft.rename(home / "data")


def start(programs: Programs, account: Account, home: Path, sockets: Path) -> None:
    """Bring the server up, unless it is; returns when it takes connections."""
    data = home / "data"
    running = pid_of(data)
    if running and (sockets / f".s.PGSQL.{PORT}").exists():
        return
    if running:
        stop(programs, account, home)  # Its socket was swept away (or the folder moved): nobody can reach it.
    else:
        _bury(data, sockets)
    log = home / "log"
    if log.exists() and log.stat().st_size > _LOG_LIMIT:
        log.replace(home / "log.old")
    heard = log.stat().st_size if log.exists() else 0
    result = account.run(
        [programs["pg_ctl"], "start", "-s", "-w", "-t", "90", "-D", str(data), "-l", str(log), "-o", _options(sockets)],
        cwd=home,
    )
    if result.returncode != 0:
        raise CannotStart(_sentence(_since(log, heard) or result.stderr, home, "PostgreSQL did not start"))


def stop(programs: Programs, account: Account, home: Path) -> None:
    """Bring the server down: clients are disconnected, everything is on disk."""
    account.run([programs["pg_ctl"], "stop", "-s", "-w", "-t", "30", "-m", "fast", "-D", str(home / "data")], cwd=home)


def pid_of(data: Path) -> int | None:
    """The process that serves this data directory, if there is one: alive, no zombie, no other's recycled number."""
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None
    return pid if _serves(pid, data) else None


def socket_folder(home: Path, account: Account) -> Path:
    """Return where the socket lies: in the home (only its account and root may enter), unless that name is too long."""
    if len(os.fsencode(home / f".s.PGSQL.{PORT}.lock")) <= _LONGEST_SOCKET:
        return home
    runtime = os.environ.get("XDG_RUNTIME_DIR", "") if os.geteuid() == account.uid else ""
    short = 0 < len(os.fsencode(runtime)) < 40 and os.access(runtime, os.W_OK)
    parent = Path(runtime) if short else Path("/tmp")  # noqa: S108 - the folder in it is checked below
    folder = parent / f"neural-threads-{account.uid}-{sha256(os.fsencode(home)).hexdigest()[:12]}"
    try:
        folder.mkdir(mode=0o700)
        os.chown(folder, account.uid, account.gid)
    except FileExistsError:
        about = folder.lstat()
        if about.st_uid != account.uid or about.st_mode != 0o040700:  # a folder, open to its owner alone, no link
            raise CannotStart(f"{folder} is needed for the database's socket but belongs to somebody else.") from None
    return folder


def _options(sockets: Path) -> str:
    settings = _TUNING | {
        "port": str(PORT),
        "unix_socket_directories": f'"{sockets}"',
        "shared_buffers": _page_memory(),
    }
    return shlex.join(word for name, value in (settings | DURABLE).items() for word in ("-c", f"{name}={value}"))


def _page_memory() -> str:
    """Return the memory in which PostgreSQL itself holds pages of the tables; the others it asks the system for."""
    given = os.environ.get("THREADS_POSTGRES_PAGE_MEMORY") or "128MB"
    if not re.fullmatch(r"[1-9][0-9]{0,5}(MB|GB)", given):
        raise CannotStart(f"THREADS_POSTGRES_PAGE_MEMORY is {given!r} but must be a size such as 512MB or 4GB.")
    return given


def _unicode_ctype() -> str:
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in ("C.UTF-8", "C.utf8", "en_US.UTF-8"):
            with suppress(locale.Error):
                locale.setlocale(locale.LC_CTYPE, name)
                return name
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    raise CannotStart("This system has no UTF-8 locale: install C.UTF-8 or en_US.UTF-8.")


def _bury(data: Path, sockets: Path) -> None:
    """After `kill -9`: end what the dead server left running, then its locks, which may name a stranger by now."""
    if not os.path.isdir("/proc/self"):
        return  # PostgreSQL's own check of the pid file has to do.
    deadline = time.monotonic() + 10
    while orphans := list(_orphans(data)):
        if time.monotonic() > deadline:
            raise CannotStart(
                f"Processes {orphans} of a killed PostgreSQL still use {data}: end them and run this again."
            )
        for pid in orphans:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGQUIT)
        time.sleep(0.05)
    for lock in (data / "postmaster.pid", sockets / f".s.PGSQL.{PORT}.lock", sockets / f".s.PGSQL.{PORT}"):
        lock.unlink(missing_ok=True)


def _orphans(data: Path) -> Iterator[int]:
    yield from (int(name) for name in os.listdir("/proc") if name.isdigit() and _serves(int(name), data))


def _serves(pid: int, data: Path) -> bool:
    """Return True if this process is a PostgreSQL that works in this folder."""
    if os.path.isdir("/proc/self"):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
            return state != "Z" and os.readlink(f"/proc/{pid}/cwd") == str(data.resolve())
        except (OSError, IndexError):
            return False
    result = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return "postgres" in result.stdout and "defunct" not in result.stdout


def _since(log: Path, offset: int) -> str:
    with suppress(OSError), log.open("rb") as lines:
        lines.seek(offset)
        return lines.read(20_000).decode(errors="replace")
    return ""


def _sentence(text: str, home: Path, otherwise: str) -> str:
    if "No space left on device" in text or "Disk quota exceeded" in text:
        return f"The disk that holds {home} is full: make room, then run this again; nothing was lost."
    result = (
        re.findall(r"(?:FATAL|PANIC|error|ERROR):\s+(.+)", text)
        or text.strip().splitlines()[-1:]
        or ["no reason given"]
    )
    return f"{otherwise}: {result[-1].rstrip('.')}. More is in {home / 'log'}."
