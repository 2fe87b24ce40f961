"""Every address and event against strangers, the departed and the signed-out (S1): what is foreign is not there."""

import re
from uuid import uuid4

import pytest
import pytest_asyncio

from neural_threads.platform import realtime
from neural_threads.web.chat import sockets  # noqa: F401 - declares the events of chats
from tests.chat.conftest import Line
from tests.factories.portfolio import PORTFOLIO, SAMPLES, hung
from tests.factories.wardrobe import hung as worn
from tests.stylist.asking import outfit_of, stored_answer
from tests.support.push_service import Browser
from tests.tryon.dressing import asked as tried_on

PUBLIC = {"designerId", "tailorId"}
"""Names of makers, whom everybody may look at."""
PHONE = Browser("https://fcm.googleapis.com/coras-phone")
MISSING = "cm00000000000000000000000"
OF_EVERYBODY = {"POST /api/auth/logout", "GET /api/auth/refresh", "POST /api/auth/refresh"}


class Cast:
    """Whose things there are, and who must not come near them."""


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def cast(_worker_server):
    from tests.support.people import People

    people = People(_worker_server)
    cast = Cast()
    cast.cora, cast.dina, cast.tariq = await people.customer("Cora"), await people.designer(), await people.tailor()
    cast.odile, cast.ben = await people.customer("Odile"), await people.designer("Ben")
    cast.tara = await people.tailor("Tara")
    cast.people = people
    yield cast
    await people.close()


@pytest_asyncio.fixture(loop_scope="session")
async def things(cast, db, server):
    """Things of Cora's, Dina's and Tariq's, by the names that they have in addresses and bodies."""
    cora, dina, tariq = cast.cora, cast.dina, cast.tariq
    designer, tailor = dina.user["designer"]["id"], tariq.user["tailor"]["id"]

    async def made(who, path, body):
        answer = await who.post(path, json=body)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()["data"]["id"]

    chat = await made(cora, "/api/chat", {"designerId": designer})
    message = await made(cora, "/api/chat/messages", {"chatId": chat, "content": "Hello", "clientId": str(uuid4())})
    request = await made(cora, "/api/alterations", {"tailorId": tailor, "description": "Take it in"})
    design = await made(cora, "/api/design-requests", {"designerId": designer, "description": "A gown"})
    review = await db.value("select id from reviews where designer_id = %(d)s limit 1", d=designer)
    review = review or await made(cora, "/api/reviews", {"designerId": designer, "rating": 5})
    reply = await made(dina, "/api/chat/replies", {"content": "Thank you, I shall look at it tonight."})
    device = await made(cora, "/api/notifications/push", PHONE.subscription)
    item, sample, garment = await hung(db, dina, PORTFOLIO), await hung(db, tariq, SAMPLES), await worn(cora)
    look = await made(cora, "/api/chatbot/looks", {"name": "Diwali", "parts": [{"itemId": garment["id"]}]})
    public_id = garment["imageUrl"].removeprefix("/media/").partition("?")[0]
    answer = await stored_answer(db, cora, [outfit_of(garment)])
    return {
        "conversationId": {answer["conversationId"]},
        "answerId": {answer["messageId"]},
        "chatId": {chat},
        "messageId": {message},
        "requestId": {request, design},
        "reviewId": {review},
        "replyId": {reply},
        "deviceId": {device},
        "sessionId": {await db.value("select id from sessions where user_id = %(me)s limit 1", me=cora.id)},
        "notificationId": {await db.value("select id from notifications where user_id = %(me)s limit 1", me=dina.id)},
        "tryOnId": {(await tried_on(cora))["id"]},
        "pieceId": {item["id"]},
        "sampleId": {sample["id"]},
        "publicId": {public_id},
        "id": {garment["id"]},
        "itemId": {garment["id"]},
        "lookId": {look},
    }


def names_in(name, operation):
    """The names in the address, and `id` in its query: what says which thing is meant."""
    in_query = [each["name"] for each in operation["parameters"] if each["in"] == "query" and each["required"]]
    return re.findall(r"\{(\w+)\}", name) + [each for each in in_query if each in ("id", "chatId")]


