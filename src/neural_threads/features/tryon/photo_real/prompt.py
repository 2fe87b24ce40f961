"""The input of a model that draws: images of person and garments, our own words for the kinds, and nothing else.

Names, descriptions and colours that people wrote stay here: there is nothing in a prompt that could give the model an order.
"""

from pathlib import Path

import msgspec

from neural_threads.features.tryon.queries import garment_sources
from neural_threads.platform.config import get_settings
from neural_threads.platform.db import reading
from neural_threads.platform.images.derivatives import derivatives_in
from neural_threads.platform.images.stores import current_store
from neural_threads.platform.llm import DrawingPrompt, GarmentPart, ImagePart
from neural_threads.platform.vision.garment_templates import GarmentKind

PERSON_WIDTH, GARMENT_WIDTH = 1600, 800  # pixels at most
UNKNOWN = "GARMENT"
INSTRUCTION = (Path(__file__).parent / "instruction.txt").read_text(encoding="utf-8").strip()


class DrawingJob(msgspec.Struct, frozen=True, kw_only=True):
    """A look that was laid over a photo and is to be drawn. `width`, `height`: of the photo in pixels."""

    id: str
    user_id: str
    attempts: int
    outfit_image_id: str
    person_image_id: str
    width: int
    height: int
    result_image_id: str
    landmarks: dict[str, dict[str, float]]
    kind: GarmentKind | None
    layers: list[str]


async def prompt_for(job: DrawingJob) -> DrawingPrompt:
    """Return the prompt of a look. Its images are encoded anew, without where and when they were taken."""
    images = job.layers or [job.outfit_image_id]
    async with reading() as db:
        sources = await garment_sources(db, job.user_id, images)
    garments = []
    for image in images:
        source = sources.get(image)
        kind = job.kind if image == job.outfit_image_id else source.kind if source else None
        shown = await _image(source.image_id if source else image, GARMENT_WIDTH)
        garments.append(GarmentPart(shown, str(kind or UNKNOWN)))
    person = await _image(job.person_image_id, PERSON_WIDTH)
    return DrawingPrompt(instruction=INSTRUCTION, person=person, garments=garments, width=job.width, height=job.height)


async def _image(image_id: str, width: int) -> ImagePart:
    data = await derivatives_in(get_settings().media_dir).read(image_id, width, "jpeg", current_store())
    return ImagePart(data, "image/jpeg")
