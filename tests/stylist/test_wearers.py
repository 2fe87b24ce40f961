"""Nobody is offered what they would not wear: by the profile, by whom the message names, and never where that is not known."""

import asyncio
from decimal import Decimal

import pytest

from neural_threads.features.accounts.enums import Gender
from neural_threads.features.stylist.answering import answer
from neural_threads.features.stylist.deciding import decide
from neural_threads.features.stylist.model.offering import RememberingCatalogue, offer_for
from neural_threads.features.stylist.shapes import (
    DesignerSegment,
    DesignSegment,
    OwnedItem,
    Profile,
    Reply,
    TextSegment,
)
from neural_threads.features.stylist.wearers import made_for, wearer_of
from tests.stylist.asking_the_stylist import CATALOGUE, JUTTIS, SAREE, SHIRT, TROUSERS, ask, item, turn, worn

HE, SHE, OTHER = (Profile(gender=gender) for gender in (Gender.MALE, Gender.FEMALE, Gender.OTHER))
KURTA = item("Bottle green kurta", "UPPERWEAR", "ETHNIC", "green")
SNEAKERS_ALONE = (item("White sneakers", "SHOES", "CASUAL", "white"),)
WEDDING = "what should i wear to a wedding"


def offered(reply: Reply) -> list[str]:
    """Return what the designs of an answer are described as."""
    return [segment.description for segment in reply.segments if isinstance(segment, DesignSegment)]


def told(reply: Reply) -> str:
    """Return every sentence of an answer."""
    return " ".join(segment.text for segment in reply.segments if isinstance(segment, TextSegment))


@pytest.mark.parametrize(
    ("message", "wearer"),
    [
        ("something for my husband for the office", "man"),
        ("what can my sister wear to the sangeet", "woman"),
        ("pati ke liye kuch office wear", "man"),
        ("ನನ್ನ ತಮ್ಮನಿಗೆ ಶರ್ಟ್", "man"),
        ("ಹೆಂಡತಿಗೆ ಸೀರೆ", "woman"),
        ("கணவருக்கு சட்டை", "man"),
        ("భర్తకు ఆఫీస్ బట్టలు", "man"),
        ("for my boyfriend's interview", "man"),
        ("my mother's birthday, what should i wear", None),
        ("my sister's wedding", None),
        ("for my 5 year old son", None),
        ("for my mom and my dad", None),
        ("show me something in green", None),
    ],
)
def test_who_is_to_wear_it(message: str, wearer: str | None) -> None:
    assert wearer_of(OTHER, decide(turn(message))) == wearer


@pytest.mark.parametrize(("profile", "wearer"), [(HE, "man"), (SHE, "woman"), (OTHER, None), (Profile(), None)])
def test_else_the_asker_as_far_as_the_profile_says(profile: Profile, wearer: str | None) -> None:
    assert wearer_of(profile, decide(turn("show me party designs"))) == wearer


def test_what_was_said_before_holds_until_somebody_else_is_named() -> None:
    before = ("show me party designs for my husband", "Here are some.")
    assert wearer_of(SHE, decide(turn("cheaper", *before))) == "man"
    assert wearer_of(SHE, decide(turn("and for me", *before))) == "woman"


@pytest.mark.parametrize(
    ("description", "wearer"),
    [
        ("Lac-red saree with stitched blouse", "woman"),
        ("Sherwani with churidar", "man"),
        ("Men's kurta with dupatta", "man"),
        ("सिल्क साड़ी", "woman"),
        ("ಪುರುಷರ ಕುರ್ತಾ", "man"),
        ("Formal dress shirt", None),
        ("Kurta with trousers", None),
        ("Matching kurtas for men and women", None),
        ("Made to measure, two fittings.", None),
    ],
)
def test_for_whom_a_garment_is_made(description: str, wearer: str | None) -> None:
    assert made_for(description) == wearer


@pytest.mark.parametrize("message", [WEDDING, "what should i wear to office", "what can i wear to a movie"])
@pytest.mark.parametrize(("profile", "others"), [(HE, "woman"), (SHE, "man")])
def test_a_gap_is_filled_by_what_the_asker_wears(message: str, profile: Profile, others: str) -> None:
    reply = ask(message, wardrobe=SNEAKERS_ALONE, profile=profile)
    assert len(offered(reply)) == 1
    assert made_for(offered(reply)[0]) != others


def test_the_gap_itself_is_filled() -> None:
    reply = ask("what should i wear to office", wardrobe=(SHIRT,), profile=HE)
    assert worn(reply) == {SHIRT.name}
    assert "trousers" in offered(reply)[0]


def test_without_a_gender_nothing_is_left_out() -> None:
    everything = offered(ask(WEDDING, wardrobe=SNEAKERS_ALONE))
    assert everything == offered(ask(WEDDING, wardrobe=SNEAKERS_ALONE, profile=OTHER))
    assert made_for(everything[0]) == "woman", "the newest design, whoever wears it"


def test_designs_for_a_husband_are_no_blouses_unless_one_asks_for_a_saree() -> None:
    for designs in (
        offered(ask("show me ethnic designs for my husband", profile=SHE)),
        offered(ask("show me ethnic designs", profile=HE)),
    ):
        assert designs
        assert "woman" not in {made_for(description) for description in designs}
    assert any("saree" in description for description in offered(ask("show me saree designs", profile=HE)))


def test_a_sherwani_that_is_too_dear_is_not_replaced_by_a_dupatta() -> None:
    near = offered(ask("show me a sherwani under 5000"))
    assert near
    assert not any("dupatta" in description or made_for(description) == "woman" for description in near)


def test_her_sarees_are_not_lent_to_a_husband() -> None:
    wardrobe = (SAREE, KURTA, TROUSERS, JUTTIS)
    assert SAREE.name in worn(ask(WEDDING, wardrobe=wardrobe, profile=SHE))
    lent = ask("what can my husband wear to a festival", wardrobe=wardrobe, profile=SHE)
    assert KURTA.name in worn(lent)
    assert SAREE.name not in worn(lent)


@pytest.mark.parametrize("wardrobe", [SNEAKERS_ALONE, (SHIRT,), (SAREE, KURTA)])
def test_it_is_never_said(wardrobe: tuple[OwnedItem, ...]) -> None:
    words = told(ask(WEDDING, wardrobe=wardrobe, profile=HE)).lower().split()
    assert not {"man", "men", "male", "gender", "woman", "women", "he", "she"} & set(words)


def test_where_no_design_suits_a_designer_is_named() -> None:
    poor = Profile(gender=Gender.MALE, budget_max=Decimal(1))
    reply = ask(WEDDING, wardrobe=SNEAKERS_ALONE, profile=poor)
    assert not offered(reply)
    assert len([segment for segment in reply.segments if isinstance(segment, DesignerSegment)]) == 1


def test_a_language_model_is_offered_no_others_either() -> None:
    asked = turn("show me ethnic designs", profile=HE)
    catalogue = RememberingCatalogue(CATALOGUE)
    reply = asyncio.run(answer(asked, catalogue))
    offer = asyncio.run(offer_for(asked, reply, catalogue))
    assert offer.designs
    assert "woman" not in {made_for(design.description) for design in offer.designs}
