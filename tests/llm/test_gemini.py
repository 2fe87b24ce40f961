"""Gemini's client and its bounds against a server that is honest or broken (cases R14, H06 and H12)."""

import asyncio

import pytest

from neural_threads.platform.llm import ImagePart, ModelFailed, ModelTurn, Prompt
from neural_threads.platform.llm.gemini import Gemini
from neural_threads.platform.llm.guarded import FAILURES, MAX_BYTES, GuardedModel
from tests.support.deadlines import within
from tests.support.gemini_server import BROKEN, GeminiServer, prompt_text
from tests.support.sweeps import sweep

SCHEMA = {"type": "OBJECT", "properties": {"text": {"type": "STRING"}}, "required": ["text"]}
QUESTION = Prompt(
    instruction="Be kind.",
    turns=[ModelTurn("user", "Hello"), ModelTurn("model", "Namaste")],
    text='What to wear? {"wardrobe": [{"number": 1}]}',
    images=[ImagePart(b"\xff\xd8\xff", "image/jpeg")],
    schema=SCHEMA,
)


def model_at(gemini: GeminiServer, seconds: float = 20.0) -> GuardedModel:
    return GuardedModel(Gemini("test-key", "gemini-2.5-flash", gemini.origin), seconds)


async def asked(model: GuardedModel) -> str:
    return "".join([fragment async for fragment in model.stream(QUESTION)])


async def test_an_answer_comes_in_fragments() -> None:
    async with GeminiServer(pause=0.02) as gemini:
        fragments = [fragment async for fragment in model_at(gemini).stream(QUESTION)]
    assert len(fragments) > 3
    assert "".join(fragments).startswith('{"text": "For the sangeet')


async def test_the_prompt_carries_key_turns_and_the_image_as_bytes() -> None:
    async with GeminiServer() as gemini:
        await asked(model_at(gemini))
    [body] = gemini.prompts
    assert gemini.keys == ["test-key"]
    assert [content["role"] for content in body["contents"]] == ["user", "model", "user"]
    assert prompt_text(body).startswith("Be kind.")
    assert body["contents"][-1]["parts"][1]["inlineData"]["data"] == "_9j_"  # base64url
    assert "http" not in str(body)


@pytest.mark.parametrize("mode", sweep([mode for mode in BROKEN if mode != "not_the_schema"], quick=3))
async def test_whatever_breaks_is_one_kind_of_failure_in_time(mode: str) -> None:
    async with GeminiServer(mode) as gemini:
        model = model_at(gemini, 2.5)
        with within(4), pytest.raises(ModelFailed):
            await asked(model)
        # Only what failed before a word was shown is asked again, and only when a moment may help.
        retried = mode in ("status_429", "status_500", "html", "empty")
        assert len(gemini.prompts) == (2 if retried else 1), mode


async def test_a_moments_failure_is_retried_once() -> None:
    async with GeminiServer() as gemini:
        gemini.modes.append("status_500")
        assert "sangeet" in await asked(model_at(gemini))
        assert len(gemini.prompts) == 2


@pytest.mark.case("H06")
async def test_no_more_than_8_kb_is_taken() -> None:
    taken = 0
    async with GeminiServer("ten_megabytes") as gemini:
        with pytest.raises(ModelFailed, match="too_long"):
            async for fragment in model_at(gemini).stream(QUESTION):
                taken += len(fragment)
    assert taken <= MAX_BYTES


@pytest.mark.case("R14")
async def test_after_five_failures_it_is_left_alone() -> None:
    async with GeminiServer("status_400") as gemini:
        model = model_at(gemini)
        for _ in range(FAILURES):
            with pytest.raises(ModelFailed, match="status_400"):
                await asked(model)
        with within(0.1), pytest.raises(ModelFailed, match="breaker_open"):
            await asked(model)
        assert len(gemini.prompts) == FAILURES


async def test_a_good_answer_closes_the_breaker() -> None:
    async with GeminiServer("status_400") as gemini:
        model = model_at(gemini)
        for _ in range(FAILURES - 1):
            with pytest.raises(ModelFailed):
                await asked(model)
        gemini.mode = "honest"
        await asked(model)
        model.accept()
        assert not model.breaker.is_open
        gemini.mode = "status_400"
        with pytest.raises(ModelFailed):
            await asked(model)
        assert not model.breaker.is_open


async def test_who_stops_listening_ends_the_call() -> None:
    async with GeminiServer(pause=0.2) as gemini:
        asking = asyncio.create_task(asked(model_at(gemini)))
        async with asyncio.timeout(30):
            while not gemini.prompts:
                await asyncio.sleep(0.01)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
