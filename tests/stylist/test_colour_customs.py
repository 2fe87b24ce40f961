"""May I wear this colour to that occasion: a plain yes or no with the reason, in the asker's language."""

import itertools

import pytest

from neural_threads.features.stylist.colour_customs import custom_of
from neural_threads.features.stylist.lexicon import lines_of
from neural_threads.features.stylist.permission import asks_leave
from neural_threads.features.stylist.phrases import say, value_name
from neural_threads.features.stylist.shapes import Intent, OutfitSegment, TextSegment
from neural_threads.features.stylist.understanding import understand
from neural_threads.platform.folding import script_of
from tests.stylist.asking_the_stylist import WARDROBE, ask, item, profile

COLOURS = [value for value, _forms in lines_of("colours")]
OCCASIONS = [value for value, _forms in lines_of("occasions")]
BLACK_TO_A_MUNDAN = (
    ("may I wear black to a mundan", "en"),
    ("can i wear a black saree to my nephew's naming ceremony?", "en"),
    ("is it ok to wear black for a mundan", "en"),
    ("should I avoid black at the mundan", "en"),
    ("is black inauspicious for namakarana", "en"),
    ("क्या मैं मुंडन में काला पहन सकती हूँ", "hi"),
    ("नामकरण में काली साड़ी चलेगी?", "hi"),
    ("ನಾಮಕರಣಕ್ಕೆ ಕಪ್ಪು ಬಣ್ಣ ಹಾಕಬಹುದಾ", "kn"),
    ("பெயர் சூட்டு விழாவுக்கு கருப்பு போடலாமா", "ta"),
    ("నామకరణానికి నలుపు వేసుకోవచ్చా", "te"),
    ("mundan mein black pehen sakte hain kya", "en"),
    ("namakarana ge kappu haakabahuda", "en"),
    ("naamakaranam ki nalupu vesukovacha", "en"),
)


def words(message: str, *earlier: str, **more: object) -> str:
    reply = ask(message, *earlier, **more)
    assert [type(segment) for segment in reply.segments] == [TextSegment], (message, reply.segments)
    [only] = reply.segments
    assert isinstance(only, TextSegment)
    return only.text


@pytest.mark.parametrize(("question", "language"), BLACK_TO_A_MUNDAN)
@pytest.mark.parametrize("earlier", [(), ("what should I wear to the office", "The light blue shirt.")])
def test_black_to_a_mundan_is_answered_no_with_the_reason(
    question: str, language: str, earlier: tuple[str, ...]
) -> None:
    told = words(question, *earlier, wardrobe=())
    verdict = {"for": say(language, "for.naming"), "colour": value_name(language, "colour", "black")}  # type: ignore[arg-type]
    assert told == say(language, "may.no", **verdict) + " " + say(language, "may.black")  # type: ignore[arg-type]


def test_every_colour_at_every_occasion_has_an_answer_in_every_language() -> None:
    for language, colour, occasion in itertools.product(("en", "hi", "kn", "ta", "te"), COLOURS, OCCASIONS):
        custom = custom_of(colour, occasion)
        assert say(language, f"may.{custom.reason}")  # type: ignore[arg-type]
        assert say(language, f"for.{occasion}")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("colour", "occasion", "verdict"),
    [
        ("black", "wedding", "no"),
        ("black", "interview", "free"),
        ("black", "party", "free"),
        ("black", "eid", "free"),
        ("white", "wedding", "no"),
        ("white", "temple", "yes"),
        ("white", "funeral", "yes"),
        ("white", "onam", "yes"),
        ("red", "wedding", "no"),
        ("red", "funeral", "no"),
        ("yellow", "haldi", "yes"),
        ("green", "mehendi", "yes"),
        ("orange", "interview", "no"),
        ("purple", "gym", "free"),
    ],
)
def test_what_custom_says(colour: str, occasion: str, verdict: str) -> None:
    assert custom_of(colour, occasion).verdict == verdict


def test_white_at_a_wedding_is_customary_for_a_man_and_red_is_the_brides() -> None:
    assert custom_of("white", "wedding", "man").verdict == "yes"
    assert custom_of("red", "wedding", "man").verdict == "free"
    assert custom_of("red", "wedding", "woman", is_own=True).verdict == "yes"
    assert "veshti" in words("can I wear white to a wedding", profile=profile(gender="MALE"), wardrobe=())


def test_where_there_is_no_rule_that_is_said_and_what_counts_instead() -> None:
    told = words("can I wear purple to the office?", wardrobe=())
    assert "no rule against purple" in told
    assert "navy, grey or white" in told


def test_the_conversation_goes_on_with_another_colour_or_occasion() -> None:
    first = ("may I wear black to a puja", "For the puja: no, better not black.")
    assert words("and white?", *first, wardrobe=()).startswith("For the puja: yes. I know of no rule against white.")
    assert words("and red?", *first, "and white?", "Yes.", wardrobe=()).startswith("For the puja: yes.")
    assert words("and to a party?", *first, wardrobe=()).startswith("For the party: yes.")


def test_the_wardrobe_is_named_without_the_colour_that_is_better_left() -> None:
    black = item("Black silk saree", "DRESS", "ETHNIC", "black")
    told = words("can I wear black to a puja", wardrobe=(black, *WARDROBE))
    assert "Peacock silk saree" in told
    assert black.name not in told
    assert "Black silk saree" in words("can I wear black to the party tonight", wardrobe=(black,))


@pytest.mark.parametrize(
    "text",
    [
        "what can I wear with black to a wedding",
        "which black saree should I wear to the puja",
        "black saree or white kurta for the temple?",
        "can you suggest a black saree look for a wedding",
        "how do I style a black kurta for the office",
        "black pehnu to shaadi mein kya pehnu saath mein",
    ],
)
def test_what_to_wear_is_no_question_for_leave(text: str) -> None:
    assert not any(
        "no rule" in one.text or "better not" in one.text for one in ask(text).segments if isinstance(one, TextSegment)
    )


def test_goods_and_people_are_still_shown() -> None:
    assert ask("show me black lehenga designs for a wedding").intent is Intent.DESIGN
    assert ask("what should I wear to a puja, not black").intent is Intent.OUTFIT
    assert any(isinstance(one, OutfitSegment) for one in ask("what should I wear to a puja, not black").segments)


def test_asking_for_leave_is_heard_in_every_script() -> None:
    for text, _language in BLACK_TO_A_MUNDAN:
        assert asks_leave(understand(text)), text
        assert script_of(text) in ("hi", "kn", "ta", "te", None)
