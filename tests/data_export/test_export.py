"""GET /api/users/export: one ZIP with everything that is one's own, made while it is sent."""

import io
import json
import time
import tracemalloc
import zipfile

import pytest

from neural_threads.features.data_export.archive import export_of
from tests.factories.orders import person
from tests.media.bad_files import jpeg
from tests.media.test_upload import upload
from tests.support.push_service import Browser


async def unpacked(one):
    answer = await one.get("/api/users/export")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"].startswith('attachment; filename="neural-threads-')
    assert answer.headers["cache-control"] == "no-store"
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    return archive


def chapter(archive, name):
    return json.loads(archive.read(f"{name}.json"))


async def test_cora_takes_everything_along(people, db):
    cora, dina, tariq = await people.customer(), await people.designer(), await people.tailor()
    profile, shop = (await dina.me())["designer"]["id"], (await tariq.me())["tailor"]["id"]
    image = (await upload(cora, jpeg())).json()["data"]
    chat = (await cora.post("/api/chat", json={"designerId": profile})).json()["data"]["id"]
    for words in ("Namaste", "ಒಂದು ಸೀರೆ"):
        await cora.post("/api/chat/messages", json={"chatId": chat, "content": words})
    await dina.post("/api/chat/messages", json={"chatId": chat, "content": "Lovely"})
    await cora.post("/api/alterations", json={"tailorId": shop, "description": "Hem", "imageUrl": image["publicId"]})
    await cora.put(f"/api/designers/{profile}/save")
    await cora.put("/api/notifications/settings", json={"byMail": ["MESSAGE"], "byPush": []})
    phone = Browser("https://fcm.googleapis.com/fcm/send/coras")
    await cora.post("/api/notifications/push", json=phone.subscription)
    archive = await unpacked(cora)
    assert chapter(archive, "account")[0]["email"] == cora.email
    assert chapter(archive, "notification-settings") == [{"byMail": ["MESSAGE"], "byPush": []}]
    (device,) = chapter(archive, "notification-devices")
    assert (set(device), device["endpoint"]) == ({"id", "endpoint", "createdAt"}, phone.endpoint)
    assert [m["content"] for m in chapter(archive, "messages")] == ["Namaste", "ಒಂದು ಸೀರೆ", "Lovely"]
    assert chapter(archive, "chats")[0]["otherUser"]["name"] == "Dina"
    (asked,) = chapter(archive, "alterations")
    assert (asked["description"], asked["events"][0]["what"]) == ("Hem", "ASKED")
    assert chapter(archive, "saved-designers")[0]["designerId"] == profile
    assert chapter(archive, "wardrobe") == []
    stored = archive.read(f"pictures/{image['publicId']}.jpg")
    assert stored == (await cora.get(image["url"])).content
    assert cora.name in archive.read("README.txt").decode()


async def test_nobody_elses_things_are_in_it(people):
    cora, odile, dina = await people.customer(), await people.customer("Odile"), await people.designer()
    profile = (await dina.me())["designer"]["id"]
    chat = (await odile.post("/api/chat", json={"designerId": profile})).json()["data"]["id"]
    await odile.post("/api/chat/messages", json={"chatId": chat, "content": "Between us"})
    await upload(odile, jpeg())
    archive = await unpacked(cora)
    assert "Between us" not in "".join(archive.read(name).decode() for name in archive.namelist())
    assert not [name for name in archive.namelist() if name.startswith("pictures/")]
    theirs = await unpacked(dina)
    assert [m["content"] for m in chapter(theirs, "messages")] == ["Between us"]
    assert not [name for name in theirs.namelist() if name.startswith("pictures/")]


@pytest.mark.parametrize("many", [1_000, pytest.param(10_000, marks=pytest.mark.long)])
async def test_many_messages_stream_in_flat_memory(people, db, many):
    """Small pieces, no matter how much there is; the whole of it takes a small part of the minute it may."""
    cora, dina = await people.customer(), await people.designer()
    profile = (await dina.me())["designer"]["id"]
    chat = (await cora.post("/api/chat", json={"designerId": profile})).json()["data"]["id"]
    await db.execute(
        """
        insert into messages (id, chat_id, seq, sender_id, content)
        select 'x' || %(chat)s || n, %(chat)s, n, %(cora)s, repeat(md5(n::text), 8) from generate_series(1, %(many)s) n
        """,
        chat=chat,
        cora=cora.id,
        many=many,
    )
    await db.execute("update chats set last_seq = %(many)s where id = %(chat)s", chat=chat, many=many)
    me = await person(cora)
    tracemalloc.start()
    began, largest, items = time.monotonic(), 0, io.BytesIO()
    async for item in export_of(me):
        largest = max(largest, len(item))
        items.write(item)
    took, (_now, peak) = time.monotonic() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(chapter(zipfile.ZipFile(items), "messages")) == many
    assert largest <= 70_000
    assert peak < 20_000_000
    assert took < 90
