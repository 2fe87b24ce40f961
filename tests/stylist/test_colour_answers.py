"""Colours: what of the wardrobe goes with a garment can be worn with it; skin is no reason against a colour."""

import pytest

from neural_threads.features.stylist.garments import replaces
from neural_threads.features.stylist.shapes import Intent
from tests.stylist.asking_the_stylist import SHIRT, SHORTS, SNEAKERS, TROUSERS, TSHIRT, ask, item

CREAM_PALAZZO = item("Cream palazzo", "BOTTOMWEAR", "ETHNIC", "cream")


def text_of(message: str, **more: object) -> str:
    return " ".join(segment.text for segment in ask(message, **more).segments if hasattr(segment, "text"))


def test_with_a_kurta_goes_no_other_top() -> None:
    told = text_of("what goes with a rust coloured kurta", wardrobe=(SHIRT, SNEAKERS, CREAM_PALAZZO))
    assert CREAM_PALAZZO.name in told
    assert SHIRT.name not in told


def test_with_gold_go_no_gym_shorts() -> None:
    told = text_of("which colours go with gold", wardrobe=(SHORTS, TSHIRT, TROUSERS))
    assert TSHIRT.name in told
    assert SHORTS.name not in told


@pytest.mark.parametrize(
    "message", ["pattu saree ki matching blouse colour cheppu", "saree ke saath blouse ka matching rang batao"]
)
def test_the_colour_of_a_blouse_for_a_saree_is_no_outfit(message: str) -> None:
    assert ask(message).intent is Intent.COLOUR


@pytest.mark.parametrize("skin", ["dark", "fair", "brown", "dusky"])
def test_no_skin_excludes_a_colour(skin: str) -> None:
    assert "Every skin tone wears every colour" in text_of(f"my skin is {skin}, which colours should i avoid")


@pytest.mark.parametrize(
    ("one", "other", "is_instead"),
    [
        ("shirt", "kurta", True),
        ("dress", "trousers", True),
        ("saree", "blouse", False),
        ("shirt", "trousers", False),
        ("kurta", "juttis", False),
    ],
)
def test_what_is_worn_instead_of_what(one: str, other: str, is_instead: bool) -> None:
    assert replaces(one, other) is is_instead
    assert replaces(other, one) is is_instead
