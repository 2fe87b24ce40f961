"""Reviews as pages: the region on a profile, all reviews one page after the other, the form without scripts."""

import re
from typing import Any

import pytest

from neural_threads.features.accounts.queries import person_of
from neural_threads.features.orders.kinds import ALTERATION
from neural_threads.features.reviews.actions import leave_review
from neural_threads.platform.db import transaction
from tests.factories.reviews import (
    KINDS,
    body_for,
    both_ways,
    draft_for,
    new_customers,
    person,
    provider_of,
    user_for_session,
)
from tests.support.people import People

pytestmark = pytest.mark.usefixtures("database")
HTML = {"Accept": "text/html"}
HTMX = {**HTML, "HX-Request": "true"}
EACH_KIND = pytest.mark.parametrize("kind", KINDS, ids=both_ways)


def place_of(kind: Any, provider: Any) -> str:
    return f"/customer/{'tailors' if kind is ALTERATION else 'designers'}/{provider.role_id}"


async def said_about(provider: Any, db: Any, many: int) -> None:
    for n, id in enumerate(await new_customers(db, many)):
        me = await person_of(db, id)
        assert me is not None
        async with transaction() as mine:
            await leave_review(mine, me, draft_for(provider, 4, f"Number {n}."))


@EACH_KIND
async def test_cora_reviews_without_scripts(people: People, kind: Any) -> None:
    cora, provider = await people.customer("Cora"), await person(await provider_of(people, kind))
    page = place_of(kind, provider) + "/reviews"
    assert "No reviews yet" in (await cora.get(page, headers=HTML)).text
    sent = await cora.post(page, data={"rating": "4", "comment": "Fell as drawn."}, headers=HTML)
    assert (sent.status_code, sent.headers["Location"]) == (303, place_of(kind, provider) + "#reviews")
    after = (await cora.get(page, headers=HTML)).text
    assert "Fell as drawn." in after
    assert "Your review" in after
    assert "Write a review" not in after
    assert await user_for_session(provider) == (4.0, 1)
    again = await cora.post(page, data={"rating": "5"}, headers=HTML)
    assert again.status_code == 409
    assert "You have already reviewed them." in again.text


@EACH_KIND
async def test_with_scripts_only_the_region_comes(people: People, kind: Any) -> None:
    cora, provider = await people.customer("Cora"), await person(await provider_of(people, kind))
    page = place_of(kind, provider) + "/reviews"
    refused = await cora.post(page, data={"comment": "No <stars>"}, headers=HTMX)
    assert refused.status_code == 422
    assert "No &lt;stars&gt;" in refused.text, "what was typed stays"
    assert 'id="error-rating"' in refused.text
    region = await cora.post(page, data={"rating": "3"}, headers=HTMX)
    assert region.status_code == 200
    assert "<html" not in region.text
    assert 'id="profile-stars" hx-swap-oob="true"' in region.text
    assert (await cora.post(page, data={"rating": "3"}, headers=HTMX)).text == region.text, "pressed again after Stop"
    assert (await cora.post(page, data={"rating": "2"}, headers=HTMX)).status_code == 422, "once is enough"


async def test_ones_own_comes_first_and_once(people: People, db: Any) -> None:
    cora, dina = await people.customer("Cora"), await person(await people.designer())
    await cora.post("/api/reviews", json=body_for(dina, 2, comment="Mine is the oldest."))
    await said_about(dina, db, 12)
    seen: list[str] = []
    where: str | None = f"/customer/designers/{dina.designer_id}/reviews"
    while where:
        text = (await cora.get(where, headers=HTML)).text
        seen += re.findall(r"Mine is the oldest\.|Number \d+\.", text)
        older = re.search(r'href="([^"]*\?cursor=[^"]+)"', text)
        where = older[1] if older else None
    assert seen == ["Mine is the oldest.", *(f"Number {n}." for n in range(11, -1, -1))]


async def test_htmx_gets_only_what_comes_after(people: People, db: Any) -> None:
    dina, visitor = await person(await people.designer()), people.anonymous()
    await said_about(dina, db, 11)
    profile = (await visitor.get(f"/customer/designers/{dina.designer_id}", headers=HTML)).text
    assert profile.count('<article class="review"') == 10
    older = re.search(r'href="([^"]*\?cursor=[^"]+)"', profile)
    assert older
    more = await visitor.get(older[1], headers={**HTMX, "HX-Target": "more-reviews"})
    assert more.text.count('<article class="review"') == 1
    assert "Number 0." in more.text
    assert "<html" not in more.text
    assert 'id="more-reviews"' not in more.text


async def test_a_visitor_reads_and_is_shown_the_door(people: People) -> None:
    dina = await person(await people.designer())
    path = f"/customer/designers/{dina.designer_id}/reviews"
    visitor = people.anonymous()
    page = (await visitor.get(path, headers=HTML)).text
    assert f"/login?next={path}" in page
    assert "Publish the review" not in page
    sent = await visitor.post(path, data={"rating": "5"}, headers=HTML)
    assert (sent.status_code, sent.headers["Location"]) == (303, f"/login?next={path}")


async def test_providers_read_but_write_none(people: People) -> None:
    dina, devi = await people.designer("Dina"), await people.designer("Devi")
    path = f"/customer/designers/{(await person(dina)).designer_id}/reviews"
    for provider in (dina, devi):
        assert "Write a review" not in (await provider.get(path, headers=HTML)).text
        assert (await provider.post(path, data={"rating": "5"}, headers=HTML)).status_code == 403


@EACH_KIND
@pytest.mark.parametrize("id", ["cnobody0000000000000000000", "x", "a%00b"])
async def test_nobody_lives_there(people: People, kind: Any, id: str) -> None:
    cora = await people.customer()
    path = f"/customer/{'tailors' if kind is ALTERATION else 'designers'}/{id}/reviews"
    assert (await cora.get(path, headers=HTML)).status_code == 404
    assert (await people.anonymous().get(path, headers=HTML)).status_code == 404
    assert (await cora.post(path, data={"rating": "5"}, headers=HTML)).status_code in (404, 422)


@pytest.mark.case("G16")
async def test_words_are_escaped_and_replies_are_shown(people: People) -> None:
    """G16"""
    cora, dina = await people.customer("Cora"), await people.designer("Dina")
    her = await person(dina)
    left = await cora.post("/api/reviews", json=body_for(her, comment="<script>alert(1)</script> **bold**"))
    await dina.post(f"/api/reviews/{left.json()['data']['id']}/reply", json={"comment": "<b>Thank you</b>"})
    page = (await people.anonymous().get(f"/customer/designers/{her.designer_id}", headers=HTML)).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; **bold**" in page
    assert "&lt;b&gt;Thank you&lt;/b&gt;" in page
    assert "Dina replied" in page
