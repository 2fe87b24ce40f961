"""A machine as docs/deployment.md makes it, in one folder: what deploy/ has, with its places moved there, and systemd stood in for.

Commands of runbooks run on it as they are written; only the places in them are moved.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from secrets import token_hex
from typing import Any

import httpx
import psycopg

from neural_threads.local.postgres_binaries import Account, find_programs
from neural_threads.local.system_packages import find_redis
from neural_threads.platform.db.migrations import ROOT

from . import service_manager
from .cluster import clean_environment
from .runbooks import Runbook
from .server import free_port

DEPLOY = ROOT / "deploy"
UNITS = "etc/systemd/system"
_HBA = "local all all peer map=operators\n"
_POSTGRES = """[Service]
User={user}
ExecStart={programs}/postgres -D {etc} -c data_directory={data}
KillSignal=SIGINT
X-Ready={programs}/pg_isready -q -h {run}
"""


class Machine:
    """Everything of it is stopped by `remove`."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.account, self.programs = folder, Account.unprivileged(), find_programs()
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.env_file = folder / "etc/neural-threads/threads.env"
        at = {place: f"{folder}{place}" for place in ("/etc/neural-threads", "/etc/nginx", "/etc/postgresql/15/main")}
        at |= {
            place: f"{folder}{place}"
            for place in ("/var/lib/neural-threads", "/var/lib/postgresql", "/var/cache/nginx")
        }
        at |= {place: f"{folder}{place}" for place in ("/etc/systemd/system", "/var/www/acme", "/run/postgresql")}
        at |= {
            "/opt/neural-threads/.venv/bin": f"{folder}/bin",
            "/usr/lib/postgresql/15/bin": str(self.programs.folder),
        }
        self.places = at | {
            "127.0.0.1:8000": f"127.0.0.1:{self.port}",
            "du -xh --max-depth=2 /var ": f"du -xh --max-depth=2 {folder}/var ",
        }
        for place in (
            "bin",
            UNITS,
            "etc/neural-threads",
            "var/lib/neural-threads",
            "var/cache/nginx/threads",
            "var/www/acme",
        ):
            (folder / place).mkdir(parents=True)
        (folder / "var/lib/neural-threads").chmod(0o700)
        self._lay_programs()
        self._lay_settings()

    @property
    def dsn(self) -> str:
        """The product's database, as its own role."""
        return f"postgresql://threads@/threads?host={self.folder}/run/postgresql"

    def moved(self, text: str) -> str:
        """The same with the places of this machine."""
        for place in sorted(self.places, key=len, reverse=True):
            text = text.replace(place, self.places[place])
        return text

    def unit(self, name: str) -> service_manager.Unit:
        """A unit of this machine."""
        return service_manager.Unit(self.folder / UNITS, name)

    def perform(self, book: Runbook, step: int, *, again_within: float = 0, **given: str) -> str:
        """Run the commands of one step, each of which must succeed (`again_within` seconds at last); what they say."""
        return self.run(book.commands(step, **given), again_within=again_within, **given)

    def run(self, commands: str, *, again_within: float = 0, **given: str) -> str:
        """Run commands as root types them, again for so many seconds while they fail."""
        deadline = time.monotonic() + again_within
        while True:
            try:
                return self._run_once(commands, **given)
            except AssertionError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.5)

    def _run_once(self, commands: str, **given: str) -> str:
        told = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", self.moved(commands)],
            cwd="/",
            env=clean_environment() | self._environment() | given,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        said = told.stdout + told.stderr
        assert told.returncode == 0, f"{commands}\n{said}\n{self.last_words()}"
        return said

    def last_words(self) -> str:
        """The end of every log."""
        logs = sorted((self.folder / UNITS).glob("*.log"))
        return "\n".join(f"--- {log.name}\n{log.read_text(errors='replace')[-1500:]}" for log in logs)

    def ask(self, query: str) -> Any:
        """One value from the product's database."""
        with psycopg.connect(self.dsn, autocommit=True) as line:
            row = line.execute(query.encode()).fetchone()
        return row[0] if row else None

    def add_database(self, data: Path | None = None) -> None:
        """PostgreSQL as Debian makes it (configuration apart from the data), with the lines of docs/deployment.md."""
        etc, run = self.folder / "etc/postgresql/15/main", self.folder / "run/postgresql"
        home = self.folder / "var/lib/postgresql"
        data = data or home / "15/main"
        for place in (etc, run, data.parent, data):
            place.mkdir(parents=True, exist_ok=True)
            self._give(place)
        self._give(home)
        options = ["--locale=C.UTF-8", "--encoding=UTF8", "--auth=peer", "--data-checksums", "-U", "postgres"]
        told = self.account.run([self.programs["initdb"], "-D", str(data), *options])
        assert told.returncode == 0, told.stderr
        for name in ("postgresql.conf", "pg_hba.conf", "pg_ident.conf"):
            shutil.move(data / name, etc / name)
            self._give(etc / name)
        names = {self.account.name, "root"}
        (etc / "pg_hba.conf").write_text(_HBA)
        (etc / "pg_ident.conf").write_text(
            "".join(f"operators {name} {role}\n" for name in names for role in ("postgres", "threads"))
        )
        with (etc / "postgresql.conf").open("a") as file:
            file.write(
                f"data_directory = '{data}'\nhba_file = '{etc}/pg_hba.conf'\nident_file = '{etc}/pg_ident.conf'\n"
            )
            file.write(
                f"unix_socket_directories = '{run}'\nlisten_addresses = ''\nexternal_pid_file = '{run}/15-main.pid'\n"
            )
            file.write("shared_buffers = 32MB\nmax_connections = 200\n")
        words = {"user": self.account.name, "programs": self.programs.folder, "etc": etc, "data": data, "run": run}
        self.unit("postgresql@15-main").file.write_text(_POSTGRES.format(**words))
        self.run(
            """
            systemctl start postgresql@15-main
            sudo -u postgres createuser threads
            sudo -u postgres createdb --owner=threads --template=template0 --encoding=UTF8 --lc-collate=C --lc-ctype=C.UTF-8 threads
            sudo -u postgres psql -qd threads -c 'create extension postgis; create extension pg_trgm; create extension unaccent'
            threads migrate
            """
        )

    def add_archive(self) -> None:
        """pgBackRest with its shipped configuration, and a first backup."""
        home = self.folder / "backups"
        for place in (home, home / "spool", home / "lock"):
            place.mkdir()
            self._give(place)
        text = self.moved((DEPLOY / "pgbackrest" / "pgbackrest.conf").read_text())
        text = text.replace("/var/lib/pgbackrest", str(home)).replace("/var/spool/pgbackrest", str(home / "spool"))
        text = text.replace("log-level-file=detail", f"log-level-file=off\nlock-path={home / 'lock'}")
        (self.folder / "etc/pgbackrest.conf").write_text(
            f"{text}pg1-socket-path={self.folder}/run/postgresql\npg1-user=postgres\n"
        )
        push = f"pgbackrest --config={self.folder}/etc/pgbackrest.conf --stanza=threads archive-push %p"
        self.run(
            f"""
            sudo -u postgres psql -q -c "alter system set archive_mode = on" -c "alter system set archive_timeout = '60s'" \
              -c "alter system set archive_command = '{push}'"
            systemctl restart postgresql@15-main
            sudo -u postgres pgbackrest --stanza=threads stanza-create && sudo -u postgres pgbackrest --stanza=threads backup
            """
        )

    def add_redis(self) -> None:
        """Redis, as `redis-server`."""
        program, port = find_redis(), free_port()
        assert program
        start = (
            f"ExecStart={program} --port {port} --bind 127.0.0.1 --save '' --dir {self.folder}/run --loglevel warning"
        )
        ready = f"X-Ready=redis-cli -p {port} ping"
        self.unit("redis-server").file.write_text(f"[Service]\n{start}\n{ready}\n")
        self.set(REDIS_URL=f"redis://127.0.0.1:{port}/0")

    def serve(self, *units: str) -> None:
        """Start the product (and more units) and wait until it is ready."""
        self.run(f"systemctl start neural-threads {' '.join(units)}")
        self.until_ready()

    def until_ready(self, within: float = 90) -> None:
        """Wait until /ready says 200."""
        deadline = time.monotonic() + within
        while not self.is_ready():
            assert time.monotonic() < deadline, f"it does not become ready\n{self.last_words()}"
            time.sleep(0.1)

    def is_ready(self) -> bool:
        """What /ready says."""
        try:
            return httpx.get(f"{self.url}/ready", trust_env=False, timeout=10).status_code == 200
        except httpx.TransportError:
            return False

    def set(self, **settings: str) -> None:
        """More settings in threads.env."""
        self.run(f"threads set {' '.join(f'{name}={value!r}' for name, value in settings.items())}")

    def remove(self) -> None:
        """Stop everything and remove the folder."""
        for file in (self.folder / UNITS).glob("*.keeper"):
            self.unit(file.stem).stop()
        data = self.folder / "var/lib/postgresql/restored"
        if (data / "postmaster.pid").exists():
            self.account.run([self.programs["pg_ctl"], "stop", "-m", "immediate", "-D", str(data)])
        shutil.rmtree(self.folder, ignore_errors=True)

    def _give(self, place: Path) -> None:
        if self.account.uid != os.geteuid():
            shutil.chown(place, self.account.uid, self.account.gid)

    def _lay_programs(self) -> None:
        python, ours = sys.executable, ROOT / "tests" / "support" / "service_manager.py"
        for name, text in {
            "systemctl": f'exec {python} {ours} systemctl {self.folder / UNITS} "$@"',
            "journalctl": f'exec {python} {ours} journalctl {self.folder / UNITS} "$@"',
            "neural-threads": f'exec {python} -P -m neural_threads "$@"',
            # `sudo -u postgres`, when we are root; a clean environment but for what pgBackRest and psql must know here.
            "sudo": f'shift 2; cd /; [ "$(id -u)" = 0 ] && exec setpriv --reuid {self.account.uid} --regid {self.account.gid} --clear-groups "$@"; exec "$@"',
            "systemd-run": _SYSTEMD_RUN,
        }.items():
            self.add_program(name, text)
        self.add_program("threads", self.moved((DEPLOY / "threads").read_text()).removeprefix("#!/bin/sh\n"))

    def add_program(self, name: str, text: str) -> None:
        """A program that is found before those of the system."""
        path = self.folder / "bin" / name
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)

    def _lay_settings(self) -> None:
        text = self.moved((DEPLOY / "systemd" / "neural-threads.env.example").read_text())
        for name, value in {
            "THREADS_ENV": "development",
            "THREADS_PUBLIC_URL": self.url,
            "THREADS_SECRET_KEY": token_hex(32),
            "DATABASE_URL": self.dsn,
            "REDIS_URL": None,
            "SMTP_URL": None,
            "THREADS_PROCESSES": "1",
            "THREADS_WORKER_METRICS": str(free_port()),
        }.items():
            text = re.sub(rf"^{name}=.*\n", f"{name}={value}\n" if value else "", text, flags=re.MULTILINE)
        more = {
            "PORT": self.port,
            "THREADS_RATE_LIMITS": "off",
            "THREADS_MASK_MODEL": "off",
            "THREADS_MAP_TILES": "off",
        }
        self.env_file.write_text(text + "".join(f"{name}={value}\n" for name, value in more.items()))
        self.env_file.chmod(0o600)
        for unit in ("neural-threads", "neural-threads-worker"):
            # Our own account instead of one that a test cannot make, and the checkout instead of /opt.
            text = self.moved((DEPLOY / "systemd" / f"{unit}.service").read_text()).replace("User=threads\n", "")
            self.unit(unit).file.write_text(text.replace("=/opt/neural-threads", f"={ROOT}"))

    def _environment(self) -> dict[str, str]:
        path = f"{self.folder}/bin:{os.environ['PATH']}:{self.programs.folder}:/usr/sbin:/sbin"
        config = {"PGBACKREST_CONFIG": f"{self.folder}/etc/pgbackrest.conf"}
        return {"PATH": path, "PGHOST": f"{self.folder}/run/postgresql", "PGUSER": "postgres", **config}


_SYSTEMD_RUN = """set -eu
while [ $# -gt 0 ]; do
    case "$1" in
    -p) case "$2" in EnvironmentFile=*) file=${2#EnvironmentFile=} ;; esac; shift 2 ;;
    -E) own="${own:-} $2"; shift 2 ;;
    --*) shift ;;
    *) break ;;
    esac
done
while IFS='=' read -r name value; do
    case "$name" in '' | '#'*) ;; *) export "$name=$value" ;; esac
done <"$file"
exec env -u PGHOST -u PGUSER $own "$@"
"""
