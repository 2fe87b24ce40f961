"""Saved replies: a maker's own, fifty at most, inserted by a press; to anybody else they are not there."""

import asyncio
from typing import Any

import pytest


@pytest.fixture(autouse=True)
async def none_yet(talk: Any, db: Any) -> None:
    await db.execute("delete from saved_replies where user_id in (%(a)s, %(b)s)", a=talk.dina.id, b=talk.tariq.id)


async def save(who: Any, content: str) -> dict[str, Any]:
    answer = await who.post("/api/chat/replies", json={"content": content})
    assert answer.status_code == 201, answer.text
    reply: dict[str, Any] = answer.json()["data"]
    return reply


async def kept(who: Any) -> list[str]:
    return [one["content"] for one in (await who.get("/api/chat/replies")).json()["data"]]


async def test_dina_saves_changes_and_deletes(talk: Any) -> None:
    first, second = await save(talk.dina, "Your blouse is ready."), await save(talk.dina, " ನಮಸ್ಕಾರ! ")
    assert await kept(talk.dina) == ["Your blouse is ready.", "ನಮಸ್ಕಾರ!"]
    answer = await talk.dina.put(f"/api/chat/replies/{first['id']}", json={"content": "Your sari is ready."})
    assert (answer.status_code, answer.json()["data"]["content"]) == (200, "Your sari is ready.")
    assert (await talk.dina.delete(f"/api/chat/replies/{second['id']}")).status_code == 200
    assert await kept(talk.dina) == ["Your sari is ready."]
    assert (await talk.dina.delete(f"/api/chat/replies/{second['id']}")).status_code == 404


async def test_others_have_their_own(talk: Any) -> None:
    mine = await save(talk.dina, "Only mine")
    assert await kept(talk.tariq) == []
    path = f"/api/chat/replies/{mine['id']}"
    assert (await talk.tariq.put(path, json={"content": "now mine"})).status_code == 404
    assert (await talk.tariq.delete(path)).status_code == 404
    assert (await talk.cora.get("/api/chat/replies")).status_code == 403
    assert (await talk.cora.post("/api/chat/replies", json={"content": "hm"})).status_code == 403
    assert (await talk.cora.delete(path)).status_code == 403
    assert await kept(talk.dina) == ["Only mine"]


@pytest.mark.parametrize("content", ["", "   ", "x" * 1_001, "a\x00", 5])
async def test_bad_words_are_named(talk: Any, content: Any) -> None:
    mine = await save(talk.dina, "x" * 1_000)
    answers = [
        await talk.dina.post("/api/chat/replies", json={"content": content}),
        await talk.dina.put(f"/api/chat/replies/{mine['id']}", json={"content": content}),
    ]
    for answer in answers:
        assert (answer.status_code, list(answer.json()["error"]["fields"])) == (422, ["content"])


async def test_there_is_room_for_fifty(talk: Any) -> None:
    for n in range(48):
        await save(talk.dina, f"no {n}")
    answers = await asyncio.gather(*(talk.dina.post("/api/chat/replies", json={"content": "!"}) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [201, 201, 409, 409, 409]
    assert len(await kept(talk.dina)) == 50


async def test_without_scripts_a_page_keeps_them_in_order(talk: Any) -> None:
    html = {"Accept": "text/html"}
    token = {"csrf_token": await talk.dina.csrf()}
    place = "/designer/chats/replies"
    assert (await talk.dina.http.post(place, data=token | {"content": "See you soon"}, headers=html)).status_code == 303
    wrong = await talk.dina.http.post(place, data=token | {"content": " "}, headers=html)
    assert (wrong.status_code, "Write something first." in wrong.text) == (422, True)
    id = (await talk.dina.get("/api/chat/replies")).json()["data"][0]["id"]
    changed = await talk.dina.http.post(f"{place}/{id}", data=token | {"content": "See you later"}, headers=html)
    assert changed.status_code == 303
    assert "See you later" in (await talk.dina.get(place, headers=html)).text
    assert "See you later" in (await talk.dina.get(f"/designer/chats/{talk.id}", headers=html)).text
    assert (await talk.dina.http.post(f"{place}/{id}/delete", data=token, headers=html)).status_code == 303
    assert await kept(talk.dina) == []
    assert (await talk.tariq.get(place, headers=html)).status_code == 403
    assert (await talk.cora.get("/customer/chats/replies", headers=html)).status_code == 404
