"""Requests that our own pages did not send change nothing, at whatever address (B01-B08, S7)."""

import asyncio
import re

import httpx
import pytest
import websockets

from neural_threads.platform.security.csrf import csrf_fits, csrf_token

PAGE = {"Accept": "text/html"}


async def refused_for_csrf(http, address, headers, **body):
    headers = {"Accept": "application/json"} | headers
    answer = await http.request(address.method, address.path, headers=headers, **body)
    assert answer.status_code == 403, f"{address}: {answer.status_code} {answer.text[:200]}"
    assert answer.json()["error"]["code"] == "CSRF", str(address)
    assert not [name for name in answer.headers if name.startswith("access-control-")]


@pytest.mark.case("B01")
@pytest.mark.parametrize("signed_in", [True, False])
async def test_no_address_takes_a_request_without_our_token(people, unsafe, signed_in):
    person = await people.customer() if signed_in else people.anonymous()
    await person.csrf()
    for address in unsafe:
        if "/logout" in address.path and not signed_in:
            continue  # Nobody is signed in, so there is nothing to end.
        await refused_for_csrf(person.http, address, {})
        await refused_for_csrf(person.http, address, {}, data={"csrf_token": "x"})
        await refused_for_csrf(person.http, address, {"X-CSRF-Token": b"\xff"}, json={})


@pytest.mark.case("B01")
async def test_another_site_is_refused_even_with_the_token(people, unsafe):
    cora = await people.customer()
    token = {"X-CSRF-Token": await cora.csrf()}
    for address in unsafe:
        await refused_for_csrf(cora.http, address, token | {"Origin": "https://evil.example"})
        await refused_for_csrf(cora.http, address, token | {"Sec-Fetch-Site": "cross-site"})


@pytest.mark.case("B02")
async def test_a_token_of_another_session_or_of_before_is_no_token(people, unsafe):
    visitor = people.anonymous()
    before = await visitor.csrf()
    cora, odile = await people.customer(), await people.customer("Odile")
    await visitor.sign_in(cora.email, cora.password)
    for address in unsafe:
        for token in (before, await odile.csrf()):
            await refused_for_csrf(visitor.http, address, {"X-CSRF-Token": token})
    cora_token = await cora.csrf()
    await cora.post("/api/auth/logout")
    cora.forget_csrf()
    await cora.sign_in(cora.email, cora.password)
    for address in unsafe:
        await refused_for_csrf(cora.http, address, {"X-CSRF-Token": cora_token})


@pytest.mark.case("B03")
@pytest.mark.parametrize("path", ["/api/auth/login", "/api/auth/signup", "/login", "/signup"])
async def test_nobody_is_signed_in_by_another_site(people, path):
    cora = await people.customer()
    visitor = people.anonymous()
    body = {"email": cora.email, "password": cora.password}
    foreign = await people.anonymous().csrf()
    send = {"json": body} if path.startswith("/api") else {"data": body}
    for headers in (
        {},
        {"X-CSRF-Token": foreign},
        {"Sec-Fetch-Site": "cross-site", "X-CSRF-Token": await visitor.csrf()},
    ):
        answer = await visitor.http.post(path, headers=headers, **send)
        assert answer.status_code == 403
        assert "session" not in answer.cookies


ENDS_THE_SESSION = re.compile("/logout|password|/users/account|/settings/leave")


async def test_the_right_token_opens_every_address(people, unsafe):
    cora = await people.customer()
    for address in unsafe:
        if ENDS_THE_SESSION.search(address.path):
            continue
        answer = await cora.http.request(address.method, address.path, headers={"X-CSRF-Token": await cora.csrf()})
        assert answer.status_code < 500, f"{address}: {answer.text[:200]}"
        assert '"CSRF"' not in answer.text, str(address)


@pytest.mark.case("B04")
async def test_json_under_another_name_is_not_read(people, unsafe):
    cora = await people.customer()
    taking = [a for a in unsafe if a.path.startswith("/api/") and a.handler.parsed_data_field is not None]
    assert len(taking) > 8
    for address in taking:
        for kind in ("text/plain", "application/x-www-form-urlencoded", "text/json", ""):
            headers = {"X-CSRF-Token": await cora.csrf(), "Content-Type": kind}
            answer = await cora.http.request(address.method, address.path, headers=headers, content=b"{}")
            expected = (415, 403) if address.handler.guards else (415,)
            assert answer.status_code in expected, f"{address} as {kind!r}: {answer.status_code}"
    headers = {"X-CSRF-Token": await cora.csrf(), "Content-Type": "text/plain"}
    assert (await cora.http.put("/api/users/profile", headers=headers, content=b"{}")).status_code == 415


