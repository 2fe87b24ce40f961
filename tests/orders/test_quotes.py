"""Prices and promised dates: plain ones, binding ones, accepted, changed and frozen."""

import asyncio
from datetime import timedelta

import pytest

from neural_threads.features.orders.kinds import ALTERATION, KINDS
from neural_threads.platform.db import reading
from neural_threads.platform.i18n import promise_date, today
from tests.factories.orders import LATER, SOON, asked, person, provider_of, told_to

pytestmark = pytest.mark.usefixtures("database")
each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.path)
OFFER = {"quotedPrice": 18500, "promisedDate": SOON}


@pytest.fixture
async def two(people):
    """Cora and Tariq, with a request that stands where the test wants it: `cora, tariq, at = two`."""
    cora, tariq = await people.customer("Cora"), await people.tailor("Tariq")

    async def at(status="PENDING", **columns):
        request = await asked(ALTERATION, await person(cora), await person(tariq), status, **columns)
        return f"/api/alterations/{request.id}"

    return cora, tariq, at


def refused(answer):
    return answer.status_code, answer.json()["error"]["code"]


async def test_a_plain_price_needs_no_acceptance(two):
    cora, tariq, at = two
    url = await at()
    answer = await tariq.put(url, json={"quotedPrice": 450.5, "notes": "Bring it by Friday"})
    assert answer.status_code == 200, answer.text
    data = answer.json()["data"]
    assert (data["quotedPrice"], data["promisedDate"], data["notes"]) == (450.5, None, "Bring it by Friday")
    assert (await cora.get(url)).json()["data"][
        "statusMessage"
    ] == "Tariq quotes ₹450.50 and has not accepted the request yet."
    for status in ("ACCEPTED", "IN_PROGRESS", "COMPLETED"):
        assert (await tariq.put(url, json={"status": status})).status_code == 200
    assert [message for _title, message, _link in await told_to(cora)] == [
        "Tariq quotes ₹450.50.",
        "Tariq accepted your request.",
        "Tariq started work on your request.",
        "Tariq completed your request.",
    ]


@each_kind
async def test_a_binding_offer_must_be_accepted_before_the_work_begins(people, kind):
    cora, provider = await people.customer("Cora"), await provider_of(people, kind, "Tariq")
    request = await asked(kind, await person(cora), await person(provider))
    url = f"/api/{kind.path}/{request.id}"
    assert (await provider.put(url, json={"status": "ACCEPTED", **OFFER})).status_code == 200
    assert refused(await provider.put(url, json={"status": "IN_PROGRESS"})) == (409, "QUOTE_NOT_ACCEPTED")
    seen = (await cora.get(url)).json()["data"]
    assert seen["statusMessage"].startswith("Tariq quotes ₹18,500, ready by ")
    answer = await cora.post(f"{url}/accept-quote")
    assert answer.status_code == 200, answer.text
    accepted = answer.json()["data"]
    assert accepted["quoteAcceptedAt"] is not None
    assert accepted["status"] == "ACCEPTED"
    began = await provider.put(url, json={"status": "IN_PROGRESS"})
    assert began.status_code == 200
    assert began.json()["data"]["quoteAcceptedAt"] == accepted["quoteAcceptedAt"]
    day = promise_date(SOON)
    history = [(event["what"], event["sentence"]) for event in began.json()["data"]["events"]]
    assert history == [
        ("ASKED", "Cora sent the request"),
        ("MOVED", "Tariq accepted the request"),
        ("QUOTE_ACCEPTED", f"Cora accepted the quote: ₹18,500, ready by {day}"),
        ("MOVED", "Tariq started work"),
    ]
    assert (await told_to(provider))[-1][1] == f"Cora accepted your quote: ₹18,500, ready by {day}."
    assert (await told_to(cora))[0][1] == f"Tariq accepted your request and quotes ₹18,500, ready by {day}."


