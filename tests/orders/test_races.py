"""Two who move a request at the same moment: one wins, the other learns where it stands."""

import asyncio
from contextlib import asynccontextmanager

import psycopg
import pytest

from neural_threads.features.orders.actions import change_order
from neural_threads.features.orders.kinds import ALTERATION, KINDS
from neural_threads.features.orders.lifecycle import OrderStatus
from neural_threads.features.orders.queries import order_with_history
from neural_threads.features.orders.shapes import OrderChange
from neural_threads.platform.db import reading, transaction
from neural_threads.platform.errors import Conflict
from tests.factories.orders import asked, person, provider_of, told_to

pytestmark = pytest.mark.usefixtures("database")
PENDING, ACCEPTED, CANCELLED = OrderStatus.PENDING, OrderStatus.ACCEPTED, OrderStatus.CANCELLED
BEFORE_AND_AFTER = {
    "ACCEPTED": [("PENDING", "ACCEPTED")],
    "CANCELLED": [("PENDING", "CANCELLED")],
    "BOTH": [("PENDING", "ACCEPTED"), ("ACCEPTED", "CANCELLED")],
}


async def move(me, request, change):
    """Where it stands for me afterwards, or what the refusal said."""
    try:
        async with transaction() as db:
            return (await change_order(db, me, request.kind, request.id, change)).status
    except Conflict as conflict:
        return (conflict.code, conflict.fields["status"])


async def told_about(one, request):
    async with reading() as db:
        sql = "select count(*) from notifications where user_id = %(user)s and link like '%%' || %(id)s"
        return await db.value(sql, user=one.id, id=request.id)


async def cancel_against_accept(kind, cora, provider, **condition):
    """One round; answers (cora's, maker's, the moves that happened, how often each was told)."""
    request = await asked(kind, cora, provider)
    at_first = await told_about(provider, request)
    rivals = [
        move(cora, request, OrderChange(status=CANCELLED, **condition)),
        move(provider, request, OrderChange(status=ACCEPTED)),
    ]
    hers, his = await asyncio.gather(*rivals)
    async with reading() as db:
        after = await order_with_history(db, cora, kind, request.id)
    moves = [(event.from_status, event.to_status) for event in after.events[1:]]
    told = (await told_about(cora, request), await told_about(provider, request) - at_first)
    if after.status.is_open:
        await move(cora, request, OrderChange(status=CANCELLED))
    return hers, his, moves, told


async def race(kind, cora, provider, rounds):
    winners = set()
    for _ in range(rounds):
        hers, his, moves, told = await cancel_against_accept(kind, cora, provider, if_status=PENDING)
        if hers == CANCELLED:
            assert his == ("INVALID_TRANSITION", "CANCELLED")
            assert moves == BEFORE_AND_AFTER["CANCELLED"]
            assert told == (0, 1)
        else:
            assert hers == ("INVALID_TRANSITION", "ACCEPTED")
            assert his == ACCEPTED
            assert moves == BEFORE_AND_AFTER["ACCEPTED"]
            assert told == (1, 0)
        winners.add(moves[0][1])
    return winners


@pytest.mark.case("G03")
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.path)
async def test_of_cancel_and_accept_one_wins(people, kind):
    cora, provider = await person(await people.customer()), await person(await provider_of(people, kind))
    await race(kind, cora, provider, 40)


@pytest.mark.case("G03")
@pytest.mark.long
async def test_a_thousand_times(people):
    cora, provider = await person(await people.customer()), await person(await people.tailor())
    assert await race(ALTERATION, cora, provider, 1000) == {"ACCEPTED", "CANCELLED"}


async def test_a_cancel_that_comes_after_the_acceptance_is_a_move_of_its_own(people):
    cora, provider = await person(await people.customer()), await person(await people.tailor())
    for _ in range(20):
        hers, his, moves, told = await cancel_against_accept(ALTERATION, cora, provider)
        happened = {
            (CANCELLED, ("INVALID_TRANSITION", "CANCELLED")): ("CANCELLED", (0, 1)),
            (("INVALID_TRANSITION", "ACCEPTED"), ACCEPTED): ("ACCEPTED", (1, 0)),
            (CANCELLED, ACCEPTED): ("BOTH", (1, 1)),
        }[hers, his]
        assert (moves, told) == (BEFORE_AND_AFTER[happened[0]], happened[1])


