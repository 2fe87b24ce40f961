"""Migrations go up, down and up again without a difference, one at a time, and leave nothing half done."""

import os
import re
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from neural_threads.local.postgres_binaries import find_programs
from neural_threads.local.postgres_cluster import create_database
from neural_threads.platform.db import migrations
from tests.support.cluster import Ground

pytestmark = pytest.mark.long  # all migrations run


@pytest.fixture
def empty(ground: Ground) -> Iterator[str]:
    """A database without a single table."""
    url = create_database(ground.url, f"threads_test_{os.getpid()}_empty")
    yield url
    ground.drop(url)


@pytest.mark.long
def test_up_down_up_leaves_no_difference(empty: str) -> None:
    nothing = dump(empty)
    assert migrations.migrate(empty)
    everything = dump(empty)
    assert migrations.is_usable(empty)
    down = migrations.alembic(empty, "downgrade", "base")
    assert down.returncode == 0, down.stderr
    assert without_alembic(dump(empty)) == without_alembic(nothing)
    assert migrations.migrate(empty)
    assert dump(empty) == everything


def test_names_of_new_migrations_sort_in_the_order_in_which_they_run() -> None:
    """Up to 2026_11_28_22_photo_real they do not: `alembic heads` tells what a new one builds on."""
    builds_on = {below: name for name, below in migrations._revisions().items()}
    chain, name = [], builds_on.get("None")
    while name is not None:
        chain.append(name)
        name = builds_on.get(name)
    old = chain.index("2026_11_28_22_photo_real") + 1
    assert chain[old:] == sorted(chain[old:])
    assert all(new > max(chain[:old]) for new in chain[old:])


def test_a_second_run_has_nothing_to_do(dsn: str) -> None:
    assert migrations.migrate(dsn) is False
    assert migrations.is_usable(dsn)


@pytest.mark.long
def test_two_at_once_wait_for_each_other(empty: str) -> None:
    told: list[bool] = []
    both = [threading.Thread(target=lambda: told.append(migrations.migrate(empty))) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(told) == 2
    assert migrations.is_usable(empty)


def test_a_database_behind_is_not_usable(empty: str) -> None:
    assert not migrations.is_usable(empty)


def set_revision(url: str, revision: str, line: int) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("update alembic_version set version_num = %s", (revision,))
        connection.execute("update schema_line set line = %s", (line,))


@pytest.mark.case("I17")
def test_a_newer_schema_of_the_same_line_is_left_as_it_is(empty: str) -> None:
    migrations.migrate(empty)
    set_revision(empty, "2099_01_01_01_later", migrations.COMPATIBLE_LINE)
    assert migrations.is_usable(empty)
    assert migrations.migrate(empty) is False
    assert migrations.current(empty) == "2099_01_01_01_later"


def test_a_newer_schema_of_another_line_is_refused_with_a_sentence(empty: str) -> None:
    migrations.migrate(empty)
    set_revision(empty, "2099_01_01_01_later", migrations.COMPATIBLE_LINE + 1)
    with pytest.raises(
        migrations.NotMigrated, match=r"newer than this program can work with .* start the newer program"
    ):
        migrations.migrate(empty)


@pytest.mark.case("I14")
def test_a_failing_migration_leaves_the_database_as_it_was(empty: str, tmp_path: Path) -> None:
    migrations.migrate(empty)
    before = dump(empty)
    copy = tmp_path / "migrations"
    subprocess.run(["cp", "-r", str(migrations.ROOT / "migrations"), str(copy)], check=True)
    (copy / "versions" / "9999_broken.py").write_text(
        "from alembic import op\n"
        f"revision = 'broken'\ndown_revision = '{migrations.newest()}'\n"
        "def upgrade():\n    op.execute('create table half_way (id int)')\n    op.execute('select 1 / 0')\n"
    )
    (tmp_path / "alembic.ini").write_text((migrations.ROOT / "alembic.ini").read_text())
    told = migrations.alembic(empty, "upgrade", "head", ini=tmp_path / "alembic.ini")
    assert told.returncode != 0
    assert "division by zero" in told.stderr
    assert dump(empty) == before


def dump(url: str) -> str:
    """The database's whole form, as pg_dump tells it."""
    told = subprocess.run(
        [find_programs()["pg_dump"], "--schema-only", "--no-owner", "--dbname", url],
        capture_output=True,
        text=True,
        check=True,
    )
    # Newer minor versions of pg_dump put a random word around their output.
    return re.sub(r"^\\(un)?restrict .*$", "", told.stdout, flags=re.MULTILINE)


def without_alembic(form: str) -> str:
    """The form without Alembic's own table and without comments, which name what went before."""
    form = re.sub(r"CREATE TABLE public\.alembic_version.*?;", "", form, flags=re.DOTALL)
    form = re.sub(r"ALTER TABLE ONLY public\.alembic_version.*?;", "", form, flags=re.DOTALL)
    return "\n".join(line for line in form.splitlines() if line.strip() and not line.startswith(("--", "SET default_")))
