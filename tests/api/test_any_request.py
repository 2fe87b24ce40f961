"""S12, S13: whatever is asked, no 5xx and no answer that the document does not tell of."""

import asyncio
from collections import Counter

import pytest

from bench.odd_requests import ANY_ANSWER, ONCE_ONLY, STRICT, Asker, fuzz, listed, operations_in

SHORT, LONG = 2, 20


async def known_to(cora, dina, tariq, odile) -> dict[str, str]:
    """Things that exist, by the names that they have in addresses and bodies."""
    designer, tailor = dina.user["designer"]["id"], tariq.user["tailor"]["id"]
    chat = (await cora.post("/api/chat", json={"designerId": designer})).json()["data"]
    body = {"chatId": chat["id"], "content": "Hello"}
    message = (await cora.post("/api/chat/messages", json=body)).json()["data"]
    ask = {"tailorId": tailor, "description": "Take in the waist"}
    request = (await cora.post("/api/alterations", json=ask)).json()["data"]
    review = (await odile.post("/api/reviews", json={"designerId": designer, "rating": 5})).json()["data"]
    return {
        "designerId": designer,
        "tailorId": tailor,
        "chatId": chat["id"],
        "messageId": message["id"],
        "requestId": request["id"],
        "reviewId": review["id"],
    }


async def wrong_for(role: str, people, document, examples: int, checks, *, every: int = 1):
    cora, dina, tariq = await people.customer(), await people.designer(), await people.tailor()
    known = await known_to(cora, dina, tariq, await people.customer("Odile"))
    somebody = {"customer": people.customer, "designer": people.designer, "tailor": people.tailor}
    present = {"customer": cora, "designer": dina, "tailor": tariq}
    asker = await asker_for(role, people, present)
    wrong, tally = {}, Counter()
    for operation in operations_in(document)[::every]:
        own = operation.label in ONCE_ONLY and role != "visitor"
        if examples > SHORT:  # A token is good for a quarter of an hour.
            asker = await asker_for(role, people, present)
        who = await Asker.by_token(await somebody[role]()) if own else asker
        if found := await asyncio.to_thread(fuzz, operation, who, known, tally, examples=examples, checks=checks):
            wrong[operation.label] = found
    assert tally[200] > fewest_successes(role, document) / every, "else nothing but refusals would be looked at"
    return wrong


def fewest_successes(role: str, document) -> float:
    """Return how often a tenth of all operations, or for visitors half of those that are open to them, succeed."""
    operations = [operation for methods in document["paths"].values() for operation in methods.values()]
    if role != "visitor":
        return len(operations) / 10
    return sum(not one.get("security") or {} in one["security"] for one in operations) / 2


async def asker_for(role, people, present) -> Asker:
    if role == "visitor":
        return await Asker.visitor(people.anonymous())
    return await Asker.by_token(present[role])


@pytest.mark.case("S13")
@pytest.mark.parametrize("role", ["customer", "visitor", pytest.param("designer", marks=pytest.mark.long)])
async def test_no_request_is_answered_in_a_way_that_is_not_told(role, people, document):
    every = 3 if role == "customer" else 1
    wrong = await wrong_for(role, people, document, SHORT, ANY_ANSWER, every=every)
    assert not wrong, listed(wrong)


@pytest.mark.case("S13")
@pytest.mark.long
@pytest.mark.parametrize("role", ["customer", "designer", "tailor", "visitor"])
async def test_and_many_more(role, people, document):
    wrong = await wrong_for(role, people, document, LONG, STRICT)
    assert not wrong, listed(wrong)
