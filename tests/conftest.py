"""Fixtures for everybody: `server`, `people`, `newcomers`, `database`, `db`, `fresh_server`, `demo_server`, `loop`, `page_for`."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

from bench.partitioning import Naming
from neural_threads.local.postgres_cluster import running_cluster
from neural_threads.platform import db as platform_db
from neural_threads.platform.config import get_settings
from neural_threads.platform.db import Db
from tests.support.browsing import Browsing, launch, listed
from tests.support.cluster import Ground, outer_settings
from tests.support.people import People
from tests.support.server import Server

_SETTINGS = outer_settings()
FreshServer = Callable[..., Awaitable[Server]]
PageFor = Callable[..., Awaitable[Page]]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--messages-partitioned everywhere`: what `bench/run partitioned` runs the tests with."""
    parser.addoption(
        "--messages-partitioned", choices=list(Naming), help="hash partitions by chat_id; where client_id is unique"
    )


@pytest.fixture(scope="session", autouse=True)
def own_folder(worker_id: str) -> Iterator[Path]:
    """A data directory for this worker, so that no test writes into the developer's."""
    ground = _SETTINGS.data_dir / "tests"
    ground.mkdir(parents=True, exist_ok=True)
    folder = Ground("", ground).new_folder(worker_id)
    for name in [name for name in os.environ if name.startswith("THREADS_") or name == "DATABASE_URL"]:
        del os.environ[name]
    os.environ |= {"THREADS_DATA_DIR": str(folder), "THREADS_RATE_LIMITS": "off"}
    get_settings.cache_clear()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def ground(own_folder: Path, request: pytest.FixtureRequest) -> Iterator[Ground]:
    """The database server that everything runs on."""
    naming = request.config.getoption("--messages-partitioned")
    with running_cluster(_SETTINGS) as url:
        ground = Ground(url, _SETTINGS.data_dir / "tests", naming=Naming(naming) if naming else None)
        ground.sweep()
        yield ground


@pytest.fixture(scope="session")
def dsn(ground: Ground) -> Iterator[str]:
    """This worker's database: migrated, empty at the start of the run, shared by its tests."""
    url = ground.copy()
    os.environ["DATABASE_URL"] = url
    get_settings.cache_clear()
    yield url
    ground.drop(url)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def _worker_server(dsn: str, own_folder: Path) -> AsyncIterator[Server]:
    server = Server(dsn, own_folder)
    await server.start()
    yield server
    await server.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def server(_worker_server: Server, request: pytest.FixtureRequest) -> AsyncIterator[Server]:
    """This worker's server, limits off: `url`, `pid`, `restart()`, `kill()`, `log`, `data_dir`, `dsn`."""
    if not _worker_server.is_running:
        await _worker_server.start()
    request.node.stash[_HEARD] = (_worker_server, _size(_worker_server.log))
    yield _worker_server


@pytest_asyncio.fixture(loop_scope="session")
async def people(server: Server, database: str) -> AsyncIterator[People]:
    """Makes people on `server`: `cora = await people.customer(name="Cora")`; factories reach the same database."""
    people = People(server)
    yield people
    await people.close()


@pytest_asyncio.fixture(loop_scope="session")
async def newcomers(server: Server) -> AsyncIterator[People]:
    """The same, but they sign up through the API: where it matters what a sign-up does, such as the mail that it sends."""
    people = People(server.url)
    yield people
    await people.close()


@pytest_asyncio.fixture(loop_scope="session")
async def people_at() -> AsyncIterator[Callable[[Server], People]]:
    """People who sign up on another server: `people_at(await fresh_server())`."""
    made: list[People] = []

    def at(server: Server) -> People:
        made.append(People(server.url))
        return made[-1]

    yield at
    for people in made:
        await people.close()


@pytest_asyncio.fixture(loop_scope="session")
async def fresh_server(ground: Ground) -> AsyncIterator[FreshServer]:
    """Servers with a database and settings of their own: `await fresh_server(THREADS_RATE_LIMITS="on")`.

    `is_forked=False` for tests of how a server starts and ends.
    """
    made: list[Server] = []

    async def start(*, demo: bool = False, is_forked: bool = True, **env: str) -> Server:
        if demo:
            env = {"THREADS_MEDIA_STORE": str(ground.demo_media)} | env
        made.append(Server(ground.copy(demo=demo), ground.new_folder("server"), is_forked=is_forked, **env))
        return await made[-1].start()

    yield start
    for server in made:
        await server.stop()
        ground.drop(server.dsn)
        shutil.rmtree(server.data_dir, ignore_errors=True)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def demo_server(ground: Ground) -> AsyncIterator[Server]:
    """A server with the demo world; its pictures are drawn once and kept between runs."""
    own = {"THREADS_MEDIA_STORE": str(ground.demo_media)}
    server = Server(ground.copy(demo=True), ground.new_folder("demo"), is_forked=True, **own)
    await server.start()
    yield server
    await server.stop()
    ground.drop(server.dsn)
    shutil.rmtree(server.data_dir, ignore_errors=True)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def database(dsn: str) -> AsyncIterator[str]:
    """Opens `reading()` and `transaction()` in the test's own process on this worker's database."""
    await platform_db.open_pool(dsn, size=8)
    yield dsn
    await platform_db.close_pool()


@pytest_asyncio.fixture(loop_scope="session")
async def db(database: str) -> AsyncIterator[Db]:
    """A connection to this worker's database; each statement commits by itself."""
    async with platform_db.reading() as db:
        yield db


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def loop() -> asyncio.AbstractEventLoop:
    """The loop everything above lives on, for tests that Hypothesis drives and so cannot be coroutines themselves."""
    return asyncio.get_running_loop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """This worker's Chromium."""
    async with async_playwright() as playwright:
        browser = await launch(playwright)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def browsing(browser: Browser, server: Server) -> AsyncIterator[Browsing]:
    """Pages on `server`; errors on the console, script errors, 5xx and CSP violations fail the test."""
    browsing = Browsing(browser, server.url)
    yield browsing
    await browsing.close()
    unforgiven = browsing.unforgiven()
    assert not unforgiven, f"the browser complained:\n{listed(unforgiven)}"


@pytest.fixture
def page_for(browsing: Browsing) -> PageFor:
    """`page = await page_for(cora)`: a phone-sized page signed in as cora; nobody: a visitor's."""
    return browsing.page_for


_HEARD = pytest.StashKey[tuple[Server, int]]()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[Any]:
    """A failing test shows what the server said meanwhile."""
    outcome: Any = yield
    report = outcome.get_result()
    if report.failed and _HEARD in item.stash:
        server, since = item.stash[_HEARD]
        report.sections.append(("server log", server.log_tail(60, since)))


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> str:
    """gw0, gw1, …; main without xdist."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
