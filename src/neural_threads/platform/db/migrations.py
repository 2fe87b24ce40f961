"""Whether the database has the newest form, and bringing it there.

Asking is one query by psycopg, because the server asks at each start and never loads Alembic; migrating runs Alembic
in a process of its own.
"""

import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parents[4]
_VERSIONS = ROOT / "migrations" / "versions"
_REVISION = re.compile(r"^(revision|down_revision)\b[^=\n]*=\s*(.+)$", re.MULTILINE)


class MigrationFailed(Exception):
    """The database could not be brought to the newest form; it is as it was before the failing migration."""


class NotMigrated(Exception):
    """The database is older (or newer) than this program."""


def migrate(url: str) -> bool:
    """Bring the database to the newest form; False when it was there already. Two at once wait for each other."""
    if is_current(url):
        return False
    result = alembic(url, "upgrade", "head")
    if result.returncode != 0:
        raise MigrationFailed(f"The database could not be migrated: {_reason(result.stderr)}")
    return True


def alembic(url: str, *arguments: str, ini: Path = ROOT / "alembic.ini") -> subprocess.CompletedProcess[str]:
    """Run Alembic on this database. The address goes by the environment: other users can read command lines."""
    argv = [sys.executable, "-P", "-m", "alembic", "-c", str(ini), *arguments]
    return subprocess.run(
        argv, cwd=ROOT, env=os.environ | {"DATABASE_URL": url}, capture_output=True, text=True, check=False
    )


def current(url: str) -> str | None:
    """The revision that the database is at; None before the first migration."""
    with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
        if connection.execute("select to_regclass('public.alembic_version')").fetchone() == (None,):
            return None
        row = connection.execute("select version_num from public.alembic_version").fetchone()
        return str(row[0]) if row else None


def is_current(url: str) -> bool:
    """Return True if the database is at the newest revision."""
    return current(url) == newest()


def require_current(url: str) -> None:
    """Raise NotMigrated, with a sentence for whoever starts the server, unless the database has the newest form."""
    result = current(url)
    if result != newest():
        raise NotMigrated(
            f"The database is at revision {result or 'nothing'}, this program needs {newest()}: run `neural-threads migrate`."
        )


@cache
def newest() -> str:
    """The revision that no other builds on, read from the files in migrations/versions."""
    files = [dict(_REVISION.findall(path.read_text())) for path in sorted(_VERSIONS.glob("[!_]*.py"))]
    names = {_plain(result["revision"]) for result in files}
    heads = names - {_plain(result.get("down_revision", "None")) for result in files}
    if len(heads) != 1:
        raise MigrationFailed(f"migrations/versions must end in one revision, not in {sorted(heads) or 'none'}.")
    return heads.pop()


def _plain(value: str) -> str:
    return value.split("#")[0].strip().strip("\"'")


def _reason(stderr: str) -> str:
    """The exception's own line in a traceback: "sqlalchemy.exc.ProgrammingError: (psycopg.errors…) syntax error …"."""
    named = re.findall(r"^[\w.]+(?:Error|Exception|Violation|\w+): .+$", stderr, re.MULTILINE)
    return named[-1] if named else (stderr.strip().splitlines() or ["no reason given"])[-1]
