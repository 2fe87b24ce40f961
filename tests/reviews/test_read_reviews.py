"""GET /api/reviews: of a designer, of a tailor, of everybody; figures beside them; page by page."""

import asyncio
from typing import Any

import pytest

from neural_threads.features.accounts.queries import person_of
from neural_threads.features.reviews.actions import leave_review
from neural_threads.features.reviews.queries import reviews_of
from neural_threads.platform.db import transaction
from tests.factories.reviews import KINDS, body_for, both_ways, draft_for, new_customers, person, provider_of, query_for
from tests.support.people import People

pytestmark = pytest.mark.usefixtures("database")


async def said_about(provider: Any, db: Any, ratings: list[int]) -> None:
    """New customers leave these ratings, one after the other."""
    customers = [await person_of(db, id) for id in await new_customers(db, len(ratings))]
    for n, (me, rating) in enumerate(zip(customers, ratings, strict=True)):
        assert me is not None
        async with transaction() as mine:
            await leave_review(mine, me, draft_for(provider, rating, f"Number {n}"))


async def read(people: People, **query: Any) -> dict[str, Any]:
    answer = await people.anonymous().get("/api/reviews", params=query)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


@pytest.mark.parametrize("kind", KINDS, ids=both_ways)
async def test_a_visitor_reads_page_by_page(people: People, db: Any, kind: Any) -> None:
    provider = await person(await provider_of(people, kind))
    await said_about(provider, db, [5, 4, 4, 1, 5])
    seen, cursor = [], None
    for more in (True, True, False):
        page = await read(people, **query_for(provider), limit=2, **({"cursor": cursor} if cursor else {}))
        assert page["summary"] == {
            "average": 3.8,
            "count": 5,
            "histogram": {"1": 1, "2": 0, "3": 0, "4": 2, "5": 2},
        }
        seen += [review["comment"] for review in page["data"]]
        cursor = page["nextCursor"]
        assert page["hasMore"] is more
        assert (cursor is not None) is more
    assert seen == [f"Number {n}" for n in (4, 3, 2, 1, 0)]


async def test_nobody_has_said_anything(people: People) -> None:
    dina = await person(await people.designer())
    page = await read(people, designerId=dina.designer_id)
    assert (page["data"], page["hasMore"]) == ([], False)
    assert page["summary"] == {"average": 0, "count": 0, "histogram": {str(n): 0 for n in range(1, 6)}}


async def test_of_neither_is_the_newest_of_all(people: People) -> None:
    cora = await people.customer("Cora")
    for provider in (await person(await people.designer()), await person(await people.tailor())):
        await cora.post("/api/reviews", json=body_for(provider, 3))
        page = await read(people, limit=1, designerId="", tailorId="")
        [newest] = page["data"]
        assert (newest["designerId"], newest["tailorId"]) == (provider.designer_id, provider.tailor_id)
        assert page["summary"]["count"] == sum(page["summary"]["histogram"].values()) > 0


async def test_what_visitors_keep_is_never_old(people: People) -> None:
    cora, dina = await people.customer("Cora"), await person(await people.designer())
    visitor, path = people.anonymous(), f"/api/reviews?designerId={dina.designer_id}"
    before = await visitor.get(path)
    assert before.headers["Cache-Control"] == "public, no-cache"
    mark = {"If-None-Match": before.headers["ETag"]}
    assert (await visitor.get(path, headers=mark)).status_code == 304
    await cora.post("/api/reviews", json=body_for(dina, 2))
    after = await visitor.get(path, headers=mark)
    assert (after.status_code, after.json()["summary"]["average"]) == (200, 2)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"designerId": "a", "tailorId": "b"}, "designerId"),
        ({"limit": "0"}, "limit"),
        ({"limit": "ten"}, "limit"),
        ({"designerId": "a\0b"}, "designerId"),
        ({"cursor": "bm9uc2Vuc2U"}, "cursor"),
        ({"cursor": "x" * 501}, "cursor"),
    ],
)
async def test_questions_that_make_no_sense(people: People, query: dict[str, str], field: str) -> None:
    answer = await people.anonymous().get("/api/reviews", params=query)
    assert answer.status_code == 422
    assert field in answer.json()["error"]["fields"]


async def test_a_cursor_belongs_to_its_list(people: People, db: Any) -> None:
    dina, devi = await person(await people.designer()), await person(await people.designer("Devi"))
    await said_about(dina, db, [5, 5])
    cursor = (await read(people, designerId=dina.designer_id, limit=1))["nextCursor"]
    answer = await people.anonymous().get("/api/reviews", params={"designerId": devi.designer_id, "cursor": cursor})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "INVALID_CURSOR")


async def test_a_limit_above_the_maximum_is_clamped(people: People, db: Any) -> None:
    dina = await person(await people.designer())
    await said_about(dina, db, [5] * 3)
    assert len((await read(people, designerId=dina.designer_id, limit=10**9))["data"]) == 3


async def test_a_provider_reads_her_own(people: People, db: Any) -> None:
    dina, tariq, cora = await people.designer(), await people.tailor(), await people.customer()
    her, his = await person(dina), await person(tariq)
    await said_about(her, db, [5, 3])
    found, cursor = await reviews_of(db, her, limit=1)
    assert [review.rating for review in found] == [3]
    rest, end = await reviews_of(db, her, limit=1, cursor=cursor)
    assert ([review.rating for review in rest], end) == ([5], None)
    assert await reviews_of(db, his) == ([], None)
    assert await reviews_of(db, await person(cora)) == ([], None)
    await dina.post(f"/api/reviews/{found[0].id}/reply", json={"comment": "Thank you"})
    assert [review.rating for review in (await reviews_of(db, her, unanswered=True))[0]] == [5]


async def test_many_read_while_many_write(people: People, db: Any) -> None:
    """Pages never repeat or lose what was there when the reading began."""
    dina = await person(await people.designer())
    await said_about(dina, db, [5] * 6)
    first = await read(people, designerId=dina.designer_id, limit=3)
    await said_about(dina, db, [1, 1])
    second = await read(people, designerId=dina.designer_id, limit=3, cursor=first["nextCursor"])
    assert [review["comment"] for review in first["data"] + second["data"]] == [f"Number {n}" for n in range(5, -1, -1)]
    both = await asyncio.gather(*(read(people, designerId=dina.designer_id) for _ in range(5)))
    assert {page["summary"]["count"] for page in both} == {8}
