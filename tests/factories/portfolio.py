"""Dina has a portfolio, Tariq has sample work: what the tests of portfolios share."""

from dataclasses import dataclass
from typing import Any

from neural_threads.platform.db import Db
from neural_threads.platform.ids import new_id
from tests.support.people import People, Person


@dataclass(frozen=True)
class Kind:
    """One kind of wall, as a test meets it."""

    name: str
    path: str
    table: str
    usual: dict[str, Any]

    async def maker(self, people: People, name: str = "") -> Person:
        """Somebody who has such a wall."""
        return await (people.designer(name or "Dina") if self.name == "portfolio" else people.tailor(name or "Tariq"))


PORTFOLIO = Kind(
    "portfolio",
    "/api/provider/portfolio",
    "portfolio_items",
    {"category": "ETHNIC", "description": "Ikat kurta", "budgetMin": 2500, "budgetMax": 4000.5},
)
SAMPLES = Kind("sample-work", "/api/provider/sample-work", "sample_works", {"description": "A sleeve, taken in"})
KINDS = (PORTFOLIO, SAMPLES)


async def picture(db: Db, owner: Person) -> str:
    """The address of a picture that belongs to somebody; only its row."""
    name = f"test/{new_id()}"
    await db.execute(
        "insert into media (public_id, owner_id, visibility, content_type, width, height, bytes) "
        "values (%(id)s, %(owner)s, 'private', 'image/jpeg', 800, 1000, 1000)",
        id=name,
        owner=owner.id,
    )
    return f"/media/{name}"


async def hung(db: Db, provider: Person, kind: Kind, **more: Any) -> dict[str, Any]:
    """A piece that the maker has hung up."""
    body = {"imageUrl": await picture(db, provider), **kind.usual, **more}
    answer = await provider.post(kind.path, json=body)
    assert answer.status_code == 201, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


async def order_of(provider: Person, kind: Kind) -> list[str]:
    """The ids of what hangs there, in order."""
    answer = await provider.get(kind.path, params={"limit": 100})
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["data"]]
