"""How migrations run: each in its own transaction, one runner at a time, giving up rather than blocking the site."""

import os
import sys
import time
from contextlib import ExitStack

import psycopg
from alembic import context
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from neural_threads.local.postgres_binaries import CannotStart
from neural_threads.local.postgres_cluster import running_cluster
from neural_threads.platform.config import get_settings

# A migration that waits for a lock makes everybody wait behind it, so it gives up soon and can be run again.
LOCK_TIMEOUT = "4s"
STATEMENT_TIMEOUT = "15min"
_ONE_AT_A_TIME = 0x7468726561  # any number; "threa"


def _connect(url: str) -> psycopg.Connection:
    return psycopg.connect(url, application_name="neural-threads migrate")


def run(url: str) -> None:
    """Apply what was asked for to the database at this address."""
    engine = create_engine("postgresql+psycopg://", creator=lambda: _connect(url), poolclass=NullPool)
    with engine.connect() as connection:
        # Asked for again and again: whoever waits in a statement holds up an index that is built concurrently, for ever.
        while not connection.execute(text("select pg_try_advisory_lock(:number)"), {"number": _ONE_AT_A_TIME}).scalar():
            connection.commit()
            time.sleep(0.1)
        connection.execute(text("select set_config('lock_timeout', :limit, false)"), {"limit": LOCK_TIMEOUT})
        connection.execute(text("select set_config('statement_timeout', :limit, false)"), {"limit": STATEMENT_TIMEOUT})
        connection.commit()
        context.configure(connection=connection, transaction_per_migration=True)
        with context.begin_transaction():
            context.run_migrations()


def main() -> None:
    """Find the database: DATABASE_URL, or the private cluster."""
    with ExitStack() as stack:
        try:
            url = os.environ.get("DATABASE_URL") or stack.enter_context(running_cluster(get_settings()))
        except CannotStart as reason:
            sys.exit(str(reason))
        run(url)


if context.is_offline_mode():
    sys.exit("Migrations need a database; write `alembic upgrade head` without --sql.")
main()
