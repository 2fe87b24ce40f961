"""The list of chats: the newest activity first, true counts, filters and words, and nobody else's."""

from typing import Any


async def test_the_list_tells_the_last_words_and_who_is_there(talk: Any, line: Any) -> None:
    said = await talk.say(talk.dina, "the sketch is ready")
    chat = await talk.seen_by(talk.cora)
    assert chat["lastMessage"] == said
    assert (chat["lastSeq"], chat["unreadCount"]) == (1, 1)
    assert chat["otherUser"]["isOnline"] is False
    await line(talk.dina)
    assert (await talk.seen_by(talk.cora))["otherUser"]["isOnline"] is True


async def test_the_newest_activity_comes_first(talk: Any, people: Any) -> None:
    providers = [await people.designer(f"Maker {n}") for n in range(3)]
    chats = [
        (await talk.cora.post("/api/chat", json={"designerId": (await provider.me())["designer"]["id"]})).json()[
            "data"
        ]["id"]
        for provider in providers
    ]
    await providers[0].post("/api/chat/messages", json={"chatId": chats[0], "content": "I am first now"})
    listed = (await talk.cora.get("/api/chat")).json()["data"]
    assert [chat["id"] for chat in listed] == [chats[0], chats[2], chats[1], talk.id]


async def test_pages_neither_skip_nor_repeat(talk: Any, people: Any) -> None:
    for n in range(4):
        provider = await people.tailor(f"Tailor {n}")
        await talk.cora.post("/api/chat", json={"tailorId": (await provider.me())["tailor"]["id"]})
    whole = (await talk.cora.get("/api/chat")).json()
    assert (len(whole["data"]), whole["hasMore"], whole["nextCursor"]) == (5, False, None)
    found, cursor = [], {}
    for _ in range(3):
        page = (await talk.cora.get("/api/chat", params={"limit": 2} | cursor)).json()
        found += page["data"]
        cursor = {"cursor": page["nextCursor"]} if page["hasMore"] else {}
    assert found == whole["data"]
    stolen = (await talk.cora.get("/api/chat", params={"limit": 2})).json()["nextCursor"]
    assert (await talk.odile.get("/api/chat", params={"cursor": stolen})).status_code == 422


async def test_filters_and_words(talk: Any) -> None:
    chat = (await talk.cora.post("/api/chat", json={"tailorId": talk.tariq_id})).json()["data"]["id"]
    await talk.tariq.post("/api/chat/messages", json={"chatId": chat, "content": "The Hém is 100% done"})

    async def ids(**query: str) -> list[str]:
        return [one["id"] for one in (await talk.cora.get("/api/chat", params=query)).json()["data"]]

    assert await ids(show="unread") == [chat]
    assert await ids(show="tailors") == [chat]
    assert await ids(show="designers") == [talk.id]
    assert await ids(search="dina") == [talk.id]
    assert await ids(search="hem is") == [chat]
    assert await ids(search="100%") == [chat]
    assert await ids(search="%%") == await ids(search="_") == []
    assert (await talk.cora.get("/api/chat", params={"show": "friends"})).status_code == 422


async def test_everybody_sees_only_their_own(talk: Any) -> None:
    assert [chat["id"] for chat in (await talk.dina.get("/api/chat")).json()["data"]] == [talk.id]
    assert (await talk.dina.get("/api/chat")).json()["data"][0]["otherUser"]["name"] == "Cora"
    for stranger in (talk.odile, talk.tariq):
        assert (await stranger.get("/api/chat")).json()["data"] == []


async def test_no_address_or_secret_of_the_other_one_is_shown(talk: Any) -> None:
    await talk.say(talk.dina, "hello")
    text = (await talk.cora.get("/api/chat")).text + (
        await talk.cora.get("/api/chat/messages", params={"chatId": talk.id})
    ).text
    assert talk.dina.email not in text
    assert "password" not in text
