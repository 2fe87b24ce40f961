"""Opening a chat: customers only, one per pair, however often one asks (E19–E21)."""

import asyncio
from typing import Any

import pytest


async def test_cora_opens_a_chat_with_tariq_once(talk: Any) -> None:
    first = await talk.cora.post("/api/chat", json={"tailorId": talk.tariq_id})
    again = await talk.cora.post("/api/chat", json={"tailorId": talk.tariq_id})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["data"] == again.json()["data"]
    chat = first.json()["data"]
    assert chat["tailorId"] == talk.tariq_id
    assert chat["designerId"] is None
    assert chat["otherUser"] == {
        "id": talk.tariq.id,
        "name": "Tariq Khan",
        "role": "TAILOR",
        "avatarUrl": None,
        "isOnline": False,
        "isDeleted": False,
    }
    assert (chat["lastSeq"], chat["unreadCount"], chat["lastMessage"]) == (0, 0, None)


@pytest.mark.case("E20")
async def test_twenty_taps_at_once_open_one_chat(talk: Any) -> None:
    await talk.odile.csrf()
    answers = await asyncio.gather(
        *(talk.odile.post("/api/chat", json={"designerId": talk.dina_id}) for _ in range(20))
    )
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    assert len({answer.json()["data"]["id"] for answer in answers}) == 1
    told = (await talk.dina.get("/api/notifications")).json()["data"]
    assert [n["actor"]["name"] for n in told if n["type"] == "CHAT_REQUEST"].count("Odile") == 1


@pytest.mark.case("E19")
@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"designerId": "DINA", "tailorId": "TARIQ"}, 422),
        ({"designerId": "cnobodyofthisnamelivesher"}, 404),
        ({"tailorId": "DINA"}, 404),
        ({"designerId": ""}, 422),
        ({"designerId": 5}, 422),
        ({"designerId": "DINA", "customerId": "x"}, 422),
    ],
)
async def test_whom_one_cannot_talk_with(talk: Any, body: dict[str, Any], status: int) -> None:
    ids = {"DINA": talk.dina_id, "TARIQ": talk.tariq_id}
    body = {name: ids.get(value, value) for name, value in body.items()}
    answer = await talk.cora.post("/api/chat", json=body)
    assert answer.status_code == status, answer.text


@pytest.mark.case("E19")
async def test_who_has_left_is_not_found(talk: Any, people: Any, db: Any) -> None:
    gone = await people.tailor("Gone")
    tailor_id = (await gone.me())["tailor"]["id"]
    await db.execute("update users set deleted_at = now() where id = %(id)s", id=gone.id)
    assert (await talk.cora.post("/api/chat", json={"tailorId": tailor_id})).status_code == 404


@pytest.mark.case("E21")
async def test_providers_do_not_begin(talk: Any) -> None:
    for body in ({"designerId": talk.dina_id}, {"tailorId": talk.tariq_id}):
        answer = await talk.dina.post("/api/chat", json=body)
        assert answer.status_code == 403
        assert answer.json()["error"]["code"] == "FORBIDDEN"


async def test_a_visitor_signs_in_first(talk: Any, people: Any) -> None:
    visitor = people.anonymous()
    assert (await visitor.post("/api/chat", json={"designerId": talk.dina_id})).status_code == 401
    assert (await visitor.get("/api/chat")).status_code == 401
