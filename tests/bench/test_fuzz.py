"""The short form of `bench/run fuzz`: generated requests and frames, not one 5xx, and nobody else is troubled."""

import asyncio
import random

import pytest

from bench.fuzzing import fuzzed
from tests.conftest import FreshServer


@pytest.mark.long
@pytest.mark.case("S13")
async def test_no_generated_request_or_frame_troubles_the_server(fresh_server: FreshServer) -> None:
    server, seed = await fresh_server(), random.randrange(1, 1 << 30)
    outcome = await asyncio.to_thread(fuzzed, server.url, requests_wanted=500, frames_wanted=600, seed=seed)
    told = f"seed {seed}\n" + "\n".join(f"{title}\n{what}" for title, what in outcome.wrong.items())
    assert outcome.server_errors == 0, told
    assert not outcome.wrong, told
    assert not outcome.broken, f"seed {seed}: {outcome.broken}"
    assert outcome.troubled == 0, f"seed {seed}"
    assert (outcome.requests, outcome.frames) == (500, 600)
    assert outcome.acknowledged > 20, "else no frame was understood at all"
    assert outcome.statuses[200] > 50, "else nothing but refusals would be looked at"
    assert "Traceback" not in server.log.read_text()
