"""GET /api/tailors: every filter, distances and orders, pages, and what is refused."""

from collections.abc import Awaitable, Callable
from secrets import token_hex
from typing import Any

import psycopg
import pytest

from tests.catalog.conftest import Shop
from tests.support.people import Anonymous, People
from tests.support.server import Server

NewShop = Callable[..., Shop]
MG_ROAD = "latitude=12.9756&longitude=77.6050"


@pytest.fixture
def mark() -> str:
    """A word in the names of this test's shops, so that it can find just them."""
    return f"T{token_hex(6)}"


async def names(who: Anonymous, query: str) -> list[str]:
    """Return who is found, in order, by first name."""
    answer = await who.get(f"/api/tailors?{query}")
    assert answer.status_code == 200, answer.text
    return [tailor["name"].split()[0] for tailor in answer.json()["data"]]


async def test_a_card_says_all_that_a_card_shows(people: People, new_shop: NewShop, mark: str) -> None:
    tariq = new_shop(f"Tariq {mark}", years=21, skills=("HEMMING", "ALTERATIONS"), works=4, rating_sum=9, reviews=2)
    answer = (await people.anonymous().get(f"/api/tailors?search={mark}")).json()
    assert answer["success"] is True
    assert answer["pagination"] == {"page": 1, "limit": 20, "total": 1, "totalPages": 1}
    [card] = answer["data"]
    shown = card.pop("sampleWork")
    assert card == {
        "id": tariq.id,
        "userId": tariq.user_id,
        "name": tariq.name,
        "bio": "",
        "location": "MG_ROAD",
        "address": "7, Dispensary Road",
        "latitude": 12.9756,
        "longitude": 77.605,
        "distance": None,
        "yearsOfExperience": 21,
        "skills": ["HEMMING", "ALTERATIONS"],
        "languages": ["ENGLISH"],
        "profilePhoto": None,
        "rating": 4.5,
        "reviewCount": 2,
    }
    assert [work["description"] for work in shown] == ["Hem 0", "Hem 1", "Hem 2"]
    assert all(work["imageUrl"].startswith("/media/test/") and work["tailorId"] == tariq.id for work in shown)


async def test_a_name_is_found_however_it_is_spelled(people: People, new_shop: NewShop) -> None:
    word = "".join(chr(ord("a") + int(digit, 16)) for digit in token_hex(5))
    new_shop(f"Shankarappa {word}")
    assert await names(people.anonymous(), f"search=shankrappa {word}") == ["Shankarappa"]
    told = await people.anonymous().get(f"/customer/tailors?search=shankrappa {word}", headers={"Accept": "text/html"})
    assert f"Showing results for “Shankarappa {word.title()}”." in told.text
    assert await names(people.anonymous(), f"search=shankarappa%20%20{word}") == ["Shankarappa"]
    assert await names(people.anonymous(), f"search=Shankarappa%09{word}") == ["Shankarappa"]


