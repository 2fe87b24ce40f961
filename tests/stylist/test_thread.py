"""The stylist computes in a thread of its own: while it reads 500 items, the loop that serves everybody else is free."""

import asyncio
import threading
import time

from bench.scenarios.stylist import turn_of
from bench.stylist_catalogue import DemoCatalogue
from bench.stylist_scoring import wardrobes
from neural_threads.features.stylist.conversations.local_stylist import answer_locally, begin_loading, compute
from neural_threads.features.stylist.shapes import OutfitSegment

LONGEST_SLICE = 0.02


async def test_the_loop_is_never_held_while_500_items_are_read() -> None:
    clothes = [item for listed in wardrobes().values() for item in listed]
    wide = {"wide": [clothes[n % len(clothes)] | {"name": f"Look {n} of handloom silk {n}"} for n in range(500)]}
    row = {"text": "what should i wear to a wedding", "wardrobe": "wide", "history": [], "profile": {}}
    turn, slices, is_over = turn_of(row, wide), [0.0], False

    async def watch() -> None:
        while not is_over:
            before = time.thread_time()
            await asyncio.sleep(0.001)
            slices.append(time.thread_time() - before)

    watching = asyncio.create_task(watch())
    begin_loading()
    replies = await asyncio.gather(*(answer_locally(turn, DemoCatalogue()) for _ in range(5)))
    is_over = True
    await watching
    assert all(any(isinstance(segment, OutfitSegment) for segment in reply.segments) for reply in replies)
    assert max(slices) < LONGEST_SLICE  # Of this thread's CPU: another process does not count.


async def test_the_catalogue_is_asked_where_the_connections_are() -> None:
    asked: list[str] = []

    class Watched(DemoCatalogue):
        async def designers(self, **filters):  # type: ignore[no-untyped-def]
            asked.append(threading.current_thread().name)
            return await super().designers(**filters)

    row = {"text": "a bridal designer please", "wardrobe": None, "history": [], "profile": {}}
    await answer_locally(turn_of(row, {}), Watched())
    assert set(asked) == {threading.current_thread().name}
    assert await compute(lambda: threading.current_thread().name) == "stylist"


async def test_an_error_of_the_catalogue_reaches_whoever_asked() -> None:
    class Broken(DemoCatalogue):
        async def tailors(self, **_filters):  # type: ignore[no-untyped-def]
            raise LookupError("no tailors today")

    row = {"text": "a tailor for hemming", "wardrobe": None, "history": [], "profile": {}}
    try:
        await answer_locally(turn_of(row, {}), Broken())
    except LookupError as error:
        assert str(error) == "no tailors today"
    else:
        raise AssertionError("the error was lost")
