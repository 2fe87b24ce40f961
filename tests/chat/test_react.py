"""Reacting: any single emoji, once a person, told to both; and whoever missed it can ask for exactly that."""

import asyncio
import json
from typing import Any

import pytest
from emoji import EMOJI_DATA, STATUS

from neural_threads.features.chat.emoji import LONGEST, one_emoji
from neural_threads.platform.db.migrations import ROOT
from tests.account_deletion.test_delete_account import leave

WEB = ROOT / "src" / "neural_threads" / "web"
EMOJI = {
    "a heart however it is written": ("❤", "❤️"),
    "a thumb with a needless selector": ("👍\ufe0f", "👍"),
    "a skin tone": ("👋🏽", "👋🏽"),
    "a flag": ("🇮🇳", "🇮🇳"),
    "a nation's flag": ("🏴󠁧󠁢󠁳󠁣󠁴󠁿", "🏴󠁧󠁢󠁳󠁣󠁴󠁿"),
    "a joined flag": ("🏳️‍🌈", "🏳️‍🌈"),
    "a keycap": ("1⃣", "1️⃣"),
    "a family": ("👨‍👩‍👧‍👦", "👨‍👩‍👧‍👦"),
    "a couple of two tones": ("👩🏻‍❤️‍💋‍👨🏿", "👩🏻‍❤️‍💋‍👨🏿"),
    "a sari": ("🥻", "🥻"),
    "a joined one without selectors": ("👁‍🗨", "👁️‍🗨️"),
    "a tone by itself": ("\U0001f3fd", "\U0001f3fd"),
    "one of a year to come": ("\U0001faff", "\U0001faff"),
}
OTHERS = [
    "",
    " ",
    "a",
    "1",
    "#",
    "no",
    "ನ",
    "👍👍",
    "👍‍👍",
    "👍🏽👍",
    "🔥🏿",
    "🇮",
    "🇿🇿",
    "❤\ufe0e",
    "👍 ",
    "👨🏽‍👩‍👦",
    "👪🏽",
    "👩‍❤️‍👨🏽",
    "\u200d",
    "\ufe0f",
    "👍‍",
    ":)",
]


@pytest.mark.parametrize("what", EMOJI)
def test_what_one_emoji_is(what: str) -> None:
    typed, written = EMOJI[what]
    assert one_emoji(typed) == one_emoji(written) == written


def test_the_file_that_we_read_says_what_its_library_says() -> None:
    full = {text for text, entry in EMOJI_DATA.items() if entry["status"] <= STATUS["fully_qualified"]}
    assert len(full) > 3_900
    assert {one_emoji(text) for text in EMOJI_DATA} == full
    assert max(map(len, EMOJI_DATA)) <= LONGEST


def test_every_emoji_of_our_picker_may_be_sent() -> None:
    offered = json.loads((WEB / "shell" / "vendor" / "emoji-picker-element" / "en.json").read_text())
    texts = [one["emoji"] for emoji in offered for one in (emoji, *emoji.get("skins", ()))]
    assert len(texts) > 3_500
    assert not [text for text in texts if one_emoji(text) is None]


@pytest.mark.case("E12")
@pytest.mark.parametrize("text", OTHERS)
def test_what_no_single_emoji_is(text: str) -> None:
    assert one_emoji(text) is None


async def react(who: Any, message: dict[str, Any], emoji: str = "👍", action: str = "toggle") -> dict[str, Any]:
    body = {"emoji": emoji, "action": action}
    answer = await who.post(f"/api/chat/messages/{message['id']}/reactions", json=body)
    assert answer.status_code == 200, answer.text
    reacted: dict[str, Any] = answer.json()["data"]
    return reacted


async def test_cora_reacts_and_everybody_sees_the_same(talk: Any, line: Any) -> None:
    dina, cora = await line(talk.dina), await line(talk.cora)
    said = await talk.say(talk.dina, "The blouse is ready")
    done = await react(talk.cora, said, "❤")
    assert done["reaction"] == done["reactions"][0]
    assert {key: done["reaction"][key] for key in ("emoji", "userId", "userName")} == {
        "emoji": "❤️",
        "userId": talk.cora.id,
        "userName": "Cora",
    }
    told = await dina.until("message-reaction")
    assert await cora.until("message-reaction") == told
    assert told == {
        "chatId": talk.id,
        "messageId": said["id"],
        "seq": said["seq"],
        "emoji": "❤️",
        "userId": talk.cora.id,
        "action": "added",
        "reactions": done["reactions"],
        "reactionSeq": 1,
    }
    asked = await talk.dina.get(f"/api/chat/messages/{said['id']}/reactions")
    page = await talk.messages(talk.dina)
    assert asked.json()["data"] == page["data"][0]["reactions"] == done["reactions"]
    assert (await talk.seen_by(talk.dina))["lastMessage"]["reactions"] == done["reactions"]


