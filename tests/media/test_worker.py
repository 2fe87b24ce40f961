"""The picture worker is bounded: slow, greedy and crashing decoders end alone; and a full disk is said (F09, F22)."""

import asyncio
import ctypes
import os
import time
from pathlib import Path

import pytest

from neural_threads.platform.errors import DiskFull, Invalid
from neural_threads.platform.images.folder import Folder
from neural_threads.platform.images.ingest import ingest
from neural_threads.platform.images.upload import Upload, image_of, receiving
from neural_threads.platform.media_worker import Worker, WorkerDied
from tests.media.bad_files import jpeg


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


async def test_f09_a_decoder_that_never_ends_is_killed_by_its_cpu() -> None:
    worker = Worker(cpu_seconds=1)
    began = time.monotonic()
    with pytest.raises(WorkerDied):
        await worker.ask(spin)
    assert time.monotonic() - began < 25  # two seconds of CPU, on a machine that others use too
    assert await worker.ask(who)
    worker.close()


async def test_f09_one_that_waits_is_killed_by_the_clock() -> None:
    worker = Worker(wall_seconds=0.2)
    await_first = Worker()
    with pytest.raises(WorkerDied):
        await worker.ask(sleep, 60.0)
    worker.close()
    await_first.close()


async def test_f09_a_crash_is_the_callers_alone() -> None:
    worker = Worker()
    first = await worker.ask(who)
    answers = await asyncio.gather(worker.ask(crash), worker.ask(who), return_exceptions=True)
    assert isinstance(answers[0], WorkerDied)
    assert isinstance(answers[1], int)
    assert answers[1] != first
    worker.close()


async def test_more_memory_than_it_has_is_refused() -> None:
    worker = Worker()
    with pytest.raises(MemoryError):
        await worker.ask(devour, 600 * 1024 * 1024)
    assert await worker.ask(devour, 1024)
    worker.close()


async def test_who_goes_away_leaves_the_line_in_step() -> None:
    worker = Worker()
    asking = asyncio.create_task(worker.ask(sleep, 0.2))
    await asyncio.sleep(0.05)
    asking.cancel()
    assert await worker.ask(devour, 7) == 7
    worker.close()


async def test_f22_a_disk_that_is_full_while_receiving() -> None:
    upload = Upload(Path("/dev/full"), 10_000_000)
    with pytest.raises(DiskFull):
        for place in range(0, 400_000, 65_536):
            await upload.add((jpeg(1600, 1200, noisy=True))[place : place + 65_536])
        await upload.finish()


async def test_f22_a_disk_that_is_full_while_writing_the_picture(tmp_path: Path) -> None:
    source = tmp_path / "picture"
    source.write_bytes(jpeg())
    worker = Worker()
    with pytest.raises(OSError) as refused:
        await worker.ask(ingest, str(source), "/dev/full")
    assert refused.value.errno == 28
    worker.close()


async def test_nothing_is_left_when_it_cannot_be_read(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    with pytest.raises(Invalid):
        async with receiving(folder, 10_000) as upload:
            await upload.add(jpeg()[:300])
            await upload.finish()
            await image_of(upload)
    assert not list(folder.incoming.iterdir())
