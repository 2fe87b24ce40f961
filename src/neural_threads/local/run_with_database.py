"""Run a command while the private PostgreSQL runs: `python -m neural_threads.local.run_with_database psql`.

The command finds the database in libpq's own variables (PGHOST, PGPORT, PGUSER, PGDATABASE), so psql, pg_dump and
pgbench need no address.
"""

import os
import signal
import subprocess
import sys

from psycopg.conninfo import conninfo_to_dict

from neural_threads.platform.config import SettingsError, get_settings

from .postgres_binaries import CannotStart
from .postgres_cluster import running_cluster

_LIBPQ = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "dbname": "PGDATABASE",
    "password": "PGPASSWORD",
    "sslmode": "PGSSLMODE",
}


def main(argv: list[str]) -> int:
    """Start the cluster if need be, run the command, pass on its signals and its exit code."""
    try:
        with running_cluster(get_settings()) as url:
            return _run(argv, os.environ | _variables(url))
    except (CannotStart, SettingsError) as reason:
        print(reason, file=sys.stderr)
        return 1


def _variables(url: str) -> dict[str, str]:
    return {_LIBPQ[name]: str(value) for name, value in conninfo_to_dict(url).items() if name in _LIBPQ and value}


def _run(argv: list[str], env: dict[str, str]) -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the command by itself; we wait for it.
    child = subprocess.Popen(argv, env=env, preexec_fn=_hear_again)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _frame: child.send_signal(received))
    code = child.wait()
    return code if code >= 0 else 128 - code


def _hear_again() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
