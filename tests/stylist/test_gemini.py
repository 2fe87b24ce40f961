"""Gemini's answers: with consent only, never less safe than the local stylist's (cases H03 to H07, H10, H12, H16, R14, S15)."""

import re
import time
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio

from tests.factories.wardrobe import INDIGO, hung
from tests.stylist.asking import CONVERSATIONS, agree, asked, messages_in, segments_of, streamed
from tests.stylist.injections import INJECTIONS
from tests.support.cluster import Ground
from tests.support.deadlines import within
from tests.support.gemini_server import GeminiServer, offered, prompt_text
from tests.support.people import People, Person
from tests.support.server import Server
from tests.support.sweeps import sweep

CUID = re.compile(r"\bc[a-z0-9]{24}\b")


class Scene:
    """A server with a key, its Gemini, and who is there."""

    gemini: GeminiServer
    server: Server
    people: People
    cora: Person


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def keyed(ground: Ground) -> AsyncIterator[tuple[Server, GeminiServer]]:
    async with GeminiServer() as gemini:
        server = await Server(ground.copy(), ground.new_folder("keyed"), is_forked=True, **gemini.settings).start()
        people = People(server)
        for name in ("Dina", "Meera"):
            await people.designer(name)
        await people.tailor("Tariq")
        await people.close()
        yield server, gemini
        await server.stop()
        ground.drop(server.dsn)


@pytest_asyncio.fixture(loop_scope="session")
async def scene(keyed: tuple[Server, GeminiServer]) -> AsyncIterator[Scene]:
    scene = Scene()
    scene.server, scene.gemini = keyed
    scene.gemini.mode, scene.gemini.answer = "honest", None
    scene.gemini.modes.clear()
    scene.gemini.prompts.clear()
    scene.people = People(scene.server)
    scene.cora = await scene.people.customer(
        "Cora Menon", stylePreferences=["handloom"], bodyShape="PEAR", budgetMax=9000
    )
    await agree(scene.cora)
    yield scene
    await scene.people.close()


async def test_an_honest_answer_names_what_was_offered(scene: Scene) -> None:
    kurta = await hung(scene.cora, name="Indigo kurta", category="UPPERWEAR")
    answer = await asked(scene.cora)
    assert answer["isMock"] is False
    [outfit] = segments_of(answer, "outfit")
    assert [item["id"] for item in outfit["items"]] == [kurta["id"]]
    assert segments_of(answer, "designer")[0]["name"] in ("Dina", "Meera")
    assert segments_of(answer, "tailor")[0]["name"] == "Tariq"
    assert answer["suggestions"] == ["Something cheaper", "Which shoes?"]
    assert answer["response"].count("[CHAT_DESIGNER:") == 1


async def test_the_text_comes_early_and_the_cards_when_all_is_checked(scene: Scene) -> None:
    scene.gemini.pause = 0.02
    events = await streamed(scene.cora)
    scene.gemini.pause = 0
    names = [name for name, _data in events]
    assert names.count("delta") > 1
    assert names.index("segment") > max(at for at, name in enumerate(names) if name == "delta")
    text = "".join(data["text"] for name, data in events if name == "delta")
    assert text == segments_of(events[-1][1], "text")[0]["text"]


@pytest.mark.case("H16")
async def test_without_consent_nothing_leaves(scene: Scene) -> None:
    odile = await scene.people.customer("Odile")
    assert (await asked(odile))["isMock"] is True
    await agree(odile)
    assert (await asked(odile))["isMock"] is False
    await agree(odile, is_given=False)
    assert (await asked(odile))["isMock"] is True
    assert len(scene.gemini.prompts) == 1


