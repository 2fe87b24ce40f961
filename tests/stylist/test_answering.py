"""Answers: only candidates of the turn, the asker's language, honest refusals, nothing that changes from one time to the next."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.stylist_catalogue import DemoCatalogue
from neural_threads.features.accounts.enums import Language, Location, Niche, Skill
from neural_threads.features.stylist.phrases import say, sentences, value_name
from neural_threads.features.stylist.shapes import (
    DesignerSegment,
    DesignSegment,
    ImageReading,
    Intent,
    OutfitSegment,
    QuestionSegment,
    TailorSegment,
    TextSegment,
)  # fmt: skip
from neural_threads.platform.folding import script_of
from tests.stylist.asking_the_stylist import (
    OXFORDS,
    SAREE,
    SHIRT,
    TROUSERS,
    WARDROBE,
    ask,
    item,
    long_ago,
    profile,
    words,
    worn,
)

SHOPS = DemoCatalogue()
IDS = {one.id for listed in (SHOPS._designers, SHOPS._tailors, SHOPS._designs) for one in listed} | {
    one.id for one in WARDROBE
}


def test_cora_finds_a_bridal_designer_near_commercial_street() -> None:
    found = [
        segment
        for segment in ask("bridal designer near commercial street").segments
        if isinstance(segment, DesignerSegment)
    ]
    assert found
    assert all(Niche.BRIDAL in one.niches and one.location is Location.COMMERCIAL_STREET for one in found)


def test_a_designer_who_speaks_telugu() -> None:
    found = [segment for segment in ask("తెలుగు మాట్లాడే డిజైనర్ కావాలి").segments if isinstance(segment, DesignerSegment)]
    assert found
    assert all(Language.TELUGU in one.languages for one in found)


def test_a_tailor_for_what_is_broken() -> None:
    for text, skill in (
        ("zip of my skirt broke", Skill.ZIPPER_REPAIR),
        ("पैंट नीचे से छोटी करवानी है", Skill.HEMMING),
        ("blouse ge aari work madsbeku tailor beku", Skill.EMBROIDERY),
    ):
        found = [segment for segment in ask(text).segments if isinstance(segment, TailorSegment)]
        assert found, text
        assert all(skill in one.skills for one in found)


def test_designs_keep_to_the_price_now_and_when_cheaper_ones_are_asked_for() -> None:
    for reply, most in (
        (ask("kurta designs under 5000"), 5000),
        (ask("show me something cheaper", "gown designs for a party", "Here are gowns from ₹45,000."), 44999),
        (ask("and in silk?", "saree designs below 15k", "…"), 15000),
    ):
        found = [segment for segment in reply.segments if isinstance(segment, DesignSegment)]
        assert found
        assert all(one.price is not None and one.price <= most for one in found)


MATCHES = (
    "Mangalore saree ge yaava blouse", "which blouse for my Mangalagiri cotton saree", "ilkal seere ge yava blouse",
    "kanjivaram podavai ku enna blouse", "pochampally cheera ki e blouse baguntundi", "Kanchipuram saree ke saath kaunsa blouse",
    "ಮೈಸೂರು ಸಿಲ್ಕ್ ಸೀರೆಗೆ ಯಾವ ಬ್ಲೌಸ್", "காஞ்சிபுரம் பட்டு புடவைக்கு என்ன பிளவுஸ்", "చేనేత మంగళగిరి చీరకి ఏ బ్లౌజ్", "बनारसी साड़ी के साथ कौन सा ब्लाउज़",
)  # fmt: skip


@pytest.mark.parametrize("text", MATCHES, ids=range(len(MATCHES)))
@pytest.mark.parametrize("owns_saree", [True, False])
def test_which_blouse_for_a_saree_asks_for_no_provider(text: str, owns_saree: bool) -> None:
    reply = ask(text, wardrobe=(SAREE,) if owns_saree else ())
    assert {type(segment) for segment in reply.segments} <= {TextSegment, OutfitSegment}, reply.segments
    assert reply.intent in (Intent.COLOUR, Intent.OUTFIT)
    if not owns_saree:
        [only] = reply.segments
        assert isinstance(only, TextSegment)
        blouse, navy = value_name(reply.language, "garment", "blouse"), value_name(reply.language, "colour", "navy")
        assert blouse.lower() in only.text.lower()
        assert navy in only.text


def test_a_provider_or_a_design_that_is_asked_for_is_shown_whatever_cloth_it_is() -> None:
    assert ask("tailor to stitch a blouse for my Mangalagiri saree").intent is Intent.TAILOR
    assert ask("show me blouse designs for a Banarasi saree").intent is Intent.DESIGN


def test_what_goes_with_an_item_is_answered_with_clothes_and_without_any_with_colours() -> None:
    text = "which of my things go with trousers"
    assert SHIRT.name in worn(ask(text, wardrobe=(SHIRT, TROUSERS, OXFORDS)))
    [only] = ask("what goes with a bottle green banarasi dupatta", wardrobe=()).segments
    assert isinstance(only, TextSegment)
    assert "gold" in only.text
    assert "empty" not in only.text


def test_an_item_for_a_coloured_one_or_a_cold_day_is_taken_from_the_wardrobe() -> None:
    """They name one colour, and ask for clothes, not for what goes with that colour."""
    assert TROUSERS.name in worn(ask("which trousers for my light blue shirt", wardrobe=(SHIRT, TROUSERS, OXFORDS)))
    assert TROUSERS.name in worn(ask("నా నీలం చొక్కాకి ఏ ప్యాంట్ బాగుంటుంది", wardrobe=(SHIRT, TROUSERS, OXFORDS)))
    jacket, kurti = (
        item("Denim jacket", "JACKET", "CASUAL", "blue"),
        item("Yellow kurti", "UPPERWEAR", "ETHNIC", "yellow"),
    )
    jeans = item("Blue jeans", "BOTTOMWEAR", "CASUAL", "blue")
    assert jacket.name in worn(ask("what do I put over the yellow kurti, it is cold", wardrobe=(kurti, jeans, jacket)))
    assert ask("which colour trousers for my light blue shirt", wardrobe=(SHIRT, TROUSERS)).intent is Intent.COLOUR


def test_designs_show_the_garment_that_was_asked_for_or_say_that_they_are_near() -> None:
    """Letters alone make a lehenga of leheriya: a dupatta in leheriya is no lehenga."""
    for text, garment in [
        ("show me lehenga designs under 25000", "lehenga"),
        ("lehenga designs", "lehenga"),
        ("gown designs", "gown"),
    ]:
        reply = ask(text)
        shown = [segment.description or "" for segment in reply.segments if isinstance(segment, DesignSegment)]
        is_near = say("en", "design.near") in words(reply)
        assert shown, text
        assert is_near or all(garment in description.lower() for description in shown), (text, shown)
    assert say("en", "design.near") in words(ask("red one under 10000", "show gowns", "These designs fit."))
    assert say("en", "design.near") not in words(ask("in green", "show gowns", "These designs fit."))


def test_less_of_a_style_is_not_more_of_it() -> None:
    linen, chinos = (
        item("White linen shirt", "UPPERWEAR", "CASUAL", "white"),
        item("Beige chinos", "BOTTOMWEAR", "WESTERN", "beige"),
    )
    clothes = (SHIRT, TROUSERS, OXFORDS, linen, chinos)

    def first(*said: str) -> set[str | None]:
        reply = ask(*said, wardrobe=clothes)
        return {piece.name for piece in next(one for one in reply.segments if isinstance(one, OutfitSegment)).items}

    assert SHIRT.name in first("office outfit")
    for text in ("too formal", "less formal please", "yeh zyada formal hai"):
        assert linen.name in first(text, "office outfit", "Some formal clothes."), text


def test_what_was_not_worn_for_long_may_be_asked_in_any_order() -> None:
    worn_once = item("Red shirt", "UPPERWEAR", "CASUAL", "red", last_worn_at=long_ago(2), worn_count=1)
    for text in ("what did i not wear for long", "what havent i worn for ages", "which clothes have i not worn"):
        reply = ask(text, wardrobe=(worn_once, SAREE))
        assert SAREE.name in words(reply), text
        assert worn_once.name not in words(reply), text


def test_where_nobody_fits_that_is_said() -> None:
    reply = ask("lehenga designs under 400 rupees")
    assert [type(segment) for segment in reply.segments] == [TextSegment]
    assert "no design" in words(reply)


def test_questions_about_the_wardrobe_are_answered_from_it() -> None:
    assert SAREE.name in words(ask("do I have a saree"))
    assert "don't have" in words(ask("do I have a bag in my wardrobe"))
    assert "empty" in words(ask("what is in my wardrobe", wardrobe=()))
    resting = item("Old shirt", "UPPERWEAR", "CASUAL", "white", last_worn_at=long_ago(200))
    lately = item("New shirt", "UPPERWEAR", "CASUAL", "red", last_worn_at=long_ago(2))
    answer = words(ask("which clothes have I not worn for long", wardrobe=(resting, lately)))
    assert resting.name in answer
    assert lately.name not in answer
    twin = item("Sky shirt", "UPPERWEAR", "FORMAL", "light blue")
    assert twin.name in words(ask("any duplicates in my wardrobe?", wardrobe=(SHIRT, twin)))


def test_advice_is_kind_and_the_figure_is_only_spoken_of_when_asked() -> None:
    for text in ("which kurta for a beer belly", "i am dusky, can i wear yellow", "how do i look taller"):
        assert not re.search(
            r"lose weight|fairer|lighten|flaw|problem area", words(ask(text, profile=profile(bodyShape="APPLE")))
        )
    assert "middle" not in words(ask("what do I wear to office", profile=profile(bodyShape="APPLE")))


def test_what_is_not_its_business_is_declined_kindly() -> None:
    reply = ask("which stock should i buy")
    assert reply.intent is Intent.OUT_OF_SCOPE
    assert [type(segment) for segment in reply.segments] == [TextSegment]


def test_what_is_not_clear_is_asked() -> None:
    reply = ask("not that, another one")
    assert [type(segment) for segment in reply.segments] == [QuestionSegment]
    assert all(segment.choices for segment in reply.segments if isinstance(segment, QuestionSegment))


def test_an_image_is_read_matched_and_offered() -> None:
    reply = ask("what goes with this", image=ImageReading(colors=("light blue",), category=SHIRT.category))
    assert SHIRT.name in words(reply)
    assert "add it to your wardrobe" in words(reply)


@pytest.mark.parametrize("language", ["hi", "kn", "ta", "te"])
@pytest.mark.parametrize(
    "text",
    [
        "wedding outfit please",
        "bridal designer",
        "zip broke, need a tailor",
        "kurta designs",
        "do I have a saree",
        "hello",
        "how to store silk",
        "which colour with maroon",
        "how to look taller",
        "who won the match",
    ],
)
def test_every_kind_of_answer_is_given_in_every_language(language: str, text: str) -> None:
    name = {"hi": "Hindi", "kn": "Kannada", "ta": "Tamil", "te": "Telugu"}[language]
    reply = ask(text, f"please answer in {name}", "…")
    assert reply.language == language
    assert script_of(words(reply)) == language
    assert "{" not in words(reply)


def test_every_language_has_every_sentence_with_the_same_names() -> None:
    english = sentences("en")
    for language in ("hi", "kn", "ta", "te"):
        theirs = sentences(language)  # type: ignore[arg-type]
        assert theirs.keys() == english.keys()
        for key, sentence in theirs.items():
            ours = set(re.findall(r"\{(\w+)\}", english[key])) - {"garment"}
            assert ours <= set(re.findall(r"\{(\w+)\}", sentence)) | {"garment"}, (language, key)
            assert script_of(sentence) in (language, None), (language, key)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "wedding",
                "saree",
                "designer",
                "tailor",
                "beku",
                "venum",
                "kavali",
                "red",
                "blue",
                "bridal",
                "zip",
                "button",
                "under",
                "5000",
                "my",
                "wardrobe",
                "what",
                "wear",
                "no",
                "without",
                "another",
                "cheaper",
                "[OUTFIT_START]",
                "ignore",
                "all",
                "rules",
                "id=1",
                "ಮದುವೆ",
                "सूट",
                "பட்டன்",
                "పెళ్లి",
            ]
        ),
        max_size=9,
    ).map(" ".join)
)
def test_no_answer_names_what_was_not_offered_and_each_is_the_same_again(text: str) -> None:
    reply = ask(text)
    assert reply == ask(text)
    assert reply.segments
    for segment in reply.segments:
        if isinstance(segment, OutfitSegment):
            assert {one.id for one in segment.items} <= IDS
        elif isinstance(segment, DesignerSegment | TailorSegment | DesignSegment):
            assert segment.id in IDS


@pytest.mark.parametrize(
    "before", ["What can I wear to a sangeet?", "Find me a bridal designer", "Who can hem a skirt?"]
)
@pytest.mark.parametrize(
    "question",
    ["find me a lehenga under 20000", "lehenga under 30000", "a saree below 15000?", "लहंगा दिखाओ 20000 के अंदर"],
)
def test_what_is_to_cost_something_is_bought_whatever_was_asked_before(question: str, before: str) -> None:
    reply = ask(question, before, "These fit what you ask for.")
    assert reply.intent is Intent.DESIGN
    assert any(isinstance(segment, DesignSegment) for segment in reply.segments)
    assert not worn(reply)


@pytest.mark.parametrize("insult", ["तुम बेकार हो", "tum bekaar ho", "you are useless", "நீ வேஸ்ட்", "నువ్వు వేస్ట్"])
def test_an_insult_does_not_ask_for_the_same_again(insult: str) -> None:
    reply = ask(insult, "What can I wear to a sangeet?", "For the sangeet, I would wear this.")
    assert reply.intent is Intent.OUT_OF_SCOPE
    assert not worn(reply)
