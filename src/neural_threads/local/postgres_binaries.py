"""Find PostgreSQL's programs on this machine, and the account that may run them."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from glob import glob
from pathlib import Path

OLDEST_MAJOR = 15
_PLACES = (
    "/usr/lib/postgresql/*/bin",  # Debian keeps them out of PATH
    "/usr/pgsql-*/bin",  # Fedora and RHEL, from postgresql.org's packages
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)
_EXTENSIONS = (
    "share/postgresql/extension",
    "share/pgsql/extension",
    "share/postgresql@{major}/extension",
    "share/extension",
)


class CannotStart(Exception):
    """Something on this machine keeps us from starting; one sentence says what, and what to do about it."""


@dataclass(frozen=True)
class Programs:
    """One installed PostgreSQL server."""

    folder: Path
    major: int

    def __getitem__(self, name: str) -> str:
        return str(self.folder / name)

    @property
    def has_postgis(self) -> bool:
        """Return True if CREATE EXTENSION postgis would find its files."""
        return any((place / "postgis.control").exists() for place in self._extension_folders())

    def _extension_folders(self) -> Iterator[Path]:
        target = _output([self["pg_config"], "--sharedir"])
        if target:
            yield Path(target) / "extension"
        root = self.folder.resolve().parent
        yield from (root / place.format(major=self.major) for place in _EXTENSIONS)


@dataclass(frozen=True)
class Account:
    """The operating system's user that owns a cluster: PostgreSQL refuses to run as root."""

    name: str
    uid: int
    gid: int

    @classmethod
    def of(cls, uid: int) -> "Account":
        """The account with this number."""
        try:
            known = pwd.getpwuid(uid)
        except KeyError:
            raise CannotStart(f"PostgreSQL needs a user with a name; this system has none for number {uid}.") from None
        return cls(known.pw_name, known.pw_uid, known.pw_gid)

    @classmethod
    def unprivileged(cls) -> "Account":
        """Ourselves; for root, the user that PostgreSQL's packages made, else nobody."""
        if os.geteuid() != 0:
            return cls.of(os.geteuid())
        for name in ("postgres", "_postgres", "nobody"):
            try:
                return cls.of(pwd.getpwnam(name).pw_uid)
            except KeyError:
                continue
        raise CannotStart("PostgreSQL refuses to run as root and this system has no other user: start as one.")

    def run(
        self, argv: Sequence[str], *, cwd: Path | str = "/", timeout: float = 120
    ) -> subprocess.CompletedProcess[str]:
        """Run a program as this account, in a folder that it may enter, with nothing of our PG* variables."""
        env = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        become = {"user": self.uid, "group": self.gid, "extra_groups": []} if os.geteuid() != self.uid else {}
        return subprocess.run(  # type: ignore[call-overload,no-any-return]
            list(argv),
            cwd=cwd,
            env=env | {"LC_MESSAGES": "C", "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout,
            umask=0o077,
            **become,
        )

    def may_enter(self, folder: Path) -> bool:
        """Return True if every folder on the way is open to this account; only a process of its own can tell for sure."""
        return self.run(["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)]).returncode == 0


def find_programs(major: int | None = None) -> Programs:
    """The newest PostgreSQL with PostGIS, or exactly the given major version (a data directory belongs to one)."""
    result = list(_installed())
    if major is not None:
        result = [programs for programs in result if programs.major == major]
    for programs in sorted(result, key=lambda programs: -programs.major):
        if programs.has_postgis:
            return programs
    if result:
        newest = max(programs.major for programs in result)
        raise CannotStart(
            f"PostgreSQL {newest} is installed, but PostGIS for it is missing: install postgresql-{newest}-postgis-3 "
            "(Debian, Ubuntu) or postgis (Fedora, Homebrew), then run this again."
        )
    raise CannotStart(
        "PostgreSQL with PostGIS is missing: install postgresql-15-postgis-3 (Debian, Ubuntu), postgresql-server and "
        "postgis (Fedora) or postgresql@17 and postgis (Homebrew on macOS), then run this again."
    )


def installed_majors() -> set[int]:
    """Major versions of the servers on this machine, new enough or not, with PostGIS or not."""
    return {programs.major for programs in _installed(oldest=0)}


def _installed(oldest: int = OLDEST_MAJOR) -> Iterator[Programs]:
    seen: set[Path] = set()
    for folder in _folders():
        server = (folder / "postgres").resolve()
        if server in seen or not os.access(server, os.X_OK) or not os.access(folder / "initdb", os.X_OK):
            continue
        seen.add(server)
        major = _major(_output([str(server), "--version"]))
        if major >= oldest:
            # A link on PATH names one program; its neighbours lie beside what it points to.
            yield Programs(server.parent, major)


def _folders() -> Iterator[Path]:
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).parent
    config = shutil.which("pg_config")
    if config and (target := _output([config, "--bindir"])):
        yield Path(target)
    if os.environ.get("THREADS_POSTGRES_PLACES"):
        yield from (Path(place) for place in os.environ["THREADS_POSTGRES_PLACES"].split(os.pathsep))
        return
    for pattern in _PLACES:
        yield from (Path(place) for place in sorted(glob(pattern)))


def _output(argv: Sequence[str]) -> str:
    try:
        return subprocess.run(argv, capture_output=True, text=True, timeout=20, check=False).stdout.strip()
    except OSError:
        return ""


def _major(version: str) -> int:
    """15 from "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"; 0 when it says something else."""
    for word in version.split():
        if word[0].isdigit():
            return int(word.split(".")[0].rstrip("abcdefghijklmnopqrstuvwxyz") or 0)
    return 0