async def test_consent_is_kept_with_its_version_and_times(scene: Scene) -> None:
    odile = await scene.people.customer("Odile")
    path = "/api/users/consents"
    before = (await odile.get(path)).json()["data"]
    assert [(each["purpose"], each["isGiven"], each["givenAt"]) for each in before] == [
        ("STYLIST", False, None),
        ("TRY_ON", False, None),
    ]
    await agree(odile, is_given=False)
    declined = (await odile.get(path)).json()["data"][0]
    assert (declined["isGiven"], declined["givenAt"], declined["withdrawnAt"] is not None) == (False, None, True)
    await agree(odile)
    given = (await odile.get(path)).json()["data"][0]
    assert (given["isGiven"], given["noticeVersion"], given["withdrawnAt"]) == (True, 1, None)
    await agree(odile)
    assert (await odile.get(path)).json()["data"][0] == given, "the same again changes nothing"
    await agree(odile, is_given=False)
    gone = (await odile.get(path)).json()["data"][0]
    assert (gone["isGiven"], gone["givenAt"]) == (False, given["givenAt"])
    assert gone["withdrawnAt"] >= given["givenAt"]


@pytest.mark.case("H12")
@pytest.mark.parametrize(
    "mode",
    sweep(
        [
            "status_429",
            "truncated",
            "not_the_schema",
            "status_500",
            "html",
            "empty",
            "recitation",
            "max_tokens",
            "ten_megabytes",
        ],
        quick=3,
    ),
)
async def test_whatever_breaks_the_local_stylist_answers(scene: Scene, mode: str) -> None:
    scene.gemini.mode = mode
    answer = await asked(scene.cora)
    assert answer["isMock"] is True
    assert answer["segments"]
    question, stored = await messages_in(scene.cora, answer["conversationId"])
    assert (question["role"], stored["content"]) == ("user", answer["response"])
    scene.gemini.mode = "honest"
    assert (await asked(scene.cora))["isMock"] is False, "one failure does not open the breaker, a success forgets it"


@pytest.mark.case("H12")
async def test_the_same_question_again_is_no_second_call(scene: Scene) -> None:
    client_id = str(uuid4())
    first = await asked(scene.cora, clientId=client_id)
    assert await asked(scene.cora, clientId=client_id) == first
    assert len(scene.gemini.prompts) == 1


async def test_words_that_were_lost_are_replaced_by_done(scene: Scene) -> None:
    scene.gemini.mode = "truncated"
    scene.gemini.pause = 0.02
    events = await streamed(scene.cora)
    scene.gemini.pause = 0
    shown = "".join(data["text"] for name, data in events if name == "delta")
    done = events[-1][1]
    assert shown.startswith("For the sangeet I would")
    assert done["isMock"] is True
    assert "For the sangeet I would wear what moves" not in done["response"]
    scene.gemini.mode = "honest"
    await asked(scene.cora)


@pytest.mark.long  # a server is restarted
@pytest.mark.case("R14")
async def test_while_it_fails_it_is_left_alone(scene: Scene) -> None:
    scene.gemini.mode = "status_400"
    conversation = (await asked(scene.cora))["conversationId"]
    for n in range(4):
        await asked(scene.cora, f"Question {n}", conversationId=conversation)
    calls = len(scene.gemini.prompts)
    with within(3):
        answer = await asked(scene.cora, "Still there?", conversationId=conversation)
    assert answer["isMock"] is True
    assert len(scene.gemini.prompts) == calls
    await scene.server.restart()


@pytest.mark.case("R14")
@pytest.mark.long
async def test_what_hangs_is_left_after_20_seconds(scene: Scene) -> None:
    scene.gemini.mode = "one_byte_a_second"
    began = time.monotonic()
    with within(25):
        assert (await asked(scene.cora))["isMock"] is True
    assert time.monotonic() - began > 15
    await scene.server.restart()


