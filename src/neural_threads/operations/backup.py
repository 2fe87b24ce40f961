"""Make base backups by pgBackRest: `neural-threads backup`. pgBackRest's own configuration names the repository."""

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg

from neural_threads.local.postgres_binaries import Account, CannotStart

LONGEST = 6 * 3600.0
"""Seconds for one backup or restore."""


@dataclass(frozen=True)
class PgBackRest:
    """pgBackRest for one stanza, run as the account that owns the cluster."""

    account: Account
    stanza: str
    config: str = ""

    @classmethod
    def for_cluster(cls, url: str, stanza: str, config: str = "") -> "PgBackRest":
        """The one for the cluster at this address, which must be on this machine. Raises CannotStart."""
        if not shutil.which("pgbackrest"):
            raise CannotStart("pgbackrest is missing: install the package pgbackrest, then run this again.")
        with psycopg.connect(url, autocommit=True, connect_timeout=10) as line:
            row = line.execute("select current_setting('data_directory')").fetchone()
            is_archiving = line.execute("show archive_mode").fetchone() == ("on",)
        data = Path(row[0] if row else "/nowhere")
        if not data.exists():
            raise CannotStart(f"The database's folder {data} is not on this machine: run this where PostgreSQL runs.")
        if not is_archiving:
            raise CannotStart("PostgreSQL archives no WAL (archive_mode is off): see Backups in docs/deployment.md.")
        return cls(Account.of(data.stat().st_uid), stanza, config)

    def run(self, *words: str) -> str:
        """Run one command of pgBackRest and return what it says. Raises CannotStart with its error."""
        argv = ["pgbackrest", f"--stanza={self.stanza}", *([f"--config={self.config}"] if self.config else []), *words]
        try:
            told = self.account.run(argv, timeout=LONGEST)
        except (subprocess.TimeoutExpired, OSError) as error:
            raise CannotStart(f"pgbackrest {words[-1]} did not end: {type(error).__name__}.") from None
        if told.returncode:
            raise CannotStart(f"pgbackrest {words[-1]} failed: {_reason(told.stdout + told.stderr)}")
        return told.stdout

    def has_backup(self) -> bool:
        """Return True if something could be restored."""
        return '"backup":[{' in self.run("--output=json", "info").replace(" ", "")


def back_up(pgbackrest: PgBackRest, kind: str) -> str:
    """Make a base backup (`full`, `diff` or `incr`) and return what there is now, in pgBackRest's words."""
    pgbackrest.run(f"--type={kind}", "backup")
    return pgbackrest.run("info")


def _reason(text: str) -> str:
    errors: Sequence[str] = [line.strip() for line in text.splitlines() if "ERROR" in line]
    return errors[0] if errors else (text.strip().splitlines() or ["no reason given"])[-1]
