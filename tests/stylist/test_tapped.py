"""What the stylist itself offers to tap is understood: its choices, its suggestions, and the questions to begin with."""

import pytest

from neural_threads.features.accounts.enums import Location
from neural_threads.features.stylist.phrases import sentences
from neural_threads.features.stylist.shapes import DesignerSegment, Intent, LanguageCode, Reply
from neural_threads.platform.i18n import use_language
from neural_threads.web.stylist.thread import starters
from tests.stylist.asking_the_stylist import ask

LANGUAGES: tuple[LanguageCode, ...] = ("en", "hi", "kn", "ta", "te")
MEANT = {
    "suggest.outfit": Intent.OUTFIT,
    "suggest.tailor": Intent.TAILOR,
    "suggest.design": Intent.DESIGN,
    "suggest.missing": Intent.WARDROBE,
    "suggest.designer": Intent.DESIGNER,
    **{f"choice.{intent}": intent for intent in Intent if f"choice.{intent}" in sentences("en")},
}
MAKERS = (Intent.DESIGNER, Intent.TAILOR)
STARTERS = ((Intent.OUTFIT,), (Intent.WARDROBE,), MAKERS, (Intent.COLOUR,), (Intent.OUTFIT,), (Intent.CARE,))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", MEANT)
def test_a_choice_means_what_it_says(language: LanguageCode, key: str) -> None:
    reply = ask(sentences(language)[key], language=language)
    assert (reply.intent, reply.language) == (MEANT[key], language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("before", ["choice.designer", "choice.tailor", "suggest.design", "suggest.outfit"])
@pytest.mark.parametrize("key", ["suggest.cheaper", "suggest.another", "suggest.without"])
def test_a_suggestion_continues(language: LanguageCode, before: str, key: str) -> None:
    said = sentences(language)
    assert ask(said[key], said[before], "…", language=language).intent is MEANT[before]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_to_begin_with_is_answered_as_it_is_meant(language: LanguageCode) -> None:
    with use_language(language):
        questions = starters()
    for question, meant in zip(questions, STARTERS, strict=True):
        reply = ask(question, language=language)
        assert reply.intent in meant, question
        assert reply.language == language, question


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_location_is_left_out_from_then_on(language: LanguageCode) -> None:
    near, said = "designer near commercial street", sentences(language)

    def places(reply: Reply) -> set[Location]:
        return {one.location for one in reply.segments if isinstance(one, DesignerSegment)}

    assert places(ask(near)) == {Location.COMMERCIAL_STREET}
    assert Location.MG_ROAD in places(ask(said["suggest.without"], near, "…"))
    assert Location.MG_ROAD in places(ask("ethnic ones", near, "…", said["suggest.without"], "…"))


def test_a_choice_keeps_what_was_said_before() -> None:
    reply = ask("Designs with prices", "lehenga under 60000?", "I am not sure what you need. What may I look for?")
    assert reply.intent is Intent.DESIGN
    assert any("lehenga" in getattr(one, "description", "") for one in reply.segments)