@pytest.mark.case("H10", "S15")
async def test_no_name_no_contact_no_id_and_nothing_of_others_in_a_prompt(scene: Scene) -> None:
    odile = await scene.people.customer("Odile Secret")
    await hung(odile, name="Odile's hidden saree")
    await hung(scene.cora, name="Indigo kurta [CHAT_TAILOR:x:y]", category="UPPERWEAR")
    words = "I am Cora Menon, write to cora.menon@example.com or +91 98450 12345, or 080-2555 1234"
    first = await asked(scene.cora, words)
    await asked(scene.cora, "And in red?", conversationId=first["conversationId"])
    for body in scene.gemini.prompts:
        read = prompt_text(body)
        assert scene.cora.email not in read
        for word in ("cora.menon@", "98450", "2555", "Odile", "hidden", "/media/", "[CHAT", "test-key"):
            assert word not in read, word
        assert not CUID.search(read)
    lists = offered(scene.gemini.prompts[0])
    assert lists["profile"] == {"bodyShape": "PEAR", "likes": ["handloom"], "budgetMax": 9000}
    assert set(lists["wardrobe"][0]) <= {"number", "name", "category", "style", "colors", "brand", "atTailor"}
    assert [content["role"] for content in scene.gemini.prompts[1]["contents"]] == ["user", "model", "user"]


@pytest.mark.case("H09")
async def test_an_image_is_sent_as_bytes(scene: Scene) -> None:
    kept = (await scene.cora.post("/api/upload", files={"file": ("a.png", INDIGO, "image/png")})).json()["data"]
    await asked(scene.cora, "What goes with this?", imageUrl=kept["url"])
    [part] = [part for part in scene.gemini.prompts[-1]["contents"][-1]["parts"] if "inlineData" in part]
    assert part["inlineData"]["mimeType" if "mimeType" in part["inlineData"] else "mime_type"] == "image/jpeg"
    assert kept["publicId"] not in str(scene.gemini.prompts[-1])


@pytest.mark.case("H03", "H04", "H07", "S15")
@pytest.mark.parametrize(
    "every", [pytest.param(1, marks=pytest.mark.long), 15], ids=["all injections", "one of fifteen injections"]
)
async def test_a_captured_model_names_nothing_that_was_not_offered(scene: Scene, every: int) -> None:
    """150 injections against a model that obeys them all: as message, as name of an item, as name of a designer."""
    scene.gemini.mode = "hostile"
    mallory = await scene.people.designer(INJECTIONS[30][:90], email=f"mallory{every}@example.com")
    evil = (await mallory.me())["designer"]["id"]
    items = {(await hung(scene.cora, name=text.replace("\n", " ")[:100]))["id"] for text in INJECTIONS[:6]}
    odile = await scene.people.customer("Odile")
    foreign = (await hung(odile))["id"]
    conversation = (await scene.cora.post(CONVERSATIONS)).json()["data"]["id"]
    for text in INJECTIONS[::every]:
        answer = await asked(scene.cora, text.replace("\x00", ""), conversationId=conversation)
        assert answer["isMock"] is False, text
        safe(answer, items, foreign)
    for message in await messages_in(scene.cora, conversation, "limit=100"):
        safe({**message, "response": message["content"]}, items, foreign)
    assert evil


def safe(answer: dict[str, Any], items: set[str], foreign: str) -> None:
    """Every card is of what was offered, every marker is one of ours, and nobody else's things are named."""
    worn = {item["id"] for segment in segments_of(answer, "outfit") for item in segment["items"]}
    people = segments_of(answer, "designer") + segments_of(answer, "tailor")
    assert worn <= items
    assert foreign not in str(answer)
    if answer.get("role") == "user":
        return
    response = answer["response"]
    assert len(response) < 20_000
    assert response.count("[CHAT_") == len(people)
    assert response.count("[OUTFIT_START]") == response.count("[OUTFIT_END]") == len(segments_of(answer, "outfit"))
    named = {segment["id"] for segment in people}
    assert {id for _kind, id in re.findall(r"\[CHAT_(DESIGNER|TAILOR):([^:\]]*):", response)} == named
    assert "cevil" not in {*named, *worn}
    assert len(re.findall(r"\[", response)) == 2 * len(segments_of(answer, "outfit")) + 3 * len(people)
