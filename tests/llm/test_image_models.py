"""Models that draw, honest and broken: whatever comes is an image in time, or one kind of failure."""

from functools import cache
from importlib import import_module

import pytest

from neural_threads.platform.llm import DrawingPrompt, GarmentPart, ImagePart, ModelFailed
from neural_threads.platform.llm.gemini_images import GeminiImages
from neural_threads.platform.llm.guarded import FAILURES, GuardedImageModel
from neural_threads.platform.llm.tryon_server import TryOnServer
from tests.support.deadlines import within
from tests.support.gemini_server import prompt_text
from tests.support.image_models import GeminiImageServer, TryOnModelServer, persons_of, tinted
from tests.support.sweeps import sweep

REFUSING = ("IMAGE_SAFETY", "NO_IMAGE", "IMAGE_OTHER", "PROHIBITED_CONTENT", "blocked", "words_only")
SECONDS = 20.0
SHORT = 2.5  # more than a busy machine takes to ask at all
WAITING = ("hang", "one_byte_a_second")


@pytest.fixture(scope="module", autouse=True)
def _imported() -> None:
    """Gemini's client, whose import takes seconds that no time limit is to count."""
    import_module("google.genai")


@cache
def plain(width: int = 300, height: int = 400) -> bytes:
    import pyvips

    image = (
        pyvips.Image.black(width, height, bands=3).linear(1, [200, 150, 100]).cast("uchar").copy(interpretation="srgb")
    )
    return bytes(image.jpegsave_buffer())


def prompt(garments: int = 1, width: int = 300, height: int = 400) -> DrawingPrompt:
    person = ImagePart(plain(width, height), "image/jpeg")
    each = [GarmentPart(ImagePart(plain(200, 200), "image/jpeg"), kind) for kind in ("TROUSERS", "KURTA")[-garments:]]
    return DrawingPrompt(instruction="Dress them.", person=person, garments=each, width=width, height=height)


def by_gemini(gemini: GeminiImageServer) -> GuardedImageModel:
    seconds = SHORT if gemini.mode in WAITING else SECONDS
    return GuardedImageModel(GeminiImages("test-key", "an-image-model", gemini.origin), seconds)


def by_server(model: TryOnModelServer) -> GuardedImageModel:
    seconds = SHORT if model.mode in WAITING else SECONDS
    return GuardedImageModel(TryOnServer(f"{model.origin}/try-on", "a-token"), seconds)


async def test_gemini_is_given_both_images_and_answers_with_one() -> None:
    async with GeminiImageServer() as gemini:
        image = await by_gemini(gemini).draw(prompt(width=300, height=400))
    assert image == tinted(plain(300, 400))
    [body] = gemini.prompts
    assert gemini.keys == ["test-key"]
    assert persons_of(body) == [plain(300, 400), plain(200, 200)]
    assert prompt_text(body) == "Dress them.\nThe person:\nGarment 1: kurta"
    assert body["generationConfig"]["imageConfig"] == {"aspectRatio": "3:4"}
    assert "http" not in str(body)


@pytest.mark.parametrize("mode", REFUSING)
async def test_a_refusal_is_told_apart_is_not_repeated_and_opens_no_breaker(mode: str) -> None:
    async with GeminiImageServer(mode) as gemini:
        model = by_gemini(gemini)
        for _ in range(FAILURES + 1):
            with pytest.raises(ModelFailed) as failed:
                await model.draw(prompt())
            assert failed.value.is_refusal
        assert not model.breaker.is_open
        assert len(gemini.prompts) == FAILURES + 1


@pytest.mark.case("H12")
@pytest.mark.parametrize(
    ("mode", "asked"),
    sweep([
        ("status_429", 2), ("status_400", 1), ("huge", 1), ("MAX_TOKENS", 1), ("status_500", 2), ("status_503", 2),
        ("html", 2), ("cut", 2), ("hang", 1), ("one_byte_a_second", 1),
    ], quick=4),
)  # fmt: skip
async def test_geminis_failures_end_in_time(mode: str, asked: int) -> None:
    async with GeminiImageServer(mode) as gemini:
        model = by_gemini(gemini)
        with within(8), pytest.raises(ModelFailed) as failed:
            await model.draw(prompt())
        assert (failed.value.is_refusal, len(gemini.prompts)) == (False, asked)


async def test_a_server_of_ones_own_dresses_one_garment_after_the_other() -> None:
    async with TryOnModelServer() as server:
        image = await by_server(server).draw(prompt(garments=2))
    once = tinted(plain(300, 400))
    assert image == tinted(once)
    assert server.asked == [("TROUSERS", plain(300, 400), plain(200, 200)), ("KURTA", once, plain(200, 200))]
    assert server.tokens == ["Bearer a-token"] * 2


@pytest.mark.case("H12")
@pytest.mark.parametrize(
    ("mode", "asked"),
    sweep([
        ("status_500", 2), ("status_404", 1), ("huge", 1), ("redirect", 1), ("compressed", 1), ("not_an_image", 1),
        ("cut", 1), ("status_429", 2), ("hang", 1), ("one_byte_a_second", 1),
    ], quick=7),
)  # fmt: skip
async def test_a_server_that_fails_is_one_kind_of_failure_in_time(mode: str, asked: int) -> None:
    async with TryOnModelServer(mode) as server:
        model = by_server(server)
        with within(8), pytest.raises(ModelFailed) as failed:
            await model.draw(prompt())
        assert (failed.value.is_refusal, len(server.asked)) == (False, asked)
        assert all("/try-on" in line for line in server.seen), "it is never led elsewhere"


async def test_a_server_may_refuse() -> None:
    async with TryOnModelServer("status_422") as server:
        with pytest.raises(ModelFailed) as failed:
            await by_server(server).draw(prompt())
    assert failed.value.is_refusal


async def test_a_server_that_is_not_there_is_a_failure() -> None:
    with pytest.raises(ModelFailed):
        await GuardedImageModel(TryOnServer("http://127.0.0.1:9/try-on"), SECONDS).draw(prompt())


async def test_after_five_failures_it_is_left_alone() -> None:
    async with TryOnModelServer("status_404") as server:
        model = by_server(server)
        for _ in range(FAILURES):
            with pytest.raises(ModelFailed, match="status_404"):
                await model.draw(prompt())
        with pytest.raises(ModelFailed, match="breaker_open"):
            await model.draw(prompt())
        assert len(server.asked) == FAILURES