@asynccontextmanager
async def another_price(dsn, request, price):
    """Somebody else's transaction has changed the price, and commits once whoever comes inside waits for it."""
    async with (
        await psycopg.AsyncConnection.connect(dsn) as holder,
        await psycopg.AsyncConnection.connect(dsn) as looker,
    ):
        await looker.set_autocommit(True)
        await holder.execute("update alteration_requests set quoted_price = %s where id = %s", (price, request.id))
        yield
        for _ in range(100):
            waiting = await looker.execute("select count(*) from pg_locks where not granted")
            if (await waiting.fetchone())[0]:
                break
            await asyncio.sleep(0.02)
        await holder.commit()


async def test_a_price_that_changes_while_she_accepts_it_is_not_accepted(people, dsn):
    cora, tariq = await people.customer(), await people.tailor()
    request = await asked(ALTERATION, await person(cora), await person(tariq), "ACCEPTED", quoted_price=18500)
    url = f"/api/alterations/{request.id}"
    async with another_price(dsn, request, 21000):
        acceptance = asyncio.create_task(cora.post(f"{url}/accept-quote", json={"quotedPrice": 18500}))
    answer = await acceptance
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "QUOTE_CHANGED")
    data = (await cora.get(url)).json()["data"]
    assert (data["quotedPrice"], data["quoteAcceptedAt"]) == (21000, None)


async def test_work_does_not_begin_at_a_price_that_has_just_changed(people, dsn):
    cora, tariq = await people.customer(), await people.tailor()
    request = await asked(ALTERATION, await person(cora), await person(tariq), "ACCEPTED", quoted_price=18500)
    url = f"/api/alterations/{request.id}"
    async with another_price(dsn, request, 21000):
        moving = asyncio.create_task(tariq.put(url, json={"quotedPrice": 500}))
    answer = await moving
    assert answer.status_code == 409, answer.text
    assert (await cora.get(url)).json()["data"]["quotedPrice"] == 21000, "the later look wins over the stale one"


@pytest.mark.case("G02")
async def test_cancelling_twice_is_cancelling_once(people):
    cora, tariq = await people.customer(), await people.tailor()
    request = await asked(ALTERATION, await person(cora), await person(tariq))
    url = f"/api/alterations/{request.id}"
    answers = await asyncio.gather(*(cora.put(url, json={"status": "CANCELLED"}) for _ in range(8)))
    answers.append(await cora.put(url, json={"status": "CANCELLED"}))
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.json()["data"]["status"] for answer in answers} == {"CANCELLED"}
    told = [message for _title, message, _link in await told_to(tariq)]
    assert told == ["Cora asks you to alter something.", "Cora cancelled the request."]
    assert len(answers[-1].json()["data"]["events"]) == 2


@pytest.mark.case("G03")
async def test_the_loser_over_http_learns_where_it_stands(people):
    cora, tariq = await people.customer(), await people.tailor()
    request = await asked(ALTERATION, await person(cora), await person(tariq))
    url = f"/api/alterations/{request.id}"
    assert (await cora.put(url, json={"status": "CANCELLED"})).status_code == 200
    answer = await tariq.put(url, json={"status": "ACCEPTED"})
    assert answer.status_code == 409
    assert answer.json()["error"]["fields"] == {"status": "CANCELLED"}
    stale = await cora.put(url, json={"status": "CANCELLED", "ifStatus": "PENDING"})
    assert stale.status_code == 200, "what she wanted is so already"


async def rounds_over_http(cora, tariq, rounds):
    """Cora cancels and Tariq accepts at the same moment, so many times; answers who won how often."""
    me, them = await person(cora), await person(tariq)
    winners = {"CANCELLED": 0, "ACCEPTED": 0}
    for n in range(rounds):
        request = await asked(ALTERATION, me, them)
        url = f"/api/alterations/{request.id}"
        rivals = [cora.put(url, json={"status": "CANCELLED"}), tariq.put(url, json={"status": "ACCEPTED"})]
        answers = await asyncio.gather(*(rivals if n % 2 else rivals[::-1]))
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        won, lost = sorted(answers, key=lambda answer: answer.status_code)
        status = won.json()["data"]["status"]
        assert lost.json()["error"]["fields"] == {"status": status}
        winners[status] += 1
        last = await cora.put(url, json={"status": "CANCELLED"})
        assert last.json()["data"]["status"] == "CANCELLED", "who has heard of the acceptance may still cancel"
    return winners


@pytest.mark.long  # many races
async def test_over_http_one_wins_whoever_comes_first(people):
    await rounds_over_http(await people.customer(), await people.tailor(), 60)


@pytest.mark.case("G03")
@pytest.mark.long
async def test_over_http_a_thousand_times(people):
    winners = await rounds_over_http(await people.customer(), await people.tailor(), 1000)
    assert min(winners.values()) > 0
