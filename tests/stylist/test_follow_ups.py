"""Follow-ups in a real conversation: "another" shows others, "cheaper" goes below what was shown, and what there is not is said."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from neural_threads.features.stylist.phrases import say
from neural_threads.platform.cache import public_cache
from tests.catalog.conftest import Studio, hang
from tests.factories.wardrobe import hung
from tests.stylist.asking import asked, segments_of
from tests.support.people import People, Person

NewStudio = Callable[..., Studio]
pytestmark = pytest.mark.usefixtures("database")


async def talk(me: Person, *messages: str) -> list[dict[str, Any]]:
    """The answers to messages of one conversation."""
    answers: list[dict[str, Any]] = []
    for message in messages:
        more = {"conversationId": answers[0]["conversationId"]} if answers else {}
        answers.append(await asked(me, message, **more))
    return answers


async def test_another_designer_is_another_until_there_are_no_more(people: People, new_studio: NewStudio) -> None:
    cora = await people.customer()
    for number in range(5):
        new_studio(f"Yara {number}", niches=("SPORTSWEAR",), languages=("TELUGU",), rating_sum=50, reviews=10)
    public_cache.drop()
    question = "sportswear designer who speaks Telugu"
    first, second, *rest = await talk(cora, question, "show me another", "another one please", "another one please")
    names = [{card["name"] for card in segments_of(answer, "designer")} for answer in (first, second)]
    assert len(names[0]) == 3
    assert names[1]
    assert not names[0] & names[1]
    assert say("en", "others.none") not in second["response"]
    assert say("en", "others.none") in rest[-1]["response"]


async def test_cheaper_designs_begin_below_all_that_were_shown(
    people: People, new_studio: NewStudio, desk: Any
) -> None:
    cora = await people.customer()
    studio = new_studio("Ishaan", niches=("WESTERN",))
    for price in (61000, 62000, 63000, 51000):
        hang(desk, studio.id, price, price + 9000, description="Emerald velvet gown", category="WESTERN")
    public_cache.drop()
    first, second = await talk(cora, "show me emerald velvet gown designs", "show me something cheaper")
    before = [card["price"] for card in segments_of(first, "design")]
    after = [card["price"] for card in segments_of(second, "design")]
    assert before
    assert max(after, default=0) < min(before), (before, after, second["response"])
    if not after:
        assert f"{min(before):,}"[:2] in second["response"]


async def test_the_cheaper_designer_is_named_first_with_the_price(people: People, new_studio: NewStudio) -> None:
    cora = await people.customer()
    new_studio(
        "Dear", niches=("SPORTSWEAR",), languages=("KANNADA",), pieces=((90000, 99000),), rating_sum=50, reviews=10
    )
    new_studio(
        "Modest", niches=("SPORTSWEAR",), languages=("KANNADA",), pieces=((700, 900),), rating_sum=30, reviews=10
    )
    public_cache.drop()
    _first, second = await talk(cora, "sportswear designer who speaks Kannada", "who is cheaper?")
    cards = segments_of(second, "designer")
    begins = [int(price.replace(",", "")) for card in cards for price in re.findall(r"₹([\d,]+)", card["why"])]
    assert len(begins) >= 2
    assert begins == sorted(begins), second["response"]
    assert begins[0] <= 700  # Other tests' designers may be cheaper still,
    assert all("₹" in card["why"] for card in cards[: len(begins)])  # and those who show no price come last.


async def test_tailors_name_no_price_before_they_have_seen_the_work(people: People, desk: Any) -> None:
    cora = await people.customer()
    desk.execute(
        "insert into users (id, email, password_hash, role, name) values ('fut', 'fut@example.com', 'x', 'TAILOR', 'Selvi')"
        " on conflict do nothing"
    )
    desk.execute(
        "insert into tailors (id, user_id, location, skills, languages, rating_sum, review_count)"
        " values ('fut', 'fut', 'MG_ROAD', '{ZIPPER_REPAIR}', '{TAMIL}', 50, 10) on conflict do nothing"
    )
    public_cache.drop()
    _first, second = await talk(cora, "zip of my skirt broke, need a tailor", "who is cheaper")
    assert say("en", "tailor.cheaper") in second["response"]
    assert segments_of(second, "tailor")


async def test_another_outfit_is_another_until_the_wardrobe_has_no_more(people: People) -> None:
    cora = await people.customer()
    for name in ("Teal silk saree", "Maroon silk saree", "Ivory silk saree"):
        await hung(cora, name=name, category="DRESS", subcategory="ETHNIC")
    answers = await talk(cora, "what should I wear to a wedding", "another one", "another one")
    worn = [[item["name"] for outfit in segments_of(one, "outfit") for item in outfit["items"]] for one in answers]
    assert worn[1]
    assert not set(worn[0]) & set(worn[1])
    assert say("en", "outfit.again") not in answers[1]["response"]
    assert say("en", "outfit.again") in answers[2]["response"]