async def test_each_filter_leaves_out_who_does_not_fit(
    people: People, new_shop: NewShop, mark: str, desk: psycopg.Connection[Any]
) -> None:
    new_shop(f"Asha {mark}", skills=("HEMMING", "EMBROIDERY"), years=3)
    bela = new_shop(f"Bela {mark}", skills=("STITCHING",), years=8, location="COMMERCIAL_STREET", at=(12.9822, 77.6083))
    chitra = new_shop(f"Chitra {mark}", skills=("BRIDAL_WORK",), years=15, at=(13.0656, 77.6050))
    speak = "update tailors set languages = %s where id = %s"
    desk.execute(speak, (["TAMIL", "HINDI"], bela.id))
    desk.execute(speak, (["HINDI"], chitra.id))
    visitor = people.anonymous()
    for query, found in {
        "skills=HEMMING": {"Asha"},
        "skills=EMBROIDERY&skills=STITCHING": {"Asha", "Bela"},
        "skills=EMBROIDERY,STITCHING,BRIDAL_WORK": {"Asha", "Bela", "Chitra"},
        "location=COMMERCIAL_STREET": {"Bela"},
        "minExperience=8": {"Bela", "Chitra"},
        "maxExperience=8": {"Asha", "Bela"},
        "minExperience=4&maxExperience=14": {"Bela"},
        "language=HINDI": {"Bela", "Chitra"},
        "language=ENGLISH,TAMIL": {"Asha", "Bela"},
        "language=KANNADA": set(),
        f"{MG_ROAD}&language=HINDI": {"Bela", "Chitra"},
        f"{MG_ROAD}&maxDistance=2&language=HINDI": {"Bela"},
        f"{MG_ROAD}&maxDistance=0.5": {"Asha"},
        f"{MG_ROAD}&maxDistance=2": {"Asha", "Bela"},
        f"{MG_ROAD}&maxDistance=2&sortBy=rating": {"Asha", "Bela"},
        f"{MG_ROAD}&maxDistance=12": {"Asha", "Bela", "Chitra"},
        f"{MG_ROAD}&maxDistance=2&skills=BRIDAL_WORK": set(),
    }.items():
        assert set(await names(visitor, f"search={mark}&{query}")) == found, query


async def test_the_nearest_come_first_with_their_distance(people: People, new_shop: NewShop, mark: str) -> None:
    new_shop(f"Far {mark}", at=(13.0656, 77.6050), rating_sum=5, reviews=1)
    new_shop(f"Here {mark}", at=(12.9756, 77.6050))
    new_shop(f"Nowhere {mark}", at=None, rating_sum=5, reviews=1)
    new_shop(f"Near {mark}", at=(12.9822, 77.6083))
    answer = (await people.anonymous().get(f"/api/tailors?search={mark}&{MG_ROAD}")).json()
    told = [(tailor["name"].split()[0], tailor["distance"]) for tailor in answer["data"]]
    assert told == [("Here", 0.0), ("Near", 0.8), ("Far", 10.0), ("Nowhere", None)], "as PostGIS measures, in km"
    assert answer["pagination"]["total"] == 4


async def test_the_orders_and_what_is_usual(people: People, new_shop: NewShop, mark: str) -> None:
    new_shop(f"Two {mark}", years=9, rating_sum=8, reviews=2, at=(12.9800, 77.6050), id=f"c{mark}2")
    new_shop(f"Three {mark}", years=2, rating_sum=12, reviews=3, at=(12.9756, 77.6050), id=f"c{mark}3")
    new_shop(f"None {mark}", years=9, at=(12.9900, 77.6050), id=f"c{mark}0")
    new_shop(f"Best {mark}", years=1, rating_sum=5, reviews=1, at=(12.9850, 77.6050), id=f"c{mark}1")
    visitor = people.anonymous()
    for query, order in {
        "": "Best Three Two None",
        MG_ROAD: "Three Two Best None",
        f"{MG_ROAD}&sortBy=distance&sortOrder=asc": "Three Two Best None",
        f"{MG_ROAD}&sortBy=rating": "Best Three Two None",
        f"{MG_ROAD}&sortBy=rating&sortOrder=asc": "None Three Two Best",
        "sortBy=experience": "Two None Three Best",
        "sortBy=experience&sortOrder=asc": "Best Three Two None",
    }.items():
        assert " ".join(await names(visitor, f"search={mark}&{query}")) == order, query


