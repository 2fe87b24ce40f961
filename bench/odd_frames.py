"""Socket frames that no client of ours would send: unknown events, odd values, malformed frames, noise."""

import json
import random
from collections.abc import Sequence

ODD_EVENTS = ["no-such-event", "connect", "", "*", "x" * 300]
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

    def __init__(self, seed: int, events: Sequence[str], known: dict[str, str] | None = None) -> None:
        """`events`: those that the server has; `known`: names of fields → ids of things that exist."""
        self.rng = random.Random(seed)
        self._events = [*events, *ODD_EVENTS]
        self._known = {"text": "", "x": "", "": "", **(known or {})}

    def frame(self) -> str | bytes:
        """Make one."""
        make = self.rng.choice([self.event, self.event, self.bent, self.noise, self.bytes])
        return make()

    def event(self) -> str:
        id = self.rng.choice(["", "1", "007", "99999999999"])
        return f"42{id}" + json.dumps(
            [self.rng.choice(self._events), self.value(3)], ensure_ascii=self.rng.random() < 0.5
        )

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
                {name: self.rng.choice([id, self.value(0)]) for name, id in self._known.items()},
            ]
        return self.rng.choice(kinds)
