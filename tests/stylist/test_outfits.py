"""Outfits: what fits, what never does, and what is said to be missing."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from neural_threads.features.stylist.fitness import FIT, OutfitRequirements
from neural_threads.features.stylist.garments import garment_of
from neural_threads.features.stylist.outfits import compose
from neural_threads.features.stylist.shapes import DesignSegment, OutfitSegment, OwnedItem, TextSegment
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


def whys(text: str, wardrobe: tuple[OwnedItem, ...] = WARDROBE) -> list[str]:
    return [
        segment.why or "" for segment in ask(text, wardrobe=wardrobe).segments if isinstance(segment, OutfitSegment)
    ]


def test_why_says_what_the_card_does_not_show() -> None:
    for text in (
        "what do I wear to the wedding",
        "job interview tomorrow, what do I wear",
        "what do I wear to college",
    ):
        answer = ask(text)
        for segment in answer.segments:
            if isinstance(segment, OutfitSegment):
                assert segment.why
                assert not [piece.name for piece in segment.items if piece.name and piece.name in segment.why]
    first, *others = whys("job interview tomorrow, what do I wear")
    assert "right for work" in first
    assert not [why for why in others if "right for work" in why], "the occasion is told once"


def test_why_tells_how_colours_are_to_each_other() -> None:
    white, navy = (
        item("White shirt", "UPPERWEAR", "FORMAL", "white"),
        item("Navy trousers", "BOTTOMWEAR", "FORMAL", "navy"),
    )
    mustard, grey = (
        item("Mustard kurta", "UPPERWEAR", "ETHNIC", "mustard"),
        item("Grey trousers", "BOTTOMWEAR", "FORMAL", "grey"),
    )
    palazzo = item("Navy palazzo", "BOTTOMWEAR", "ETHNIC", "navy")
    assert "White stays in the background, so that navy stands out." in whys("office outfit", (white, navy))[0]
    assert "lie opposite on the colour wheel" in whys("outfit for the temple", (mustard, palazzo))[0]
    assert "Only calm colours" in whys("office outfit", (white, grey))[0]


def test_why_says_nothing_of_how_items_fit_where_there_is_one() -> None:
    assert whys("which blouse goes with my saree", (SAREE,)) == ["It fits what you asked for."]


def test_why_tells_custom_weather_sets_and_rest() -> None:
    kurta, pyjama = (
        item("Mustard cotton kurta", "UPPERWEAR", "ETHNIC", "mustard"),
        item("White pyjama", "BOTTOMWEAR", "ETHNIC", "white"),
    )
    assert "Mustard is the colour that custom likes here." in whys("haldi outfit", (kurta, pyjama, SAREE))[0]
    assert "rain" in whys("office outfit, it is raining", (SHIRT, TROUSERS, OXFORDS, TRENCH))[0]
    rested, fresh = replace(SHIRT, last_worn_at=long_ago(60)), replace(TROUSERS, last_worn_at=None)
    assert whys("office outfit", (rested, fresh))[0].endswith(f"Not worn yet: {TROUSERS.name}.")
    assert whys("office outfit", (rested, replace(TROUSERS, last_worn_at=long_ago(45))))[0].endswith(
        "You have not worn it for a while."
    )
    pair = tuple(replace(each, set_id="one") for each in (kurta, pyjama))
    assert "These belong together as a set of yours." in whys("temple outfit", pair)[0]


def test_what_cannot_be_washed_stays_at_home_where_turmeric_flies() -> None:
    kurta, trousers = (
        item("Mustard cotton kurta", "UPPERWEAR", "ETHNIC", "mustard"),
        item("White palazzo", "BOTTOMWEAR", "CASUAL", "white"),
    )
    assert worn(ask("what to wear to the haldi", wardrobe=(SAREE, LEHENGA, kurta, trousers))) >= {
        kurta.name,
        trousers.name,
    }
    assert not {SAREE.name, LEHENGA.name} & worn(
        ask("what to wear to the haldi", wardrobe=(SAREE, LEHENGA, kurta, trousers))
    )
    assert SAREE.name in worn(ask("what to wear to the haldi", wardrobe=(SAREE, JUTTIS))), "better silk than nothing"


def test_a_party_on_the_beach_is_dressed_for_the_beach() -> None:
    shirt = item("Printed beach shirt", "UPPERWEAR", "CASUAL", "orange")
    assert worn(ask("beach party in Goa, what do I wear", wardrobe=(shirt, SHORTS, SHIRT, TROUSERS))) >= {
        shirt.name,
        SHORTS.name,
    }


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
