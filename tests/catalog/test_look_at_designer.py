"""GET /api/designers/{id}: the whole profile, and what of it only the signed-in see."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import psycopg
import pytest

from tests.catalog.conftest import Studio, hang, praise, soon
from tests.support.people import Anonymous, People
from tests.support.server import Server

Connection = psycopg.Connection[Any]
NewStudio = Callable[..., Studio]


async def profile(who: Anonymous, studio: Studio) -> dict[str, Any]:
    answer = await who.get(f"/api/designers/{studio.id}")
    assert answer.status_code == 200, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


async def test_everything_about_dina(people: People, new_studio: NewStudio, desk: Connection) -> None:
    dina = new_studio("Dina Rao", years=14, niches=("BRIDAL", "ETHNIC"), languages=("KANNADA", "ENGLISH"))
    second = hang(desk, dina.id, 100, 200, category="ETHNIC", description="Ikat kurta", position=2)
    first = hang(desk, dina.id, 5000, None, position=1)
    asha = praise(desk, dina.id, 4, "Fell exactly as drawn.")
    shown = await profile(people.anonymous(), dina)
    assert shown["name"] == "Dina Rao"
    assert (shown["rating"], shown["reviewCount"], shown["ratings"]) == (4, 1, [0, 0, 0, 1, 0])
    assert [item["id"] for item in shown["portfolioItems"]] == [first, second], "in the order that Dina chose"
    assert shown["portfolioItems"][1]["category"] == "ETHNIC"
    [review] = shown["reviews"]
    assert (review["customerId"], review["customerName"]) == (asha, "Asha Menon")
    assert (review["rating"], review["comment"], review["verified"]) == (4, "Fell exactly as drawn.", False)
    assert (shown["isSaved"], shown["canReview"]) == (False, False)


async def test_visitors_see_no_phone_and_no_email(people: People, new_studio: NewStudio) -> None:
    """G21"""
    dina = new_studio("Dina Rao", phone="+91 99000 11111")
    visitor = people.anonymous()
    shown = await profile(visitor, dina)
    assert "phone" not in shown
    assert "email" not in shown
    listed = await visitor.get(f"/api/designers?search={dina.name}")
    page = await visitor.get(f"/customer/designers/{dina.id}", headers={"Accept": "text/html"})
    for answer in (listed, page):
        assert dina.email not in answer.text
        assert "99000" not in answer.text


@pytest.mark.long  # a server is started
async def test_contacts_cannot_be_gathered_by_the_thousand(
    fresh_server: Callable[..., Awaitable[Server]], people_at: Callable[[Server], People]
) -> None:
    """G21"""
    people = people_at(await fresh_server(THREADS_RATE_LIMITS="on", THREADS_LIMITS="profiles=3/hour"))
    dina, cora = await people.designer("Dina"), await people.customer("Cora")
    path = f"/api/designers/{(await dina.me())['designer']['id']}"
    assert [(await cora.get(path)).status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    answer = await cora.get(path)
    assert int(answer.headers["Retry-After"]) > 0
    assert (await cora.get(path.replace("/api", "/customer"), headers={"Accept": "text/html"})).status_code == 429
    assert (await dina.get(path)).status_code == 200
    assert (await people.anonymous().get(path)).status_code == 200


@pytest.mark.parametrize("role", ["customer", "designer", "tailor"])
async def test_whoever_is_signed_in_sees_both(people: People, new_studio: NewStudio, role: str) -> None:
    dina = new_studio("Dina Rao", phone="+91 99000 22222")
    visitor = people.anonymous()
    await profile(visitor, dina)  # what is kept for visitors is not what the signed-in get, nor the other way round
    shown = await profile(await getattr(people, role)(), dina)
    assert (shown["phone"], shown["email"]) == ("+91 99000 22222", dina.email)
    assert "phone" not in await profile(visitor, dina)


async def test_private_answers_are_kept_by_nobody(people: People, new_studio: NewStudio) -> None:
    dina = new_studio("Dina Rao")
    cora = await people.customer()
    for path in ("/api/designers", f"/api/designers/{dina.id}"):
        assert (await cora.get(path)).headers["Cache-Control"] == "no-store"
        assert (await people.anonymous().get(path)).headers["Cache-Control"] == "public, no-cache"


async def test_only_the_ten_newest_reviews(people: People, new_studio: NewStudio, desk: Connection) -> None:
    dina = new_studio("Dina Rao")
    for n in range(12):
        praise(desk, dina.id, 1 + n % 5, f"Number {n}")
    shown = await profile(await people.customer(), dina)
    assert [review["comment"] for review in shown["reviews"]] == [f"Number {n}" for n in range(11, 1, -1)]
    assert sum(shown["ratings"]) == 12


async def test_cora_may_review_until_she_has(people: People, new_studio: NewStudio, desk: Connection) -> None:
    dina = new_studio("Dina Rao")
    cora, odile = await people.customer("Cora"), await people.customer("Odile")
    assert (await profile(cora, dina))["canReview"] is True
    desk.execute(
        "insert into reviews (id, customer_id, designer_id, rating) "
        "select 'r' || c.id, c.id, %s, 5 from customers c where c.user_id = %s",
        [dina.id, cora.id],
    )
    assert (await profile(cora, dina))["canReview"] is False
    assert (await profile(odile, dina))["canReview"] is True
    assert (await profile(await people.designer(), dina))["canReview"] is False


async def test_a_review_is_verified_by_completed_work(people: People, new_studio: NewStudio, desk: Connection) -> None:
    dina = new_studio("Dina Rao")
    asha = praise(desk, dina.id, 5)
    desk.execute(
        "insert into design_requests (id, customer_id, designer_id, description, status) "
        "values ('q' || %s, %s, %s, 'A lehenga', 'COMPLETED')",
        [asha, asha, dina.id],
    )
    [review] = (await profile(await people.customer(), dina))["reviews"]
    assert review["verified"] is True


async def test_alike_is_who_shares_most_then_who_is_rated_best(people: People, new_studio: NewStudio) -> None:
    niches, spoken = ("BRIDAL", "FUSION", "FORMAL", "WESTERN"), ("TELUGU", "TAMIL", "HINDI")
    dina = new_studio("Dina", niches=niches, languages=spoken)
    less = new_studio("Less", niches=niches, languages=spoken[:2], rating_sum=50, reviews=10)
    worse = new_studio("Worse", niches=niches[::-1], languages=spoken, rating_sum=48, reviews=10)
    better = new_studio("Better", niches=niches, languages=(*spoken, "KANNADA"), rating_sum=49, reviews=10)
    other = new_studio("Other", niches=("SPORTSWEAR",), languages=("KANNADA",), rating_sum=5000, reviews=1000)
    alike = [designer["id"] for designer in (await profile(people.anonymous(), dina))["similarDesigners"]]
    assert alike[:3] == [better.id, worse.id, less.id]
    assert len(alike) <= 4
    assert not {other.id, dina.id} & {*alike}


@pytest.mark.parametrize(
    "id", ["cnobody00000000000000000000", "x", "a%00b", "..%2F..", "%F0%9F%A7%B5", "a" * 5000, "'; drop"]
)
async def test_nobody_lives_there(people: People, id: str) -> None:
    for who in (people.anonymous(), await people.customer()):
        answer = await who.get(f"/api/designers/{id}", headers={"Accept": "application/json"})
        assert answer.status_code == 404
        assert answer.json()["success"] is False


async def test_the_page_can_be_shared(people: People, new_studio: NewStudio, desk: Connection) -> None:
    dina = new_studio('Dina "Thread" <Rao>')
    hang(desk, dina.id, 5000, 90000, description="Zari & ikat")

    async def shared() -> bool:
        answer = await people.anonymous().get(f"/customer/designers/{dina.id}", headers={"Accept": "text/html"})
        return (
            '<meta property="og:title" content="Dina &#34;Thread&#34; &lt;Rao&gt;, designer in Bengaluru">'
            in answer.text
            and re.search(r'property="og:image" content="http[^"]*/media/test/[^"]*[?]w=800"', answer.text) is not None
            and f'/customer/designers/{dina.id}"'
            in answer.text.split('property="og:url" content="http')[1].split(">")[0]
            and '<meta name="twitter:card" content="summary_large_image">' in answer.text
            and "Zari &amp; ikat" in answer.text
        )

    assert await soon(shared)
