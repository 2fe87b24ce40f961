"""Every status, every side, every move: defined, or refused and nothing changed."""

import itertools

import pytest

from neural_threads.features.orders.actions import change_order
from neural_threads.features.orders.kinds import KINDS
from neural_threads.features.orders.lifecycle import OPEN, OrderStatus, Side, moves_from
from neural_threads.features.orders.queries import events_of, order_for
from neural_threads.features.orders.shapes import OrderChange
from neural_threads.platform.db import reading, transaction
from neural_threads.platform.errors import Conflict, Forbidden, NotFound
from tests.factories.orders import asked, person, provider_of

pytestmark = pytest.mark.usefixtures("database")

ALLOWED = {
    ("PENDING", "PROVIDER", "ACCEPTED"),
    ("PENDING", "PROVIDER", "REJECTED"),
    ("PENDING", "CUSTOMER", "CANCELLED"),
    ("ACCEPTED", "PROVIDER", "IN_PROGRESS"),
    ("ACCEPTED", "CUSTOMER", "CANCELLED"),
    ("IN_PROGRESS", "PROVIDER", "COMPLETED"),
    ("CANCELLED", "CUSTOMER", "CANCELLED"),  # twice is once
}


def expected(status, side, to):
    if (status, side, to) in ALLOWED:
        return None
    decides = "CUSTOMER" if to == "CANCELLED" else "PROVIDER"
    return Conflict if side == decides else Forbidden


@pytest.mark.case("G01", "G04")
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.path)
async def test_every_status_side_and_move(people, kind):
    cora, provider = await person(await people.customer()), await person(await provider_of(people, kind))
    for status, side, to in itertools.product(OrderStatus, Side, OrderStatus):
        request = await asked(kind, cora, provider, status)
        me = cora if side is Side.CUSTOMER else provider
        refusal = expected(status, side, to)
        case = f"{status} {side} → {to}"
        if refusal is None:
            async with transaction() as db:
                after = await change_order(db, me, kind, request.id, OrderChange(status=to))
            assert after.status == to, case
            history = [(event.from_status, event.to_status) for event in after.events[1:]]
            assert history == ([] if status == to else [(status, to)]), case
            continue
        with pytest.raises(refusal) as refused:
            async with transaction() as db:
                await change_order(db, me, kind, request.id, OrderChange(status=to))
        if refusal is Conflict:
            assert (refused.value.code, refused.value.fields) == ("INVALID_TRANSITION", {"status": status}), case
        async with reading() as db:
            assert (await order_for(db, me, kind, request.id)).status == status, case
            assert len(await events_of(db, kind, request.id)) == 1, case
        async with transaction() as db:
            await db.execute(f"update {kind.table} set status = 'REJECTED' where id = %(id)s", id=request.id)


@pytest.mark.case("G01")
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.path)
async def test_no_stranger_can_move_anything(people, kind):
    cora, provider = await person(await people.customer()), await person(await provider_of(people, kind))
    odile, other = await person(await people.customer("Odile")), await person(await provider_of(people, kind))
    request = await asked(kind, cora, provider)
    for stranger, to in itertools.product((odile, other), OrderStatus):
        with pytest.raises(NotFound):
            async with transaction() as db:
                await change_order(db, stranger, kind, request.id, OrderChange(status=to))
    async with reading() as db:
        assert (await order_for(db, cora, kind, request.id)).status == "PENDING"


@pytest.mark.case("G01")
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.path)
async def test_over_http_each_side_makes_only_its_own_moves(people, kind):
    cora, provider, other = await people.customer(), await provider_of(people, kind), await provider_of(people, kind)
    request = await asked(kind, await person(cora), await person(provider))
    url = f"/api/{kind.path}/{request.id}"
    for one, status, code in (
        (cora, "ACCEPTED", 403),
        (cora, "COMPLETED", 403),
        (provider, "CANCELLED", 403),
        (other, "ACCEPTED", 404),
        (await people.customer("Odile"), "CANCELLED", 404),
        (people.anonymous(), "CANCELLED", 401),
    ):
        answer = await one.put(url, json={"status": status})
        assert answer.status_code == code, (status, answer.text)
    assert (await cora.get(url)).json()["data"]["status"] == "PENDING"


@pytest.mark.case("G04")
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.path)
async def test_no_step_back_and_none_left_out(people, kind):
    cora, provider = await people.customer(), await provider_of(people, kind)
    for start, to in (("COMPLETED", "PENDING"), ("REJECTED", "ACCEPTED"), ("PENDING", "COMPLETED")):
        request = await asked(kind, await person(cora), await person(provider), start)
        answer = await provider.put(f"/api/{kind.path}/{request.id}", json={"status": to})
        assert answer.status_code == 409, (start, to)
        assert answer.json()["error"]["code"] == "INVALID_TRANSITION"
        assert answer.json()["error"]["fields"] == {"status": start}


@pytest.mark.case("G04")
def test_a_request_that_is_over_stays_over():
    for status in set(OrderStatus) - set(OPEN):
        assert [moves_from(status, side) for side in Side] == [[], []]


def test_every_open_request_has_a_next_step_for_somebody():
    for status in OPEN:
        assert any(moves_from(status, side) for side in Side)
