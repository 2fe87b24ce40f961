"""Portfolio and sample work by API: hang up, change, order, take down, and only one's own."""

import asyncio
from typing import Any

import pytest

from neural_threads.platform.db import Db
from tests.factories.portfolio import KINDS, PORTFOLIO, SAMPLES, Kind, hung, order_of, picture
from tests.support.people import People, Person

both = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


async def profile_of(viewer: Any, dina: Person) -> dict[str, Any]:
    mine = (await dina.me())["designer"]["id"]
    answer = await viewer.get(f"/api/designers/{mine}")
    assert answer.status_code == 200
    data: dict[str, Any] = answer.json()["data"]
    return data


async def visibility(db: Db, url: str) -> str | None:
    found: str | None = await db.value(
        "select visibility from media where public_id = %(id)s", id=url.removeprefix("/media/")
    )
    return found


async def test_dina_shows_an_item_and_everybody_sees_it_at_once(people: People, db: Db) -> None:
    dina, visitor = await people.designer(), people.anonymous()
    assert (await profile_of(visitor, dina))["portfolioItems"] == []
    url = await picture(db, dina)
    answer = await dina.post(PORTFOLIO.path, json={"imageUrl": url, **PORTFOLIO.usual})
    assert answer.status_code == 201
    item = answer.json()["data"]
    assert item["imageUrl"] == url
    assert (item["budgetMin"], item["budgetMax"], item["category"]) == (2500, 4000.5, "ETHNIC")
    assert (await profile_of(visitor, dina))["portfolioItems"] == [item]
    assert await visibility(db, url) == "public"
    found = await visitor.get("/api/designers", params={"search": dina.name, "maxBudget": 2400})
    assert dina.id not in [each["userId"] for each in found.json()["data"]]
    cheaper = await dina.put(f"{PORTFOLIO.path}/{item['id']}", json={"budgetMin": None, "budgetMax": 2000})
    assert cheaper.json()["data"]["budgetMin"] is None
    assert (await profile_of(visitor, dina))["portfolioItems"][0]["budgetMax"] == 2000


async def test_tariq_shows_a_sample_and_everybody_sees_it_at_once(people: People, db: Db) -> None:
    tariq, visitor = await people.tailor(), people.anonymous()
    place = f"/api/tailors/{(await tariq.me())['tailor']['id']}"
    assert (await visitor.get(place)).json()["data"]["sampleWork"] == []
    sample = await hung(db, tariq, SAMPLES)
    assert (await visitor.get(place)).json()["data"]["sampleWork"] == [sample]
    await tariq.put(f"{SAMPLES.path}/{sample['id']}", json={"description": "Waist"})
    assert (await visitor.get(place)).json()["data"]["sampleWork"][0]["description"] == "Waist"
    await tariq.delete(f"{SAMPLES.path}/{sample['id']}")
    assert (await visitor.get(place)).json()["data"]["sampleWork"] == []


@both
async def test_the_newest_comes_first_until_the_provider_says_otherwise(kind: Kind, people: People, db: Db) -> None:
    provider = await kind.maker(people)
    first, second, third = [(await hung(db, provider, kind))["id"] for _ in range(3)]
    assert await order_of(provider, kind) == [third, second, first]
    answer = await provider.put(f"{kind.path}/order", json={"ids": [first]})
    assert answer.json()["data"]["ids"] == [first, third, second] == await order_of(provider, kind)
    await provider.put(f"{kind.path}/order", json={"ids": [second, third, first]})
    fourth = (await hung(db, provider, kind))["id"]
    assert await order_of(provider, kind) == [fourth, second, third, first]


@both
async def test_pages_follow_the_providers_order(kind: Kind, people: People, db: Db) -> None:
    provider = await kind.maker(people)
    for _ in range(5):
        await hung(db, provider, kind)
    await db.execute(f"update {kind.table} set position = 0 where position < -1")  # some as old rows have it
    whole, cursor, got = await order_of(provider, kind), "", []
    while True:
        answer = (await provider.get(kind.path, params={"limit": 2, "cursor": cursor})).json()
        got += [item["id"] for item in answer["data"]]
        if not answer["hasMore"]:
            break
        cursor = answer["nextCursor"]
    assert got == whole
    other = await kind.maker(people, "Zoya")
    assert (await other.get(kind.path, params={"cursor": cursor})).json()["error"]["code"] == "INVALID_CURSOR"


@both
async def test_strangers_find_nothing(kind: Kind, people: People, db: Db) -> None:
    provider, stranger = await kind.maker(people), await kind.maker(people, "Zoya")
    id = (await hung(db, provider, kind))["id"]
    there, nowhere = f"{kind.path}/{id}", f"{kind.path}/cnothing"
    for place in (there, nowhere):
        assert (await stranger.put(place, json={"description": "Mine"})).status_code == 404
        assert (await stranger.delete(place)).status_code == 404
    assert (await stranger.put(f"{kind.path}/order", json={"ids": [id]})).status_code == 404
    assert (await stranger.get(kind.path)).json()["data"] == []
    assert await order_of(provider, kind) == [id]
    same = [(await stranger.delete(place)).json() for place in (there, nowhere)]
    assert same[0] == same[1]


