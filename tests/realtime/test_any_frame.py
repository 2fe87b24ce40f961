"""Frames that no client of ours would send (S13): the line may end, everybody else talks on, and nothing is left behind."""

import contextlib
import logging
import random

import pytest
import websockets

from bench.odd_frames import Monkey

EVENTS = ["test-echo", "test-refuse", "test-break"]
"""Those of the chat ask a database who is in it, which is not here; `bench/run fuzz` sends them what is odd."""


@pytest.mark.case("C12", "S13")
@pytest.mark.parametrize("frames", [500, pytest.param(1_500, marks=pytest.mark.long)])
async def test_no_frame_troubles_the_others(shared_exchange, frames, caplog):
    seed = random.randrange(1 << 30)
    monkey, sent = Monkey(seed, EVENTS), 0
    with caplog.at_level(logging.WARNING):
        async with shared_exchange.socket("dina") as dina:
            while sent < frames:
                async with shared_exchange.socket("odile") as odile:
                    with contextlib.suppress(websockets.ConnectionClosed):
                        for _ in range(min(60, frames - sent)):  # Below what a flood is cut for.
                            sent += 1
                            await odile.say(monkey.frame())
                assert (await dina.ask("test-echo", {"text": "still here"}))["success"] is True, f"seed {seed}"
    ours = [record for record in caplog.records if record.exc_info and "ours" not in str(record.exc_info[1])]
    assert not ours, f"seed {seed}"
    figures = shared_exchange.realtime.figures()
    assert figures["waiting"] == 0, f"seed {seed}"
