"""POST /api/reviews/{id}/reply: once, by whom it is about."""

import asyncio
from typing import Any

import pytest

from tests.factories.reviews import KINDS, body_for, both_ways, person, provider_of, query_for
from tests.support.people import People

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.parametrize("kind", KINDS, ids=both_ways)
async def test_the_provider_answers_once(people: People, kind: Any) -> None:
    cora, provider = await people.customer("Cora"), await provider_of(people, kind)
    them = await person(provider)
    review = (await cora.post("/api/reviews", json=body_for(them, 2))).json()["data"]
    path = f"/api/reviews/{review['id']}/reply"
    visitor = people.anonymous()
    await visitor.get("/api/reviews", params=query_for(them))  # and is not shown the same for ever
    answers = await asyncio.gather(*(provider.post(path, json={"comment": f"Sorry {n}"}) for n in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    told = next(answer.json()["data"] for answer in answers if answer.status_code == 200)
    assert told["reply"].startswith("Sorry")
    assert told["repliedAt"] >= told["createdAt"]
    again = await provider.post(path, json={"comment": "And more"})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "ALREADY_REPLIED")
    [shown] = (await visitor.get("/api/reviews", params=query_for(them))).json()["data"]
    assert shown == told


async def test_nobody_else_answers(people: People) -> None:
    cora, dina, devi, tariq = (
        await people.customer(),
        await people.designer(),
        await people.designer("Devi"),
        await people.tailor(),
    )
    review = (await cora.post("/api/reviews", json=body_for(await person(dina)))).json()["data"]
    path, reply = f"/api/reviews/{review['id']}/reply", {"comment": "Thank you"}
    assert (await people.anonymous().post(path, json=reply)).status_code == 401
    assert (await cora.post(path, json=reply)).status_code == 403
    missing = await devi.post("/api/reviews/cnobody0000000000000000000/reply", json=reply)
    for stranger in (devi, tariq):
        answer = await stranger.post(path, json=reply)
        assert (answer.status_code, answer.json()) == (404, missing.json())
    assert (await dina.post(path, json=reply)).status_code == 200


@pytest.mark.parametrize(
    "body", [{}, {"comment": ""}, {"comment": " \n"}, {"comment": None}, {"comment": "a" * 2001}, {"comment": "a\0"}]
)
async def test_replies_that_say_nothing_or_too_much(people: People, body: dict[str, Any]) -> None:
    cora, dina = await people.customer(), await people.designer()
    review = (await cora.post("/api/reviews", json=body_for(await person(dina)))).json()["data"]
    answer = await dina.post(f"/api/reviews/{review['id']}/reply", json=body)
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (422, ["comment"])