async def test_a_changed_offer_must_be_accepted_again_and_the_earlier_one_stays_in_the_history(two):
    cora, tariq, at = two
    url = await at("ACCEPTED")
    await tariq.put(url, json=OFFER)
    await cora.post(f"{url}/accept-quote")
    answer = await tariq.put(url, json={"promisedDate": LATER})
    assert answer.json()["data"]["quoteAcceptedAt"] is None
    assert refused(await tariq.put(url, json={"status": "IN_PROGRESS"})) == (409, "QUOTE_NOT_ACCEPTED")
    events = (await cora.get(url)).json()["data"]["events"]
    assert [(e["what"], e["quotedPrice"], e["promisedDate"]) for e in events[1:]] == [
        ("QUOTED", 18500, SOON),
        ("QUOTE_ACCEPTED", 18500, SOON),
        ("QUOTED", 18500, LATER),
    ]


async def test_the_same_offer_again_changes_nothing(two):
    cora, tariq, at = two
    url = await at("ACCEPTED")
    await tariq.put(url, json=OFFER)
    await cora.post(f"{url}/accept-quote")
    answer = await tariq.put(url, json=OFFER)
    assert answer.status_code == 200
    assert answer.json()["data"]["quoteAcceptedAt"] is not None
    assert len(answer.json()["data"]["events"]) == 3
    assert len(await told_to(cora)) == 1


async def test_a_new_offer_cannot_begin_in_the_same_breath(two):
    cora, tariq, at = two
    url = await at("ACCEPTED")
    assert refused(await tariq.put(url, json={"status": "IN_PROGRESS", **OFFER})) == (409, "QUOTE_NOT_ACCEPTED")
    await tariq.put(url, json=OFFER)
    await cora.post(f"{url}/accept-quote")
    answer = await tariq.put(url, json={"status": "IN_PROGRESS", "quotedPrice": 20000})
    assert refused(answer) == (409, "QUOTE_NOT_ACCEPTED")
    assert (await cora.get(url)).json()["data"]["quotedPrice"] == 18500


async def test_a_binding_offer_can_become_a_plain_price_again(two):
    _cora, tariq, at = two
    url = await at("ACCEPTED")
    await tariq.put(url, json=OFFER)
    assert (await tariq.put(url, json={"promisedDate": None})).json()["data"]["promisedDate"] is None
    assert (await tariq.put(url, json={"status": "IN_PROGRESS"})).status_code == 200


async def test_accepting_twice_is_accepting_once(two):
    cora, tariq, at = two
    url = await at("ACCEPTED")
    await tariq.put(url, json=OFFER)
    answers = await asyncio.gather(*(cora.post(f"{url}/accept-quote") for _ in range(6)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["data"]["quoteAcceptedAt"] for answer in answers}) == 1
    assert len(await told_to(tariq)) == 2


async def test_only_the_offer_that_was_seen_is_accepted(two):
    cora, tariq, at = two
    url = await at("ACCEPTED")
    await tariq.put(url, json={"quotedPrice": 20000, "promisedDate": SOON})
    for seen in (OFFER, {"quotedPrice": 20000, "promisedDate": LATER}):
        assert refused(await cora.post(f"{url}/accept-quote", json=seen)) == (409, "QUOTE_CHANGED")
    answer = await cora.post(f"{url}/accept-quote", json={"quotedPrice": 20000, "promisedDate": SOON})
    assert answer.status_code == 200
    assert (await cora.post(f"{url}/accept-quote", json={"colour": 1})).status_code == 422
    assert (
        await cora.post(f"{url}/accept-quote", content="{", headers={"Content-Type": "text/plain"})
    ).status_code == 415


async def test_who_may_accept_and_when(two, people):
    cora, tariq, at = two
    url = await at()
    assert refused(await cora.post(f"{url}/accept-quote")) == (409, "NO_QUOTE")
    await tariq.put(url, json=OFFER)
    assert (await tariq.post(f"{url}/accept-quote")).status_code == 403
    odile = await people.customer("Odile")
    assert (await odile.post(f"{url}/accept-quote")).status_code == 404
    assert (await cora.post(f"{url}/accept-quote")).status_code == 200
    for status in ("IN_PROGRESS", "COMPLETED", "REJECTED", "CANCELLED"):
        closed = await at(status, quoted_price=100)
        assert refused(await cora.post(f"{closed}/accept-quote")) == (409, "INVALID_TRANSITION")


