"""GET /api/designers: every filter, every order, pages, and what is refused."""

from collections.abc import Callable
from secrets import token_hex
from typing import Any

import pytest

from tests.catalog.conftest import Studio
from tests.support.people import People

NewStudio = Callable[..., Studio]


@pytest.fixture
def mark() -> str:
    """A word in the names of this test's studios, so that it can find just them."""
    return f"Q{token_hex(6)}"


async def names(people: People, query: str) -> list[str]:
    """Return who is found, in order, by first name."""
    answer = await people.anonymous().get(f"/api/designers?{query}")
    assert answer.status_code == 200, answer.text
    return [designer["name"].split()[0] for designer in answer.json()["data"]]


async def test_a_card_says_all_that_a_card_shows(people: People, new_studio: NewStudio, mark: str) -> None:
    items = ((4000, 9000), (None, None), (100, None), (20, 30))
    kavya = new_studio(f"Kavya {mark}", years=11, niches=("ETHNIC", "CASUAL"), pieces=items, rating_sum=9, reviews=2)
    answer = (await people.anonymous().get(f"/api/designers?search={mark}")).json()
    assert answer["success"] is True
    assert answer["pagination"] == {"page": 1, "limit": 12, "total": 1, "totalPages": 1}
    [card] = answer["data"]
    shown = card.pop("portfolioItems")
    assert card == {
        "id": kavya.id,
        "userId": kavya.user_id,
        "name": kavya.name,
        "bio": "",
        "location": "MG_ROAD",
        "yearsOfExperience": 11,
        "designNiches": ["ETHNIC", "CASUAL"],
        "languages": ["ENGLISH"],
        "profilePhoto": None,
        "rating": 4.5,
        "reviewCount": 2,
        "isSaved": False,
    }
    assert len(shown) == 3, "a card shows three pieces"
    assert [(item["budgetMin"], item["budgetMax"]) for item in shown] == [(20, 30), (100, None), (None, None)]
    assert all(item["imageUrl"].startswith("/media/test/") and item["createdAt"].endswith("Z") for item in shown)


async def test_each_filter_leaves_out_who_does_not_fit(people: People, new_studio: NewStudio, mark: str) -> None:
    new_studio(f"Asha {mark}", niches=("BRIDAL", "FUSION"), languages=("KANNADA",), years=3, pieces=((1000, 2000),))
    new_studio(f"Bela {mark}", niches=("FORMAL",), languages=("TAMIL", "HINDI"), years=8, location="COMMERCIAL_STREET")
    new_studio(f"Chitra {mark}", niches=("CASUAL",), languages=("HINDI",), years=15, pieces=((5000, None), (10, 20)))
    for query, found in {
        "niche=BRIDAL": {"Asha"},
        "niche=FUSION&niche=FORMAL": {"Asha", "Bela"},
        "niche=FUSION,FORMAL,CASUAL": {"Asha", "Bela", "Chitra"},
        "language=HINDI": {"Bela", "Chitra"},
        "language=KANNADA,TAMIL": {"Asha", "Bela"},
        "location=COMMERCIAL_STREET": {"Bela"},
        "minExperience=8": {"Bela", "Chitra"},
        "maxExperience=8": {"Asha", "Bela"},
        "minExperience=4&maxExperience=14": {"Bela"},
        "minBudget=2000": {"Asha", "Chitra"},
        "minBudget=2000.01": {"Chitra"},
        "maxBudget=20": {"Chitra"},
        "maxBudget=9.99": set(),
        "minBudget=21&maxBudget=999": set(),
        "minBudget=15&maxBudget=1000": {"Asha", "Chitra"},
        "niche=CASUAL&language=TAMIL": set(),
    }.items():
        assert set(await names(people, f"search={mark}&{query}")) == found, query