async def test_distance_from_the_customers_own_quarter(people: People, new_shop: NewShop, mark: str) -> None:
    new_shop(f"Up {mark}", at=(12.9822, 77.6083))
    new_shop(f"Down {mark}", at=(12.9756, 77.6050), rating_sum=5, reviews=1)
    cora = await people.customer("Cora", location="COMMERCIAL_STREET")
    assert await names(cora, f"search={mark}&sortBy=distance") == ["Up", "Down"]
    assert await names(cora, f"search={mark}&maxDistance=0.3") == ["Up"]
    answer = (await cora.get(f"/api/tailors?search={mark}")).json()
    assert [tailor["distance"] for tailor in answer["data"]] == [0.8, 0.0], "told, but the best rated come first"
    odile = await people.customer("Odile")
    for who in (odile, await people.tailor(), people.anonymous()):
        for query, field in {"sortBy=distance": "sortBy", "maxDistance=2": "maxDistance"}.items():
            refused = await who.get(f"/api/tailors?{query}")
            assert refused.status_code == 422
            assert set(refused.json()["error"]["fields"]) == {field}


@pytest.mark.case("G17", "G19")
@pytest.mark.parametrize(
    ("query", "fields"),
    {
        "sortBy=rating;DROP": {"sortBy"},
        "sortBy=reviews": {"sortBy"},
        "sortOrder=x": {"sortOrder"},
        f"{MG_ROAD}&sortBy=distance&sortOrder=desc": {"sortOrder"},
        "skills=FOO": {"skills"},
        "skills=HEMMING,FOO": {"skills"},
        "location=PARIS": {"location"},
        "minExperience=5&maxExperience=4": {"minExperience", "maxExperience"},
        "minExperience=-1": {"minExperience"},
        "latitude=91&longitude=77": {"latitude"},
        "latitude=-90.1&longitude=181": {"latitude", "longitude"},
        "latitude=NaN&longitude=77": {"latitude"},
        "latitude=Infinity&longitude=77": {"latitude"},
        "latitude=12.9": {"longitude"},
        "longitude=77.6": {"latitude"},
        f"{MG_ROAD}&maxDistance=-1": {"maxDistance"},
        f"{MG_ROAD}&maxDistance=NaN": {"maxDistance"},
        f"{MG_ROAD}&maxDistance=Infinity": {"maxDistance"},
        f"{MG_ROAD}&maxDistance=near": {"maxDistance"},
        "page=0": {"page"},
        "limit=-5&page=0": {"limit", "page"},
        "search=%00": {"search"},
    }.items(),
)
async def test_what_cannot_be_is_refused_by_name(people: People, query: str, fields: set[str]) -> None:
    """G17, G19"""
    answer = await people.anonymous().get(f"/api/tailors?{query}")
    assert answer.status_code == 422, answer.text
    assert set(answer.json()["error"]["fields"]) == fields


@pytest.mark.case("G19")
async def test_who_asks_for_the_whole_earth_gets_a_hundred_kilometres(
    people: People, new_shop: NewShop, mark: str
) -> None:
    """G19"""
    new_shop(f"Near {mark}")
    new_shop(f"Mysuru {mark}", at=(12.2958, 76.6394))  # 128 km away
    new_shop(f"Kolar {mark}", at=(13.1367, 78.1292))  # 60 km away
    assert await names(people.anonymous(), f"search={mark}&{MG_ROAD}&maxDistance=1e9") == ["Near", "Kolar"]


@pytest.mark.case("G18")
@pytest.mark.parametrize("sign", ["%", "_", "\\", "(", "[a-z]*", "'", "\N{SNOWMAN}"])
async def test_signs_in_a_search_mean_themselves(people: People, new_shop: NewShop, mark: str, sign: str) -> None:
    """G18"""
    new_shop(f"Plain {mark}")
    marked = new_shop(f"{sign}Zoë {mark}")
    found = await people.anonymous().get("/api/tailors", params={"search": f"{sign}zoe {mark}"})
    assert [tailor["id"] for tailor in found.json()["data"]] == [marked.id]


@pytest.mark.case("G18")
async def test_a_search_of_ten_thousand_characters_is_refused_at_once(people: People) -> None:
    """G18"""
    for typed in ("a" * 101, "(a+)+" * 2_000):
        answer = await people.anonymous().get("/api/tailors", params={"search": typed})
        assert answer.status_code == 422
        assert answer.elapsed.total_seconds() < 0.5


