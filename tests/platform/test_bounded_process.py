"""A process is bounded: slow, greedy, crashing and hanging work ends alone; whoever waits is served or told (F09)."""

import asyncio
import ctypes
import os
import signal
import time

import pytest

from neural_threads.platform.compute.bounded_process import BoundedProcess, ProcessDied
from neural_threads.platform.errors import Unavailable


def spin() -> None:
    while True:
        pass


def sleep(seconds: float) -> None:
    time.sleep(seconds)


def crash() -> None:
    ctypes.string_at(0)


def devour(size: int) -> int:
    return len(bytearray(size))


def who() -> int:
    return os.getpid()


@pytest.mark.long  # children are stopped and killed
@pytest.mark.case("F09")
async def test_a_decoder_that_never_ends_is_killed_by_its_cpu() -> None:
    worker = BoundedProcess("tests", cpu_seconds=1)
    began = time.monotonic()
    with pytest.raises(ProcessDied):
        await worker.run(spin)
    assert time.monotonic() - began < 55  # two seconds of CPU, on a machine that others use too
    assert await worker.run(who)
    worker.kill()


@pytest.mark.case("F09")
async def test_one_that_waits_is_killed_by_the_clock() -> None:
    worker = BoundedProcess("tests", wall_seconds=0.2)
    with pytest.raises(ProcessDied):
        await worker.run(sleep, 60.0)
    worker.kill()


@pytest.mark.case("F09")
async def test_a_crash_is_the_callers_alone() -> None:
    worker = BoundedProcess("tests")
    first = await worker.run(who)
    answers = await asyncio.gather(worker.run(crash), worker.run(who), return_exceptions=True)
    assert isinstance(answers[0], ProcessDied)
    assert isinstance(answers[1], int)
    assert answers[1] != first
    worker.kill()


async def test_more_memory_than_it_has_is_refused() -> None:
    worker = BoundedProcess("tests")
    with pytest.raises(MemoryError):
        await worker.run(devour, 600 * 1024 * 1024)
    assert await worker.run(devour, 1024)
    worker.kill()


async def test_who_goes_away_leaves_the_line_in_step() -> None:
    worker = BoundedProcess("tests")
    asking = asyncio.create_task(worker.run(sleep, 0.2))
    await asyncio.sleep(0.05)
    asking.cancel()
    assert await worker.run(devour, 7) == 7
    worker.kill()


@pytest.mark.long  # children are stopped and killed
async def test_a_stopped_child_is_replaced_and_whoever_waits_gets_their_turn() -> None:
    worker = BoundedProcess("tests", wall_seconds=60, idle_seconds=1)
    first = await worker.run(who)
    os.kill(first, signal.SIGSTOP)
    began = time.monotonic()
    hanging, *others = await asyncio.gather(*(worker.run(who) for _ in range(3)), return_exceptions=True)
    assert isinstance(hanging, ProcessDied)
    assert all(isinstance(other, int) and other != first for other in others)
    assert time.monotonic() - began < 50
    worker.kill()


@pytest.mark.long  # children are stopped and killed
async def test_who_waits_too_long_for_a_turn_is_told_when_to_come_back() -> None:
    worker = BoundedProcess("tests", patience=0.2)
    await worker.run(who)
    busy = asyncio.create_task(worker.run(sleep, 2.0))
    await asyncio.sleep(0.05)
    with pytest.raises(Unavailable) as refused:
        await worker.run(who)
    assert refused.value.retry_after
    await busy
    worker.kill()


@pytest.mark.long  # children are stopped and killed
async def test_closing_kills_what_is_stopped_and_refuses_the_rest() -> None:
    worker = BoundedProcess("tests", wall_seconds=60, idle_seconds=60)
    os.kill(await worker.run(who), signal.SIGSTOP)
    asking = [asyncio.create_task(worker.run(devour, 1024)) for _ in range(3)]
    await asyncio.sleep(0.1)
    began = time.monotonic()
    await worker.close(grace=0.2)
    assert time.monotonic() - began < 30
    first, *others = await asyncio.gather(*asking, return_exceptions=True)
    assert isinstance(first, ProcessDied)
    assert all(isinstance(other, Unavailable) for other in others)
    assert await worker.run(who), "it can be used again"
    worker.kill()


@pytest.mark.long  # children are stopped and killed
async def test_an_order_that_does_not_fit_the_pipe_of_a_stopped_child_ends_too() -> None:
    worker = BoundedProcess("tests", wall_seconds=60, idle_seconds=1)
    os.kill(await worker.run(who), signal.SIGSTOP)
    with pytest.raises(ProcessDied):
        await worker.run(len, bytes(4_000_000))
    assert await worker.run(len, bytes(4_000_000)) == 4_000_000
    worker.kill()
