"""Looks that take longer: how many may wait (H15), who is told, what a killed worker leaves, and what thirty days do."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from neural_threads.features.tryon.jobs import delete_expired_try_ons, resume_try_ons
from neural_threads.platform.db import Db
from neural_threads.platform.ids import new_id
from tests.support.people import People, Person
from tests.support.server import Server
from tests.tryon.dressing import PATH, drawn, finished, uploaded, wall, worn

pytestmark = pytest.mark.usefixtures("database")
PeopleAt = Callable[[Server], People]
FreshServer = Callable[..., Awaitable[Server]]


async def waiting(db: Db, person: Person, url: str, many: int) -> None:
    """Looks that nobody makes: a worker is just at them, says their row."""
    for _ in range(many):
        await db.execute(
            """
            insert into virtual_try_ons (id, customer_id, outfit_image_id, started_at)
            select %(id)s, c.id, %(image)s, now() from customers c where c.user_id = %(me)s
            """,
            id=new_id(),
            me=person.id,
            image=url.partition("?")[0].removeprefix("/media/"),
        )


@pytest.fixture
async def queue(db: Db):  # type: ignore[no-untyped-def]
    """An empty queue, before and after."""
    await db.execute("delete from virtual_try_ons where not is_processed")
    yield
    await db.execute("delete from virtual_try_ons where not is_processed")


@pytest.mark.case("H15")
@pytest.mark.usefixtures("queue")
async def test_six_of_one_customer_may_wait_and_twenty_in_all(people: People, db: Db) -> None:
    cora, odile, asha = [await people.customer(name) for name in ("Cora", "Odile", "Asha")]
    url = await uploaded(cora, drawn())
    await waiting(db, cora, url, 6)
    refused = await cora.post(PATH, json={"outfitImageUrl": url})
    assert (refused.status_code, int(refused.headers["Retry-After"]) > 0) == (429, True)
    assert await worn(odile)
    await waiting(db, odile, url, 14)
    assert (await asha.post(PATH, json={"outfitImageUrl": await uploaded(asha, drawn())})).status_code == 429


@pytest.mark.long  # a server is started, or many pictures are drawn
@pytest.mark.case("H15")
@pytest.mark.usefixtures("queue")
async def test_ten_at_once_are_all_finished_or_refused(people: People) -> None:
    cora = await people.customer()
    url = await uploaded(cora, drawn())
    answers = await asyncio.gather(*(cora.post(PATH, json={"outfitImageUrl": url}) for _ in range(10)))
    codes = [answer.status_code for answer in answers]
    assert (codes.count(201) >= 6, set(codes) <= {201, 429}) == (True, True)
    for answer in answers:
        if answer.status_code == 201:
            assert (await finished(cora, answer.json()["data"]["id"]))["resultImageUrl"]


@pytest.mark.long
@pytest.mark.case("H15")
async def test_a_killed_server_finishes_the_look_after_it_is_back(
    fresh_server: FreshServer, people_at: PeopleAt
) -> None:
    server = await fresh_server(THREADS_WORKER="off")
    cora = await people_at(server).customer()
    look = (await cora.post(PATH, json={"outfitImageUrl": await uploaded(cora, drawn())})).json()["data"]
    assert (look["isProcessed"], look["resultImageUrl"]) == (False, None)
    server.kill()
    server.set("THREADS_WORKER", "on")
    await server.start()
    assert (await finished(cora, look["id"]))["resultImageUrl"]
    told = (await cora.get("/api/notifications")).json()["data"]
    assert [(one["type"], one["link"]) for one in told] == [("ORDER_UPDATE", f"/customer/virtual-tryon/{look['id']}")]


@pytest.mark.case("H15")
async def test_a_look_whose_worker_died_is_resumed(people: People, db: Db) -> None:
    cora = await people.customer()
    url = await uploaded(cora, drawn())
    await waiting(db, cora, url, 1)
    [look] = (await cora.get(PATH)).json()["data"]
    await resume_try_ons()
    assert not (await cora.get(f"{PATH}/{look['id']}")).json()["data"]["isProcessed"], "somebody may still be at it"
    await db.execute(
        "update virtual_try_ons set started_at = now() - interval '2 minutes' where id = %(id)s", id=look["id"]
    )
    await resume_try_ons()
    assert (await finished(cora, look["id"]))["resultImageUrl"]


@pytest.mark.long  # a server is started, or many pictures are drawn
async def test_what_nobody_kept_goes_after_thirty_days(people: People, db: Db, own_folder: Path) -> None:
    cora = await people.customer()
    image = await uploaded(cora, wall())
    old, kept, young = [await worn(cora, personImageUrl=image), await worn(cora), await worn(cora)]
    await cora.put(f"{PATH}/{kept['id']}", json={"isKept": True})
    for look, days in ((old, 31), (kept, 31), (young, 29)):
        sql = "update virtual_try_ons set created_at = now() - make_interval(days => %(days)s) where id = %(id)s"
        await db.execute(sql, id=look["id"], days=days)
    await delete_expired_try_ons()
    assert {look["id"] for look in (await cora.get(PATH)).json()["data"]} == {kept["id"], young["id"]}
    for url in (image, old["resultImageUrl"]):
        public_id = url.partition("?")[0].removeprefix("/media/")
        assert not (own_folder / "media" / "originals" / public_id).exists()