@pytest.mark.case("G20")
async def test_many_questions_do_not_sharpen_a_distance(people: People, new_shop: NewShop, mark: str) -> None:
    """G20: a distance has one decimal, and where Cora lives is in no answer."""
    shop = new_shop(f"Tariq {mark}", at=(12.98123456, 77.60987654))
    cora = await people.customer("Cora", location="MG_ROAD")
    for n in range(10):
        answer = await cora.get(f"/api/tailors?search={mark}&latitude={12.97 + n / 7919}&longitude={77.6 + n / 6151}")
        [tailor] = answer.json()["data"]
        assert tailor["distance"] == round(tailor["distance"], 1)
        assert (tailor["latitude"], tailor["longitude"]) == shop.at, "of a shop everybody may know"
    for path in (f"/api/tailors?search={mark}", f"/api/tailors/{shop.id}"):
        assert "77.605" not in (await cora.get(path)).text.replace("77.6098", "")


async def test_pages_hold_everybody_once(people: People, new_shop: NewShop, mark: str) -> None:
    spots = [(12.97 + n % 4 / 1000, 77.60) if n % 6 else None for n in range(23)]
    shops = {new_shop(f"N {mark}", at=spot, rating_sum=n % 5, reviews=1).id for n, spot in enumerate(spots)}
    visitor = people.anonymous()
    for more in ("", f"{MG_ROAD}", f"{MG_ROAD}&sortBy=experience"):
        found: list[str] = []
        for page in range(1, 7):
            answer = (await visitor.get(f"/api/tailors?search={mark}&limit=5&page={page}&{more}")).json()
            assert answer["pagination"] == {"page": page, "limit": 5, "total": 23, "totalPages": 5}
            found += [tailor["id"] for tailor in answer["data"]]
        assert len(found) == 23
        assert set(found) == shops
    answer = (await visitor.get("/api/tailors?limit=1000000000&page=1000000000")).json()
    assert (answer["pagination"]["limit"], answer["data"]) == (100, [])


async def test_a_cursor_goes_through_everybody_once(people: People, new_shop: NewShop, mark: str) -> None:
    spots = [(12.97 + n % 4 / 1000, 77.60) if n % 6 else None for n in range(23)]
    shops = {new_shop(f"N {mark}", at=spot, rating_sum=n % 5, reviews=1).id for n, spot in enumerate(spots)}
    visitor = people.anonymous()
    for more in ("", f"&{MG_ROAD}", f"&{MG_ROAD}&sortBy=experience", "&skills=HEMMING&language=ENGLISH"):
        whole = (await visitor.get(f"/api/tailors?search={mark}&limit=100{more}")).json()
        assert (whole["hasMore"], whole["nextCursor"]) == (False, None)
        found: list[str] = []
        cursor, pages = "", 0
        while cursor is not None:
            answer = (await visitor.get(f"/api/tailors?search={mark}&limit=5&cursor={cursor}{more}")).json()
            found += [tailor["id"] for tailor in answer["data"]]
            pages += 1
            assert answer["pagination"]["page"] == pages
            assert answer["hasMore"] == (answer["nextCursor"] is not None)
            cursor = answer["nextCursor"]
        assert found == [tailor["id"] for tailor in whole["data"]]
        if "skills" not in more:
            assert set(found) == shops


async def test_a_list_goes_on_after_the_last_one_whatever_came_before(
    people: People, new_shop: NewShop, mark: str, desk: Any
) -> None:
    shops = [new_shop(f"N {mark}", rating_sum=4, reviews=1, years=n).id for n in range(12)]
    visitor = people.anonymous()
    query = f"/api/tailors?search={mark}&sortBy=experience&limit=4"
    first = (await visitor.get(query)).json()
    for n in range(3):
        new_shop(f"N {mark}", rating_sum=4, reviews=1, years=40 + n)
    second = (await visitor.get(f"{query}&cursor={first['nextCursor']}")).json()
    found = [tailor["id"] for tailor in first["data"] + second["data"]]
    assert found == shops[::-1][:8]


