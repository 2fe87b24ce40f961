"""After a piece is added, a job reads mask, colours, kind and pattern from its picture; what its owner says always stands."""

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable
from typing import Any

import psutil
import pytest

from neural_threads.platform.db import Db
from tests.factories.wardrobe import INDIGO, PLACE, RANI, cloth, hung
from tests.support.people import People, Person
from tests.support.processes import send
from tests.support.server import Server

pytestmark = pytest.mark.usefixtures("database")
FreshServer = Callable[..., Awaitable[Server]]


async def once_read(me: Person, item_id: str) -> dict[str, Any]:
    """A piece as soon as its picture was read."""
    for _ in range(600):
        item: dict[str, Any] = (await me.get(f"{PLACE}/{item_id}")).json()["data"]
        if item["isRead"]:
            return item
        await asyncio.sleep(0.1)
    raise AssertionError("the picture was not read")


async def test_the_network_and_grabcut_agree_so_the_cutout_is_shown(
    fresh_server: FreshServer, people_at: Callable[[Server], People]
) -> None:
    server = await fresh_server(THREADS_MASK_MODEL="on")
    assert (await server_says(server))["wardrobePictures"] == "model"
    people = people_at(server)
    cora, odile = await people.customer("Cora"), await people.customer("Odile")
    item = await hung(cora, cloth((184, 24, 111), (236, 230, 220)))
    assert (item["isRead"], item["colors"], item["cutoutUrl"]) == (False, None, None)
    item = await once_read(cora, item["id"])
    assert item["cutoutState"] == "SHOWN"
    assert [color["name"] for color in item["colors"]] == ["rani"]
    assert 0.9 <= item["colors"][0]["share"] <= 1
    assert item["suggested"]["pattern"] == "PLAIN"
    assert item["suggested"]["category"] in ("DRESS", "UPPERWEAR", "BOTTOMWEAR")
    assert (item["category"], item["color"]) == ("DRESS", "rani")
    image = await cora.get(item["cutoutUrl"] + "&w=200", headers={"Accept": "image/webp"})
    assert image.status_code == 200
    assert (await odile.get(item["cutoutUrl"].partition("?")[0])).status_code == 404
    assert (await cora.get(item["imageUrl"])).status_code == 200, "the original is always kept"


async def test_a_cutout_is_undone_and_shown_again(people: People) -> None:
    cora, odile = await people.customer("Cora"), await people.customer("Odile")
    item = await once_read(cora, (await hung(cora, RANI))["id"])
    assert item["cutoutState"] == "SUGGESTED", "one opinion alone only suggests"
    for state in ("SHOWN", "HIDDEN", "SHOWN"):
        answer = await cora.put(f"{PLACE}?id={item['id']}", json={"cutoutState": state})
        assert answer.json()["data"]["cutoutState"] == state
        assert answer.json()["data"]["cutoutUrl"]
    assert (await cora.put(f"{PLACE}?id={item['id']}", json={"cutoutState": "SUGGESTED"})).status_code == 422
    assert (await odile.put(f"{PLACE}?id={item['id']}", json={"cutoutState": "HIDDEN"})).status_code == 404


async def test_what_its_owner_said_is_never_overwritten(people: People, db: Db) -> None:
    cora = await people.customer()
    item = await hung(cora, INDIGO, color="Amma's blue", subcategory="BRIDAL")
    change = {"pattern": "CHECKS", "colors": ["indigo", "Amma's gold"], "category": "SHOES"}
    assert (await cora.put(f"{PLACE}?id={item['id']}", json=change)).status_code == 200
    # Read after all of that was said, also when the job was quicker.
    await db.execute("update wardrobe_items set read_at = null where id = %(id)s", id=item["id"])
    from neural_threads.features.wardrobe.flows import _process, read_item

    await read_item(item["id"])
    _process.kill()
    item = (await cora.get(f"{PLACE}/{item['id']}")).json()["data"]
    assert item["isRead"]
    told = {"color": "Amma's blue", "pattern": "CHECKS", "category": "SHOES", "subcategory": "BRIDAL"}
    assert item | told == item
    assert [color["name"] for color in item["colors"]] == ["indigo", "Amma's gold"]
    dismissed = await cora.put(f"{PLACE}?id={item['id']}", json={"suggested": None})
    assert dismissed.json()["data"]["suggested"] is None


