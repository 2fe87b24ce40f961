"""Which program runs on which machine, as docs/deployment.md says it (Three machines)."""

import shutil
import sys
from dataclasses import replace
from pathlib import Path

from bench.servers import ROOT
from neural_threads.local.postgres_binaries import Account, CannotStart
from neural_threads.local.system_packages import CLUSTER

from .configurations import SOCKETS, WEB, WORKER, etcd_environment, redis_argv
from .kept_secrets import Secrets
from .places import BUCKET, MACHINES, Places
from .programs import Program


class Layout:
    """All programs of one cluster, in the order of starting them."""

    def __init__(self, folder: Path, places: Places, secrets: Secrets, release: Path = ROOT) -> None:
        self.folder, self.places, self.secrets, self.release = folder, places, secrets, release
        self._account = Account.unprivileged()
        self.superuser = self._account.name
        nodes = MACHINES[:2]
        self.etcd = [self._etcd(n) for n in MACHINES]
        self.databases = [self._patroni(n) for n in MACHINES]
        self.poolers = [self._program("pgbouncer", n, ["pgbouncer", "pgbouncer.ini"], own=True) for n in nodes]
        self.primary_proxies = [self._haproxy("primary", n) for n in nodes]
        self.redis = self._program("redis", 3, redis_argv(places, 3, secrets), own=True)
        moto = [sys.executable, "-m", "moto.server", "-H", places.address(BUCKET), "-p", "9000"]
        self.bucket = self._program("bucket", BUCKET, moto)
        self.web = [self._ours("web", n, "serve", PORT=str(WEB)) for n in nodes]
        self.realtime = [self._ours("realtime", n, "realtime", "--port", str(SOCKETS)) for n in nodes]
        self.workers = [
            self._ours("worker", n, "worker", THREADS_WORKER_METRICS=f"{places.address(n)}:{WORKER}") for n in nodes
        ]
        self.proxy = self._haproxy("proxy", 3)
        self.prometheus = self._program("prometheus", 3, self._prometheus_argv(), own=True)

    @property
    def all(self) -> list[Program]:
        """Every program."""
        below = [*self.etcd, *self.databases, *self.primary_proxies, *self.poolers, self.redis, self.bucket]
        return [*below, *self.web, *self.realtime, *self.workers, self.proxy, self.prometheus]

    def on(self, machine: int) -> list[Program]:
        """What runs on one machine."""
        return [program for program in self.all if program.machine == machine]

    def direct_url(self, attributes: str = "read-write") -> str:
        """PostgreSQL itself: the primary, or with `standby` one that follows."""
        hosts = ",".join(f"{self.places.address(n)}:5432" for n in MACHINES)
        return (
            f"postgresql://threads:{self.secrets.database}@{hosts}/threads"
            f"?target_session_attrs={attributes}&sslmode=require"
        )

    def settings(self, machine: int) -> dict[str, str]:
        """The environment of our own programs on this machine."""
        at, own = self.places.address, self.places.own(machine)
        return {
            "THREADS_ENV": "production",
            "THREADS_PUBLIC_URL": f"https://127.0.0.1:{self.secrets.port}",
            "THREADS_SECRET_KEY": self.secrets.key,
            "THREADS_DATA_DIR": str(self.folder / f"machine{machine}" / "threads"),
            "HOST": at(machine),
            "DATABASE_URL": f"postgresql://threads:{self.secrets.database}@{own}:6432/threads",
            "THREADS_DATABASE_POOLER": "on",
            "DATABASE_DIRECT_URL": self.direct_url(),
            "DATABASE_REPLICA_URL": self.direct_url("standby"),
            "REDIS_URL": f"redis://:{self.secrets.redis}@{at(3)}:6379/0",
            "THREADS_WORKER": "off",
            "THREADS_TRUSTED_PROXIES": at(3),
            "THREADS_METRICS_TOKEN": self.secrets.metrics,
            "THREADS_MEDIA_STORE": "s3://threads/pictures",
            "THREADS_PUSH_KEY": self.secrets.push,
            "AWS_ACCESS_KEY_ID": "threads",
            "AWS_SECRET_ACCESS_KEY": self.secrets.redis,
            "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": f"http://{at(BUCKET)}:9000",
            "AWS_ALLOW_HTTP": "true",
            # Several hundred people come from one machine here, each with an address of their own.
            "THREADS_LIMITS": "mailed_link_address=10000/hour;requests=200/hour",
        }

    def _program(self, name: str, machine: int, argv: list[str], *, own: bool = False, **env: str) -> Program:
        """`own`: a program of the system, as the account that owns PostgreSQL."""
        if own:
            argv = [_found(argv[0]), *argv[1:]]
        return Program(
            name=f"{name}{machine}",
            machine=machine,
            argv=argv,
            folder=self.folder / f"machine{machine}" / name,
            env=env,
            account=self._account if own else None,
            before=self.places.on(machine),
        )

    def _etcd(self, machine: int) -> Program:
        env = etcd_environment(self.places, machine, self.folder / f"machine{machine}" / "etcd")
        return self._program("etcd", machine, ["etcd"], own=True, **env)

    def _patroni(self, machine: int) -> Program:
        folder = self.folder / f"machine{machine}" / "postgres"
        env = {
            "PATRONI_SUPERUSER_USERNAME": self.superuser,
            "PATRONI_SUPERUSER_PASSWORD": self.secrets.superuser,
            "PATRONI_REPLICATION_USERNAME": "replicator",
            "PATRONI_REPLICATION_PASSWORD": self.secrets.replicator,
        }
        return Program(
            name=f"postgres{machine}",
            machine=machine,
            argv=[_found("patroni"), "patroni.yaml"],
            folder=folder,
            env=env,
            account=self._account,
            before=self.places.on(machine),
            data=folder / "data",
        )

    def _haproxy(self, name: str, machine: int) -> Program:
        env = {"THREADS_CERTIFICATE": str(self.folder / f"machine{machine}" / name / "both.pem")}
        return self._program(name, machine, ["haproxy", "-db", "-f", "haproxy.cfg"], own=True, **env)

    def _ours(self, name: str, machine: int, *command: str, **env: str) -> Program:
        argv = [sys.executable, "-P", "-m", "neural_threads", *command]
        program = self._program(name, machine, argv, **self.settings(machine), **self.imports(), **env)
        return replace(program, root=self.release)

    def imports(self) -> dict[str, str]:
        """What makes Python take our code from the release."""
        return {} if self.release == ROOT else {"PYTHONPATH": str(self.release / "src")}

    def _prometheus_argv(self) -> list[str]:
        listen = f"--web.listen-address={self.places.own(3)}:9090"
        return ["prometheus", "--config.file=prometheus.yml", "--storage.tsdb.path=data", listen]


def _found(program: str) -> str:
    path = shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/local/sbin:/sbin")
    if path is None:
        package = next((name for name, shown in CLUSTER.items() if shown == program), program)
        raise CannotStart(f"{program} is missing: bin/setup cluster installs {package}.")
    return path