async def test_a_cursor_is_only_good_for_its_own_list(people: People, new_shop: NewShop, mark: str) -> None:
    for _ in range(3):
        new_shop(f"N {mark}")
    visitor = people.anonymous()
    cursor = (await visitor.get(f"/api/tailors?search={mark}&limit=1")).json()["nextCursor"]
    changed = ("A" if cursor[0] != "A" else "B") + cursor[1:]
    for wrong in (
        f"search={mark}&cursor={changed}",
        f"cursor={cursor}",
        f"search={mark}&sortBy=experience&cursor={cursor}",
    ):
        answer = await visitor.get(f"/api/tailors?limit=1&{wrong}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "INVALID_CURSOR")


async def test_whoever_has_left_is_listed_nowhere(people: People, new_shop: NewShop, mark: str, desk: Any) -> None:
    gone = new_shop(f"Gone {mark}")
    desk.execute("update users set deleted_at = now(), name = 'Deleted user' where id = %s", [gone.user_id])
    assert await names(people.anonymous(), f"search={mark}") == []
    assert (await people.anonymous().get(f"/api/tailors/{gone.id}")).status_code == 404


async def test_tariq_signs_up_and_is_found_near_his_shop(people: People, mark: str) -> None:
    tariq = await people.tailor(f"Tariq {mark}", latitude=12.9822, longitude=77.6083)
    answer = (await people.anonymous().get(f"/api/tailors?search={mark}&{MG_ROAD}&maxDistance=1")).json()
    assert [tailor["userId"] for tailor in answer["data"]] == [tariq.id]


async def test_phones_stand_on_the_cards_of_the_signed_in(
    people: People, new_shop: NewShop, mark: str, desk: psycopg.Connection[Any]
) -> None:
    """G21"""
    tariq = new_shop(f"Tariq {mark}", phone="+91 99000 33333")
    visitor = people.anonymous()
    for path in ("/api/tailors", "/customer/tailors"):
        text = (await visitor.get(f"{path}?search={mark}&{MG_ROAD}", headers={"Accept": "*/*"})).text
        assert tariq.email not in text
        assert "99000" not in text
    for role in ("customer", "designer", "tailor"):
        who = await getattr(people, role)()
        [card] = (await who.get(f"/api/tailors?search={mark}")).json()["data"]
        assert (card["phone"], card["email"]) == ("+91 99000 33333", tariq.email)
    assert "99000" not in (await visitor.get(f"/api/tailors?search={mark}")).text


@pytest.mark.long  # a server is started; security/test_scraping.py has one in bin/test
@pytest.mark.case("G21")
async def test_phones_cannot_be_gathered_by_the_thousand(
    fresh_server: Callable[..., Awaitable[Server]], people_at: Callable[[Server], People]
) -> None:
    """G21: after enough of them the cards come without, and lead to the profile, which has its own limit."""
    limits = "contacts=40/hour;profiles=2/hour"
    people = people_at(await fresh_server(THREADS_RATE_LIMITS="on", THREADS_LIMITS=limits))
    tariq, cora = await people.tailor("Tariq", phone="+91 98450 77777"), await people.customer("Cora")
    seen = ["phone" in (await cora.get("/api/tailors")).json()["data"][0] for _ in range(4)]
    assert seen == [True, True, False, False]
    page = (await cora.get("/customer/tailors", headers={"Accept": "text/html"})).text
    assert "98450" not in page
    assert "#contact" in page
    path = f"/api/tailors/{(await tariq.me())['tailor']['id']}"
    assert [(await cora.get(path)).status_code for _ in range(3)] == [200, 200, 429]
