"""Frames that no client of ours would send (S13): the line may end, everybody else talks on, and nothing is left behind."""

import contextlib
import json
import logging
import random

import pytest
import websockets

EVENTS = ["test-echo", "test-refuse", "test-break", "no-such-event", "connect", "", "*", "x" * 300]
"""Those of the chat ask a database who is in it, which is not here; tests/chat sends them what is odd."""
PIECES = [
    "4",
    "42",
    "40",
    "41",
    "43",
    "44",
    "45",
    "2probe",
    "3",
    "5",
    "6",
    "b",
    "-",
    "/admin,",
    "[",
    "]",
    "{",
    "}",
    '"',
    ",",
    "null",
    "1e999",
]
LETTERS = ["a", "é", "ಕ", "🧵", "\u202e", "\u0000", "\ufeff", "\\", '"', "\n", "'"]


class Monkey:
    """Makes frames: now like ours, now like noise."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)

    def frame(self) -> str | bytes:
        make = self.rng.choice([self.event, self.event, self.bent, self.noise, self.bytes])
        return make()

    def event(self) -> str:
        id = self.rng.choice(["", "1", "007", "99999999999"])
        return f"42{id}" + json.dumps([self.rng.choice(EVENTS), self.value(3)], ensure_ascii=self.rng.random() < 0.5)

    def bent(self) -> str:
        """An event with one letter more, less or other."""
        frame = list(self.event())
        for _ in range(self.rng.randint(1, 4)):
            place = self.rng.randrange(len(frame))
            frame[place : place + self.rng.randint(0, 2)] = self.rng.choice(PIECES + LETTERS)
            frame = frame or ["4"]
        return "".join(frame)

    def noise(self) -> str:
        return "".join(self.rng.choices(PIECES + LETTERS, k=self.rng.randint(0, 40)))

    def bytes(self) -> bytes:
        return self.rng.randbytes(self.rng.randint(0, 60))

    def value(self, depth: int) -> object:
        kinds = [None, True, -1, 2**63, 1.5, "", "x" * self.rng.randint(0, 200), self.rng.choice(LETTERS)]
        if depth:
            kinds += [
                [self.value(depth - 1) for _ in range(self.rng.randint(0, 3))],
                {self.rng.choice(["text", "chatId", "x", ""]): self.value(depth - 1)},
            ]
        return self.rng.choice(kinds)


@pytest.mark.case("C12", "S13")
@pytest.mark.parametrize("frames", [500, pytest.param(1_500, marks=pytest.mark.long)])
async def test_no_frame_troubles_the_others(shared_exchange, frames, caplog):
    seed = random.randrange(1 << 30)
    monkey, sent = Monkey(seed), 0
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
