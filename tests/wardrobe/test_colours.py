"""Reading a cloth's colour from its picture, and calling it by name."""

from neural_threads.platform.colour.oklab import dominant_colour, oklab, oklab_of
from neural_threads.platform.colour.palette import PALETTE, colour_label, nearest_name, swatch_of
from neural_threads.platform.i18n import use_language
from tests.factories.wardrobe import cloth


def test_oklab_is_what_its_author_says() -> None:
    for colour, lab in {
        (255, 255, 255): (1, 0, 0),
        (255, 0, 0): (0.628, 0.225, 0.126),
        (0, 0, 255): (0.452, -0.032, -0.312),
    }.items():
        assert all(abs(a - b) < 0.002 for a, b in zip(oklab(*colour), lab, strict=True))


def test_about_eighty_names_and_each_is_its_own_nearest() -> None:
    assert 75 <= len(PALETTE) <= 90
    for name, (colour, _said) in PALETTE.items():
        assert nearest_name(oklab_of(colour)) == name


def test_the_cloth_counts_and_not_the_wall() -> None:
    for colour, name in {
        (184, 24, 111): "rani",
        (32, 97, 74): "neem",
        (12, 12, 14): "black",
        (250, 250, 250): "white",
    }.items():
        for ground in ((240, 235, 225), (60, 60, 66), (150, 190, 220)):
            lab = dominant_colour(cloth(colour, ground))
            assert lab
            assert nearest_name(lab) == name, (name, ground)


def test_an_image_of_nothing_but_one_colour_and_one_of_air() -> None:
    import pyvips

    lab = dominant_colour(cloth((43, 58, 128), (43, 58, 128)))
    assert lab
    assert nearest_name(lab) == "indigo"
    air = pyvips.Image.black(40, 40, bands=4).copy(interpretation="srgb").pngsave_buffer()
    assert dominant_colour(air) is None


def test_how_a_typed_colour_looks_and_sounds() -> None:
    assert swatch_of("Indigo") == swatch_of("deep indigo") == PALETTE["indigo"][0]
    assert swatch_of("indigo blue") == PALETTE["blue"][0]
    assert swatch_of("like the sea at Gokarna") is None
    assert swatch_of(None) is None
    with use_language("en"):
        assert (colour_label("rani"), colour_label("Amma's pink")) == ("rani pink", "Amma's pink")
