"""GET /api/tailors/{id} and its page: the whole profile, and what of it only the signed-in see."""

import re
from collections.abc import Callable
from secrets import token_hex
from typing import Any

import psycopg
import pytest

from tests.catalog.conftest import Shop
from tests.support.people import People

NewShop = Callable[..., Shop]
HTML = {"Accept": "text/html"}


async def test_everything_about_tariq(people: People, new_shop: NewShop, desk: psycopg.Connection[Any]) -> None:
    tariq = new_shop("Tariq Khan", years=21, works=5, phone="+91 99000 44444")
    cora = await people.customer("Cora", location="COMMERCIAL_STREET")
    shown = (await cora.get(f"/api/tailors/{tariq.id}")).json()["data"]
    assert (shown["name"], shown["distance"], shown["canReview"]) == ("Tariq Khan", 0.8, True)
    assert len(shown["sampleWork"]) == 5, "all of it"
    assert (shown["phone"], shown["email"]) == ("+91 99000 44444", tariq.email)
    assert (shown["reviews"], shown["ratings"]) == ([], [0, 0, 0, 0, 0])
    elsewhere = (await cora.get(f"/api/tailors/{tariq.id}?latitude=12.9756&longitude=77.605")).json()["data"]
    assert elsewhere["distance"] == 0.0
    assert (await cora.get(f"/api/tailors/{tariq.id}?latitude=12.9756")).status_code == 422
    views = "select count(*) from profile_views where user_id = %s and viewer_id = %s"
    assert desk.execute(views, [tariq.user_id, cora.id]).fetchone() == (1,), "a look counts once a day"


async def test_visitors_see_no_phone_and_no_email(people: People, new_shop: NewShop) -> None:
    """G21"""
    tariq = new_shop("Tariq Khan", phone="+91 99000 55555")
    visitor = people.anonymous()
    for path, accept in ((f"/api/tailors/{tariq.id}", "*/*"), (f"/customer/tailors/{tariq.id}", "text/html")):
        answer = await visitor.get(path, headers={"Accept": accept})
        assert answer.status_code == 200
        assert tariq.email not in answer.text
        assert "99000" not in answer.text
    page = (await (await people.designer()).get(f"/customer/tailors/{tariq.id}", headers=HTML)).text
    assert 'href="tel:+919900055555"' in page
    assert "Request alteration" not in page, "only customers ask"


@pytest.mark.parametrize("id", ["cnobody00000000000000000000", "a%00b", "..%2F..", "a" * 5000, "'; drop"])
async def test_nobody_lives_there(people: People, id: str) -> None:
    for who in (people.anonymous(), await people.customer()):
        answer = await who.get(f"/api/tailors/{id}", headers={"Accept": "application/json"})
        assert answer.status_code == 404
        assert (await who.get(f"/customer/tailors/{id}", headers=HTML)).status_code == 404


async def test_the_address_of_the_page_holds_the_state(people: People, new_shop: NewShop) -> None:
    mark = f"T{token_hex(6)}"
    tariq = new_shop(f"Tariq {mark}", skills=("HEMMING",), years=12)
    new_shop(f"Other {mark}", skills=("STITCHING",), years=12)
    query = f"latitude=12.9756&longitude=77.605&search={mark}&skills=HEMMING&minExperience=10&maxDistance=2"
    cora = await people.customer("Cora")
    html = (await cora.get(f"/customer/tailors?{query}", headers=HTML)).text
    assert tariq.name in html
    assert "Other" not in html
    for chip in ("Near MG Road", "Within 2 km", "Hemming", "10+ years"):
        assert f"Remove filter: </span>{chip}" in html
    assert f'href="tel:{(tariq.phone or "").replace(" ", "")}"' in html
    assert f'name="tailorId" value="{tariq.id}"' in html
    assert f"/customer/alterations/new?tailorId={tariq.id}" in html
    part = await cora.get(
        f"/customer/tailors?{query}&page=", headers=HTML | {"HX-Request": "true", "HX-Target": "results"}
    )
    assert re.match(r'\s*<section\s+id="results"', part.text)
    assert part.headers["HX-Push-Url"] == f"/customer/tailors?{query}"


async def test_a_distance_from_nowhere_is_said_at_its_field(people: People) -> None:
    answer = await people.anonymous().get("/customer/tailors?maxDistance=2", headers=HTML)
    assert answer.status_code == 422
    assert "Give your location first" in answer.text
    assert "Near MG Road" in answer.text, "and where one may look from"
