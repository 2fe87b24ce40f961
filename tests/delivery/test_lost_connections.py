"""The database hangs up in the middle of sending (E25): nobody knows what was committed, and a retry finds out."""

import asyncio
from uuid import uuid4

import psycopg
import pytest

SENDERS, EACH = 4, 25


@pytest.mark.long
@pytest.mark.case("E25")
async def test_a_retry_under_the_same_name_gives_the_truth(fresh_server, people_at):
    server = await fresh_server()
    people = people_at(server)
    cora, tariq = await people.customer("Cora"), await people.tailor("Tariq")
    chat = (await cora.post("/api/chat", json={"tailorId": tariq.user["tailor"]["id"]})).json()["data"]["id"]
    token, said, refused = await cora.token(), {}, 0

    async def send(number):
        nonlocal refused
        for n in range(EACH):
            body = {"chatId": chat, "content": f"{number}/{n}", "clientId": str(uuid4())}
            while True:
                answer = await cora.http.post(
                    "/api/chat/messages", json=body, headers={"Authorization": f"Bearer {token}"}
                )
                if answer.status_code in (200, 201):
                    said[answer.json()["data"]["id"]] = body["content"]
                    break
                assert answer.status_code == 503, answer.text
                assert int(answer.headers["Retry-After"]) > 0
                refused += 1

    async with await psycopg.AsyncConnection.connect(server.dsn, autocommit=True) as desk:
        sending = asyncio.gather(*(send(number) for number in range(SENDERS)))
        while not sending.done():
            await close_lines(desk)
            await asyncio.sleep(0.02)
        await sending
    assert refused, "else nothing was tried"
    async with asyncio.timeout(60):
        stored = await everything_in(chat, cora)
    assert {message["id"]: message["content"] for message in stored} == said
    assert [message["seq"] for message in stored] == list(range(1, SENDERS * EACH + 1))


async def everything_in(chat, cora):
    """All messages, page by page; the last connections that were hung up on are noticed one by one, so a 503 is asked again."""
    stored, has_more = [], True
    while has_more:
        query = {"chatId": chat, "after": stored[-1]["seq"] if stored else 0, "limit": 50}
        answer = await cora.get("/api/chat/messages", params=query)
        if answer.status_code != 503:
            stored += answer.json()["data"]
            has_more = answer.json()["hasMore"]
    return stored


async def close_lines(desk):
    """Hang up on everybody who is being answered."""
    await desk.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity "
        "where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'"
    )
