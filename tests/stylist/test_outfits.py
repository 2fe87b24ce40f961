"""Outfits: what fits, what never does, and what is said to be missing."""

from hypothesis import given
from hypothesis import strategies as st

from neural_threads.features.stylist.fitness import FIT, OutfitRequirements
from neural_threads.features.stylist.garments import garment_of
from neural_threads.features.stylist.outfits import compose
from neural_threads.features.stylist.shapes import DesignSegment, TextSegment
from tests.stylist.asking_the_stylist import (
    JUTTIS,
    LEHENGA,
    NOW,
    OXFORDS,
    SAREE,
    SHIRT,
    SHORTS,
    SNEAKERS,
    TRENCH,
    TROUSERS,
    TSHIRT,
    WARDROBE,
    ask,
    item,
    long_ago,
    worn,
)  # fmt: skip

GARMENTS = [garment_of(one) for one in WARDROBE]


def test_an_interview_is_formal_and_a_gym_is_not() -> None:
    assert {SHIRT.name, TROUSERS.name, OXFORDS.name} <= worn(ask("job interview tomorrow, what do I wear"))
    assert SHORTS.name in worn(ask("joining a gym tomorrow, what do I wear"))
    assert not {LEHENGA.name, SAREE.name} & worn(ask("joining a gym tomorrow, what do I wear"))


def test_rain_brings_the_coat_and_spares_the_silk() -> None:
    names = worn(ask("it is raining and I have to go to office, outfit please"))
    assert TRENCH.name in names
    assert SAREE.name not in names


def test_what_goes_with_a_saree_is_worn_with_it() -> None:
    for text in ("which blouse goes with my saree", "is saree ke saath kya pehnu"):
        answer = ask(text)
        assert SAREE.name in worn(answer), text
        assert "You asked about" not in answer.segments[0].text, "no choice between the two was asked for"


def test_what_is_refused_is_never_proposed() -> None:
    assert LEHENGA.name not in worn(ask("outfit for a reception but no lehenga"))
    assert JUTTIS.name not in worn(ask("wedding outfit without juttis please"))


def test_an_item_at_the_tailor_is_not_proposed() -> None:
    away = item("Peacock silk saree", "DRESS", "ETHNIC", "teal", at_tailor=True)
    assert away.name not in worn(ask("what do I wear to the wedding", wardrobe=(away, JUTTIS, SHIRT, TROUSERS)))


def test_sets_are_kept_together() -> None:
    lehenga = item("Green lehenga", "DRESS", "ETHNIC", "green", set_id="s")
    dupatta = item("Pink dupatta", "ACCESSORIES", "ETHNIC", "pink", set_id="s")
    assert {lehenga.name, dupatta.name} <= worn(ask("what to wear to a sangeet", wardrobe=(lehenga, dupatta, JUTTIS)))


def test_of_two_alike_the_one_that_rested_is_proposed_first() -> None:
    lately = item("White cotton shirt", "UPPERWEAR", "FORMAL", "white", last_worn_at=long_ago(1))
    rested = item("Ivory cotton shirt", "UPPERWEAR", "FORMAL", "ivory", last_worn_at=long_ago(50))
    first = compose(
        [garment_of(one) for one in (lately, rested, TROUSERS, OXFORDS)],
        OutfitRequirements(occasions=("office",), now=NOW),
    )[0]
    assert rested.name in {garment.item.name for garment in first.garments}


def test_what_is_missing_is_said_and_a_design_is_offered() -> None:
    reply = ask("complete outfit for office from my wardrobe", wardrobe=(SHIRT,))
    texts = " ".join(segment.text for segment in reply.segments if isinstance(segment, TextSegment))
    assert "no bottom" in texts
    assert "no shoes" in texts
    assert any(isinstance(segment, DesignSegment) for segment in reply.segments)


def test_an_empty_wardrobe_is_called_empty() -> None:
    reply = ask("what do I wear to Diwali", wardrobe=())
    assert [type(segment) for segment in reply.segments] == [TextSegment]
    assert "empty" in reply.segments[0].text  # type: ignore[union-attr]


def test_another_choice_is_another() -> None:
    before = worn(ask("what do I wear to the beach", wardrobe=(SHORTS, TSHIRT, SHIRT, SNEAKERS)))
    again = ask(
        "another option please",
        "what do I wear to the beach",
        f"Wear {', '.join(sorted(before))}",
        wardrobe=(SHORTS, TSHIRT, SHIRT, SNEAKERS),
    )
    assert worn(again)


@given(
    st.sets(st.sampled_from(GARMENTS), max_size=10),
    st.sampled_from(sorted(FIT)),
    st.sampled_from(["saree", "shoes", "ethnic", "trousers"]),
)
def test_whatever_the_wardrobe_outfits_are_of_it_and_distinct(owned: set[object], occasion: str, refused: str) -> None:
    garments = [one for one in GARMENTS if one in owned]
    outfits = compose(garments, OutfitRequirements(occasions=(occasion,), unwanted=frozenset({refused}), now=NOW))
    for outfit in outfits:
        assert set(outfit.garments) <= set(garments)
        assert not any(one.is_of(refused) for one in outfit.garments)
        assert 0 <= outfit.score <= 1.5
        assert len({one.item.id for one in outfit.garments}) == len(outfit.garments)
    assert len({tuple(one.item.id for one in outfit.garments) for outfit in outfits}) == len(outfits)
