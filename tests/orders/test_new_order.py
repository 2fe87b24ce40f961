"""Asking: what comes back, who may, with which pictures, and that asking twice is asking once."""

import asyncio

import pytest

from neural_threads.features.orders.actions import ask
from neural_threads.features.orders.kinds import ALTERATION, DESIGN, KINDS
from neural_threads.platform.db import transaction
from neural_threads.platform.ids import new_id
from tests.factories.orders import body_for, chat_between, draft_for, person, picture, provider_of, told_to

pytestmark = pytest.mark.usefixtures("database")
each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.path)


@each_kind
async def test_cora_asks_and_both_find_it(people, kind):
    cora, provider = await people.customer("Cora"), await provider_of(people, kind, "Tariq Khan")
    them = await person(provider)
    answer = await cora.post(f"/api/{kind.path}", json=body_for(kind, them))
    assert answer.status_code == 201, answer.text
    made = answer.json()["data"]
    me = await person(cora)
    party = {
        "id": them.role_id,
        "userId": them.id,
        "name": "Tariq Khan",
        "location": them.location,
        "avatarUrl": None,
        "isDeleted": False,
    }
    design_only = {"referenceImageUrl": None, "chatId": None} if kind is DESIGN else {}
    assert made == {
        "id": made["id"],
        "customerId": me.customer_id,
        f"{kind.maker}Id": them.role_id,
        "description": "Take the kurta in",
        "imageUrl": None,
        "imageUrls": [],
        "pins": [],
        "wardrobeItemId": None,
        "status": "PENDING",
        "statusMessage": "Waiting for an answer from Tariq Khan.",
        "quotedPrice": None,
        "promisedDate": None,
        "quoteAcceptedAt": None,
        "notes": None,
        "createdAt": made["createdAt"],
        "updatedAt": made["updatedAt"],
        "customer": {
            "id": me.customer_id,
            "userId": me.id,
            "name": "Cora",
            "location": None,
            "avatarUrl": None,
            "isDeleted": False,
        },
        kind.maker: party,
        **design_only,
    }
    for one, message in (
        (cora, "Waiting for an answer from Tariq Khan."),
        (provider, "Cora is waiting for your answer."),
    ):
        [listed] = (await one.get(f"/api/{kind.path}")).json()["data"]
        assert listed == {**made, "statusMessage": message}
        detail = (await one.get(f"/api/{kind.path}/{made['id']}")).json()["data"]
        [event] = detail.pop("events")
        assert detail == {**made, "statusMessage": message}
        assert (event["what"], event["actorName"], event["fromStatus"], event["toStatus"]) == (
            "ASKED",
            "Cora",
            None,
            "PENDING",
        )


@each_kind
async def test_the_provider_is_told_and_nobody_else(people, kind):
    cora, provider, other = (
        await people.customer("Cora"),
        await provider_of(people, kind),
        await provider_of(people, kind),
    )
    made = (await cora.post(f"/api/{kind.path}", json=body_for(kind, await person(provider)))).json()["data"]
    [(title, message, link)] = await told_to(provider)
    assert title == ("Alteration request" if kind is ALTERATION else "Design request")
    assert message.startswith("Cora asks you ")
    assert link == f"/{provider.role.lower()}/requests/{made['id']}"
    assert await told_to(cora) == []
    assert await told_to(other) == []


@each_kind
async def test_odile_and_other_providers_cannot_see_it(people, kind):
    cora, provider = await people.customer(), await provider_of(people, kind)
    made = (await cora.post(f"/api/{kind.path}", json=body_for(kind, await person(provider)))).json()["data"]
    missing = await cora.get(f"/api/{kind.path}/cnothing")
    assert missing.status_code == 404
    for stranger in (await people.customer("Odile"), await provider_of(people, kind), await people.tailor("Tara")):
        answer = await stranger.get(f"/api/{kind.path}/{made['id']}")
        assert (answer.status_code, answer.json()) == (404, missing.json())
        assert (await stranger.get(f"/api/{kind.path}")).json()["data"] == []
    nobody = people.anonymous()
    assert (await nobody.get(f"/api/{kind.path}/{made['id']}")).status_code == 401
    assert (await nobody.get(f"/api/{kind.path}")).status_code == 401


@each_kind
async def test_providers_cannot_ask(people, kind):
    provider, other = await provider_of(people, kind), await provider_of(people, kind)
    answer = await provider.post(f"/api/{kind.path}", json=body_for(kind, await person(other)))
    assert answer.status_code == 403


