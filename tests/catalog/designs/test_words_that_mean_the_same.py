"""GET /api/designs: a word of any of five languages, and of any spelling, finds what the English word finds."""

from collections.abc import Callable
from secrets import token_hex
from typing import Any

import pytest

from tests.catalog.conftest import Studio, hang
from tests.support.people import Anonymous, People

NewStudio = Callable[..., Studio]


@pytest.fixture
def mark() -> str:
    """A word in the descriptions of this test's pieces."""
    return f"q{token_hex(6)}"


async def found(who: Anonymous, search: str) -> set[str]:
    answer = await who.get("/api/designs", params={"search": search})
    assert answer.status_code == 200, answer.text
    return {item["description"].split(",")[0] for item in answer.json()["data"]}


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Lehenga", "లెహంగా ಲೆಹೆಂಗಾ लहंगा லெஹெங்கா லெஹங்கா lehnga lahanga lehengas"),
        ("Zari work", "జరీ ಜರಿ ज़री ஜரி jari"),
        ("Saree", "ಸೀರೆ साड़ी புடவை చీర sari saari sarees seere pudavai"),
        ("Chikankari kurta", "ಚಿಕಂಕಾರಿ चिकनकारी kurtas ಕುರ್ತಾ குர்தா"),
        ("Blue gown", "ನೀಲಿ नीला நீலம் నీలం neela"),
        ("Bandhani", "बांधनी bandhej ಬಾಂಧನಿ"),
        ("Ikat", "ikkat ఇక్కత్ इकत"),
        ("Trousers", "pant pants ಪ್ಯಾಂಟ್"),
        ("ಸೀರೆ", "saree sari புடவை"),
    ],
)
async def test_words_of_five_languages_find_the_same(
    people: People, new_studio: NewStudio, desk: Any, mark: str, written: str, typed: str
) -> None:
    kavya, visitor = new_studio("Kavya"), people.anonymous()
    hang(desk, kavya.id, description=f"{written}, {mark}")
    hang(desk, kavya.id, description=f"Shawl, {mark}")
    for word in typed.split():
        assert await found(visitor, f"{word} {mark}") == {written}, word


async def test_a_category_is_found_by_its_name_in_ones_own_script(
    people: People, new_studio: NewStudio, desk: Any, mark: str
) -> None:
    kavya, visitor = new_studio("Kavya"), people.anonymous()
    hang(desk, kavya.id, description=f"Gown, {mark}", category="BRIDAL")
    hang(desk, kavya.id, description=f"Bandi, {mark}", category="FORMAL")
    for word in ("ಮದುವೆ", "திருமணம்", "పెళ్లి", "maduve"):
        assert await found(visitor, f"{word} {mark}") == {"Gown"}, word


async def test_an_unknown_word_of_an_indian_script_is_tried_by_its_sound(
    people: People, new_studio: NewStudio, desk: Any, mark: str
) -> None:
    kavya, visitor = new_studio("Kavya"), people.anonymous()
    hang(desk, kavya.id, description=f"Garba set, {mark}")
    hang(desk, kavya.id, description=f"Phulkari set, {mark}")
    for garba, phulkari in (("ಗರ್ಬಾ", "ಫುಲ್ಕಾರಿ"), ("गरबा", "फुलकारी"), ("గర్బా", "ఫుల్కారి")):
        assert await found(visitor, f"{garba} {mark}") == {"Garba set"}
        assert await found(visitor, f"{phulkari} {mark}") == {"Phulkari set"}
    assert await found(visitor, f"ಕೊಡೆಯಂತೆ {mark}") == set()


async def test_a_known_word_is_no_misspelling_of_another(
    people: People, new_studio: NewStudio, desk: Any, mark: str
) -> None:
    kavya, visitor = new_studio("Kavya"), people.anonymous()
    hang(desk, kavya.id, description=f"Shirt, {mark}")
    hang(desk, kavya.id, description=f"Panther print, {mark}")
    assert await found(visitor, f"skirt {mark}") == set()
    assert await found(visitor, f"ಲಂಗ {mark}") == set()
    assert await found(visitor, f"pants {mark}") == set()
    assert await found(visitor, f"shirtt {mark}") == {"Shirt"}
