"""Private pictures: an address that works for an hour or two, for whoever was given it (case F19)."""

import time

import httpx
import pytest
from jinja2 import Environment

from neural_threads.platform.db import Db
from neural_threads.platform.images import signed_url
from neural_threads.platform.images.signed_url import PrivateImage, image_url_for, is_signed
from neural_threads.platform.serialization.encode import encode
from tests.media.bad_files import jpeg
from tests.media.test_upload import upload
from tests.support.people import People
from tests.support.server import Server


@pytest.mark.case("F19")
async def test_only_the_signed_address_works(people: People, server: Server) -> None:
    cora = await people.customer()
    url = (await upload(cora, jpeg())).json()["data"]["url"]
    plain = url.partition("?")[0]
    async with httpx.AsyncClient(base_url=server.url) as world:
        seen = await world.get(url)
        assert seen.status_code == 200
        assert seen.headers["content-type"] == "image/jpeg"
        assert seen.headers["cache-control"].startswith("private")
        small = await world.get(f"{url}&w=200", headers={"Accept": "image/avif"})
        assert (small.status_code, small.headers["content-type"]) == (200, "image/avif")
        for wrong in (
            "",
            "?sig=",
            f"?sig={'A' * 22}",
            f"?sig={url[-22:][::-1]}",
            f"?sig={url[-22:]}x",
            "?sig=%C3%A9" * 1,
        ):
            assert (await world.get(plain + wrong)).status_code == 404
        other = (await upload(cora, jpeg())).json()["data"]["url"]
        assert (await world.get(f"{plain}?{other.partition('?')[2]}")).status_code == 404


@pytest.mark.case("F19")
async def test_tags_do_not_change_with_the_signature(
    people: People, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    cora = await people.customer()
    first = (await upload(cora, jpeg())).json()["data"]
    tag = (await cora.get(first["url"])).headers["etag"]
    assert first["url"][-22:] not in tag
    again = await cora.get(first["url"], headers={"If-None-Match": tag})
    assert again.status_code == 304


@pytest.mark.case("F19")
async def test_an_image_of_somebody_who_left_is_gone(people: People, db: Db) -> None:
    cora = await people.customer()
    url = (await upload(cora, jpeg())).json()["data"]["url"]
    await db.execute("delete from users where id = %(me)s", me=cora.id)
    assert (await people.anonymous().get(url)).status_code == 404


def test_an_address_is_good_for_one_to_two_hours(own_folder: object, monkeypatch: pytest.MonkeyPatch) -> None:
    hour = 500_000 * 3600
    monkeypatch.setattr(signed_url.time, "time", lambda: hour + 3599)
    late = image_url_for("u/ab/cd", "private").rpartition("=")[2]
    monkeypatch.setattr(signed_url.time, "time", lambda: hour)
    early = image_url_for("u/ab/cd", "private").rpartition("=")[2]
    assert early == late
    for moment, is_good in ((hour, True), (hour + 7199, True), (hour + 7200, False), (hour - 1, False)):
        monkeypatch.setattr(signed_url.time, "time", lambda moment=moment: moment)
        assert is_signed("u/ab/cd", early) is is_good
        assert not is_signed("u/ab/ce", early)


def test_a_public_image_needs_none(own_folder: object) -> None:
    assert image_url_for("demo/a", "public") == "/media/demo/a"


def test_it_is_signed_when_it_is_said(own_folder: object) -> None:
    image = PrivateImage("/media/u/ab/cd")
    assert image == "/media/u/ab/cd"
    assert time.time() > 0
    signed = image_url_for("u/ab/cd", "private")
    assert encode({"imageUrl": image}) == f'{{"imageUrl":"{signed}"}}'.encode()
    assert Environment(autoescape=True).from_string("{{ url }}").render(url=image) == signed


async def test_both_sides_of_a_chat_see_its_images(people: People) -> None:
    cora, dina, odile = await people.customer(), await people.designer(), await people.customer(name="Odile")
    profile = (await dina.get("/api/users/profile")).json()["data"]["designer"]["id"]
    chat = (await cora.post("/api/chat", json={"designerId": profile})).json()["data"]["id"]
    public_id = (await upload(cora, jpeg())).json()["data"]["publicId"]
    said = await cora.post("/api/chat/messages", json={"chatId": chat, "imageUrl": public_id})
    assert said.status_code == 201
    read = (await dina.get(f"/api/chat/messages?chatId={chat}")).json()["data"][-1]["imageUrl"]
    listed = (await dina.get("/api/chat")).json()["data"][0]["lastMessage"]["imageUrl"]
    assert (await dina.get(read)).status_code == (await dina.get(listed)).status_code == 200
    page = (await dina.get(f"/designer/chats/{chat}", headers={"Accept": "text/html"})).text
    assert f"/media/{public_id}?sig=" in page
    refused = await odile.post("/api/chat", json={"designerId": profile})
    hers = refused.json()["data"]["id"]
    stolen = await odile.post("/api/chat/messages", json={"chatId": hers, "imageUrl": public_id})
    assert stolen.status_code == 422
