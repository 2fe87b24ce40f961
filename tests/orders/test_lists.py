"""Lists: both sides, by status and words, page by page."""

import re
from datetime import timedelta

import pytest

from neural_threads.features.orders.actions import ask
from neural_threads.features.orders.kinds import ALTERATION, KINDS
from neural_threads.features.orders.lifecycle import OrderStatus
from neural_threads.platform.db import transaction
from neural_threads.platform.i18n import today
from neural_threads.platform.serialization.types import Moment
from tests.factories.orders import asked, draft_for, person, provider_of

pytestmark = pytest.mark.usefixtures("database")
each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.path)


async def listed(one, kind, query=""):
    answer = await one.get(f"/api/{kind.path}{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


@each_kind
async def test_all_six_statuses_can_be_filtered(people, kind):
    cora, provider = await people.customer(), await provider_of(people, kind)
    for status in OrderStatus:
        await asked(kind, await person(cora), await person(provider), status)
    for one in (cora, provider):
        for status in OrderStatus:
            [found] = (await listed(one, kind, f"?status={status}"))["data"]
            assert found["status"] == status
            assert found["statusMessage"]
        both = await listed(one, kind, "?status=PENDING&status=CANCELLED")
        assert {found["status"] for found in both["data"]} == {"PENDING", "CANCELLED"}
        assert len((await listed(one, kind, "?status=PENDING,ACCEPTED,IN_PROGRESS"))["data"]) == 3
        assert len((await listed(one, kind, "?status="))["data"]) == 6
    assert (await cora.get(f"/api/{kind.path}?status=LOST")).status_code == 422


@each_kind
async def test_words_are_found_in_description_notes_and_names(people, kind):
    cora, provider = await people.customer("Cora"), await provider_of(people, kind, "Tariq Khan")
    me, them = await person(cora), await person(provider)
    async with transaction() as db:
        for words in ("Café-brown kurta", "ಕುರ್ತಾ ಕಿರಿದು", "100% silk_saree", "Plain"):
            await ask(db, me, draft_for(kind, them, words))
        await db.execute(
            f"update {kind.table} set notes = 'zari border' where customer_id = %(me)s and description = 'Plain'",
            me=me.customer_id,
        )

    async def found(one, words):
        answer = await one.get(f"/api/{kind.path}", params={"search": words})
        return sorted(request["description"] for request in answer.json()["data"])

    for one in (cora, provider):
        assert await found(one, "CAFE") == ["Café-brown kurta"]
        assert await found(one, "ಕುರ್ತಾ") == ["ಕುರ್ತಾ ಕಿರಿದು"]
        assert await found(one, "100%") == ["100% silk_saree"]
        assert await found(one, "kurta brown khan") == ["Café-brown kurta"], "in any order, and in any of the three"
        assert await found(one, "k_s") == ["100% silk_saree"]
        assert await found(one, "%") == ["100% silk_saree"]
        assert await found(one, "zari") == ["Plain"]
        assert await found(one, "nothing such") == []
        assert len(await found(one, "tariq")) == 4
        assert len(await found(one, "cora")) == 4


@each_kind
async def test_pages_follow_each_other_without_gap_or_double(people, kind):
    cora, provider = await people.customer(), await provider_of(people, kind)
    async with transaction() as db:
        me, them = await person(cora), await person(provider)
        for n in range(12):
            await ask(db, me, draft_for(kind, them, f"Number {n}"))
    for one in (cora, provider):
        seen, query = [], "?limit=5"
        while True:
            answer = await listed(one, kind, query)
            seen += [request["description"] for request in answer["data"]]
            if not answer["hasMore"]:
                break
            query = f"?limit=5&cursor={answer['nextCursor']}"
        assert seen == [f"Number {n}" for n in reversed(range(12))]


async def test_strange_questions(people):
    cora, odile = await people.customer(), await people.customer("Odile")
    tariq = await person(await people.tailor())
    for _ in range(2):
        await asked(ALTERATION, await person(cora), tariq)
    for query, status in (("limit=0", 422), ("limit=x", 422), ("limit=1000000", 200), ("cursor=forged", 422)):
        assert (await cora.get(f"/api/alterations?{query}")).status_code == status
    cursor = (await listed(cora, ALTERATION, "?limit=1"))["nextCursor"]
    for one, query in ((odile, ""), (cora, "&status=PENDING"), (cora, "&search=x")):
        answer = await one.get(f"/api/alterations?limit=1&cursor={cursor}{query}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "INVALID_CURSOR")


async def test_the_other_kind_of_provider_has_none(people):
    cora, dina = await people.customer(), await people.designer()
    await asked(ALTERATION, await person(cora), await person(await people.tailor()))
    assert (await listed(dina, ALTERATION))["data"] == []


@each_kind
async def test_what_is_late_due_today_and_this_week(people, kind):
    cora, provider = await people.customer("Cora"), await provider_of(people, kind)
    me, them = await person(cora), await person(provider)
    agreed = {"quoted_price": 500, "quote_accepted_at": Moment.current()}
    days = {"LATE": [-30, -1], "TODAY": [0], "WEEK": [1, 7]}
    ids = {due: set() for due in days}
    for due, places in days.items():
        for n, place in enumerate(places):
            status = ("IN_PROGRESS", "ACCEPTED")[n]
            request = await asked(kind, me, them, status, promised_date=today() + timedelta(days=place), **agreed)
            ids[due].add(request.id)
    for status, more in (("IN_PROGRESS", 8), ("COMPLETED", 0), ("CANCELLED", -1), ("PENDING", 0)):
        await asked(kind, me, them, status, promised_date=today() + timedelta(days=more), **agreed)
    await asked(kind, me, them, "ACCEPTED", promised_date=today(), quoted_price=500)
    await asked(kind, me, them, "IN_PROGRESS")
    for one in (cora, provider):
        for due, wanted in ids.items():
            assert {found["id"] for found in (await listed(one, kind, f"?due={due}"))["data"]} == wanted
    assert len((await listed(provider, kind, "?due=LATE&status=ACCEPTED"))["data"]) == 1
    assert (await listed(provider, kind, "?due=LATE&search=nothing"))["data"] == []
    assert (await provider.get(f"/api/{kind.path}?due=SOON")).status_code == 422
    page = (await provider.get(f"{them.role.home}/requests", headers={"Accept": "text/html"})).text
    for due, many in (("LATE", 2), ("TODAY", 1), ("WEEK", 2)):
        assert re.search(rf'href="[^"]*requests\?due={due}"[^>]*>[^<]+<[^>]+>\s*{many}<', page), due
    only_late = (await provider.get(f"{them.role.home}/requests?due=LATE", headers={"Accept": "text/html"})).text
    assert only_late.count('class="card order') == 2
    assert "due=" not in (await cora.get(f"/customer/{kind.path}", headers={"Accept": "text/html"})).text