@pytest.mark.case("G07")
async def test_the_wrong_sort_of_provider_unknown_and_departed_ones_are_not_there(people):
    cora, dina, tariq = await people.customer(), await people.designer(), await people.tailor()
    gone = await people.tailor("Gone")
    async with transaction() as db:
        await db.execute("update users set deleted_at = now() where id = %(id)s", id=gone.id)
        gone_id = await db.value("select id from tailors where user_id = %(id)s", id=gone.id)
    designer_id, tailor_id = (await person(dina)).role_id, (await person(tariq)).role_id
    for path, key, id in (
        ("alterations", "tailorId", designer_id),
        ("alterations", "tailorId", gone_id),
        ("alterations", "tailorId", "cnobody"),
        ("design-requests", "designerId", tailor_id),
    ):
        answer = await cora.post(f"/api/{path}", json={key: id, "description": "Please"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "NOT_FOUND"), (path, id)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"description": ""}, "description"),
        ({"description": "  \n "}, "description"),
        ({"description": "x" * 5001}, "description"),
        ({"description": "nul \x00"}, "description"),
        ({"description": 5}, "description"),
        ({"colour": "red"}, "colour"),
        ({"status": "ACCEPTED"}, "status"),
        ({"quotedPrice": 5}, "quotedPrice"),
        ({"pins": [{"x": 1.2, "y": 0.5}]}, "pins"),
        ({"pins": [{"x": 0.2, "y": 0.5, "note": "n" * 201}]}, "pins"),
        ({"pins": [{"x": 0.2, "y": 0.5, "size": 3}]}, "pins"),
        ({"imageUrl": "https://evil.example/a.jpg"}, "imageUrl"),
        ({"imageUrl": "http://169.254.169.254/latest"}, "imageUrl"),
        ({"imageUrl": "javascript:alert(1)"}, "imageUrl"),
        ({"imageUrls": ["/media/cnothing"]}, "imageUrls"),
        ({"imageUrls": [f"/media/{n}" for n in range(7)]}, "imageUrls"),
    ],
)
async def test_what_cannot_be_asked(people, more, field):
    cora, tariq = await people.customer(), await person(await people.tailor())
    answer = await cora.post("/api/alterations", json={**body_for(ALTERATION, tariq), **more})
    assert answer.status_code == 422, answer.text
    assert list(answer.json()["error"]["fields"]) == [field]
    assert (await cora.get("/api/alterations")).json()["data"] == []


async def test_text_is_kept_exactly_as_typed(people):
    cora, tariq = await people.customer(), await person(await people.tailor())
    words = "<script>alert(1)</script> ಕುರ್ತಾ ಕಿರಿದು ಮಾಡಿ 👩🏽‍🎨 \u202eRTL\n  two  spaces"
    made = (await cora.post("/api/alterations", json=body_for(ALTERATION, tariq, description=words))).json()["data"]
    assert made["description"] == words


async def test_images_of_ones_own_and_of_providers_may_be_used(people):
    cora, odile = await people.customer(), await people.customer("Odile")
    dina = await people.designer()
    mine, hers = await picture(cora), await picture(odile)
    shown, kept = await picture(dina, "public"), await picture(dina, "public")
    them = await person(dina)
    async with transaction() as db:
        await db.execute(
            """
            insert into portfolio_items (id, designer_id, image_id, description, category)
            values (%(id)s, %(designer)s, %(image)s, 'Lehenga', 'BRIDAL')
            """,
            id=new_id(),
            designer=them.designer_id,
            image=shown,
        )
    good = {"imageUrl": f"/media/{mine}?w=400", "imageUrls": [f"/media/{mine}", shown], "referenceImageUrl": shown}
    good["imageUrls"][0] = f"/media/{mine}?w=400"
    answer = await cora.post("/api/design-requests", json=body_for(DESIGN, them, **good))
    assert answer.status_code == 201, answer.text
    made = answer.json()["data"]
    assert made["imageUrl"].startswith(f"/media/{mine}?sig=")
    assert [url.partition("?")[0] for url in made["imageUrls"]] == [f"/media/{mine}", f"/media/{shown}"]
    assert made["referenceImageUrl"].partition("?")[0] == f"/media/{shown}"
    for foreign in (hers, kept):
        answer = await cora.post("/api/design-requests", json=body_for(DESIGN, them, referenceImageUrl=foreign))
        assert answer.status_code == 422
        assert list(answer.json()["error"]["fields"]) == ["referenceImageUrl"]


async def test_an_item_of_the_wardrobe_brings_its_image_and_pins(people):
    cora, odile = await people.customer(), await people.customer("Odile")
    tariq = await person(await people.tailor())
    image, item = await picture(cora), new_id()
    async with transaction() as db:
        await db.execute(
            """
            insert into wardrobe_items (id, customer_id, image_id, category)
            values (%(id)s, (select id from customers where user_id = %(cora)s), %(image)s, 'DRESS')
            """,
            id=item,
            cora=cora.id,
            image=image,
        )
    pins = [{"x": 0.25, "y": 0.5, "note": "take in 2 cm"}, {"x": 1, "y": 0, "note": ""}]
    body = body_for(ALTERATION, tariq, wardrobeItemId=item, pins=pins)
    made = (await cora.post("/api/alterations", json=body)).json()["data"]
    assert (made["wardrobeItemId"], made["imageUrl"].partition("?")[0]) == (item, f"/media/{image}")
    assert made["pins"] == [{"x": 0.25, "y": 0.5, "note": "take in 2 cm"}, {"x": 1, "y": 0, "note": ""}]
    assert (await odile.post("/api/alterations", json=body)).status_code == 404