@pytest.mark.case("G05")
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"quotedPrice": -1}, "quotedPrice"),
        ({"quotedPrice": 0.001}, "quotedPrice"),
        ({"quotedPrice": 1e308}, "quotedPrice"),
        ({"quotedPrice": "100"}, "quotedPrice"),
        ({"quotedPrice": True}, "quotedPrice"),
        ({"quotedPrice": None}, "quotedPrice"),
        ({"promisedDate": "tomorrow"}, "promisedDate"),
        ({"promisedDate": "2026-02-30"}, "promisedDate"),
        ({"promisedDate": (today() - timedelta(days=1)).isoformat(), "quotedPrice": 5}, "promisedDate"),
        ({"promisedDate": SOON}, "quotedPrice"),
        ({"notes": "x" * 5001}, "notes"),
        ({"status": "LOST"}, "status"),
        ({"description": "Else"}, "description"),
        ({}, "status"),
    ],
)
async def test_what_cannot_be_quoted(two, change, field):
    _cora, tariq, at = two
    answer = await tariq.put(await at(), json=change)
    assert answer.status_code == 422, answer.text
    assert list(answer.json()["error"]["fields"]) == [field]


@pytest.mark.case("G05")
async def test_a_price_that_is_no_number_is_unreadable(two):
    _cora, tariq, at = two
    answer = await tariq.put(await at(), content=b'{"quotedPrice": NaN}', headers={"Content-Type": "application/json"})
    assert answer.status_code == 400


@pytest.mark.case("G05")
async def test_a_price_is_kept_to_the_paisa(two):
    _cora, tariq, at = two
    url = await at()
    for price in (0, 0.1, 1234567890.99, 9_999_999_999):
        assert (await tariq.put(url, json={"quotedPrice": price})).json()["data"]["quotedPrice"] == price
    async with reading() as db:
        kept = await db.value("select quoted_price::text from alteration_requests where id = %(id)s", id=url[-25:])
    assert kept == "9999999999.00"


@pytest.mark.case("G05")
@pytest.mark.parametrize("change", [{"quotedPrice": 5}, {"notes": "Mine"}, {"promisedDate": SOON}])
async def test_the_customer_names_no_price(two, change):
    cora, _tariq, at = two
    assert (await cora.put(await at(), json=change)).status_code == 403
    assert (await cora.put(await at(), json={"status": "CANCELLED", **change})).status_code == 403


@pytest.mark.case("G06")
@pytest.mark.parametrize("status", ["IN_PROGRESS", "COMPLETED", "REJECTED", "CANCELLED"])
async def test_price_and_date_are_frozen_once_the_work_has_begun(two, status):
    _cora, tariq, at = two
    url = await at(status, quoted_price=100)
    assert refused(await tariq.put(url, json={"quotedPrice": 101})) == (409, "QUOTE_FROZEN")
    assert refused(await tariq.put(url, json={"promisedDate": SOON})) == (409, "QUOTE_FROZEN")
    assert (await tariq.put(url, json={"quotedPrice": 100, "notes": "Come and try it on"})).status_code == 200


async def test_a_note_is_told_and_kept(two):
    cora, tariq, at = two
    url = await at("IN_PROGRESS")
    answer = await tariq.put(url, json={"notes": "The lining needs a day more"})
    [_asked, noted] = answer.json()["data"]["events"]
    assert (noted["what"], noted["note"], noted["sentence"]) == (
        "NOTED",
        "The lining needs a day more",
        "Tariq left a note",
    )
    assert [message for _t, message, _l in await told_to(cora)] == ["Tariq left you a note."]
    assert "lining" not in str(await told_to(cora))