@pytest.mark.long  # a process is killed
async def test_a_process_that_dies_leaves_the_colour_of_the_middle(
    fresh_server: FreshServer, people_at: Callable[[Server], People]
) -> None:
    server = await fresh_server()
    cora = await people_at(server).customer("Cora")
    await once_read(cora, (await hung(cora, RANI))["id"])
    before = {child.pid for child in psutil.Process(server.pid).children(recursive=True)}
    item = await hung(cora, INDIGO)
    deadline = time.monotonic() + 60
    while not (read := (await cora.get(f"{PLACE}/{item['id']}")).json()["data"])["isRead"]:
        assert time.monotonic() < deadline
        for child in psutil.Process(server.pid).children(recursive=True):
            if child.pid in before and holds_cv2(child):
                send(signal.SIGKILL, [child])
    assert [color["name"] for color in read["colors"]] == ["indigo"]


def holds_cv2(child: psutil.Process) -> bool:
    try:
        return any("cv2" in each.path for each in child.memory_maps())
    except psutil.Error:
        return False


async def test_the_same_image_twice_is_noticed_and_offered(people: People) -> None:
    cora, odile = await people.customer("Cora"), await people.customer("Odile")
    first = await hung(cora, RANI)
    assert first["similarItems"] == []
    assert (await hung(cora, again(RANI)))["similarItems"] == [first["id"]]
    assert (await hung(cora, INDIGO))["similarItems"] == [], "the same cut in another colour is another piece"
    assert (await hung(odile, RANI))["similarItems"] == [], "only one's own"


async def test_the_same_client_id_is_the_same_item(people: People, db: Db) -> None:
    cora, odile = await people.customer("Cora"), await people.customer("Odile")
    name = "3f0c8a52-9f55-4d9e-8f9b-1f1d5c1b2a33"
    body = {"category": "DRESS", "clientId": name}
    sent = [{"data": body, "files": {"file": ("a.png", RANI, "image/png")}} for _ in range(3)]
    answers = await asyncio.gather(*(cora.post(PLACE, **each) for each in sent))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 201]
    assert len({answer.json()["data"]["id"] for answer in answers}) == 1
    assert (
        await db.value("select count(*) from media where owner_id = %(id)s and public_id like 'u/%%'", id=cora.id) <= 2
    )
    assert (await odile.post(PLACE, **sent[0])).status_code == 201
    assert (await cora.post(PLACE, data=body | {"clientId": "x"}, files=sent[0]["files"])).status_code == 422


async def test_a_removed_item_takes_its_cutout_with_it(people: People, db: Db) -> None:
    cora = await people.customer()
    item = await once_read(cora, (await hung(cora, RANI))["id"])
    assert item["cutoutUrl"]
    assert (await cora.delete(f"{PLACE}?id={item['id']}")).status_code == 200
    assert (await cora.get(item["cutoutUrl"])).status_code == 404
    assert await db.value("select count(*) from media where owner_id = %(id)s", id=cora.id) == 0


async def test_ready_says_how_images_are_read(server: Server) -> None:
    assert (await server_says(server))["wardrobePictures"] == "grabcut"


async def server_says(server: Server) -> dict[str, str]:
    from tests.support.server import http_client

    async with http_client(server.url) as client:
        data: dict[str, str] = (await client.get("/ready")).json()["data"]
        return data


def again(picture: bytes) -> bytes:
    """The same picture as another program would save it: smaller, brighter, as JPEG."""
    import pyvips

    image = pyvips.Image.new_from_buffer(picture, "").resize(0.8) * 1.03
    data: bytes = image.cast("uchar").jpegsave_buffer(Q=70)
    return data