@pytest.mark.case("B05")
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Dest": "image"},
        {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Dest": "iframe"},
        {"Sec-Fetch-Site": "same-origin", "Sec-Purpose": "prefetch"},
        {"Sec-Fetch-Site": "none", "Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
    ],
)
async def test_no_image_and_no_prefetch_renews_a_session(people, headers):
    cora = await people.customer()
    before = cora.cookies["refresh"]
    answer = await cora.get("/api/auth/refresh", headers=headers)
    assert answer.status_code == 403
    assert answer.headers["Cache-Control"] == "no-store"
    assert cora.cookies["refresh"] == before
    answer = await cora.get("/api/auth/refresh", headers={"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Dest": "empty"})
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")


@pytest.mark.case("B06")
async def test_origins_that_look_like_ours_are_not_ours(people):
    cora = await people.customer()
    ours = cora.url
    token = {"X-CSRF-Token": await cora.csrf()}
    for origin in (
        "null",
        f"{ours}.evil.example",
        ours.replace("http:", "https:"),
        f"{ours}0",
        "http://localhost",
        "",
        "x",
    ):
        answer = await cora.http.post("/api/auth/logout", headers=token | {"Origin": origin})
        assert answer.status_code == 403, origin
        assert "access-control-allow-origin" not in answer.headers
    preflight = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    answer = await cora.http.options("/api/auth/login", headers=preflight)
    assert not [name for name in answer.headers if name.startswith("access-control-")]
    assert (await cora.http.post("/api/auth/logout", headers=token | {"Origin": ours})).status_code == 200


async def handshake(person, **headers):
    """The status of a socket's handshake with this person's cookies."""
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in person.cookies.jar)
    url = person.url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
    try:
        async with websockets.connect(url, additional_headers={"Cookie": cookies} | headers) as line:
            return 101, line.response.headers
    except websockets.InvalidStatus as refused:
        return refused.response.status_code, refused.response.headers


@pytest.mark.case("B07")
async def test_a_foreign_page_opens_no_socket_with_coras_cookie(people):
    cora = await people.customer()
    for origin in ("https://evil.example", "null", f"{cora.url}.evil.example"):
        assert (await handshake(cora, Origin=origin))[0] == 403
    assert (await handshake(cora, Origin=cora.url))[0] == 101


async def test_a_socket_takes_the_refresh_cookie_and_renews_the_access_cookie(people):
    cora = await people.customer()
    cora.cookies.delete("session")
    status, headers = await handshake(cora, Origin=cora.url)
    assert status == 101
    assert headers["set-cookie"].startswith("session=ey")
    odile = people.anonymous()
    odile.cookies.set("session", "nonsense", domain="127.0.0.1", path="/")
    assert (await handshake(odile))[0] == 401


@pytest.mark.case("B08")
@pytest.mark.parametrize("method", ["TRACE", "PATCH", "PROPFIND", "QUERY"])
async def test_unknown_methods_are_refused(people, method):
    cora = await people.customer()
    for path in ("/api/auth/me", "/login", "/"):
        answer = await cora.http.request(method, path, headers={"X-CSRF-Token": await cora.csrf(), "Cookie": "a=b"})
        assert answer.status_code == 405
        assert "a=b" not in answer.text


@pytest.mark.case("B08")
@pytest.mark.parametrize("line", ["CONNECT evil.example:443", "CONNECT /api/auth/me", "get /api/auth/me"])
async def test_we_are_nobodys_proxy(server, line):
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(f"{line} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nConnection: close\r\n\r\n".encode())
    async with asyncio.timeout(30):
        answer = await reader.read(4000)
    writer.close()
    assert answer == b"" or answer.split()[1] in (b"400", b"404", b"405")


@pytest.mark.case("B08")
async def test_a_method_is_not_overridden(people):
    cora = await people.customer()
    session_id = (await cora.get("/api/auth/sessions")).json()["data"][0]["id"]
    for name in ("X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"):
        answer = await cora.post(f"/api/auth/sessions/{session_id}?_method=DELETE", headers={name: "DELETE"})
        assert answer.status_code == 405
    assert (await cora.get("/api/auth/me")).status_code == 200


async def test_bearer_tokens_need_no_csrf_token_and_no_cookie_rides_along(people):
    cora, odile = await people.customer(), await people.customer("Odile")
    token = await cora.token()
    async with httpx.AsyncClient(base_url=cora.url, trust_env=False) as program:
        answer = await program.put(
            "/api/users/profile", json={"name": "By bearer"}, headers={"Authorization": f"Bearer {token}"}
        )
        assert answer.status_code == 200
    answer = await odile.http.put(
        "/api/users/profile", json={"name": "Nobody"}, headers={"Authorization": "Bearer nonsense"}
    )
    assert answer.status_code == 401
    assert (await odile.me())["name"] == "Odile"


def test_tokens_are_masked_and_bound(own_folder):
    first, second = csrf_token("session a"), csrf_token("session a")
    assert first != second
    assert csrf_fits(first, "session a")
    assert csrf_fits(second, "session a")
    for wrong in (first[:-2], first.swapcase(), "", "é", "=" * 88, second[:43] + first[43:]):
        assert not csrf_fits(wrong, "session a")
    assert not csrf_fits(first, "session b")
    assert not csrf_fits(first, "visitor a")
