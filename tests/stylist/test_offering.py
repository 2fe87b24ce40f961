"""What a language model is offered: what was asked for, as the local stylist understood it."""

import asyncio

from neural_threads.features.accounts.enums import Language, Location, Niche, Skill
from neural_threads.features.stylist.answering import answer
from neural_threads.features.stylist.model.offer import Offer
from neural_threads.features.stylist.model.offering import MOST_ITEMS, RememberingCatalogue, offer_for
from neural_threads.features.stylist.shapes import OwnedItem
from tests.stylist.asking_the_stylist import CATALOGUE, SAREE, item, turn


def offered(message: str, *earlier: str, wardrobe: tuple[OwnedItem, ...] = ()) -> Offer:
    asked = turn(message, *earlier, wardrobe=wardrobe)
    catalogue = RememberingCatalogue(CATALOGUE)
    reply = asyncio.run(answer(asked, catalogue))
    return asyncio.run(offer_for(asked, reply, catalogue))


def test_designers_of_the_niche_and_the_street() -> None:
    designers = offered("bridal designer near commercial street").designers
    assert designers
    assert all(Niche.BRIDAL in one.design_niches and one.location is Location.COMMERCIAL_STREET for one in designers)


def test_tailors_with_the_skill_also_when_the_conversation_goes_on() -> None:
    for message in (
        ("zip of my skirt broke",),
        ("show me another", "zip of my skirt broke", "These tailors can do it:"),
    ):
        tailors = offered(*message).tailors
        assert tailors
        assert all(Skill.ZIPPER_REPAIR in one.skills for one in tailors)


def test_designs_at_the_price_and_none_where_nothing_fits() -> None:
    designs = offered("kurta designs under 5000").designs
    assert designs
    assert all(one.budget_min is not None and one.budget_min <= 5000 for one in designs)
    assert not offered("lehenga designs under 400 rupees").designs


def test_people_beside_an_outfit_fit_what_was_said() -> None:
    designers = offered("what should I wear to a wedding, or a telugu speaking designer", wardrobe=(SAREE,)).designers
    assert all(Language.TELUGU in one.languages for one in designers)


def test_of_many_items_those_that_suit_are_among_the_offered() -> None:
    wardrobe = (*(item(f"Gym shorts {n}", "BOTTOMWEAR", "CASUAL", "black") for n in range(MOST_ITEMS)), SAREE)
    items = offered("what should I wear to a wedding", wardrobe=wardrobe).items
    assert items[0] == SAREE
    assert len(items) == MOST_ITEMS
