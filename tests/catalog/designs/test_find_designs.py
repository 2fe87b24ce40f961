"""GET /api/designs: whatever is shown can be found, however it is spelled."""

from collections.abc import Callable
from secrets import token_hex
from typing import Any

import pytest

from tests.catalog.conftest import Studio, hang
from tests.support.people import Anonymous, People

NewStudio = Callable[..., Studio]


@pytest.fixture
def mark() -> str:
    """A word in the descriptions of this test's pieces."""
    return f"q{token_hex(6)}"


async def found(who: Anonymous, query: str, status: int = 200) -> list[dict[str, Any]]:
    answer = await who.get(f"/api/designs?{query}")
    assert answer.status_code == status, answer.text
    data: list[dict[str, Any]] = answer.json()["data"] if status == 200 else [answer.json()["error"]]
    return data


async def words(who: Anonymous, query: str) -> list[str]:
    return [item["description"] for item in await found(who, query)]


async def test_an_item_comes_with_its_designer(people: People, new_studio: NewStudio, desk: Any, mark: str) -> None:
    kavya = new_studio("Kavya Iyer", location="MG_ROAD", languages=("KANNADA",), rating_sum=9, reviews=2)
    id = hang(desk, kavya.id, 5000, 9000, description=f"Lehenga {mark}", category="BRIDAL")
    [item] = await found(people.anonymous(), f"search={mark}")
    assert item["id"] == id
    assert item["designerId"] == kavya.id
    assert (item["budgetMin"], item["budgetMax"], item["category"]) == (5000, 9000, "BRIDAL")
    assert item["designer"] == {
        "id": kavya.id,
        "userId": kavya.user_id,
        "name": "Kavya Iyer",
        "location": "MG_ROAD",
        "languages": ["KANNADA"],
        "profilePhoto": None,
        "rating": 4.5,
        "reviewCount": 2,
    }
    assert (item["isSaved"], item["savedItemId"]) == (False, None)
    assert kavya.email not in str(item)


async def test_exact_before_begun_before_nearly_spelled(
    people: People, new_studio: NewStudio, desk: Any, mark: str
) -> None:
    kavya = new_studio("Kavya")
    hang(desk, kavya.id, description=f"lehenga {mark}")
    hang(desk, kavya.id, description=f"lehngawali {mark}")
    hang(desk, kavya.id, description=f"lehnga {mark}")
    hang(desk, kavya.id, description=f"kurta {mark}")
    visitor = people.anonymous()
    told = await words(visitor, f"search=LEHNGA {mark}")
    assert told == [f"lehnga {mark}", f"lehngawali {mark}", f"lehenga {mark}"]
    one, rest = await visitor.get(f"/api/designs?search=lehnga {mark}&limit=1"), []
    while (cursor := one.json()["nextCursor"]) is not None:
        assert one.json()["hasMore"]
        one = await visitor.get(f"/api/designs?search=lehnga {mark}&limit=1&cursor={cursor}")
        rest += [item["description"] for item in one.json()["data"]]
    assert rest == told[1:]


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("shervani", "Sherwani"),
        ("anarkli", "Anarkali"),
        ("CHIKANKARI", "chikankári"),
        ("salwr", "salwar"),
        ("ಲೆಹೆಂಗಾ", "ಲೆಹೆಂಗಾ"),
        ("twelve-panel", "twelve-panel"),
    ],
)
async def test_spelling_is_forgiven(
    people: People, new_studio: NewStudio, desk: Any, mark: str, typed: str, written: str
) -> None:
    hang(desk, new_studio("Kavya").id, description=f"{written}, {mark}")
    assert await words(people.anonymous(), f"search={typed} {mark}") == [f"{written}, {mark}"]


async def test_a_designers_name_finds_the_items_also_after_a_change(
    people: People, new_studio: NewStudio, desk: Any, mark: str
) -> None:
    kavya = new_studio(f"Kavya {mark}")
    id = hang(desk, kavya.id, description="Kurta")
    visitor = people.anonymous()
    assert [item["id"] for item in await found(visitor, f"search={mark} kurta")] == [id]
    desk.execute("update users set name = 'Kavya' where id = %s", [kavya.user_id])
    assert await found(visitor, f"search={mark}&limit=7") == []


async def test_who_has_left_is_not_shown(people: People, new_studio: NewStudio, desk: Any, mark: str) -> None:
    kavya = new_studio("Kavya")
    hang(desk, kavya.id, description=mark)
    desk.execute("update users set deleted_at = now() where id = %s", [kavya.user_id])
    assert await found(people.anonymous(), f"search={mark}") == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("category=BRIDAL", {"cheap", "open"}),
        ("category=BRIDAL,ETHNIC", {"cheap", "open", "dear"}),
        ("category=BRIDAL&category=ETHNIC", {"cheap", "open", "dear"}),
        ("minPrice=2000&maxPrice=3000", {"cheap"}),
        ("minPrice=2001", {"open", "dear"}),
        ("maxPrice=999", set()),
        ("maxPrice=8000", {"cheap", "open"}),
        ("language=TAMIL", {"dear", "unpriced"}),
        ("minPrice=", {"cheap", "open", "dear", "unpriced"}),
        ("category=WESTERN&minPrice=1", set()),
    ],
)
async def test_filters(
    people: People, new_studio: NewStudio, desk: Any, mark: str, query: str, expected: set[str]
) -> None:
    kavya, meera = new_studio("Kavya", languages=("HINDI",)), new_studio("Meera", languages=("TAMIL", "HINDI"))
    hang(desk, kavya.id, 1000, 2000, description=f"{mark} cheap", category="BRIDAL")
    hang(desk, kavya.id, 5000, None, description=f"{mark} open", category="BRIDAL")
    hang(desk, meera.id, 9000, 90000, description=f"{mark} dear", category="ETHNIC")
    hang(desk, meera.id, description=f"{mark} unpriced", category="WESTERN")
    told = await words(people.anonymous(), f"search={mark}&{query}")
    assert {text.removeprefix(f"{mark} ") for text in told} == expected


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("category=SPORTSWEAR", "category"),
        ("minPrice=9&maxPrice=2", "minPrice"),
        ("minPrice=-1", "minPrice"),
        ("minPrice=nan", "minPrice"),
        ("language=LATIN", "language"),
        ("limit=0", "limit"),
        ("limit=x", "limit"),
        ("cursor=abc", "cursor"),
        ("search=%00", "search"),
        ("search=" + "x" * 101, "search"),
    ],
)
async def test_what_cannot_be_is_refused_at_its_field(people: People, query: str, field: str) -> None:
    [error] = await found(people.anonymous(), query, 422)
    assert field in error["fields"]


@pytest.mark.parametrize("search", ["%", "'", "\\", "a & !b | (c:*", "''''", "\\'", "-", "💃", "x'y", "₹"])
async def test_signs_are_only_signs(people: People, search: str) -> None:
    answer = await people.anonymous().get("/api/designs", params={"search": search})
    assert answer.status_code == 200, answer.text


async def test_a_cursor_belongs_to_its_search(people: People, new_studio: NewStudio, desk: Any, mark: str) -> None:
    kavya = new_studio("Kavya")
    for _ in range(2):
        hang(desk, kavya.id, description=mark)
    visitor = people.anonymous()
    cursor = (await visitor.get(f"/api/designs?search={mark}&limit=1")).json()["nextCursor"]
    [error] = await found(visitor, f"search=other&cursor={cursor}", 422)
    assert error["code"] == "INVALID_CURSOR"
