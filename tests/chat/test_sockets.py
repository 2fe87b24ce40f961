"""Chats over the socket, by the official Python client: who hears what, and what is not listened to (C03–C08, C16, C17)."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
import socketio
import websockets


async def test_dina_hears_what_cora_says_once_joined_or_not(talk: Any, line: Any) -> None:
    cora, dina, odile, tariq = [await line(one) for one in (talk.cora, talk.dina, talk.odile, talk.tariq)]
    await dina.ask("join-chat", {"chatId": talk.id})
    said = await talk.say(talk.cora, "live?")
    assert await dina.until("receive-message") == said
    assert await cora.until("receive-message") == said
    await asyncio.sleep(0.2)
    assert len(dina.all("receive-message")) == len(cora.all("receive-message")) == 1
    assert odile.heard == tariq.heard == []


@pytest.mark.case("C16")
async def test_both_tabs_hear_it_and_one_may_close(talk: Any, line: Any) -> None:
    first, second, cora = await line(talk.dina), await line(talk.dina), await line(talk.cora)
    await talk.say(talk.cora, "one")
    await first.until("receive-message", content="one")
    await second.until("receive-message", content="one")
    await second.client.disconnect()
    await asyncio.sleep(2.5)
    assert cora.all("user-offline") == []
    await talk.say(talk.cora, "two")
    await first.until("receive-message", content="two")


@pytest.mark.case("C03")
async def test_registering_says_who_one_is_whatever_one_claims(talk: Any, line: Any) -> None:
    await line(talk.dina)
    odile = await line(talk.odile)
    told = await odile.ask("register", {"userId": talk.dina.id, "userName": "Dina Rao", "role": "TAILOR"})
    assert told["data"] == {"userId": talk.odile.id, "userName": "Odile", "role": "CUSTOMER", "online": []}
    cora = await line(talk.cora)
    assert (await cora.ask("register", {}))["data"]["online"] == [talk.dina.id]


@pytest.mark.parametrize("event", ["join-chat", "joinChat"])
async def test_joining(talk: Any, line: Any, event: str) -> None:
    cora = await line(talk.cora)
    await talk.say(talk.dina, "hello")
    ack = await cora.ask(event, {"chatId": talk.id, "userId": talk.dina.id})
    assert ack == {"success": True, "data": {"chatId": talk.id, "lastSeq": 1, "reactionSeq": 0}}
    assert await cora.until("joined-chat") == {"chatId": talk.id}


@pytest.mark.case("C04")
async def test_a_stranger_joins_nothing(talk: Any, line: Any) -> None:
    odile, cora = await line(talk.odile), await line(talk.cora)
    rooms = [talk.id, "cnothing", f"user:{talk.cora.id}", f"chat:{talk.id}", cora.client.get_sid()]
    for room in rooms:
        ack = await odile.ask("join-chat", {"chatId": room})
        assert (ack["success"], ack["error"]["code"]) == (False, "NOT_FOUND")
    for nonsense in ({}, {"chatId": ["x"] * 10_000}, {"chatId": 5}, [], "x", {"chatId": "x" * 60_000}):
        assert (await odile.ask("join-chat", nonsense))["error"]["code"] == "INVALID"
    await talk.say(talk.dina, "between us")
    await cora.until("receive-message")
    assert odile.heard == []


async def test_saying_it_over_the_socket_is_the_same(talk: Any, line: Any) -> None:
    cora, dina = await line(talk.cora), await line(talk.dina)
    name = str(uuid4())
    spoken = {"chatId": talk.id, "content": "by wire", "clientId": name, "senderId": talk.dina.id}
    ack = await cora.ask("send-message", spoken)
    assert (ack["success"], ack["data"]["senderId"]) == (True, talk.cora.id)
    assert await dina.until("receive-message") == ack["data"]
    assert await cora.ask("send-message", spoken) == ack
    again = await talk.post(talk.cora, content="by wire", clientId=name)
    assert (again.status_code, again.json()["data"]) == (200, ack["data"])
    assert (await cora.ask("send-message", spoken | {"content": "other"}))["error"]["code"] == "IDEMPOTENCY_CONFLICT"
    assert (await cora.ask("send-message", spoken | {"content": " ", "clientId": None}))["error"]["fields"]
    assert len((await talk.messages(talk.dina))["data"]) == 1


async def test_what_is_wrong_is_named_as_the_post_names_it(talk: Any, line: Any) -> None:
    cora = await line(talk.cora)
    for draft in ({"chatId": talk.id, "content": "x" * 5001}, {"content": "hello"}, {"chatId": talk.id, "content": 5}):
        refused = (await talk.cora.post("/api/chat/messages", json=draft)).json()["error"]
        assert (await cora.ask("send-message", draft))["error"] == refused
        assert refused["fields"]


@pytest.mark.case("C05")
async def test_a_stranger_says_nothing_in_anybodys_name(talk: Any, line: Any) -> None:
    odile, dina = await line(talk.odile), await line(talk.dina)
    ack = await odile.ask("send-message", {"chatId": talk.id, "content": "I am Cora", "senderId": talk.cora.id})
    assert ack["error"]["code"] == "NOT_FOUND"
    await asyncio.sleep(0.2)
    assert dina.heard == []
    assert (await talk.messages(talk.dina))["data"] == []


@pytest.mark.case("C06")
async def test_typing_is_told_to_the_other_one_by_ones_own_name(talk: Any, line: Any) -> None:
    cora, dina, odile = await line(talk.cora), await line(talk.dina), await line(talk.odile)
    for _ in range(5):
        await cora.ask("typing", {"chatId": talk.id, "userId": talk.dina.id, "userName": "Mallory"})
    told = {"chatId": talk.id, "userId": talk.cora.id, "userName": "Cora", "isTyping": True}
    assert await dina.until("user-typing") == told
    await cora.ask("stop-typing", {"chatId": talk.id})
    assert await dina.until("stop-typing") == {"chatId": talk.id, "userId": talk.cora.id, "isTyping": False}
    await asyncio.sleep(0.2)
    assert len(dina.all("user-typing")) == 1  # At most once a second.
    assert cora.all("user-typing") == odile.heard == []


@pytest.mark.case("C06")
async def test_a_stranger_does_not_type_in_it(talk: Any, line: Any) -> None:
    odile, dina = await line(talk.odile), await line(talk.dina)
    for event in ("typing", "stop-typing"):
        assert (await odile.ask(event, {"chatId": talk.id, "userName": "Cora"}))["error"]["code"] == "NOT_FOUND"
    await asyncio.sleep(0.2)
    assert dina.heard == []


@pytest.mark.case("C07")
@pytest.mark.parametrize("event", ["message-read", "message-reaction", "receive-message", "user-online"])
async def test_our_own_events_are_not_heard_from_clients(talk: Any, line: Any, event: str) -> None:
    odile, dina = await line(talk.odile), await line(talk.dina)
    for _ in range(2):
        ack = await odile.ask(event, {"chatId": talk.id, "userId": talk.cora.id, "content": "forged"})
        assert ack["error"]["code"] == "UNKNOWN_EVENT"
    await odile.client.emit(event, {"chatId": talk.id})
    await gone(odile)
    assert dina.heard == []


async def gone(one: Any, seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while one.client.connected:
            await asyncio.sleep(0.02)


async def test_presence_is_told_to_those_one_talks_with(talk: Any, line: Any, people: Any) -> None:
    mira = await people.designer("Mira")
    await talk.cora.post("/api/chat", json={"designerId": (await mira.me())["designer"]["id"]})
    cora, odile = await line(talk.cora), await line(talk.odile)
    hers = await line(mira)
    assert await cora.until("user-online", userId=mira.id) == {"userId": mira.id}
    await hers.client.disconnect()
    assert await cora.until("user-offline", seconds=5, userId=mira.id) == {"userId": mira.id}
    assert odile.heard == []


async def test_a_token_does_what_a_cookie_does(talk: Any, server: Any) -> None:
    client = socketio.AsyncClient(reconnection=False)
    await client.connect(server.url, transports=["websocket"], auth={"token": await talk.cora.token()})
    assert (await client.call("register", {}))["data"]["userId"] == talk.cora.id
    await client.disconnect()


@pytest.mark.parametrize("auth", [None, {}, {"token": "x.y.z"}, {"token": ""}])
async def test_who_shows_nothing_good_hears_nothing(talk: Any, server: Any, auth: Any) -> None:
    client = socketio.AsyncClient(reconnection=False)
    with pytest.raises(socketio.exceptions.ConnectionError):
        await client.connect(server.url, transports=["websocket"], auth=auth, retry=False)
    bad = socketio.AsyncClient(reconnection=False)
    with pytest.raises(socketio.exceptions.ConnectionError):
        await bad.connect(server.url, transports=["websocket"], headers={"Authorization": "Bearer x.y.z"}, retry=False)


async def test_the_refresh_cookie_opens_a_line_and_is_answered_with_a_new_access_cookie(talk: Any, server: Any) -> None:
    kept = "; ".join(f"{c.name}={c.value}" for c in talk.cora.cookies.jar if "refresh" in c.name)
    assert kept
    url = server.url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
    async with websockets.connect(url, additional_headers={"Cookie": kept}) as wire:
        assert wire.response is not None
        given = wire.response.headers.get_all("Set-Cookie")
        assert any("session" in cookie and "httponly" in cookie.lower() for cookie in given)
        await wire.recv()
        await wire.send("40")
        assert str(await wire.recv()).startswith("40")


@pytest.mark.long  # a server is started
@pytest.mark.case("E22")
async def test_the_sixty_first_message_of_a_minute_waits_and_the_socket_stays(
    fresh_server: Any, people_at: Any
) -> None:
    server = await fresh_server(THREADS_RATE_LIMITS="on", THREADS_LIMITS="messages=3/minute")
    people = people_at(server)
    cora, dina = await people.customer("Cora"), await people.designer("Dina")
    opened = await cora.post("/api/chat", json={"designerId": (await dina.me())["designer"]["id"]})
    draft = {"chatId": opened.json()["data"]["id"], "content": "again"}
    client = socketio.AsyncClient(reconnection=False)
    await client.connect(server.url, transports=["websocket"], auth={"token": await cora.token()})
    assert [(await cora.post("/api/chat/messages", json=draft)).status_code for _ in range(3)] == [201] * 3
    refused = await cora.post("/api/chat/messages", json=draft)
    assert (refused.status_code, int(refused.headers["retry-after"]) > 0) == (429, True)
    assert (await client.call("send-message", draft))["error"]["code"] == "TOO_OFTEN"
    assert (await client.call("register", {}))["success"] is True
    await client.disconnect()


async def test_signing_out_hangs_up_here_and_not_elsewhere(talk: Any, line: Any, people: Any) -> None:
    guest = await people.customer("Guest")
    other = await guest.another_device()
    here, there = await line(guest), await line(other)
    assert (await guest.post("/api/auth/logout")).status_code == 200
    await gone(here)
    assert (await there.ask("register", {}))["data"]["userId"] == guest.id
    await other.close()


@pytest.mark.case("C17")
async def test_a_new_password_hangs_up_everywhere_else(talk: Any, line: Any, people: Any) -> None:
    guest = await people.customer("Guest")
    other = await guest.another_device()
    here, there = await line(guest), await line(other)
    change = {"currentPassword": guest.password, "newPassword": "a-quite-different-1"}
    assert (await guest.http.request("PUT", "/api/users/password", json=change, headers={"X-CSRF-Token": await guest.csrf()})).status_code == 200  # fmt: skip
    await gone(there)
    assert (await here.ask("register", {}))["data"]["userId"] == guest.id
    await other.close()


@pytest.mark.case("C21")
async def test_a_very_long_message_is_told_by_its_number(talk: Any, line: Any) -> None:
    dina = await line(talk.dina)
    said = await talk.say(talk.cora, "😀" * 5_000)
    assert await dina.until("chat-beat") == {"chats": [{"chatId": talk.id, "lastSeq": said["seq"], "reactionSeq": 0}]}
    assert dina.all("receive-message") == []


@pytest.mark.case("E23")
async def test_the_beat_knows_how_far_every_chat_has_come(talk: Any) -> None:
    from neural_threads.features.chat.queries import partners_of, sync_state_of
    from neural_threads.platform.db import reading

    await talk.say(talk.cora, "one")
    async with reading() as db:
        beats = await sync_state_of(db, [talk.cora.id, talk.dina.id, talk.odile.id])
        assert await partners_of(db, talk.cora.id) == [talk.dina.id]
        assert await partners_of(db, talk.odile.id) == []
    assert set(beats) == {talk.cora.id, talk.dina.id}
    assert [(beat.chat_id, beat.last_seq) for beat in beats[talk.dina.id].chats] == [(talk.id, 1)]