async def test_toggling_takes_it_back(talk: Any, line: Any) -> None:
    dina = await line(talk.dina)
    said = await talk.say(talk.dina, "?")
    await react(talk.cora, said)
    assert await react(talk.cora, said) == {"reaction": None, "reactions": [], "reactionSeq": 2}
    assert (await dina.until("message-reaction", action="removed"))["reactions"] == []


async def test_what_changes_nothing_is_told_to_nobody(talk: Any, line: Any) -> None:
    dina = await line(talk.dina)
    said = await talk.say(talk.cora, "!")
    assert await react(talk.cora, said, action="remove") == {"reaction": None, "reactions": [], "reactionSeq": 0}
    first = await react(talk.cora, said, action="add")
    assert await react(talk.cora, said, action="add") == first
    await react(talk.dina, said, "👍", "add")
    both = await react(talk.cora, said, "👍", "remove")
    assert [one["userId"] for one in both["reactions"]] == [talk.dina.id]
    await dina.until("message-reaction", reactionSeq=3)
    assert len(dina.all("message-reaction")) == 3


@pytest.mark.case("E13")
async def test_many_at_once_are_one(talk: Any) -> None:
    said = await talk.say(talk.dina, "quick")
    await asyncio.gather(*(react(talk.cora, said, action="add") for _ in range(8)))
    assert len((await talk.messages(talk.cora))["data"][0]["reactions"]) == 1
    await asyncio.gather(*(react(talk.cora, said) for _ in range(8)))
    page = await talk.messages(talk.cora)
    assert (len(page["data"][0]["reactions"]), page["reactionSeq"]) == (1, 9)


@pytest.mark.case("E12")
@pytest.mark.parametrize(
    "body", [{"emoji": "hm"}, {"emoji": "👍👍"}, {"emoji": ""}, {}, {"emoji": 5}, {"emoji": "👍" * 500}]
)
async def test_a_text_is_no_reaction(talk: Any, body: dict[str, Any]) -> None:
    said = await talk.say(talk.dina, "react with a word")
    answer = await talk.cora.post(f"/api/chat/messages/{said['id']}/reactions", json=body | {"action": "add"})
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (422, ["emoji"])


@pytest.mark.case("E14")
@pytest.mark.parametrize("how", [{}, {"action": None}, {"action": "delete"}, {"action": "ADD"}])
async def test_a_reaction_says_how(talk: Any, how: dict[str, Any]) -> None:
    said = await talk.say(talk.dina, "react without saying how")
    address = f"/api/chat/messages/{said['id']}/reactions"
    answer = await talk.cora.post(address, json={"emoji": "👍"} | how)
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (422, ["action"])
    assert (await talk.cora.get(address)).json()["data"] == []


async def test_ten_from_one_person_are_enough(talk: Any) -> None:
    said = await talk.say(talk.dina, "all of them")
    for emoji in "😀😁😂🤣😃😄😅😆😉😊":
        await react(talk.cora, said, emoji)
    body = {"emoji": "🥻", "action": "add"}
    answer = await talk.cora.post(f"/api/chat/messages/{said['id']}/reactions", json=body)
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (422, ["emoji"])
    await react(talk.cora, said, "😀", "remove")
    await react(talk.cora, said, "🥻")
    await react(talk.dina, said, "🙏")


@pytest.mark.case("E08", "E15")
async def test_a_stranger_feels_nothing_and_sees_nothing(talk: Any, line: Any) -> None:
    said = await talk.say(talk.cora, "between us")
    await react(talk.dina, said)
    for stranger in (talk.odile, talk.tariq):
        hears = await line(stranger)
        path = f"/api/chat/messages/{said['id']}/reactions"
        assert (await stranger.post(path, json={"emoji": "👍", "action": "remove"})).status_code == 404
        assert (await stranger.get(path)).status_code == 404
        assert (await stranger.get("/api/chat/reactions", params={"chatId": talk.id})).status_code == 404
        await react(talk.dina, said, "🔥")
        assert hears.all("message-reaction") == []
    answer = await talk.cora.get("/api/chat/messages/cnothing/reactions")
    assert answer.status_code == 404


