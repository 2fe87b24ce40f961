"""How colours go together."""

import math

from hypothesis import given
from hypothesis import strategies as st

from neural_threads.platform.colour.harmony import harmony, oklch, pair_harmony
from neural_threads.platform.colour.oklab import oklab, oklab_of

LEVEL = st.integers(0, 255)
LAB = st.tuples(LEVEL, LEVEL, LEVEL).map(lambda levels: oklab(*levels))


@given(LAB, LAB)
def test_pairs_are_judged_alike_in_both_orders_and_within_0_and_1(
    one: tuple[float, float, float], other: tuple[float, float, float]
) -> None:
    score = pair_harmony(one, other)
    assert math.isclose(score, pair_harmony(other, one))
    assert 0 <= score <= 1.0001


def test_neutrals_go_with_everything() -> None:
    for bright in ("#d01f2b", "#1f7a3d", "#2a63c8", "#f7d92e"):
        assert (
            pair_harmony(oklab_of("#fafafa"), oklab_of(bright))
            > pair_harmony(oklab_of("#b5d334"), oklab_of(bright)) - 0.25
        )
        assert pair_harmony(oklab_of("#fafafa"), oklab_of(bright)) >= 0.8


def test_opposites_please_more_than_hues_that_neither_match_nor_oppose() -> None:
    blue, orange, odd = oklab_of("#2a63c8"), oklab_of("#f07a1c"), oklab_of("#b8186f")
    assert pair_harmony(blue, orange) > pair_harmony(blue, odd)


def test_hue_is_in_degrees_and_one_colour_alone_is_in_harmony() -> None:
    assert 0 <= oklch(oklab_of("#d01f2b"))[2] < 360
    assert harmony([oklab_of("#d01f2b")]) == 1.0
