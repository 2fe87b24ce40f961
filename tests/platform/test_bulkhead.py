"""A bulkhead: few at a time for one key; a line that moves is waited in, one that does not is refused."""

import asyncio
import time

import pytest

from neural_threads.platform.bulkhead import LONGEST_WAIT, STUCK_WAIT, Bulkhead, Turns
from neural_threads.platform.errors import Unavailable


async def busy(bulkhead: Bulkhead, key: str, seconds: float, finished: list[int], number: int) -> None:
    async with Turns((bulkhead, key)):
        await asyncio.sleep(seconds)
        finished.append(number)


@pytest.mark.long  # waits for seconds
async def test_a_line_that_moves_is_waited_in_and_served_in_order() -> None:
    bulkhead, finished = Bulkhead(per_key=1), list[int]()
    async with asyncio.TaskGroup() as all_of_them:
        for number in range(30):
            all_of_them.create_task(busy(bulkhead, "row", 0.1, finished, number))
    assert finished == list(range(30))


async def test_behind_one_who_never_ends_one_is_refused_and_the_next_at_once() -> None:
    bulkhead = Bulkhead(per_key=1)
    holder = asyncio.create_task(busy(bulkhead, "row", 60, [], 0))
    await asyncio.sleep(0)
    began = time.monotonic()
    with pytest.raises(Unavailable):
        await busy(bulkhead, "row", 0, [], 1)
    assert STUCK_WAIT <= time.monotonic() - began < LONGEST_WAIT
    began = time.monotonic()
    with pytest.raises(Unavailable):
        await busy(bulkhead, "row", 0, [], 2)
    assert time.monotonic() - began < 0.5
    await asyncio.wait_for(busy(bulkhead, "another", 0, [], 3), 0.5)
    holder.cancel()


async def test_who_leaves_the_line_takes_no_turn_along() -> None:
    bulkhead, finished = Bulkhead(per_key=1), list[int]()
    first = asyncio.create_task(busy(bulkhead, "row", 0.2, finished, 0))
    await asyncio.sleep(0)
    impatient = [asyncio.create_task(busy(bulkhead, "row", 0, finished, -1)) for _ in range(5)]
    await asyncio.sleep(0.05)
    last = asyncio.create_task(busy(bulkhead, "row", 0, finished, 1))
    for task in impatient:
        task.cancel()
    await asyncio.wait_for(asyncio.gather(first, last), 5)
    assert finished == [0, 1]


async def test_who_is_refused_the_second_turn_gives_the_first_back() -> None:
    first, second = Bulkhead(per_key=1), Bulkhead(per_key=1)
    await second.enter("row")
    with pytest.raises(Unavailable):
        async with Turns((first, "row"), (second, "row")):
            pass
    await asyncio.wait_for(first.enter("row"), 0.5)
