"""The databases under load: filled once, kept as templates in the product's own cluster, cloned for each run."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import NamedTuple

import psycopg

from neural_threads.local.postgres_cluster import create_database, drop_database, running_cluster, sibling
from neural_threads.platform.config import Settings

from .many_names import name_designers
from .multiplying import multiply
from .processes import parent_of
from .search_items import show_items
from .seed_users import seat_people, seats_talk
from .servers import ROOT, clean_environment

DEMO = "demo"
_numbers = count(1)
"""Of the clones of this run; some scenarios have two at once."""
More = Callable[[str], None]
"""What is done to a filled database (its URL) before it becomes a template."""


class Database(NamedTuple):
    """A clone of one's own."""

    url: str
    postmaster: int | None
    """PostgreSQL's first process; None when it runs on another machine."""
    version: str


class Place(NamedTuple):
    """Where the bench keeps what takes long to make."""

    cluster: str
    folder: Path
    media: Path
    """The demo's pictures; THREADS_MEDIA_STORE names a folder where they lie already."""


@contextmanager
def place() -> Iterator[Place]:
    """The cluster of the settings we were started with, and a folder in their data directory."""
    settings = Settings.from_env(os.environ)
    settings = Settings.from_env(os.environ | {"THREADS_DATA_DIR": str(ROOT / settings.data_dir)})
    folder = settings.data_dir / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    with running_cluster(settings) as url:
        yield Place(url, folder, Path(settings.media_store).absolute() if settings.media_store else folder / "media")


@contextmanager
def cloned(here: Place, designers: int, messages: int) -> Iterator[Database]:
    """A database of this size, with a thousand chats whose people can be counted through (see seats.py)."""
    with _clone(here, f"{designers}_{messages}", ["--scale", f"designers={designers},messages={messages}"]) as database:
        yield database


@contextmanager
def cloned_town(here: Place, tailors: int) -> Iterator[Database]:
    """A database with so many tailors around Bengaluru, and the people of the seats."""
    with _clone(here, f"tailors_{tailors}", ["--scale", f"designers=150,messages=0,tailors={tailors}"]) as database:
        yield database


@contextmanager
def cloned_names(here: Place, providers: int) -> Iterator[Database]:
    """A database with so many designers, called as people are, and the people of the seats."""
    arguments = ["--scale", "designers=150,messages=0"]
    with _clone(here, f"names_{providers}", arguments, lambda url: name_designers(url, providers)) as database:
        yield database


@contextmanager
def cloned_wall(here: Place, designers: int, items: int) -> Iterator[Database]:
    """A database where so many designers show so many pieces, and the people of the seats."""
    arguments = ["--scale", f"designers={designers},messages=0"]
    with _clone(here, f"pieces_{designers}_{items}", arguments, lambda url: show_items(url, items)) as database:
        yield database


@contextmanager
def cloned_market(here: Place, designers: int, messages: int, tailors: int) -> Iterator[Database]:
    """A database of everything in these numbers, whose seats have talked in their chats."""
    arguments = ["--scale", f"designers={designers},messages={messages},tailors={tailors}"]
    with _clone(here, f"market_{designers}_{messages}_{tailors}", arguments, seats_talk) as database:
        yield database


@contextmanager
def cloned_growth(here: Place, providers: int, messages: int, times: int) -> Iterator[Database]:
    """A database of so many makers (half of them designers) and messages; makers `times`, messages half `times` as many.

    A multiplied one is used up: twice its twenty gigabytes are not everywhere.
    """
    half = providers // 2
    arguments = ["--scale", f"designers={half},messages={messages},tailors={half}"]
    more = (lambda url: multiply(url, times)) if times > 1 else None
    kind = f"growth_{providers}_{messages}_{times}"
    with _clone(here, kind, arguments, more, is_used_up=more is not None) as database:
        yield database


@contextmanager
def demo_world(here: Place) -> Iterator[Database]:
    """The demo world, as `bin/dev` shows it."""
    with _clone(here, DEMO, []) as database:
        yield database


@contextmanager
def _clone(
    here: Place, kind: str, arguments: list[str], more: More | None = None, *, is_used_up: bool = False
) -> Iterator[Database]:
    template = _template(here, kind, arguments, more)
    name = f"threads_bench_{os.getpid()}_{next(_numbers)}"
    if is_used_up:
        with psycopg.connect(here.cluster, autocommit=True) as connection:
            connection.execute(f'alter database "{template}" rename to "{name}"')
        url = sibling(here.cluster, name)
    else:
        url = create_database(here.cluster, name, template)
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("checkpoint")
            row = connection.execute("select pg_backend_pid(), version()").fetchone()
            assert row is not None
            yield Database(url, parent_of(row[0]), " ".join(row[1].split()[:2]))
    finally:
        drop_database(here.cluster, name)


def _template(here: Place, kind: str, arguments: list[str], more: More | None) -> str:
    """The filled database of this kind, made if it is not there or the code that fills it has changed."""
    wanted = f"threads_bench_template_{kind}_{_fingerprint()}"
    with psycopg.connect(here.cluster, autocommit=True) as connection:
        # Two benches at once would fill it twice; the lock goes with the connection.
        connection.execute("select pg_advisory_lock(hashtext('threads_bench'))")
        like = f"threads\\_bench\\_template\\_{kind}\\_%"
        rows = connection.execute("select datname from pg_database where datname like %s", [like]).fetchall()
        if (wanted,) not in rows:
            for (name,) in rows:
                drop_database(here.cluster, name)
            _make(here, wanted, kind, arguments, more)
    return wanted


def _make(here: Place, wanted: str, kind: str, arguments: list[str], more: More | None) -> None:
    draft = f"threads_bench_draft_{os.getpid()}"
    url = create_database(here.cluster, draft)
    try:
        _fill(here, url, arguments)
        if kind != DEMO:
            seat_people(url)
        if more:
            more(url)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("vacuum (analyze)")
        with psycopg.connect(here.cluster, autocommit=True) as connection:
            connection.execute(f'alter database "{draft}" rename to "{wanted}"')
    except BaseException:
        drop_database(here.cluster, draft)
        raise


def _fill(here: Place, url: str, arguments: list[str]) -> None:
    print(f"Filling a database ({' '.join(arguments) or 'demo world'}), once …", file=sys.stderr)
    settings = {"DATABASE_URL": url, "THREADS_DATA_DIR": str(here.folder), "THREADS_MEDIA_STORE": str(here.media)}
    argv = [sys.executable, "-P", "-m", "neural_threads", "demo", *arguments]
    told = subprocess.run(
        argv, cwd=ROOT, env=clean_environment() | settings, capture_output=True, text=True, check=False
    )
    if told.returncode != 0:
        raise SystemExit(f"The database could not be filled:\n{told.stdout[-1000:]}\n{told.stderr[-3000:]}")


def _fingerprint() -> str:
    digest = sha256()
    for folder in (
        "migrations",
        "src/neural_threads/demo",
        "bench/seed_users.py",
        "bench/search_items.py",
        "bench/many_names.py",
        "bench/multiplying.py",
    ):
        path = ROOT / folder
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            digest.update(file.read_bytes())
    return digest.hexdigest()[:10]
