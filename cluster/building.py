"""Create and remove the cluster: machines, configurations, programs in order, the database."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

import httpx
import psycopg
import yaml
from psycopg import sql

from bench.servers import ROOT, clean_environment, free_port
from neural_threads.local.postgres_binaries import Account, CannotStart, find_programs

from . import configurations
from .health import Health
from .kept_secrets import Secrets
from .layout import Layout
from .places import BUCKET, MACHINES, Places, namespaces_allowed
from .programs import Program, until

FRONT = 8443


class Cluster:
    """The cluster of one data directory."""

    def __init__(self, folder: Path, *, namespaces: bool) -> None:
        self.folder = folder
        self.places = Places(folder, namespaces=namespaces)
        self.secrets = Secrets.of(folder, _front_port())
        self.layout = Layout(folder, self.places, self.secrets)
        self.health = Health(self.layout)

    def use(self, release: Path) -> None:
        """From here on our programs are those of this release; those that run stay as they are."""
        self.layout = Layout(self.folder, self.places, self.secrets, release)
        self.health = Health(self.layout)

    @classmethod
    def here(cls) -> "Cluster":
        """That of THREADS_DATA_DIR; how its machines are told apart is decided when it is built."""
        folder = _folder()
        mark = folder / "machines"
        if not mark.exists():
            mark.write_text("namespaces" if namespaces_allowed() else "addresses")
        return cls(folder, namespaces=mark.read_text() == "namespaces")

    @property
    def url(self) -> str:
        """Where people come in."""
        return f"https://127.0.0.1:{self.secrets.port}"

    def up(self) -> None:
        """Build what is not there and start what does not run."""
        layout = self.layout
        if not any(program.is_running for program in layout.all):
            self.places.lay()
        self._lay_folders()
        self._start(*layout.etcd, *layout.databases, *layout.primary_proxies, layout.redis, layout.bucket)
        _say("etcd and PostgreSQL are started")
        until(lambda: self.health.leader() is not None, 90, "a primary")
        self._found_database()
        until(lambda: not self.health.database_faults(), 90, "two standbys, one of them synchronous")
        _say(f"primary on machine {self.health.leader()}, two standbys follow")
        self._start(*layout.poolers)
        self._found_bucket()
        self.run_ours("migrate")
        _say("the database is migrated")
        self._start(*layout.web, *layout.realtime, *layout.workers, layout.prometheus)
        self._start_proxy()
        until(lambda: not self.health.faults(), 180, "everything ready")

    def down(self, *, remove: bool = False) -> None:
        """Stop everything; the data stay for the next `up` unless they are removed."""
        for program in reversed(self.layout.all):
            program.stop()
        self.places.clear()
        if remove:
            shutil.rmtree(self.folder)

    def _start(self, *programs: Program) -> None:
        for program in programs:
            if not program.is_running:
                program.start()

    def _lay_folders(self) -> None:
        account = Account.unprivileged()
        archive = self.folder / "archive"
        for program in self.layout.all:
            program.folder.mkdir(parents=True, exist_ok=True)
        archive.mkdir(exist_ok=True)
        if not (self.folder / "server.crt").exists():
            configurations.certificate(self.folder)
        self._write_configurations()
        if account.uid != os.geteuid():
            for path in (archive, *(program.folder for program in self.layout.all if program.account)):
                shutil.chown(path, account.uid, account.gid)
                for inner in path.iterdir():
                    if inner.is_file():
                        shutil.chown(inner, account.uid, account.gid)

    def _write_configurations(self) -> None:
        layout, places, programs = self.layout, self.places, find_programs()
        for program in layout.databases:
            config = configurations.patroni(places, program.machine, program.folder, programs, layout.superuser)
            (program.folder / "patroni.yaml").write_text(yaml.safe_dump(config))
            for name in ("server.crt", "server.key"):
                shutil.copy(self.folder / name, program.folder / name)
                (program.folder / name).chmod(0o600)
        for program in layout.poolers:
            with (program.folder / "pgbouncer.ini").open("w") as file:
                configurations.pgbouncer(places, program.machine, program.folder, self.secrets).write(file)
        for program in layout.primary_proxies:
            (program.folder / "haproxy.cfg").write_text(configurations.database_proxy(places, program.machine))
        folder = layout.prometheus.folder
        (folder / "prometheus.yml").write_text(configurations.prometheus(places, folder, self.secrets))

    def _found_database(self) -> None:
        """The role, the database, its extensions and the role's settings."""
        with self.administering() as line:
            if line.execute("select from pg_roles where rolname = 'threads'").fetchone() is None:
                password = sql.Literal(self.secrets.database_hash)
                line.execute(sql.SQL("create role threads login password {}").format(password))
            if line.execute("select from pg_database where datname = 'threads'").fetchone() is None:
                line.execute("create database threads owner threads")
        with self.administering("threads") as line:
            for extension in ("postgis", "pg_trgm", "unaccent"):
                line.execute(f"create extension if not exists {extension}")
            line.execute((configurations.DEPLOY / "pgbouncer" / "role.sql").read_bytes())

    @contextmanager
    def administering(self, database: str = "postgres") -> Iterator[psycopg.Connection]:
        """A line to the primary as superuser; waits until it takes writes, which is a little after it was chosen."""
        hosts = ",".join(self.places.address(machine) for machine in MACHINES)
        who = f"user={self.layout.superuser} password={self.secrets.superuser} dbname={database}"
        dsn = f"host={hosts} {who} sslmode=require target_session_attrs=read-write connect_timeout=2"
        found: list[psycopg.Connection] = []

        def connects() -> bool:
            with suppress(psycopg.OperationalError), self.places.within(3):
                found.append(psycopg.connect(dsn, autocommit=True))
            return bool(found)

        until(connects, 60, "a primary that takes writes")
        with found[0] as line:
            yield line

    def _found_bucket(self) -> None:
        with self.places.within(BUCKET):
            bucket = f"http://{self.places.address(BUCKET)}:9000/threads"
            until(lambda: _answers(bucket), 60, "the bucket")
            httpx.put(bucket, timeout=10, trust_env=False).raise_for_status()

    def run_ours(self, *command: str, machine: int = 1, **more: str) -> str:
        """Run one of our commands on a machine, with `more` settings; what it said."""
        argv = [*self.places.on(machine), sys.executable, "-P", "-m", "neural_threads", *command]
        env = clean_environment() | self.layout.settings(machine) | self.layout.imports() | more
        told = subprocess.run(
            argv, cwd=self.layout.release, env=env, capture_output=True, text=True, timeout=300, check=False
        )
        if told.returncode != 0:
            raise CannotStart(f"neural-threads {' '.join(command)}: {(told.stderr or told.stdout).strip()[-600:]}")
        return told.stdout

    def _start_proxy(self) -> None:
        """The socket is made here, on this machine's own loopback; HAProxy on machine 3 takes from it."""
        program = self.layout.proxy
        if program.is_running:
            return
        with socket.socket() as front:
            front.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            front.bind(("127.0.0.1", self.secrets.port))
            front.listen(1024)
            front.set_inheritable(True)
            (program.folder / "haproxy.cfg").write_text(
                configurations.proxy(self.places, front.fileno(), program.folder)
            )
            shutil.copy(self.folder / "both.pem", program.folder / "both.pem")
            account = Account.unprivileged()
            if account.uid != os.geteuid():
                shutil.chown(program.folder / "both.pem", account.uid, account.gid)
            program.start(socket=front.fileno())


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2, trust_env=False).status_code < 500
    except httpx.HTTPError:
        return False


def _front_port() -> int:
    """8443, or another one if that is taken."""
    if os.environ.get("PORT"):
        return int(os.environ["PORT"])
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", FRONT))
        except OSError:
            return free_port()
    return FRONT


def _folder() -> Path:
    """`cluster` in the data directory; where PostgreSQL's account may not go there, one under /var/lib."""
    data = Path(os.environ.get("THREADS_DATA_DIR") or ROOT / ".local").resolve()
    folder = data / "cluster"
    folder.mkdir(parents=True, exist_ok=True)
    account = Account.unprivileged()
    if not account.may_enter(folder):
        folder = Path(f"/var/lib/neural-threads-cluster-{sha256(str(data).encode()).hexdigest()[:8]}")
        folder.mkdir(parents=True, exist_ok=True)
    return folder


def _say(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')}  {what}", flush=True)
