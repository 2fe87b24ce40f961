"""For tests about leaving: somebody with something of everything, and files as they lie there."""

import asyncio
import time

import pytest

from tests.accounts.conftest import letters  # noqa: F401 - a fixture


@pytest.fixture
def soon():
    """Wait until something holds: background work takes a moment."""

    async def wait(holds, seconds=30.0):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = holds()
            if asyncio.iscoroutine(found):
                found = await found
            if found:
                return
            await asyncio.sleep(0.03)
        raise AssertionError("it did not happen")

    return wait
