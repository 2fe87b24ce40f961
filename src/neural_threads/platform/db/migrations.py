"""Migrate the database to the newest revision, and tell whether this program can work on its present one.

Asking is one query by psycopg, because the server asks at each start and never loads Alembic; migrating runs Alembic
in a process of its own.

During a rolling upgrade the code before runs on a schema that a newer migration has changed. Migrations expand (they add
what only new code reads) and so keep the **compatible line**, a number in the table `schema_line`. A migration that
contracts (drops or renames what earlier code reads) adds one to it; earlier code then refuses to work.
"""

import os
import re
import subprocess
import sys
from enum import StrEnum
from functools import cache
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parents[4]
_VERSIONS = ROOT / "migrations" / "versions"
_REVISION = re.compile(r"^(revision|down_revision)\b[^=\n]*=\s*(.+)$", re.MULTILINE)


class MigrationFailed(Exception):
    """The database could not be brought to the newest form; it is as it was before the failing migration."""


class NotMigrated(Exception):
    """The database is older than this program, or newer than it can work with."""


COMPATIBLE_LINE = 1
"""The line of schemas that this program reads and writes; see the table `schema_line`."""


class State(StrEnum):
    """The state of the database's schema, as seen by this program."""

    CURRENT = "current"
    OLDER = "older"
    NEWER = "newer"
    """A revision that this program does not know, in its compatible line: it works."""
    INCOMPATIBLE = "incompatible"


def migrate(url: str) -> bool:
    """Bring the database to the newest form; False when it was there already. Two at once wait for each other.

    A newer schema of the same compatible line is left as it is. Raises NotMigrated for one that this program cannot use.
    """
    if is_usable(url):
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


def is_usable(url: str) -> bool:
    """Return True when this program can work on the database, False when it must be migrated first.

    Raises NotMigrated, with a sentence for whoever starts the server, when the schema is newer than this program can use.
    """
    revision = current(url)
    state = state_of(revision, _line(url))
    if state is State.INCOMPATIBLE:
        raise NotMigrated(
            f"The database is at revision {revision}, which is newer than this program can work with "
            f"(it knows revisions up to {newest()}): start the newer program."
        )
    return state is not State.OLDER


def state_of(revision: str | None, line: int | None) -> State:
    """Compare a database's revision and compatible line with this program's."""
    if revision == newest():
        return State.CURRENT
    if revision is None or revision in _revisions():
        return State.OLDER
    return State.NEWER if line == COMPATIBLE_LINE else State.INCOMPATIBLE


def _line(url: str) -> int | None:
    with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
        if connection.execute("select to_regclass('public.schema_line')").fetchone() == (None,):
            return None
        row = connection.execute("select line from public.schema_line").fetchone()
        return int(row[0]) if row else None


def newest() -> str:
    """The revision that no other builds on, read from the files in migrations/versions."""
    heads = set(_revisions()) - set(_revisions().values())
    if len(heads) != 1:
        raise MigrationFailed(f"migrations/versions must end in one revision, not in {sorted(heads) or 'none'}.")
    return heads.pop()


@cache
def _revisions() -> dict[str, str]:
    """Every revision that this program knows, and the one that it builds on."""
    files = [dict(_REVISION.findall(path.read_text())) for path in sorted(_VERSIONS.glob("[!_]*.py"))]
    return {_plain(file["revision"]): _plain(file.get("down_revision", "None")) for file in files}


def _plain(value: str) -> str:
    return value.split("#")[0].strip().strip("\"'")


def _reason(stderr: str) -> str:
    """The exception's own line in a traceback: "sqlalchemy.exc.ProgrammingError: (psycopg.errors…) syntax error …"."""
    named = re.findall(r"^[\w.]+(?:Error|Exception|Violation|\w+): .+$", stderr, re.MULTILINE)
    return named[-1] if named else (stderr.strip().splitlines() or ["no reason given"])[-1]
