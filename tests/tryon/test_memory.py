"""The process that makes looks stays within its 512 MB, whatever the photo."""

from pathlib import Path

import pytest
import pyvips

from neural_threads.features.accounts.enums import BodyShape
from neural_threads.features.tryon.figures import figure_of
from neural_threads.platform.vision.garment_templates import GarmentKind
from neural_threads.platform.vision.trying_on import GarmentTask, TryOnTask, try_on, tryon_process
from tests.tryon.dressing import KURTA, drawn


@pytest.mark.long
async def test_seven_layers_on_a_photo_of_forty_megapixels(tmp_path: Path) -> None:
    photo, garment = tmp_path / "photo.jpg", tmp_path / "garment.png"
    noise = pyvips.Image.gaussnoise(5400, 7200, mean=128, sigma=40).cast("uchar")
    noise.bandjoin([noise, noise]).copy(interpretation="srgb").jpegsave(str(photo))
    flat = pyvips.Image.new_from_buffer(drawn(KURTA, 960), "").flatten(background=[230, 220, 205])
    flat.pngsave(str(garment))
    process = tryon_process("try-on in a test", patience=10)
    task = TryOnTask(
        garments=[GarmentTask(str(garment), kind) for kind in list(GarmentKind)[:7]],
        target=str(tmp_path / "look"),
        joints={},
        fallback=figure_of(BodyShape.APPLE).points,
        photo=str(photo),
    )
    try:
        outcome = await process.run(try_on, task)
        peak = next(line for line in Path(f"/proc/{process.pid}/status").read_text().splitlines() if "VmHWM" in line)
    finally:
        process.kill()
    assert (outcome.problem, outcome.taken.width <= 1024, outcome.taken.height <= 1365) == ("NO_PERSON", True, True)
    assert int(peak.split()[1]) < 512 * 1024
