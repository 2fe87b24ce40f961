"""Families are what one would look for, and a garment's colours are found in light and shadow."""

import numpy as np
import pytest

from neural_threads.platform.colour.dominant import dominant_colours, hex_of, oklab_array
from neural_threads.platform.colour.oklab import oklab_of
from neural_threads.platform.colour.palette import PALETTE, SWATCHES, ColorFamily, family_of_hex, nearest_name

F = ColorFamily
FAMILIES = {
    F.WHITE: "white ivory khadi cream",
    F.GREY: "silver grey charcoal ash stone",
    F.BLACK: "ink black",
    F.BROWN: "beige sand rust geru terracotta copper camel tan katha brown coffee sandalwood taupe",
    F.RED: "red scarlet sindoor crimson madder maroon lac wine cherry",
    F.PINK: "rani magenta pink gulabi blush rose lotus coral onion",
    F.ORANGE: "orange kesari marigold salmon peach",
    F.YELLOW: "turmeric haldi yellow basanti lemon gold mustard",
    F.GREEN: "mehendi olive parrot lime leaf green neem bottle emerald mint pista sage",
    F.BLUE: "slate peacock teal firozi turquoise aqua sky powder blue denim royal indigo navy",
    F.PURPLE: "lavender violet purple jamun mauve",
}


@pytest.mark.parametrize(("family", "names"), FAMILIES.items())
def test_every_named_colour_is_in_the_family_one_expects(family: ColorFamily, names: str) -> None:
    assert {name: family_of_hex(PALETTE[name][0]) for name in names.split()} == dict.fromkeys(names.split(), family)


def test_the_families_hold_all_names() -> None:
    assert {name for names in FAMILIES.values() for name in names.split()} == set(PALETTE)
    assert all(family_of_hex(swatch) is family for family, swatch in SWATCHES.items())


def test_both_ways_of_computing_oklab_agree() -> None:
    for colour, _label in PALETTE.values():
        rgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], np.uint8)
        assert oklab_array(rgb) == pytest.approx(oklab_of(colour), abs=1e-6)
        assert hex_of(oklab_array(rgb)) == colour


def test_a_saree_and_its_border_are_two_colours_in_light_and_shadow() -> None:
    rgb = np.zeros((200, 100, 3), np.float64)
    rgb[:150] = (15, 98, 112)
    rgb[150:] = (223, 148, 20)
    rgb *= np.linspace(0.75, 1.15, 100)[None, :, None]
    rgb = np.clip(rgb + np.random.default_rng(1).normal(0, 4, rgb.shape), 0, 255).astype(np.uint8)
    colours = dominant_colours(rgb, np.full((200, 100), 255, np.uint8))
    assert [nearest_name(oklab_of(colour.hex)) for colour in colours] == ["peacock", "marigold"]
    assert [round(colour.share, 1) for colour in colours] == [0.8, 0.2] or colours[0].share == pytest.approx(
        0.75, abs=0.03
    )


def test_only_what_is_garment_counts() -> None:
    rgb = np.full((50, 50, 3), 255, np.uint8)
    rgb[20:30, 20:30] = (184, 24, 111)
    alpha = np.zeros((50, 50), np.uint8)
    alpha[20:30, 20:30] = 255
    assert [colour.hex for colour in dominant_colours(rgb, alpha)] == ["#b8186f"]
    assert dominant_colours(rgb, np.zeros((50, 50), np.uint8)) == []
