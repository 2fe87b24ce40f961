"""Nobody gathers makers by the thousand, and a visitor sees no phone and no e-mail anywhere (G20, G21)."""

import re

import pytest

from tests.support.sweeps import sweep

MINE = "98450 77777"
PAGE = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def shape_of_contacts():
    return re.compile(r"[\w.+-]+@(?!2x)[\w-]+\.\w+|(?:\+91|\b0)[ -]?\d{5}[ -]?\d{5}|\b\d{5} \d{5}\b")


async def providers_in(people):
    dina = await people.designer("Dina", phone=f"+91 {MINE}", bio="Brides")
    tariq = await people.tailor("Tariq", phone=f"+91 {MINE}", latitude=12.98, longitude=77.6, address="14 MG Road")
    return dina, tariq, dina.user["designer"]["id"], tariq.user["tailor"]["id"]


def public_places(designer, tailor):
    return [
        *(f"/api/{place}" for place in ("designers", f"designers/{designer}", "designs", "reviews", "tailors")),
        *(f"/api/tailors{rest}" for rest in (f"/{tailor}", "?latitude=12.98&longitude=77.6&maxDistance=5")),
        f"/api/reviews?designerId={designer}",
        f"/api/reviews?tailorId={tailor}",
        "/",
        *(f"/customer/{place}" for place in ("designers", f"designers/{designer}", "designs", "tailors")),
        f"/customer/tailors/{tailor}",
        f"/customer/designers/{designer}/reviews",
        f"/customer/tailors/{tailor}/reviews",
        "/schema/openapi.json",
    ]


@pytest.mark.case("G21")
async def test_no_public_answer_has_a_phone_or_an_email(server, people, shape_of_contacts):
    dina, tariq, designer, tailor = await providers_in(people)
    cora = await people.customer("Cora")
    for provider in ({"designerId": designer}, {"tailorId": tailor}):
        assert (await cora.post("/api/reviews", json=provider | {"rating": 4, "comment": "Fine"})).status_code == 201
    visitor = people.anonymous()
    for place in public_places(designer, tailor):
        for _ in range(2):  # The second answer may come from memory.
            answer = await visitor.get(place, headers={} if place.startswith("/api/") else PAGE)
            assert answer.status_code == 200, place
            for secret in (MINE, dina.email, tariq.email, cora.email):
                assert secret not in answer.text, place
            if place.startswith("/api/"):
                assert not re.findall(r'"(?:phone|email)"', answer.text), place
                assert not shape_of_contacts.findall(answer.text), place


@pytest.mark.case("G21")
@pytest.mark.parametrize("kind", sweep(["designers", "tailors"]))
async def test_a_visitors_address_has_its_hour(kind, fresh_server, people_at):
    """Whether by API, by page, or from what is kept in memory; the next address still may."""
    own = {
        "THREADS_RATE_LIMITS": "on",
        "THREADS_LIMITS": "profiles_address=4/hour",
        "THREADS_TRUSTED_PROXIES": "127.0.0.1",
    }
    people = people_at(await fresh_server(**own))
    _dina, _tariq, designer, tailor = await providers_in(people)
    path = f"/{kind}/{designer if kind == 'designers' else tailor}"
    visitor = people.anonymous()
    here, there = {"X-Forwarded-For": "203.0.113.7"}, {"X-Forwarded-For": "203.0.113.8"}
    looks = [await visitor.get(f"/api{path}", headers=here) for _ in range(3)]
    looks.append(await visitor.get(f"/customer{path}", headers=here | PAGE))
    assert [look.status_code for look in looks] == [200] * 4
    refused = await visitor.get(f"/api{path}", headers=here)
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "TOO_OFTEN")
    assert 0 < int(refused.headers["Retry-After"]) <= 3601
    page = await visitor.get(f"/customer{path}", headers=here | PAGE)
    assert page.status_code == 429
    assert int(page.headers["Retry-After"]) > 0
    assert "<main" in page.text, "in the dress of the house"
    assert (await visitor.get(f"/api/{kind}", headers=here)).status_code == 200, "lists have no contacts to gather"
    assert (await visitor.get(f"/api{path}", headers=there)).status_code == 200


@pytest.mark.case("G21")
@pytest.mark.parametrize("kind", sweep(["designers", "tailors"]))
async def test_an_account_has_its_hour_and_a_visitor_his_own(kind, fresh_server, people_at):
    own = {"THREADS_RATE_LIMITS": "on", "THREADS_LIMITS": "profiles=3/hour;profiles_address=5/hour"}
    people = people_at(await fresh_server(**own))
    _dina, _tariq, designer, tailor = await providers_in(people)
    path = f"/{kind}/{designer if kind == 'designers' else tailor}"
    cora = await people.customer("Cora")
    codes = [(await cora.get(f"/api{path}")).status_code for _ in range(2)]
    codes += [(await cora.get(f"/customer{path}", headers=PAGE)).status_code for _ in range(2)]
    assert codes == [200, 200, 200, 429]
    assert (await people.anonymous().get(f"/api{path}")).status_code == 200


def test_the_hours_are_as_promised():
    from neural_threads.platform.security.rate_limits import TABLE

    assert (TABLE["profiles"], TABLE["profiles_address"]) == ("300/hour", "600/hour")