async def test_the_orders_and_their_ties(people: People, new_studio: NewStudio, mark: str) -> None:
    new_studio(f"Two {mark}", years=9, rating_sum=8, reviews=2, id=f"c{mark}2")
    new_studio(f"Three {mark}", years=2, rating_sum=12, reviews=3, id=f"c{mark}3")
    new_studio(f"None {mark}", years=9, id=f"c{mark}0")
    new_studio(f"Best {mark}", years=1, rating_sum=5, reviews=1, id=f"c{mark}1")
    new_studio(f"Twin {mark}", years=9, rating_sum=8, reviews=2, id=f"c{mark}4")
    for query, order in {
        "": "Best Three Two Twin None",
        "sortBy=rating&sortOrder=asc": "None Three Two Twin Best",
        "sortBy=experience": "Two Twin None Three Best",
        "sortBy=experience&sortOrder=asc": "Best Three Two Twin None",
        "sortBy=reviews&sortOrder=desc": "Three Two Twin Best None",
        "sortBy=reviews&sortOrder=asc": "None Best Two Twin Three",
    }.items():
        assert " ".join(await names(people, f"search={mark}&{query}")) == order, query


async def test_a_name_is_found_without_case_and_accents(people: People, new_studio: NewStudio, mark: str) -> None:
    new_studio(f"Zoë-Müller {mark}")
    new_studio(f"ಕಾವ್ಯಾ {mark}")
    for typed in (f"zoe-muller {mark}", "ZOË-MU", f"oe-mÜLLER {mark.lower()}", f"  Zoë-Müller {mark}  "):
        assert await names(people, f"search={typed}") == ["Zoë-Müller"], typed
    assert await names(people, f"search=ಕಾವ್ಯಾ {mark}") == ["ಕಾವ್ಯಾ"]


async def test_a_name_is_found_however_it_is_spelled(people: People, new_studio: NewStudio) -> None:
    word = "".join(chr(ord("a") + int(digit, 16)) for digit in token_hex(5))
    new_studio(f"Chandrika {word}", years=9)
    new_studio(f"Other {word}", years=1)
    visitor = people.anonymous()
    assert await names(people, f"search=Chandrikka {word}&minExperience=5") == ["Chandrika"]
    new_studio(f"Kavya {word}")
    assert await names(people, f"search=kavia {word}") == ["Kavya"]
    assert await names(people, f"search=chandri {word}") == [], "begun words are looked for as they stand"
    told = await visitor.get(f"/customer/designers?search=Chandrikka {word}", headers={"Accept": "text/html"})
    assert f"Showing results for “Chandrika {word.title()}”." in told.text
    assert await names(people, f"search=Chandrikka {word}&minExperience=50") == []


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Lakshmi {}", "laxmi {}"),
        ("Dina {}", "{} dina"),
        ("Dina {}", "deena {}"),
        ("Dina {}", "ದಿನಾ {}"),
        ("Dina {}", "दीना {}"),
        ("{} Iyer", "{} aiyar"),
        ("{} Iyer", "iyer {}"),
        ("Lakshmi {} Rao", "rao lakshmi {}"),
        ("Narayanaswamy{}", "narayan swamy{}"),
    ],
)
async def test_a_name_is_found_by_its_sound_in_any_script_and_order(
    people: People, new_studio: NewStudio, name: str, typed: str
) -> None:
    word = "".join(chr(ord("a") + int(digit, 16)) for digit in token_hex(5))
    new_studio(f"Deepa {word}")
    wanted = new_studio(name.format(word))
    found = await people.anonymous().get("/api/designers", params={"search": typed.format(word)})
    assert [designer["id"] for designer in found.json()["data"]] == [wanted.id]


@pytest.mark.case("G18")
@pytest.mark.parametrize("sign", ["%", "_", "\\", "%%", "\\%", "(", "[a-z]*", ".*.*.*.*x", "'", '"', "\N{SNOWMAN}"])
async def test_signs_in_a_search_mean_themselves(people: People, new_studio: NewStudio, mark: str, sign: str) -> None:
    """G18"""
    new_studio(f"Plain {mark}")
    with_sign = new_studio(f"{sign}Marked {mark}")
    found = await people.anonymous().get("/api/designers", params={"search": f"{sign}Marked {mark}"})
    assert [designer["id"] for designer in found.json()["data"]] == [with_sign.id]
    found = await people.anonymous().get("/api/designers", params={"search": f"{mark}{sign}"})
    assert with_sign.id not in [designer["id"] for designer in found.json()["data"]]