@both
async def test_only_this_kind_of_provider_has_this_wall(kind: Kind, people: People) -> None:
    other = await (SAMPLES if kind is PORTFOLIO else PORTFOLIO).maker(people)
    asks = [("GET", ""), ("POST", ""), ("PUT", "/order"), ("PUT", "/cnothing"), ("DELETE", "/cnothing")]
    for person, status in ((await people.customer(), 403), (other, 403), (people.anonymous(), 401)):
        token = {"X-CSRF-Token": await person.csrf()}
        for method, path in asks:
            answer = await person.http.request(
                method, kind.path + path, headers=token, json={} if method != "GET" else None
            )
            assert answer.status_code == status, (person, method, path)


@both
async def test_only_images_of_ones_own(kind: Kind, people: People, db: Db) -> None:
    provider, other = await kind.maker(people), await kind.maker(people, "Zoya")
    theirs = (await hung(db, other, kind))["imageUrl"]
    private = await picture(db, await people.customer())
    for url in (theirs, private, "/media/nothing", "https://elsewhere.example/a.jpg", "file:///etc/passwd", "data:,x"):
        answer = await provider.post(kind.path, json={"imageUrl": url, **kind.usual})
        assert answer.status_code == 422, url
        assert list(answer.json()["error"]["fields"]) == ["imageUrl"]
    assert await visibility(db, private) == "private"


async def test_what_is_wrong_is_named(people: People, db: Db) -> None:
    dina = await people.designer()
    url = await picture(db, dina)
    for change, field in (
        ({"budgetMin": 5, "budgetMax": 4}, "budgetMax"),
        ({"budgetMin": -1}, "budgetMin"),
        ({"budgetMax": "5"}, "budgetMax"),
        ({"category": "SPORTSWEAR"}, "category"),
        ({"description": "a\0b"}, "description"),
        ({"description": "x" * 1001}, "description"),
        ({"position": 3}, "position"),
        ({"imageUrl": ""}, "imageUrl"),
    ):
        answer = await dina.post(PORTFOLIO.path, json={"imageUrl": url, **PORTFOLIO.usual, **change})
        assert answer.status_code == 422, change
        assert field in answer.json()["error"]["fields"], change
    id = (await hung(db, dina, PORTFOLIO))["id"]
    answer = await dina.put(
        f"{PORTFOLIO.path}/{id}", json={"budgetMin": 5000}
    )  # more than the price above which it stays
    assert answer.status_code == 422
    twice = await dina.put(f"{PORTFOLIO.path}/order", json={"ids": [id, id]})
    assert twice.status_code == 422


@both
async def test_sent_twice_it_hangs_once(kind: Kind, people: People, db: Db) -> None:
    provider = await kind.maker(people)
    body = {"imageUrl": await picture(db, provider), **kind.usual}
    answers = await asyncio.gather(*(provider.post(kind.path, json=body) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    assert len({answer.json()["data"]["id"] for answer in answers}) == 1 == len(await order_of(provider, kind))
    other = await provider.post(kind.path, json={**body, "description": "Something else"})
    assert other.json()["error"]["code"] == "ALREADY_SHOWN"


@both
async def test_taken_down_the_image_goes_unless_it_is_needed(kind: Kind, people: People, db: Db) -> None:
    provider = await kind.maker(people)
    gone, image, spoken = [await hung(db, provider, kind) for _ in range(3)]
    await provider.put("/api/provider/profile", json={"profilePhoto": image["imageUrl"]})
    cora = await people.customer()
    wears = await cora.me()
    await db.execute(
        "insert into wardrobe_items (id, customer_id, image_id, category) values (%(id)s, %(c)s, %(image)s, 'DRESS')",
        id=spoken["id"],
        c=wears["customer"]["id"],
        image=spoken["imageUrl"].removeprefix("/media/"),
    )
    for item in (gone, image, spoken):
        assert (await provider.delete(f"{kind.path}/{item['id']}")).status_code == 200
    assert [await visibility(db, each["imageUrl"]) for each in (gone, image, spoken)] == [None, "public", "private"]
    assert (await provider.delete(f"{kind.path}/{gone['id']}")).status_code == 404
    assert await order_of(provider, kind) == []


@both
async def test_no_more_than_a_profile_shows(kind: Kind, people: People, db: Db) -> None:
    provider = await kind.maker(people)
    await hung(db, provider, kind)
    await db.execute(
        f"""
        insert into {kind.table} select i.* from {kind.table} o, generate_series(1, 199) n,
          jsonb_populate_record(o, jsonb_build_object('id', o.id || '-' || n)) i where o.id = %(id)s
        """,
        id=(await order_of(provider, kind))[0],
    )
    answer = await provider.post(kind.path, json={"imageUrl": await picture(db, provider), **kind.usual})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "WALL_FULL")


async def test_openapi_describes_it(people: People) -> None:
    paths = (await people.anonymous().get("/schema/openapi.json")).json()["paths"]
    for kind in KINDS:
        assert set(paths[kind.path]) == {"get", "post"}
        assert "put" in paths[f"{kind.path}/order"]
    assert {"get", "put"} <= set(paths["/api/provider/profile"])