@pytest.mark.case("G09")
async def test_the_chat_of_a_design_request_is_that_of_these_two(people):
    cora, odile, dina, other = (
        await people.customer(),
        await people.customer("Odile"),
        await people.designer(),
        await people.designer("Devi"),
    )
    me, them = await person(cora), await person(dina)
    ours = await chat_between(me, them)
    hers = await chat_between(await person(odile), them)
    with_other = await chat_between(me, await person(other))
    with_tailor = await chat_between(me, await person(await people.tailor()))
    for chat_id, status, code in (
        (hers, 404, "NOT_FOUND"),
        ("cnothing", 404, "NOT_FOUND"),
        (with_other, 422, "CHAT_MISMATCH"),
        (with_tailor, 422, "CHAT_MISMATCH"),
    ):
        answer = await cora.post("/api/design-requests", json=body_for(DESIGN, them, chatId=chat_id))
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    answer = await cora.post("/api/design-requests", json=body_for(DESIGN, them, chatId=ours))
    assert (answer.status_code, answer.json()["data"]["chatId"]) == (201, ours)


@pytest.mark.case("G08")
@each_kind
async def test_ten_times_the_same_is_one(people, kind):
    cora, provider = await people.customer(), await provider_of(people, kind)
    body, headers = body_for(kind, await person(provider)), {"Idempotency-Key": "tap-1"}
    answers = await asyncio.gather(*(cora.post(f"/api/{kind.path}", json=body, headers=headers) for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [200] * 9 + [201]
    assert len({answer.json()["data"]["id"] for answer in answers}) == 1
    assert len(await told_to(provider)) == 1
    other = await cora.post(f"/api/{kind.path}", json={**body, "description": "Else"}, headers=headers)
    assert (other.status_code, other.json()["error"]["code"]) == (409, "IDEMPOTENCY_CONFLICT")
    odile = await people.customer("Odile")
    assert (await odile.post(f"/api/{kind.path}", json=body, headers=headers)).status_code == 201


async def test_a_key_must_be_one(people):
    cora, tariq = await people.customer(), await person(await people.tailor())
    for key in ("with space", "x" * 201):
        answer = await cora.post("/api/alterations", json=body_for(ALTERATION, tariq), headers={"Idempotency-Key": key})
        assert answer.status_code == 422


@pytest.mark.case("G08")
async def test_the_fifty_first_open_request_must_wait(people):
    customer = await people.customer()
    cora = await person(customer)
    tariq, dina = await person(await people.tailor()), await person(await people.designer())
    async with transaction() as db:
        for n in range(49):
            kind, provider = (ALTERATION, tariq) if n % 2 else (DESIGN, dina)
            await ask(db, cora, draft_for(kind, provider))
    both = await asyncio.gather(
        customer.post("/api/alterations", json=body_for(ALTERATION, tariq)),
        customer.post("/api/design-requests", json=body_for(DESIGN, dina)),
    )
    assert sorted(answer.status_code for answer in both) == [201, 429]
    [refused] = [answer for answer in both if answer.status_code == 429]
    assert refused.json()["error"]["code"] == "TOO_MANY_OPEN_REQUESTS"
    assert int(refused.headers["retry-after"]) > 0
    [oldest] = (await customer.get("/api/alterations?limit=1")).json()["data"]
    assert (await customer.put(f"/api/alterations/{oldest['id']}", json={"status": "CANCELLED"})).status_code == 200
    assert (await customer.post("/api/alterations", json=body_for(ALTERATION, tariq))).status_code == 201


async def test_a_design_asked_for_in_a_chat_is_said_there(people):
    cora, dina = await people.customer("Cora"), await people.designer()
    them = await person(dina)
    chat_id = (await cora.post("/api/chat", json={"designerId": them.designer_id})).json()["data"]["id"]
    body, headers = body_for(DESIGN, them, chatId=chat_id, description="A lehenga"), {"Idempotency-Key": "once"}
    answers = [await cora.post("/api/design-requests", json=body, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    for one in (cora, dina):
        said = (await one.get("/api/chat/messages", params={"chatId": chat_id})).json()["data"]
        assert [(message["content"], message["requestId"]) for message in said] == [
            ("A lehenga", answers[0].json()["data"]["id"])
        ]
    assert [title for title, _message, _link in await told_to(dina)] == ["New chat", "Design request"]
    refused = await cora.post("/api/design-requests", json=body | {"imageUrl": "/media/foreign"})
    assert refused.status_code == 422
    assert len((await cora.get("/api/chat/messages", params={"chatId": chat_id})).json()["data"]) == 1
