"""The system's packages that we need: PostgreSQL with PostGIS, and for the tests a Chromium and a Redis.

On Debian and Ubuntu they are installed when we may; elsewhere one sentence names them.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .postgres_binaries import OLDEST_MAJOR, CannotStart, find_programs, installed_majors

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WINDOWLESS = "chromium-headless-shell"
"""Debian's Chromium that cannot open a window: the same pages for two thirds of the work."""
_MAC_BROWSERS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
_NO_CLUSTER = Path("/etc/postgresql-common/createcluster.d/neural-threads.conf")
_POLICY = Path("/usr/sbin/policy-rc.d")
_PATIENCE = ("-o", "DPkg::Lock::Timeout=180", "-o", "Acquire::Retries=3")
_NO_BROWSER = (
    "Chromium, which the browser tests drive, is missing: install chromium (Debian, Fedora; chromium-browser on Ubuntu; "
    "a Homebrew cask on macOS), then run this again."
)


_NO_REDIS = (
    "redis-server, which the tests of several processes start, is missing: install redis-server (Debian, Ubuntu) or "
    "redis (Fedora, Homebrew), then run this again."
)


CLUSTER = {
    "pgbouncer": "pgbouncer",
    "haproxy": "haproxy",
    "nginx-light": "nginx",
    "prometheus": "promtool",
    "pgbackrest": "pgbackrest",
    "patroni": "patroni",
    "etcd-server": "etcd",
    "etcd-client": "etcdctl",
    "iproute2": "ip",
}
"""Debian's packages for the tests of a deployment, each with the program that shows it is there."""


def provide(*, database: bool, browser: bool, redis: bool = False, cluster: bool = False) -> None:
    """Install what is missing, or raise CannotStart with a sentence that says what to install."""
    if database:
        _provide_postgres()
    if browser and not find_browser():
        apt = _Apt.if_allowed()
        if apt:
            apt.install("chromium")
        if not find_browser():
            raise CannotStart(_NO_BROWSER)
    if browser and not shutil.which(WINDOWLESS):
        apt = _Apt.if_allowed()
        if apt and apt.offers(WINDOWLESS):
            with suppress(CannotStart):  # It only saves time.
                apt.install(WINDOWLESS)
    if cluster:
        _provide_cluster()
    if redis and not find_redis():
        apt = _Apt.if_allowed()
        if apt:
            apt.install_redis()
        if not find_redis():
            raise CannotStart(_NO_REDIS)


def find_redis() -> str | None:
    """The path of a Redis (or Valkey) server's program."""
    return shutil.which("redis-server") or shutil.which("valkey-server")


def find_browser(*, windowless: bool = False) -> str | None:
    """The path of a Chromium or Chrome. `windowless`: of the quicker one where there is one; it shows no notifications."""
    names = (WINDOWLESS, *BROWSERS) if windowless else BROWSERS
    result = next((path for name in names if (path := shutil.which(name))), None)
    return result or next((path for path in _MAC_BROWSERS if os.access(path, os.X_OK)), None)


def _provide_postgres() -> None:
    try:
        find_programs()
    except CannotStart:
        apt = _Apt.if_allowed()
        if not apt:
            raise
        apt.install_postgres()
        find_programs()


def _provide_cluster() -> None:
    missing = [package for package, program in CLUSTER.items() if not _find_server(program)]
    if not missing:
        return
    apt = _Apt.if_allowed()
    if apt is None:
        raise CannotStart(
            f"The tests of a deployment need {', '.join(missing)}: install them (Debian, Ubuntu), then run this again."
        )
    for package in missing:
        apt.install_without_services(package)


def _find_server(program: str) -> str | None:
    return shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/local/sbin")


class _Apt:
    """apt-get, as root or through a sudo that does not ask."""

    def __init__(self, prefix: list[str]) -> None:
        self._prefix = prefix

    @classmethod
    def if_allowed(cls) -> "_Apt | None":
        if not shutil.which("apt-get"):
            return None
        if os.geteuid() == 0:
            return cls([])
        if (
            shutil.which("sudo")
            and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
        ):
            return cls(["sudo", "-n"])
        return None

    def install_postgres(self) -> None:
        package = self._postgis_package()
        if not package:
            self.refresh()
            package = self._postgis_package()
        if not package:
            raise CannotStart(f"This system's packages hold no PostGIS for PostgreSQL {OLDEST_MAJOR} or newer.")
        if not shutil.which("pg_createcluster"):
            self.install("postgresql-common")
        with self._without_main_cluster():
            self.install(package)

    def install_redis(self) -> None:
        """Redis for the tests."""
        self.install_without_services("redis-server")

    def install_without_services(self, package: str) -> None:
        """Debian starts a server of the system's with the package; the tests bring their own, so it is told not to."""
        with self._without_services():
            self.install(package)

    def offers(self, package: str) -> bool:
        """Return True if the list of packages at hand has it."""
        return self._run("apt-cache", "show", package).returncode == 0

    def install(self, package: str) -> None:
        """Install it; the list of packages is fetched only when the one at hand does not do."""
        print(f"Installing the system's package {package} …", flush=True)
        if self._install(package).returncode != 0:
            self.refresh()
            result = self._install(package)
            if result.returncode != 0:
                reason = (
                    [line for line in result.stderr.splitlines() if line.startswith("E:")] or ["no reason given"]
                )[-1]
                raise CannotStart(
                    f"apt-get could not install {package} ({reason.removeprefix('E: ')}): install it, then run this again."
                )

    def refresh(self) -> None:
        """Fetch the list of packages."""
        self._run("apt-get", "update", "-q")

    def _install(self, package: str) -> subprocess.CompletedProcess[str]:
        return self._run("apt-get", "install", "-y", "-q", "--no-install-recommends", *_PATIENCE, package)

    def _run(self, *argv: str) -> subprocess.CompletedProcess[str]:
        quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C"]
        return subprocess.run(
            [*self._prefix, *quiet, *argv], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )

    def _postgis_package(self) -> str | None:
        """postgresql-15-postgis-3 on Debian 12, -17- on Debian 13: for the server that is here, else the newest."""
        results = subprocess.run(
            ["apt-cache", "search", "--names-only", "^postgresql-[0-9]+-postgis-3$"],
            capture_output=True,
            text=True,
            check=False,
        )
        offered = {
            int(result[1]) for result in re.finditer(r"^postgresql-(\d+)-postgis-3\b", results.stdout, re.MULTILINE)
        }
        offered = {major for major in offered if major >= OLDEST_MAJOR}
        best = max(offered & installed_majors() or offered, default=None)
        return f"postgresql-{best}-postgis-3" if best else None

    @contextmanager
    def _without_main_cluster(self) -> Iterator[None]:
        """Debian makes and starts a cluster of the system's with a new server; we bring our own."""
        self._run(
            "sh", "-c", f'mkdir -p "{_NO_CLUSTER.parent}" && echo "create_main_cluster = false" > "{_NO_CLUSTER}"'
        )
        try:
            yield
        finally:
            with suppress(OSError):
                self._run("rm", "-f", str(_NO_CLUSTER))

    @contextmanager
    def _without_services(self) -> Iterator[None]:
        """Keep Debian from starting services: what policy-rc.d answers with 101 is not started; one that is there already stays as it is."""
        if _POLICY.exists():
            yield
            return
        self._run("sh", "-c", f'printf "#!/bin/sh\\nexit 101\\n" > "{_POLICY}" && chmod 755 "{_POLICY}"')
        try:
            yield
        finally:
            self._run("rm", "-f", str(_POLICY))
