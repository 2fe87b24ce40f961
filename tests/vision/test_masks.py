"""The garment is found, alone on a plain wall and without the network too; in a bounded process, with 512 MB."""

from collections.abc import AsyncIterator

import numpy as np
import pytest
import pytest_asyncio

from neural_threads.platform.compute.bounded_process import BoundedProcess
from neural_threads.platform.vision.arrays import Image, Mask


@pytest_asyncio.fixture(loop_scope="session")
async def process() -> AsyncIterator[BoundedProcess]:
    from neural_threads.platform.vision import masks

    process = BoundedProcess("tests", cpu_seconds=8, prepare=masks.prepare)
    yield process
    process.kill()


def look(rgb: Image, alpha: Mask | None = None, use_model: bool = True) -> tuple[str, float | None, float]:
    """Method, agreement and IoU with the tunic of `wall`."""
    from neural_threads.platform.vision import masks

    mask = masks.garment_mask(rgb, alpha=alpha, use_model=use_model)
    assert mask.alpha.shape == rgb.shape[:2]
    return mask.method, mask.agreement, masks.overlap(mask.alpha >= 128, truth())


def truth() -> Mask:
    mask = np.zeros((640, 480), np.uint8)
    mask[120:560, 150:330] = 1
    mask[130:240, 90:390] = 1
    return mask


def wall(seed: int = 1) -> Image:
    """A red tunic with sleeves before a pale wall that a lamp lights unevenly."""
    rng = np.random.default_rng(seed)
    rgb = np.full((640, 480, 3), (228, 220, 205), np.float64)
    rgb *= np.linspace(1.05, 0.85, 480)[None, :, None]
    rgb[truth() > 0] = (160, 30, 50)
    return np.clip(rgb + rng.normal(0, 6, rgb.shape), 0, 255).astype(np.uint8)


@pytest.mark.long  # the real network; wardrobe/test_reading.py tries it in bin/test
async def test_the_network_and_grabcut_agree_on_a_plain_wall(process: BoundedProcess) -> None:
    method, agreement, iou = await process.run(look, wall())
    assert method == "model+grabcut"
    assert iou > 0.95
    assert agreement is not None
    assert agreement > 0.9


async def test_without_the_network_grabcut_is_left(process: BoundedProcess) -> None:
    method, agreement, iou = await process.run(look, wall(), None, False)
    assert (method, agreement) == ("grabcut", None)
    assert iou > 0.9


async def test_what_was_cut_out_before_stays_as_it_is(process: BoundedProcess) -> None:
    method, agreement, iou = await process.run(look, wall(), (truth() * 255).astype(np.uint8))
    assert (method, agreement, iou) == ("transparent", 1.0, 1.0)


@pytest.mark.long  # the real network
async def test_the_same_image_gives_the_same_mask(process: BoundedProcess) -> None:
    assert await process.run(look, wall()) == await process.run(look, wall())


@pytest.mark.long  # the real network
async def test_nothing_but_wall_is_no_error(process: BoundedProcess) -> None:
    blank = np.full((200, 160, 3), 230, np.uint8)
    assert (await process.run(look_at_nothing, blank)) in ("model+grabcut", "grabcut")


def look_at_nothing(rgb: Image) -> str:
    from neural_threads.platform.vision import masks

    return masks.garment_mask(rgb).method
