"""Bodies that are too large, too deep or no text at all, and lists that are asked for wrongly (B11-B16)."""

import asyncio
import json

import psutil
import pytest


async def pour(server, path, headers, seconds=20):
    """Send chunks without end; answers the status and how many bytes were taken before it came."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    head = [f"POST {path} HTTP/1.1", f"Host: 127.0.0.1:{server.port}", "Transfer-Encoding: chunked", *headers]
    writer.write("\r\n".join([*head, "", ""]).encode())
    sent, chunk = 0, b"10000\r\n" + b"x" * 65536 + b"\r\n"
    answer = asyncio.create_task(reader.readline())
    try:
        async with asyncio.timeout(seconds):
            while not answer.done() and sent < 256 << 20:
                writer.write(chunk)
                await writer.drain()
                await asyncio.sleep(0)  # drain lets nobody else run while the socket takes everything
                sent += 65536
            line = await answer
    except (ConnectionError, TimeoutError):
        line = answer.result() if answer.done() and not answer.exception() else b""
    finally:
        answer.cancel()
        writer.close()
    return int(line.split()[1]) if line else 0, sent


@pytest.mark.case("B11")
@pytest.mark.parametrize(
    "path", ["/api/auth/login", "/api/auth/signup", "/login", "/socket.io/", "/api/chat/messages", "/nowhere"]
)
async def test_a_body_without_end_is_cut_off(people, server, path):
    cora = await people.customer()
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in cora.cookies.jar)
    kind = "application/x-www-form-urlencoded" if path == "/login" else "application/json"
    headers = [f"X-CSRF-Token: {await cora.csrf()}", f"Cookie: {cookies}", f"Content-Type: {kind}"]
    process = psutil.Process(server.pid)
    before = process.memory_info().rss
    for _ in range(3):
        status, sent = await pour(server, path, headers)
        assert status in (400, 403, 404, 405, 411, 413, 0)
        assert sent < 16 << 20, f"{sent >> 20} MB were taken"
    assert process.memory_info().rss - before < 20 << 20
    assert (await cora.get("/api/auth/me")).status_code == 200


@pytest.mark.case("B11")
async def test_a_large_body_is_refused_by_its_length(people):
    visitor = people.anonymous()
    body = b'{"email":"' + b"x" * (3 << 20) + b'"}'
    answer = await visitor.post("/api/auth/login", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "TOO_LARGE")


HEADS = {
    "64 KB in one": [f"X-Long: {'x' * 65_536}"],
    "64 KB that do not end": [f"X-Long-{n}: {'x' * 1_000}" for n in range(64)],
    "a thousand": [f"X-{n}: a" for n in range(1_000)],
    "a long cookie": [f"Cookie: a={'x' * 40_000}"],
    "two lengths": ["Content-Length: 5", "Transfer-Encoding: chunked"],
    "two other lengths": ["Content-Length: 5", "Content-Length: 6"],
}


async def heads_answered(reader, writer, host, headers, *, ends=True):
    """Send the head of a request; all that comes until the other side hangs up."""
    lines = ["POST /api/auth/login HTTP/1.1", f"Host: {host}", "Content-Type: application/json", *headers]
    writer.write("\r\n".join([*lines, *(["", "0", "", ""] if ends else [])]).encode())
    try:
        async with asyncio.timeout(30):
            return (await reader.read(-1)).decode()
    except ConnectionResetError:
        return ""
    finally:
        writer.close()


@pytest.mark.case("B09")
@pytest.mark.parametrize("headers", HEADS.values(), ids=HEADS)
async def test_a_head_beyond_all_measure_is_refused_and_the_line_ends(server, people, headers):
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    said = await heads_answered(reader, writer, "127.0.0.1", headers, ends="X-Long-63" not in headers[-1])
    assert said.split()[1] in ("400", "431"), said
    assert said.count("HTTP/1.1 ") == 1
    assert json.loads(said.rpartition("\r\n")[2])["error"]["code"] == "MALFORMED"
    usual = await people.anonymous().get("/api/designers", headers={f"X-{n}": "a" for n in range(60)})
    assert usual.status_code == 200


@pytest.mark.case("B12")
@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"[" * 10_000, 400),
        (b'{"email":' * 10_000, 400),
        (b'{"email":' + b"[" * 10_000 + b"]" * 10_000 + b"}", 400),
        (b"", 400),
        (b"null", 400),
        (b"[]", 400),
        (b'"text"', 400),
        (b'{"email": NaN}', 400),
        (b'{"email": Infinity}', 400),
        (b'{"email": 1e999}', (400, 422)),
        (b'{"email": "a@x.in", "email": "b@x.in", "password": "x"}', (400, 401, 422)),
        (b"{'email': 'a'}", 400),
        (b'{"email": "a@x.in"', 400),
        (b'\xff\xfe{"email": "a"}', 400),
        (b'{"email": "\xff", "password": "x"}', (400, 422)),
        (b'\xef\xbb\xbf{"email": "a@x.in", "password": "x"}', (400, 401)),
    ],
)
async def test_what_is_no_json_is_refused(people, body, status):
    visitor = people.anonymous()
    answer = await visitor.post("/api/auth/login", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (status if isinstance(status, tuple) else (status,)), answer.text[:200]
    assert answer.json()["success"] is False


SIGN_UP = {"email": "a@x.in", "password": "seven indigo looms", "name": "Cora"}
MAKER = SIGN_UP | {"location": "MG_ROAD", "yearsOfExperience": 1, "languages": ["HINDI"]}
TEXTS = [
    ("/api/auth/login", {"email": "a@x.in", "password": "x"}, ["email", "password"]),
    ("/api/auth/signup", SIGN_UP | {"stylePreferences": ["ETHNIC"]}, ["email", "password", "name", "stylePreferences"]),
    (
        "/api/auth/signup/designer",
        MAKER | {"designNiches": ["BRIDAL"], "bio": "x", "phone": "x"},
        ["bio", "phone", "location", "languages"],
    ),
    ("/api/auth/signup/tailor", MAKER | {"skills": ["HEMMING"], "address": "x"}, ["address", "name", "skills"]),
    ("/api/auth/forgot-password", {"email": "x"}, ["email"]),
    ("/api/auth/reset-password", {"token": "x", "password": "seven indigo looms"}, ["token", "password"]),
    ("/api/auth/verify-email", {"token": "x"}, ["token"]),
]


@pytest.mark.case("B13")
@pytest.mark.parametrize(
    ("path", "body", "field"), [(path, body, field) for path, body, fields in TEXTS for field in fields]
)
@pytest.mark.parametrize("spoilt", ["nul \\u0000 in it", "half a \\ud800 letter"])
async def test_what_is_no_text_is_refused_at_its_field(people, path, body, field, spoilt):
    value = [spoilt] if isinstance(body[field], list) else spoilt
    raw = json.dumps(body | {field: value}).replace("\\\\u", "\\u")
    answer = await people.anonymous().post(path, content=raw.encode(), headers={"Content-Type": "application/json"})
    assert answer.status_code == 422, answer.text[:300]
    assert field in answer.json()["error"]["fields"]


@pytest.mark.case("B13")
@pytest.mark.parametrize("field", ["csrf_token", "next", "email", "password", "username", "unheard-of"])
async def test_forms_bear_it_too(people, field):
    visitor = people.anonymous()
    data = {"email": "a@x.in", "password": "wrong guess", "csrf_token": await visitor.csrf()} | {field: "nul \0 in it"}
    answer = await visitor.http.post("/login", data=data, headers={"Accept": "text/html"})
    assert 400 <= answer.status_code < 500
    raw = b"csrf_token=%ED%A0%80&email=%FF%FE&password=%00"
    kind = {"Content-Type": "application/x-www-form-urlencoded", "X-CSRF-Token": await visitor.csrf()}
    assert (await visitor.http.post("/login", content=raw, headers=kind)).status_code in (400, 401, 422)


@pytest.mark.case("B14")
@pytest.mark.parametrize("value", [2**63, 2**64, -1, "5", 5.0, True, 1e3, "", {}, []])
async def test_years_are_a_whole_number(people, value):
    body = MAKER | {"designNiches": ["BRIDAL"], "yearsOfExperience": value}
    answer = await people.anonymous().post("/api/auth/signup/designer", json=body)
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (422, ["yearsOfExperience"])


@pytest.mark.case("B15")
@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("limit=0", 422),
        ("limit=-1", 422),
        ("limit=abc", 422),
        ("limit=1&limit=2", 422),
        ("limit=1.0", 422),
        ("limit=1e9", 422),
        ("limit=1000000000", 200),
        ("limit=1", 200),
        ("limit=", 200),
        ("limit=%00", 422),
        ("limit=٣", 422),
    ],
)
async def test_a_limit_is_a_number_above_zero(people, query, status):
    cora = await people.customer()
    answer = await cora.get(f"/api/auth/sessions?{query}")
    assert answer.status_code == status, answer.text[:200]


@pytest.mark.case("B16")
async def test_line_breaks_make_no_headers_and_no_log_lines(people, server):
    cora = await people.customer()
    answer = await cora.http.get("/login?next=%0d%0aSet-Cookie:%20evil=1", headers={"Accept": "text/html"})
    assert "evil" not in str(answer.headers)
    visitor = people.anonymous()
    body = {"email": 'x"\n{"event":"forged"}\r\n@x.in', "password": "wrong guess"}
    assert (await visitor.post("/api/auth/login", json=body)).status_code in (401, 422)
    agent = {"User-Agent": 'a"},{"event":"forged"}'}
    await visitor.post("/api/auth/login", json={"email": "a@x.in", "password": "x"}, headers=agent)
    for line in server.log_tail(20).splitlines():
        assert json.loads(line).get("event") != "forged"
    dina = await people.designer(bio="first\r\nSet-Cookie: evil=1\r\n\r\nsecond")
    assert dina.user["designer"]["bio"] == "first\nSet-Cookie: evil=1\n\nsecond"


@pytest.mark.parametrize(
    "path", ["/api/auth/%00", "/%00", "/settings%00", "/%ff%fe", "/..%2f..%2fetc/passwd", "/login/", "//login"]
)
async def test_odd_addresses_are_no_addresses(people, path):
    answer = await people.anonymous().http.get(path)
    assert answer.status_code in (200, 400, 404)
    assert "root:" not in answer.text