async def test_whoever_was_away_asks_for_what_changed(talk: Any) -> None:
    said = [await talk.say(talk.dina, str(n)) for n in range(3)]
    for message in (*said, said[0]):
        await react(talk.cora, message, "🔥")
    await react(talk.dina, said[1])

    async def changed(**query: Any) -> Any:
        return (await talk.dina.get("/api/chat/reactions", params={"chatId": talk.id} | query)).json()

    whole = await changed()
    assert [(one["seq"], one["reactionSeq"], len(one["reactions"])) for one in whole["data"]] == [
        (3, 3, 1),
        (1, 4, 0),
        (2, 5, 2),
    ]
    assert (whole["hasMore"], whole["reactionSeq"]) == (False, 5)
    page = await changed(limit=2)
    assert (len(page["data"]), page["hasMore"]) == (2, True)
    assert [one["reactionSeq"] for one in (await changed(after=4))["data"]] == [5]
    fresh = {one["id"]: one["reactions"] for one in (await talk.messages(talk.dina))["data"]}
    assert {one["messageId"]: one["reactions"] for one in whole["data"]} == fresh


async def test_a_poll_notices_reactions(talk: Any) -> None:
    said = await talk.say(talk.dina, "look again")
    asked = {"params": {"chatId": talk.id}}
    tag = (await talk.cora.get("/api/chat/messages", **asked)).headers["etag"]
    assert (await talk.cora.get("/api/chat/messages", headers={"If-None-Match": tag}, **asked)).status_code == 304
    await react(talk.dina, said)
    again = await talk.cora.get("/api/chat/messages", headers={"If-None-Match": tag}, **asked)
    assert (again.status_code, len(again.json()["data"][0]["reactions"])) == (200, 1)


async def test_a_beat_and_joining_tell_how_far_reactions_have_come(talk: Any, line: Any) -> None:
    said = await talk.say(talk.dina, "beat")
    await react(talk.cora, said)
    cora = await line(talk.cora)
    ack = await cora.ask("join-chat", {"chatId": talk.id})
    assert ack["data"] == {"chatId": talk.id, "lastSeq": 1, "reactionSeq": 1}


async def test_without_scripts_one_joins_in_by_a_form(talk: Any) -> None:
    said = await talk.say(talk.cora, "by hand")
    await react(talk.cora, said, "🥻")
    html = {"Accept": "text/html"}
    value = f"{said['id']} 🥻"
    page = await talk.dina.get(f"/designer/chats/{talk.id}", headers=html)
    assert f'value="{value} add"' in page.text
    assert 'aria-label="🥻 Cora"' in page.text
    place = f"/designer/chats/{talk.id}/reactions"
    form = {"csrf_token": await talk.dina.csrf(), "reaction": value}
    pressed = await talk.dina.http.post(place, data=form, headers=html)
    assert (pressed.status_code, pressed.headers["location"]) == (303, f"/designer/chats/{talk.id}#m1")
    assert 'aria-label="🥻 Cora, You"' in (await talk.dina.get(f"/designer/chats/{talk.id}", headers=html)).text
    for action, shown in (("add", "Cora, You"), ("remove", "Cora"), ("remove", "Cora"), ("add", "Cora, You")):
        await talk.dina.http.post(place, data=form | {"reaction": f"{value} {action}"}, headers=html)  # pressed again
        assert f'aria-label="🥻 {shown}"' in (await talk.dina.get(f"/designer/chats/{talk.id}", headers=html)).text
    wrong = await talk.dina.http.post(place, data=form | {"reaction": f"{said['id']} hm"}, headers=html)
    assert wrong.status_code == 422
    strange = form | {"csrf_token": await talk.odile.csrf()}
    stranger = await talk.odile.http.post(f"/customer/chats/{talk.id}/reactions", data=strange, headers=html)
    assert stranger.status_code == 404
    assert len((await talk.messages(talk.cora))["data"][0]["reactions"]) == 2


async def test_feelings_leave_with_whoever_had_them(people: Any) -> None:
    guest, dina = await people.customer("Gita"), await people.designer("Dina")
    designer = (await dina.me())["designer"]["id"]
    chat = (await guest.post("/api/chat", json={"designerId": designer})).json()["data"]["id"]
    said = [
        (await dina.post("/api/chat/messages", json={"chatId": chat, "content": f"no {n}"})).json()["data"]
        for n in range(3)
    ]
    for message in said[:2]:
        await react(guest, message, "🙏")
    await react(dina, said[0], "🙏")
    assert (await leave(guest)).status_code == 200
    query = {"chatId": chat, "after": 3}
    changed = (await dina.get("/api/chat/reactions", params=query)).json()
    assert [(one["seq"], len(one["reactions"]), one["reactionSeq"]) for one in changed["data"]] == [
        (1, 1, 4),
        (2, 0, 5),
    ]
    assert changed["reactionSeq"] == 5
