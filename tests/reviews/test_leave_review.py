"""POST /api/reviews: who may, how often, about whom, and what moves with it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from neural_threads.features.accounts.queries import person_of
from neural_threads.features.reviews.actions import leave_review
from neural_threads.platform.db import reading, transaction
from tests.factories.reviews import (
    KINDS,
    asked,
    body_for,
    both_ways,
    draft_for,
    new_customers,
    person,
    provider_of,
    query_for,
    told_to,
    user_for_session,
)
from tests.support.people import People
from tests.support.server import Server

pytestmark = pytest.mark.usefixtures("database")
EACH_KIND = pytest.mark.parametrize("kind", KINDS, ids=both_ways)


@EACH_KIND
async def test_cora_praises_a_provider(people: People, kind: Any) -> None:
    cora, provider = await people.customer("Cora Nair"), await provider_of(people, kind)
    her, them = await person(cora), await person(provider)
    answer = await cora.post("/api/reviews", json=body_for(them, 4, comment="Fell exactly as drawn."))
    assert answer.status_code == 201, answer.text
    review = answer.json()["data"]
    assert (review["customerId"], review["customerName"]) == (her.customer_id, "Cora Nair")
    assert (review["designerId"], review["tailorId"]) == (them.designer_id, them.tailor_id)
    assert (review["rating"], review["comment"], review["verified"]) == (4, "Fell exactly as drawn.", False)
    assert (review["reply"], review["repliedAt"]) == (None, None)
    assert await user_for_session(them) == (4.0, 1)
    [(title, message, _link)] = await told_to(provider)
    assert (title, message) == ("New review", "Cora Nair left you a review with 4 of 5 stars.")


@pytest.mark.case("G10")
@pytest.mark.parametrize("rating", [0, 6, 4.5, 5.0, "5", True, None, [], 10**30])
async def test_stars_are_one_to_five(people: People, rating: Any) -> None:
    """G10"""
    cora, dina = await people.customer(), await person(await people.designer())
    answer = await cora.post("/api/reviews", json=body_for(dina, rating))
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (422, ["rating"])
    assert await user_for_session(dina) == (0.0, 0)


@pytest.mark.case("G11")
async def test_only_customers_and_only_one_provider_at_a_time(people: People) -> None:
    """G11"""
    cora, tariq, dina = await people.customer(), await people.tailor(), await people.designer()
    her, his = await person(dina), await person(tariq)
    assert (await tariq.post("/api/reviews", json=body_for(her))).status_code == 403
    assert (await dina.post("/api/reviews", json=body_for(his))).status_code == 403
    both = body_for(her) | body_for(his)
    for body in (both, {"rating": 5}, {"rating": 5, "designerId": None, "tailorId": None}):
        answer = await cora.post("/api/reviews", json=body)
        assert (answer.status_code, {*answer.json()["error"]["fields"]}) == (422, {"designerId", "tailorId"})
    assert (await cora.post("/api/reviews", json=body_for(her, stars=5))).status_code == 422
    assert (await people.anonymous().post("/api/reviews", json=body_for(her))).status_code == 401


@pytest.mark.parametrize("key", ["designerId", "tailorId"])
@pytest.mark.parametrize("id", ["cnobody0000000000000000000", "x"])
async def test_nobody_lives_there(people: People, key: str, id: str) -> None:
    cora = await people.customer()
    assert (await cora.post("/api/reviews", json={key: id, "rating": 5})).status_code == 404


async def test_whoever_has_gone_is_not_reviewed(people: People, db: Any) -> None:
    cora, dina = await people.customer(), await person(await people.designer())
    await db.execute("update users set deleted_at = now() where id = %(id)s", id=dina.id)
    assert (await cora.post("/api/reviews", json=body_for(dina))).status_code == 404


@pytest.mark.case("G12")
@EACH_KIND
async def test_once_is_enough(people: People, kind: Any) -> None:
    """G12"""
    cora, provider = await people.customer(), await provider_of(people, kind)
    them = await person(provider)
    answers = await asyncio.gather(
        *(cora.post("/api/reviews", json=body_for(them, rating)) for rating in (1, 2, 3, 4, 5))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]
    assert {answer.json()["error"]["code"] for answer in answers if answer.status_code == 409} == {"ALREADY_REVIEWED"}
    won = next(answer.json()["data"]["rating"] for answer in answers if answer.status_code == 201)
    assert (await cora.post("/api/reviews", json=body_for(them))).status_code == 409
    assert await user_for_session(them) == (float(won), 1)
    assert len(await told_to(provider)) == 1


@pytest.mark.case("G13")
@EACH_KIND
async def test_finished_work_verifies(people: People, kind: Any) -> None:
    """G13"""
    cora, odile = await people.customer("Cora"), await people.customer("Odile")
    provider = await provider_of(people, kind)
    her, them = await person(cora), await person(provider)
    request = await asked(kind, her, them, "IN_PROGRESS")
    for one in (cora, odile):
        answer = await one.post("/api/reviews", json=body_for(them))
        assert (answer.status_code, answer.json()["data"]["verified"]) == (201, False)

    async def verified() -> dict[str, bool]:
        listed = (await odile.get("/api/reviews", params=query_for(them))).json()["data"]
        return {review["customerName"]: review["verified"] for review in listed}

    assert await verified() == {"Cora": False, "Odile": False}
    done = await provider.put(f"/api/{kind.path}/{request.id}", json={"status": "COMPLETED"})
    assert done.status_code == 200, done.text
    assert await verified() == {"Cora": True, "Odile": False}, "what visitors are shown follows at once"


@pytest.mark.case("G14")
@EACH_KIND
async def test_a_hundred_at_once(people: People, db: Any, kind: Any) -> None:
    """G14"""
    provider = await person(await provider_of(people, kind))
    customers = [await person_of(db, id) for id in await new_customers(db, 100)]
    ratings = [1 + n * n % 5 for n in range(100)]
    places = asyncio.Semaphore(8)  # As many as the pool has: in its own queue nobody waits longer than 1.5 s.

    async def leave(me: Any, rating: int) -> None:
        async with places, transaction() as mine:
            await leave_review(mine, me, draft_for(provider, rating))

    await asyncio.gather(*(leave(me, rating) for me, rating in zip(customers, ratings, strict=True)))
    average, count = await user_for_session(provider)
    assert count == 100
    assert abs(average - sum(ratings) / 100) < 1e-9


@pytest.mark.case("G16")
@pytest.mark.parametrize(
    "comment", ["<script>alert(1)</script>", "**bold** [x](javascript:y)", "{{ 7*7 }} ಚೆನ್ನಾಗಿದೆ 🧵\n\n", "a" * 2000]
)
async def test_words_stay_words(people: People, comment: str) -> None:
    """G16"""
    cora, dina = await people.customer(), await person(await people.designer())
    answer = await cora.post("/api/reviews", json=body_for(dina, comment=comment))
    assert (answer.status_code, answer.json()["data"]["comment"]) == (201, comment)


@pytest.mark.case("G16")
@pytest.mark.parametrize("comment", ["a" * 2001, "a" * 100_000, "a\0b", "\ud800", 7])
async def test_words_that_we_do_not_take(people: People, comment: Any) -> None:
    """G16"""
    cora, dina = await people.customer(), await person(await people.designer())
    body = body_for(dina, comment=comment)
    if comment == "\ud800":
        key = next(iter(query_for(dina)))
        text = f'{{"{key}": "{dina.role_id}", "rating": 5, "comment": "\\ud800"}}'
        answer = await cora.post("/api/reviews", content=text, headers={"Content-Type": "application/json"})
    else:
        answer = await cora.post("/api/reviews", json=body)
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (422, ["comment"])
    assert await user_for_session(dina) == (0.0, 0)


@pytest.mark.parametrize("comment", [None, "", "  \n"])
async def test_stars_may_speak_alone(people: People, comment: str | None) -> None:
    cora, dina = await people.customer(), await person(await people.designer())
    answer = await cora.post("/api/reviews", json=body_for(dina, comment=comment))
    assert (answer.status_code, answer.json()["data"]["comment"]) == (201, None)


@pytest.mark.long  # a server is started
async def test_nobody_reviews_by_the_hundred(
    fresh_server: Callable[..., Awaitable[Server]], people_at: Callable[[Server], People]
) -> None:
    people = people_at(await fresh_server(THREADS_RATE_LIMITS="on", THREADS_LIMITS="reviews=2/hour"))
    cora, odile, dina = await people.customer(), await people.customer("Odile"), await people.designer()
    body = {"designerId": (await dina.me())["designer"]["id"], "rating": 5}
    answers = [await cora.post("/api/reviews", json=body) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 409, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert (await odile.post("/api/reviews", json=body)).status_code == 201


async def test_a_refused_review_leaves_nothing(people: People) -> None:
    """Whatever fails after the review was written takes the review with it."""
    cora, dina = await person(await people.customer()), await person(await people.designer())
    with pytest.raises(RuntimeError):
        async with transaction() as db:
            await leave_review(db, cora, draft_for(dina, 1))
            raise RuntimeError
    assert await user_for_session(dina) == (0.0, 0)
    async with reading() as db:
        assert await db.value("select count(*) from reviews where designer_id = %(id)s", id=dina.designer_id) == 0
