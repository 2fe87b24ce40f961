"""What PostgreSQL writes is what the shapes say, field by field, for visitors and for the signed-in."""

from collections.abc import Callable
from typing import Any

import msgspec
import psycopg

from neural_threads.features.catalog.designers.shapes import Designer, DesignerProfile
from neural_threads.features.portfolio.shapes import PortfolioItem
from neural_threads.features.reviews.shapes import Review
from tests.catalog.conftest import Studio, hang, praise
from tests.support.people import People

ONLY_SIGNED_IN = {"phone", "email"}


def fields(shape: type[msgspec.Struct]) -> set[str]:
    return {field.encode_name for field in msgspec.structs.fields(shape)}


async def test_the_wire_and_the_shapes_agree(
    people: People, new_studio: Callable[..., Studio], desk: psycopg.Connection[Any]
) -> None:
    dina = new_studio("Dina Rao")
    new_studio("Kavya Iyer")  # somebody alike
    hang(desk, dina.id, 100, 200)
    praise(desk, dina.id, 5, "Lovely.")
    for who, hidden in ((await people.customer(), set[str]()), (people.anonymous(), ONLY_SIGNED_IN)):
        [card, *_] = (await who.get("/api/designers?limit=1")).json()["data"]
        profile = (await who.get(f"/api/designers/{dina.id}")).json()["data"]
        assert set(card) == fields(Designer)
        assert set(profile) == fields(DesignerProfile) - hidden
        assert set(profile["portfolioItems"][0]) == fields(PortfolioItem)
        assert set(profile["reviews"][0]) == fields(Review)
        assert set(profile["similarDesigners"][0]) == fields(Designer)
