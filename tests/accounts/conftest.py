"""For tests about accounts: mails as they were sent, and servers whose limits are on."""

import asyncio
import email
import email.policy
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio

from tests.support.people import People
from tests.support.server import Server

PAGE = {"Accept": "text/html"}


@pytest_asyncio.fixture(loop_scope="session")
async def strict(fresh_server, people_at) -> AsyncIterator[People]:
    """People on a server that counts how often they come."""
    server = await fresh_server(THREADS_RATE_LIMITS="on", THREADS_TRUSTED_PROXIES="127.0.0.1")
    yield people_at(server)


Letters = Callable[[str], Awaitable[list[email.message.EmailMessage]]]


@pytest.fixture
def letters(server: Server):
    """The letters to one address, once there are `count` of them."""

    async def wait(to: str, count: int = 1) -> list[email.message.EmailMessage]:
        deadline = time.monotonic() + 8
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
