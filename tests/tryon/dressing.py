"""Pictures of garments and people to try on, and asking for a look as a test wants it."""

import asyncio
from functools import cache
from typing import Any

from neural_threads.demo.art import Drawing, svg_of
from tests.support.people import Person

PATH = "/api/virtual-tryon"
KURTA = Drawing("kurta", "ikat", "indigo", "khadi", True)
SHIRT = Drawing("shirt", "block", "rani", "khadi", True)
TROUSERS = Drawing("trousers", "stripes", "ink", "khadi", True)


@cache
def drawn(garment: Drawing = KURTA, width: int = 480) -> bytes:
    """A PNG of a drawn garment."""
    import pyvips

    data: bytes = pyvips.Image.svgload_buffer(svg_of(garment).encode(), scale=width / 960).pngsave_buffer()
    return data


@cache
def wall(colour: tuple[int, int, int] = (200, 190, 170)) -> bytes:
    """A JPEG with nobody in it."""
    import pyvips

    image = (pyvips.Image.black(480, 640, bands=3) + list(colour)).cast("uchar").copy(interpretation="srgb")
    data: bytes = image.jpegsave_buffer()
    return data


async def uploaded(me: Person, data: bytes) -> str:
    """The address of a picture that somebody uploads."""
    answer = await me.post("/api/upload", files={"file": ("a.png", data, "image/png")})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["data"]["url"])


async def asked(me: Person, **body: Any) -> dict[str, Any]:
    """What POST answers: a look, finished or not."""
    answer = await me.post(PATH, json={"outfitImageUrl": await uploaded(me, drawn())} | body)
    assert answer.status_code == 201, answer.text
    look: dict[str, Any] = answer.json()["data"]
    return look


async def worn(me: Person, **body: Any) -> dict[str, Any]:
    """The same once it is finished, however long that takes on a busy machine."""
    look = await asked(me, **body)
    return await finished(me, look["id"])


async def finished(me: Person, id: str, seconds: float = 60) -> dict[str, Any]:
    """A look once it is processed."""
    for _ in range(int(seconds / 0.2)):
        look: dict[str, Any] = (await me.get(f"{PATH}/{id}")).json()["data"]
        if look["isProcessed"]:
            return look
        await asyncio.sleep(0.2)
    raise AssertionError(f"the look {id} is not finished after {seconds} s")


async def pixels(me: Person, url: str) -> Any:
    """The picture at an address of ours, as height × width × 3."""
    import pyvips

    answer = await me.get(url)
    assert answer.status_code == 200, answer.text
    return pyvips.Image.new_from_buffer(answer.content, "").numpy()[..., :3]
