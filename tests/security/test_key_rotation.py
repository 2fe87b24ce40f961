"""THREADS_SECRET_KEY is changed while people are signed in: with the old one as THREADS_SECRET_PREVIOUS nobody notices."""

from collections.abc import Awaitable, Callable

import pytest

from tests.factories.wardrobe import INDIGO
from tests.support.people import People
from tests.support.server import Server

FreshServer = Callable[..., Awaitable[Server]]
PeopleAt = Callable[[Server], People]
OLD, NEW = "the old key of this test, long enough to sign", "the new key of this test, long enough to sign"
pytestmark = pytest.mark.long


async def test_with_the_previous_key_everything_goes_on(fresh_server: FreshServer, people_at: PeopleAt) -> None:
    server = await fresh_server(THREADS_SECRET_KEY=OLD)
    people = people_at(server)
    cora, odile = await people.customer("Cora"), await people.customer("Odile")
    token, csrf, refresh = await cora.token(), await cora.csrf(), cora.cookies["refresh"]
    upload = await cora.post("/api/upload", files={"file": ("a.png", INDIGO, "image/png")})
    assert upload.status_code == 201, upload.text
    picture = next(value for value in upload.json()["data"].values() if "?sig=" in str(value))

    server.set("THREADS_SECRET_KEY", NEW)
    server.set("THREADS_SECRET_PREVIOUS", OLD)
    await server.restart()
    assert (await cora.get("/api/auth/me")).status_code == 200
    bearer = people.anonymous()
    answer = await bearer.http.get("/api/auth/me", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    assert (await bearer.http.get(picture)).status_code == 200
    kept = await cora.http.put("/api/users/profile", json={"name": "Cora Nair"}, headers={"X-CSRF-Token": csrf})
    assert kept.status_code == 200, kept.text
    renewed = await cora.post("/api/auth/refresh")
    assert renewed.status_code == 200, renewed.text
    assert cora.cookies["refresh"] != refresh

    # The old key goes: what was renewed stays, what was not is over, and nobody is let in by it.
    server.set("THREADS_SECRET_PREVIOUS", "")
    await server.restart()
    assert (await cora.get("/api/auth/me")).status_code == 200
    assert (await odile.get("/api/auth/me")).status_code == 401
    answer = await bearer.http.get("/api/auth/me", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401
    assert (await bearer.http.get(picture)).status_code == 404
    await bearer.close()


async def test_two_servers_that_sign_by_different_keys_renew_the_same_session(
    fresh_server: FreshServer, people_at: PeopleAt
) -> None:
    old = await fresh_server(THREADS_SECRET_KEY=OLD, THREADS_SECRET_PREVIOUS=NEW)
    new = Server(old.dsn, old.data_dir, is_forked=True, THREADS_SECRET_KEY=NEW, THREADS_SECRET_PREVIOUS=OLD)
    new.log = old.data_dir / "second.log"
    await new.start()
    try:
        cora = await people_at(old).customer("Cora")
        tabs = [people_at(server).anonymous() for server in (old, new)]
        for tab in tabs:
            tab.cookies.set("refresh", cora.cookies["refresh"], domain="127.0.0.1", path="/")
            assert (await tab.post("/api/auth/refresh")).status_code == 200
        assert tabs[0].cookies["refresh"] == tabs[1].cookies["refresh"]
        assert (await tabs[1].post("/api/auth/refresh")).status_code == 200
    finally:
        await new.stop()
