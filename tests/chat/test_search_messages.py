"""Finding what was said: any letters of any script, in one chat or in all of one's own, and never in a stranger's."""

import re
from typing import Any

import pytest

from neural_threads.features.chat.search import span_of


async def found(who: Any, search: str, **query: Any) -> dict[str, Any]:
    answer = await who.get("/api/chat/search", params={"search": search} | query)
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


def words(page: dict[str, Any]) -> list[str]:
    return [one["before"] + one["match"] + one["after"] for one in page["data"]]


SAID = {
    "zari": "A border of ZARI, please",
    "café": "See you at the cafe",
    "CAFE": "See you at the cafe",
    "100%": "It is 100% cotton",
    "a_b": "pattern a_b",
    "\\": "either \\ or",
    "ಸಿದ್ಧ": "ಬ್ಲೌಸ್ ಸಿದ್ಧವಾಗಿದೆ",
    "साड़ी": "नीली साड़ी",
    "நன்": "மிக்க நன்றி",
    "చీర": "ఎర్ర చీర",
    "🥻": "wear 🥻 on Sunday",
    "ord": "a border",
}


@pytest.mark.parametrize("search", SAID)
async def test_any_letters_are_found(talk: Any, search: str) -> None:
    for other in ("100 cotton", "acb ab", "tea", "ನಮಸ್ಕಾರ"):
        await talk.say(talk.cora, other)
    said = await talk.say(talk.dina, SAID[search])
    for query in ({"chatId": talk.id}, {}):
        page = await found(talk.cora, search, **query)
        assert [one["messageId"] for one in page["data"]] == [said["id"]]
        one = page["data"][0]
        assert one["before"] + one["match"] + one["after"] == SAID[search]
        assert (one["match"] != "", one["seq"], one["otherName"], one["senderName"]) == (
            True,
            5,
            "Dina Rao",
            "Dina Rao",
        )
    assert SAID[search] in words(await found(talk.dina, search))


async def test_the_newest_come_first_page_by_page(talk: Any) -> None:
    for n in range(5):
        await talk.say(talk.dina, f"hem {n}")
        await talk.say(talk.cora, "and?")
    for query in ({"chatId": talk.id}, {}):
        first = await found(talk.cora, "hem", limit=3, **query)
        rest = await found(talk.cora, "hem", limit=3, cursor=first["nextCursor"], **query)
        assert words(first) + words(rest) == [f"hem {n}" for n in (4, 3, 2, 1, 0)]
        assert (first["hasMore"], rest["hasMore"], rest["nextCursor"]) == (True, False, None)
        other = await talk.cora.get(
            "/api/chat/search", params={"search": "hems", "cursor": first["nextCursor"]} | query
        )
        assert list(other.json()["error"]["fields"]) == ["cursor"]


async def test_a_stranger_finds_nothing(talk: Any) -> None:
    await talk.say(talk.cora, "our secret fabric")
    for stranger in (talk.odile, talk.tariq):
        assert (await found(stranger, "secret"))["data"] == []
        answer = await stranger.get("/api/chat/search", params={"search": "secret", "chatId": talk.id})
        assert answer.status_code == 404
    page = await talk.odile.get(f"/customer/chats/{talk.id}/search?search=secret", headers={"Accept": "text/html"})
    assert page.status_code == 404


@pytest.mark.parametrize("search", ["", "  ", "x" * 101, "a\x00"])
async def test_bad_words_are_named(talk: Any, search: str) -> None:
    answer = await talk.cora.get("/api/chat/search", params={"search": search})
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (422, ["search"])


async def test_without_scripts_a_page_leads_to_the_message(talk: Any, db: Any) -> None:
    await db.execute(
        """
        with chat as (update chats set last_seq = 200 where id = %(chat)s returning id)
        insert into messages (id, chat_id, seq, sender_id, content)
        select 's' || md5(chat.id || n), chat.id, n, %(sender)s, case n when 40 then 'peacock' else 'no ' || n end
          from chat, generate_series(1, 200) n
        """,
        chat=talk.id,
        sender=talk.dina.id,
    )
    html = {"Accept": "text/html"}
    for place in (f"/customer/chats/{talk.id}/search", "/customer/chats/search", "/customer/chats"):
        page = (await talk.cora.get(place, params={"search": "peacock"}, headers=html)).text
        assert "<mark>peacock</mark>" in page
        assert f'href="/customer/chats/{talk.id}?at=40#m40"' in page
    there = (await talk.cora.get(f"/customer/chats/{talk.id}?at=40", headers=html)).text
    shown = [int(seq) for seq in re.findall(r'id="m(\d+)"', there)]
    assert (min(shown), max(shown), len(shown)) == (26, 55, 30)
    assert "Back to the newest" in there
    assert (await talk.seen_by(talk.cora))["unreadCount"] == 200, "whoever looks at the past has not read the newest"
    newest = (await talk.cora.get(f"/customer/chats/{talk.id}?at=199", headers=html)).text
    assert 'id="m200"' in newest
    nothing = (await talk.cora.get("/customer/chats/search?search=spacesuit", headers=html)).text
    assert "No results" in nothing


@pytest.mark.parametrize(
    ("content", "search", "seen"),
    [
        ("Straße 5", "strasse", "Straße"),
        ("Crème", "creme", "Crème"),
        ("ﬁt", "fit", "ﬁt"),
        ("none", "x", ""),
        ("ಕೊ", "ಕೊ", "ಕೊ"),
    ],
)
def test_what_was_found_is_marked(content: str, search: str, seen: str) -> None:
    start, end = span_of(content, search)
    assert content[start:end] == seen
