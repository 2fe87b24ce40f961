"""Data directories of their own for tests that make, break and kill private databases."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
import pytest_asyncio

from neural_threads.local import postgres_cluster, postmaster
from neural_threads.platform.config import Settings
from neural_threads.platform.db.migrations import ROOT, migrate
from tests.support.cluster import clean_environment
from tests.support.machine import Machine
from tests.support.people import People

Begin = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def new_folder() -> Iterator[Path]:
    """A place that every account may enter, for a data directory; whatever runs in it is stopped afterwards."""
    with _open_place() as place:
        yield place


@pytest.fixture
def folder(new_folder: Path, _ready_made: Path) -> Path:
    """The same with a data directory as it is after the first start: a migrated database, stopped."""
    subprocess.run(["cp", "-a", str(_ready_made), str(new_folder)], check=True)
    return new_folder


@pytest.fixture(scope="session")
def _ready_made() -> Iterator[Path]:
    with _open_place() as place:
        with postgres_cluster.running_cluster(settings(place)) as url:
            migrate(url)
        yield place


@contextmanager
def _open_place() -> Iterator[Path]:
    outer = Path(tempfile.mkdtemp(prefix="threads-ops-"))
    outer.chmod(0o755)
    yield outer / "data"
    remove(outer / "data")
    shutil.rmtree(outer, ignore_errors=True)


@pytest.fixture
def machine() -> Iterator[Machine]:
    """A machine as docs/deployment.md makes it, with a migrated database."""
    outer = Path(tempfile.mkdtemp(prefix="threads-machine-"))
    outer.chmod(0o755)
    machine = Machine(outer)
    try:
        machine.add_database()
        yield machine
    finally:
        machine.remove()


@pytest_asyncio.fixture(loop_scope="session")
async def people_there(machine: Machine) -> AsyncIterator[People]:
    """People who come to the machine, once it serves."""
    people = People(machine.url)
    yield people
    await people.close()


@pytest.fixture
def begin() -> Iterator[Begin]:
    """Starts programs of ours with settings of their own, and ends them after the test."""
    begun: list[subprocess.Popen[str]] = []

    def start(*argv: str, **env: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-P", *argv],
            cwd=ROOT,
            env=clean_environment() | env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        begun.append(process)
        return process

    yield start
    for process in begun:
        if process.poll() is None:
            process.kill()
            process.wait(5)
        for pipe in (process.stdout, process.stderr):
            if pipe:
                pipe.close()


def settings(data_dir: Path, **env: str) -> Settings:
    """Settings with this data directory."""
    return Settings.from_env({"THREADS_DATA_DIR": str(data_dir)} | env)


def asked(url: str, query: str) -> Any:
    """One value from this database."""
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(query.encode()).fetchone()
        return row[0] if row else None


def postmaster_of(data_dir: Path) -> int | None:
    """The process of this data directory's server."""
    return postmaster.pid_of((data_dir / "postgres").resolve() / "data")


def remove(data_dir: Path) -> None:
    """Stop the cluster and remove it, wherever it lies."""
    if not data_dir.exists():
        return
    home = (data_dir / "postgres").resolve()
    if postmaster_of(data_dir):
        postgres_cluster._stop(data_dir)
    sockets = Path(tempfile.gettempdir())
    if home.exists():
        for place in sockets.glob("neural-threads-*"):
            if os.path.samefile(postmaster.socket_folder(home, postgres_cluster._owner_of(home)), place):
                shutil.rmtree(place)
        shutil.rmtree(home, ignore_errors=True)
    shutil.rmtree(data_dir, ignore_errors=True)