@pytest.mark.case("G18")
async def test_a_search_of_ten_thousand_characters_is_refused_at_once(people: People) -> None:
    """G18"""
    visitor = people.anonymous()
    assert (await visitor.get("/api/designers", params={"search": "a" * 100})).status_code == 200
    for typed in ("a" * 101, "a" * 10_000, "(a+)+" * 2_000):
        answer = await visitor.get("/api/designers", params={"search": typed})
        assert answer.status_code == 422
        assert set(answer.json()["error"]["fields"]) == {"search"}
        assert answer.elapsed.total_seconds() < 0.5


@pytest.mark.case("G17")
@pytest.mark.parametrize(
    ("query", "fields"),
    {
        "sortBy=rating;DROP": {"sortBy"},
        "sortBy=price": {"sortBy"},
        "sortOrder=x": {"sortOrder"},
        "niche=FOO": {"niche"},
        "niche=BRIDAL,FOO": {"niche"},
        "niche=bridal": {"niche"},
        "language=FRENCH&location=PARIS": {"language", "location"},
        "minExperience=5&maxExperience=4": {"minExperience", "maxExperience"},
        "minBudget=500&maxBudget=499.99": {"minBudget", "maxBudget"},
        "minExperience=-1": {"minExperience"},
        "minExperience=5.0": {"minExperience"},
        "maxExperience=many": {"maxExperience"},
        "minBudget=NaN": {"minBudget"},
        "maxBudget=Infinity": {"maxBudget"},
        "minBudget=-1": {"minBudget"},
        "maxBudget=1e400": {"maxBudget"},
        "page=0": {"page"},
        "page=-1": {"page"},
        "page=one": {"page"},
        "page=99999999999999999999": {"page"},
        "limit=0": {"limit"},
        "limit=-5&page=0": {"limit", "page"},
        "limit=twelve": {"limit"},
        "saved=perhaps": {"saved"},
        "search=%00": {"search"},
        "page=1&page=2": {"page"},
    }.items(),
)
async def test_what_cannot_be_is_refused_by_name(people: People, query: str, fields: set[str]) -> None:
    """G17"""
    answer = await people.anonymous().get(f"/api/designers?{query}")
    assert answer.status_code == 422, answer.text
    error = answer.json()["error"]
    assert error["code"] == "INVALID"
    assert set(error["fields"]) == fields
    assert all(sentence for sentence in error["fields"].values())


async def test_empty_and_unknown_parameters_change_nothing(people: People, new_studio: NewStudio, mark: str) -> None:
    new_studio(f"Kavya {mark}")
    empty = "&niche=&language=&location=&minBudget=&maxExperience=&page=&limit=&sortBy=&sortOrder=&saved="
    assert await names(people, f"search={mark}{empty}&utm_source=letter&niche=,,") == ["Kavya"]


async def test_pages_hold_everybody_once(people: People, new_studio: NewStudio, mark: str) -> None:
    studios = {new_studio(f"N {mark}", years=n % 3, rating_sum=n % 5, reviews=1).id for n in range(23)}
    for order in ("rating", "experience", "reviews"):
        found: list[str] = []
        for page in range(1, 7):
            query = f"search={mark}&sortBy={order}&limit=5&page={page}"
            answer = (await people.anonymous().get(f"/api/designers?{query}")).json()
            assert answer["pagination"] == {"page": page, "limit": 5, "total": 23, "totalPages": 5}
            found += [designer["id"] for designer in answer["data"]]
        assert len(found) == 23
        assert set(found) == studios


async def test_a_limit_above_fifty_means_fifty(people: People) -> None:
    answer = (await people.anonymous().get("/api/designers?limit=1000000000&page=1000000000")).json()
    assert answer["pagination"]["limit"] == 50
    assert answer["data"] == []


async def test_whoever_has_left_is_listed_nowhere(people: People, new_studio: NewStudio, mark: str, desk: Any) -> None:
    gone = new_studio(f"Gone {mark}")
    desk.execute("update users set deleted_at = now(), name = 'Deleted user' where id = %s", [gone.user_id])
    assert await names(people, f"search={mark}") == []
    assert (await people.anonymous().get(f"/api/designers/{gone.id}")).status_code == 404


async def test_dina_signs_up_and_is_found_by_her_name(people: People, mark: str) -> None:
    dina = await people.designer(f"Dina {mark}")
    answer = (await people.anonymous().get(f"/api/designers?search={mark.lower()}")).json()
    assert [designer["userId"] for designer in answer["data"]] == [dina.id]