@pytest.mark.case("S1")
async def test_every_address_has_a_row(things, document):
    strange = {
        f"{method.upper()} {path}: {name}"
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        for name in names_in(path, operation)
        if name not in PUBLIC and name not in things
    }
    assert not strange, "make such a thing in `things`, so that strangers are tried on it"


@pytest.mark.case("S1")
async def test_a_foreign_thing_is_like_one_that_is_not_there(cast, things, document):
    """Odile is a customer, too, Ben another designer, Tara another tailor: none sees any difference."""
    told = []
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            for name in (name for name in names_in(path, operation) if name not in PUBLIC):
                for thing in things[name]:
                    for stranger in (cast.odile, cast.ben, cast.tara):
                        foreign = await ask(stranger, method, path, operation, {name: thing})
                        missing = await ask(stranger, method, path, operation, {name: MISSING})
                        if foreign != missing or foreign[0] not in (403, 404):
                            told.append(f"{stranger.name}, {method} {path} {thing}: {foreign}, but missing: {missing}")
    assert not told


@pytest.mark.case("S1")
async def test_a_foreign_chat_in_a_body_is_not_there(cast, things):
    [chat] = things["chatId"]
    for stranger in (cast.odile, cast.ben, cast.tara):
        answers = []
        for id in (chat, MISSING):
            body = {"chatId": id, "content": "Me, too", "clientId": str(uuid4())}
            answer = await stranger.post("/api/chat/messages", json=body)
            answers.append((answer.status_code, answer.json()))
        assert answers[0] == answers[1]
        assert answers[0][0] == 404


@pytest.mark.case("S1")
async def test_whoever_is_gone_is_nobody(cast, document, operations):
    """A token of a session that was ended, and one of an account that was deleted."""
    revoked, departed = await cast.people.customer("Rhea"), await cast.people.customer("Asha")
    tokens = [await revoked.token(), await departed.token()]
    visitor = cast.people.anonymous()
    bearer = {"Authorization": f"Bearer {tokens[0]}"}
    assert (await visitor.http.post("/api/auth/logout", headers=bearer)).status_code == 200
    gone = await departed.http.request(
        "DELETE",
        "/api/users/account",
        json={"password": departed.password},
        headers={"X-CSRF-Token": await departed.csrf()},
    )
    assert gone.status_code == 200, gone.text
    answered = []
    for name, operation in operations:
        method, path = name.split(" ")
        if {} in operation["security"] or name in OF_EVERYBODY:
            continue
        for token in tokens:
            url = re.sub(r"\{\w+\}", MISSING, path)
            answer = await visitor.http.request(method, url, headers={"Authorization": f"Bearer {token}"})
            if answer.status_code != 401:
                answered.append(f"{name}: {answer.status_code}")
    assert not answered


@pytest.mark.case("S1")
async def test_every_event_of_a_stranger_is_refused(cast, things, server):
    [chat] = things["chatId"]
    events = {name: heard for name, heard in realtime.CLIENT_EVENTS.items() if not name.startswith(("_", "test-"))}
    assert "send-message" in events
    line = await Line(server.url).open(cast.odile)
    try:
        for name in events:
            acks = [await line.ask(name, {"chatId": id, "content": "Me, too"}) for id in (chat, MISSING)]
            if name == "register":
                assert acks[0]["data"]["userId"] == cast.odile.id
            else:
                assert acks[0] == acks[1], name
                assert acks[0]["error"]["code"] == "NOT_FOUND", name
    finally:
        await line.client.disconnect()


async def ask(who, method, path, operation, names):
    """The answer, with what the document gives as an example for a body."""
    url = re.sub(r"\{(\w+)\}", lambda found: names.get(found[1], MISSING), path)
    query = {
        each["name"]: names[each["name"]]
        for each in operation["parameters"]
        if each["in"] == "query" and each["name"] in names
    }
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    body = {"json": next(iter(content["examples"].values()))["value"]} if content else {}
    headers = {"X-CSRF-Token": await who.csrf()}
    answer = await who.http.request(method.upper(), url, params=query, headers=headers, **body)
    return answer.status_code, answer.json()
