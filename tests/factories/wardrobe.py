"""Images of cloth, wardrobe items and designs to save, for tests."""

from functools import cache
from typing import Any

from neural_threads.platform.db import transaction
from neural_threads.platform.ids import new_id
from tests.support.people import Person

PLACE = "/api/chatbot/wardrobe"


@cache
def cloth(colour: tuple[int, int, int], ground: tuple[int, int, int] = (240, 235, 225)) -> bytes:
    """A PNG of a garment of one colour before a plain wall."""
    import pyvips

    image = (pyvips.Image.black(160, 200, bands=3) + list(ground)).cast("uchar").copy(interpretation="srgb")
    data: bytes = image.draw_rect(list(colour), 40, 20, 80, 160, fill=True).pngsave_buffer()
    return data


RANI = cloth((184, 24, 111))
INDIGO = cloth((43, 58, 128))


async def hung(me: Person, image: bytes = INDIGO, **facts: str) -> dict[str, Any]:
    """A piece that somebody uploads; answers it."""
    answer = await me.post(PLACE, data={"category": "DRESS"} | facts, files={"file": ("a.png", image, "image/png")})
    assert answer.status_code == 201, answer.text
    item: dict[str, Any] = answer.json()["data"]
    return item


async def names(me: Person, query: str = "") -> list[str | None]:
    """Return what the pieces are called that this query finds."""
    answer = await me.get(f"{PLACE}?{query}")
    assert answer.status_code == 200, answer.text
    return [item["name"] for item in answer.json()["data"]["items"]]


async def design_of(designer: Person, description: str = "Rani lehenga with zari", category: str = "BRIDAL") -> str:
    """A design that this maker shows, with a picture of her own upload; answers its id."""
    answer = await designer.post("/api/upload", files={"file": ("a.png", RANI, "image/png")})
    assert answer.status_code == 201, answer.text
    id = new_id()
    async with transaction() as db:
        await db.execute(
            "update media set visibility = 'public' where public_id = %(p)s", p=answer.json()["data"]["publicId"]
        )
        await db.execute(
            """
            insert into portfolio_items (id, designer_id, image_id, category, description, position)
            select %(id)s, d.id, %(image)s, %(category)s, %(description)s, 0 from designers d where d.user_id = %(maker)s
            """,
            id=id,
            image=answer.json()["data"]["publicId"],
            category=category,
            description=description,
            maker=designer.id,
        )
    return id
