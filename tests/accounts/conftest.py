"""For tests about accounts: mails as they were sent, and servers whose limits are on."""

import asyncio
import email
import email.policy
import itertools
import re
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio

from tests.support.people import People
from tests.support.server import Server

PAGE = {"Accept": "text/html"}


class Elsewhere(People):
    """People who all come from one address that nobody else comes from."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._address = f"203.0.113.{next(_addresses)}"

    def _noted(self, one):
        one.http.headers["X-Forwarded-For"] = self._address
        return super()._noted(one)


_addresses = itertools.count(1)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def _strict_server(ground) -> AsyncIterator[Server]:
    folder = ground.new_folder("strict")
    own = {"THREADS_RATE_LIMITS": "on", "THREADS_TRUSTED_PROXIES": "127.0.0.1"}
    server = Server(ground.copy(), folder, is_forked=True, **own)
    await server.start()
    yield server
    await server.stop()
    ground.drop(server.dsn)
    shutil.rmtree(folder, ignore_errors=True)


@pytest_asyncio.fixture(loop_scope="session")
async def strict(_strict_server) -> AsyncIterator[People]:
    """People on a server that counts how often they come."""
    people = Elsewhere(_strict_server.url)
    yield people
    await people.close()


Letters = Callable[[str], Awaitable[list[email.message.EmailMessage]]]


@pytest.fixture
def letters(server: Server):
    """The letters to one address, once there are `count` of them."""

    async def wait(to: str, count: int = 1) -> list[email.message.EmailMessage]:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            found = [letter for letter in _all(server) if to in letter["To"]]
            if len(found) >= count:
                return found
            await asyncio.sleep(0.05)
        raise AssertionError(f"no {count} letters to {to}")

    return wait


def _all(server: Server) -> list[email.message.EmailMessage]:
    files = sorted(server.outbox.glob("*.eml")) if server.outbox.exists() else []
    return [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]


def link_in(letter: email.message.EmailMessage) -> str:
    """The link of a letter, whole."""
    found = re.search(r"https?://\S+", letter.get_content())
    assert found
    return found[0]


def token_in(letter: email.message.EmailMessage) -> str:
    """The token of a letter's link."""
    return link_in(letter).partition("token=")[2]
