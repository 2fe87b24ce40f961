"""Backups by pgBackRest of a real cluster, and the drill that restores one and signs in on it."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import psycopg
import pytest
import pytest_asyncio
from psycopg.conninfo import conninfo_to_dict

from neural_threads.local import postgres_cluster
from neural_threads.local.postgres_binaries import Account
from neural_threads.local.postgres_cluster import running_cluster
from neural_threads.operations.restore_drill import shares
from neural_threads.platform.db.migrations import ROOT, migrate
from tests.factories.wardrobe import INDIGO
from tests.ops.conftest import postmaster_of, settings
from tests.support.cluster import clean_environment
from tests.support.people import People
from tests.support.programs import required
from tests.support.server import Server

pytestmark = pytest.mark.long
BALLAST_GB = float(os.environ.get("BALLAST_GB", "0"))
"""Gigabytes beside the product's own rows: BALLAST_GB=1 measures how long a restore of that size takes."""
RECOVERED_WITHIN = 900.0


def command(url: str, data_dir: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run one of our commands on this database."""
    env = clean_environment() | {"DATABASE_URL": url, "THREADS_DATA_DIR": str(data_dir), "THREADS_MASK_MODEL": "off"}
    argv = [sys.executable, "-P", "-m", "neural_threads", *words]
    return subprocess.run(
        argv, cwd=ROOT, env=env, capture_output=True, text=True, timeout=RECOVERED_WITHIN, check=False
    )


@pytest_asyncio.fixture(loop_scope="session")
async def archived(folder: Path) -> AsyncIterator[tuple[str, Path, Path]]:
    """A cluster that archives its WAL into a repository of pgBackRest; its address, data directory and configuration."""
    required("pgbackrest")
    account, home = Account.unprivileged(), (folder / "postgres").resolve()
    repository, config = home / "repository", home / "pgbackrest.conf"
    shipped = (ROOT / "deploy" / "pgbackrest" / "pgbackrest.conf").read_text()
    with running_cluster(settings(folder)) as url:
        about = conninfo_to_dict(url)
        lines = shipped.replace("/var/lib/pgbackrest", str(repository)).replace(
            "/var/spool/pgbackrest", str(home / "spool")
        )
        lines = lines.replace("/var/lib/postgresql/15/main", str(home / "data"))
        lines = lines.replace("log-level-file=detail", f"log-level-file=off\nlock-path={home / 'lock'}")
        lines += f"pg1-socket-path={about['host']}\npg1-port={about.get('port', 5432)}\npg1-user={about['user']}\n"
        config.write_text(lines)
        push = f"pgbackrest --config={config} --stanza=threads archive-push %p"
        with psycopg.connect(url, autocommit=True) as line:
            for name, value in (("archive_mode", "on"), ("archive_timeout", "60s"), ("archive_command", push)):
                line.execute(f"alter system set {name} = '{value}'".encode())
    postgres_cluster._stop(folder) if postmaster_of(folder) else None
    with running_cluster(settings(folder)) as url:
        for place in (repository, home / "spool", home / "lock"):
            place.mkdir(mode=0o700)
            shutil.chown(place, account.uid, account.gid)
        shutil.chown(config, account.uid, account.gid)
        argv = [required("pgbackrest"), f"--config={config}", "--stanza=threads", "stanza-create"]
        told = account.run(argv)
        assert told.returncode == 0, told.stdout + told.stderr
        migrate(url)
        yield url, folder, config


def weigh_down(url: str, gigabytes: float) -> None:
    """Fill a table of its own with so much that PostgreSQL does not compress."""
    with psycopg.connect(url, autocommit=True) as line:
        line.execute("create table ballast (number bigint primary key, stuff text not null)")
        line.execute("alter table ballast alter column stuff set storage external")
        for start in range(0, int(gigabytes * 131_072), 4_096):
            line.execute(
                "insert into ballast select n, repeat(md5(random()::text), 256) from generate_series(%s::bigint, %s::bigint) n",
                [start, start + 4_095],
            )


def test_a_thousand_rows_are_compared_where_there_are_so_many() -> None:
    small = {f"small_{n}": n for n in range(5)}
    assert sum(shares({**small, "words": 8_000, "messages": 600}).values()) == 1_000
    assert shares({**small, "words": 8_000, "messages": 600})["messages"] == 495
    assert shares(small) == {f"small_{n}": n for n in range(1, 5)}, "all of them, where there are fewer"
    assert shares({}) == {}


async def test_the_check_knows_how_much_could_be_lost(archived: tuple[str, Path, Path]) -> None:
    url, folder, _config = archived
    said = json.loads((await asyncio.to_thread(command, url, folder, "check", "--json")).stdout)
    assert not [one for one in said["findings"] if "archive_timeout" in one["says"]], said
    with psycopg.connect(url, autocommit=True) as line:
        line.execute("alter system set archive_timeout = 0")
        line.execute("select pg_reload_conf()")
    said = json.loads((await asyncio.to_thread(command, url, folder, "check", "--json")).stdout)
    assert [one["level"] for one in said["findings"] if "archive_timeout is 0 s" in one["says"]] == ["warning"], said


@pytest.mark.case("R9")
async def test_a_backup_is_restored_and_the_product_runs_on_it(
    archived: tuple[str, Path, Path], people_at: Callable[[Server], People]
) -> None:
    url, folder, config = archived
    if BALLAST_GB:
        weigh_down(url, BALLAST_GB)
    server = await Server(url, folder).start()
    cora = await people_at(server).customer("Cora")
    assert (await cora.post("/api/upload", files={"file": ("a.png", INDIGO, "image/png")})).status_code == 201
    refused = await asyncio.to_thread(command, url, folder, "restore-drill", "--config", str(config))
    assert (refused.returncode, refused.stderr.strip()) == (
        1,
        "There is no base backup yet: run `neural-threads backup`.",
    )
    made = await asyncio.to_thread(command, url, folder, "backup", "--config", str(config), "--type", "full")
    assert made.returncode == 0, made.stderr
    assert "full backup" in made.stdout
    # Written after the backup: it comes back from the archive.
    await people_at(server).customer("Tara")
    told = await asyncio.to_thread(command, url, folder, "restore-drill", "--config", str(config))
    assert told.returncode == 0, told.stdout + told.stderr
    for words in (
        "the dropped table is there with its 1,000 rows",
        "1,000 rows compared by checksum",
        "0 differ",
        "pg_amcheck finds nothing wrong",
        "the product starts on the copy and is ready",
        "somebody signs in on it, and a stranger does not",
        "1 pictures, 0 are missing",
        "recovery time in all",
    ):
        assert words in told.stdout, told.stdout
    print(told.stdout)
    recovered = next(line for line in told.stdout.splitlines() if "recovery time in all" in line)
    assert float(recovered.split()[1]) <= RECOVERED_WITHIN
    assert not list((folder / "postgres").resolve().glob("threads-restore-*"))
    with psycopg.connect(url, autocommit=True) as line:
        left = line.execute("select count(*) from pg_class where relname like 'restore_drill%'").fetchone()
    assert left == (0,)
    assert os.listdir(server.outbox)
    await server.stop()
