"""A session that ends takes its sockets with it, within two seconds (A14, A15)."""

import asyncio
import contextlib
from contextlib import asynccontextmanager

import pytest
import websockets

from tests.support.deadlines import within


@asynccontextmanager
async def line_of(person):
    """A socket of this session, past CONNECT."""
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in person.cookies.jar)
    url = person.url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
    async with websockets.connect(url, additional_headers={"Cookie": cookies, "Origin": person.url}) as line:
        await line.recv()
        await line.send("40")
        assert (await line.recv()).startswith("40")
        yield line


async def closed(line):
    async with asyncio.timeout(30):
        with contextlib.suppress(websockets.ConnectionClosed):
            while True:
                await line.recv()


async def sign_out(cora, _phone, _db):
    await cora.post("/api/auth/logout")


async def sign_out_that_device(cora, phone, _db):
    mine = next(s for s in (await cora.get("/api/auth/sessions")).json()["data"] if s["isCurrent"])
    await phone.delete(f"/api/auth/sessions/{mine['id']}")


async def change_the_password_elsewhere(cora, phone, _db):
    change = {"currentPassword": cora.password, "newPassword": "eight quiet looms"}
    assert (await phone.put("/api/users/password", json=change)).status_code == 200


async def steal_the_refresh_token(cora, phone, db):
    stolen = cora.cookies["refresh"]
    assert (await cora.post("/api/auth/refresh")).status_code == 200
    await db.execute(
        "update sessions set rotated_at = now() - interval '11 seconds' where user_id = %(id)s", id=cora.id
    )
    assert (await phone.http.get("/api/auth/refresh", headers={"Cookie": f"refresh={stolen}"})).status_code == 401


@pytest.mark.case("A15")
@pytest.mark.parametrize(
    "end", [sign_out, sign_out_that_device, change_the_password_elsewhere, steal_the_refresh_token]
)
async def test_sockets_close_with_their_session(people, db, end):
    cora, odile = await people.customer(), await people.customer("Odile")
    phone = await cora.another_device()
    async with line_of(cora) as hers, line_of(phone) as phones, line_of(odile) as odiles:
        await end(cora, phone, db)
        with within(2):
            await closed(hers)
        for line in (phones, odiles):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.3):
                    while True:
                        await line.recv()
    await phone.close()
