"""What every answer carries, and who may keep it (B18)."""

import pytest

from neural_threads.features.accounts.enums import Role
from neural_threads.web.http.redirects import safe_next

PAGE = {"Accept": "text/html"}
EVERYWHERE = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "strict-origin-when-cross-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
POLICY = {"object-src": "'none'", "base-uri": "'none'", "frame-ancestors": "'none'", "form-action": "'self'"}
NOT_PRIVATE = (
    "/assets/",
    "/pose/",
    "/favicon.ico",
    "/manifest.webmanifest",
    "/robots.txt",
    "/service-worker.js",
    "/media/",
    "/api/designers",
    "/api/reviews",
    "/schema",
)


def rules(answer):
    parts = (part.strip().partition(" ") for part in answer.headers["content-security-policy"].split(";"))
    return {name: value for name, _space, value in parts}


@pytest.mark.parametrize("signed_in", [True, False])
async def test_every_answer_is_careful(people, everywhere, signed_in):
    person = await people.customer() if signed_in else people.anonymous()
    for address in everywhere:
        answer = await person.http.request(address.method, address.path, headers=PAGE)
        for name, value in EVERYWHERE.items():
            allowed = {value, "no-referrer"} if name == "referrer-policy" else {value}
            assert answer.headers.get(name) in allowed, f"{address}: {name}"
        found = rules(answer)
        assert "'unsafe-inline'" not in str(found), str(address)
        assert "'unsafe-eval'" not in str(found), str(address)
        assert found["frame-ancestors"] == "'none'", str(address)
        assert "strict-transport-security" not in answer.headers, "not in development"
        assert answer.headers.get_list("content-security-policy") == [answer.headers["content-security-policy"]]
        assert "server" not in answer.headers


@pytest.mark.parametrize("path", ["/", "/login", "/signup", "/nowhere", "/customer/designers"])
async def test_pages_run_only_what_carries_their_nonce(people, path):
    visitor = people.anonymous()
    policies = set()
    for _ in range(2):
        answer = await visitor.get(path, headers=PAGE)
        found = rules(answer)
        policies.add(found["script-src"])
        assert found | POLICY == found
        assert found["script-src"].startswith("'self' 'nonce-")
        assert found["script-src"].split("nonce-")[1].rstrip("'") in answer.text
    assert len(policies) == 2, "a nonce is used once"


@pytest.mark.case("B18")
async def test_private_answers_are_kept_by_nobody(people, everywhere):
    cora = await people.customer()
    for address in everywhere:
        if address.method == "GET" and not address.path.startswith(NOT_PRIVATE):
            answer = await cora.http.get(address.path, headers=PAGE)
            assert answer.headers["cache-control"] == "no-store", str(address)


@pytest.mark.case("B18")
@pytest.mark.parametrize(
    "path",
    ["/api/auth/me/x.css", "/api/auth/me.css", "/api/users/profile/a.js", "/settings/x.png", "/api/auth/me;x.css"],
)
async def test_a_private_answer_has_one_address(people, path):
    cora = await people.customer()
    answer = await cora.http.get(path)
    assert answer.status_code == 404
    assert answer.headers["cache-control"] == "no-store"
    assert cora.email not in answer.text


async def test_production_has_strict_cookies_and_hsts(fresh_server, people_at):
    import httpx

    server = await fresh_server(
        THREADS_ENV="production",
        THREADS_RATE_LIMITS="on",
        THREADS_SECRET_KEY="k" * 40,
        THREADS_PUBLIC_URL="https://threads.example",
    )
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as http:
        answer = await http.get("/api/security/csrf")
        assert answer.headers["strict-transport-security"] == "max-age=63072000; includeSubDomains"
        visitor = answer.headers["set-cookie"]
        assert visitor.startswith("__Host-visitor=")
        told = {"X-CSRF-Token": answer.json()["data"]["token"], "Cookie": visitor.split(";")[0]}
        body = {"email": "cora@threads.example", "password": "seven indigo looms", "name": "Cora"}
        signed_up = await http.post("/api/auth/signup", json=body, headers=told | {"Origin": "https://threads.example"})
        assert signed_up.status_code == 201, signed_up.text
        cookies = {c.partition("=")[0]: c for c in signed_up.headers.get_list("set-cookie")}
        assert set(cookies) == {"__Host-session", "__Host-refresh", "__Host-visitor"}
        for cookie in [visitor, *cookies.values()]:
            marks = {part.strip().split("=")[0] for part in cookie.split(";")[1:]}
            assert marks == {"Path", "Max-Age", "HttpOnly", "SameSite", "Secure"}
            assert "SameSite=Lax" in cookie
            assert "Path=/;" in cookie
        plain = {"Cookie": cookies["__Host-session"].split(";")[0].removeprefix("__Host-")}
        assert (await http.get("/api/auth/me", headers=plain)).status_code == 401, "a cookie that anybody could plant"
        real = {"Cookie": cookies["__Host-session"].split(";")[0]}
        assert (await http.get("/api/auth/me", headers=real)).status_code == 200


async def test_cookies_of_development_are_out_of_reach_of_scripts_too(people):
    visitor = people.anonymous()
    answer = await visitor.get("/login", headers=PAGE)
    assert "HttpOnly; SameSite=Lax" in answer.headers["set-cookie"]


@pytest.mark.parametrize(
    ("wanted", "led"),
    [
        ("/customer/designers?niche=BRIDAL", "/customer/designers?niche=BRIDAL"),
        ("/settings#password", "/settings#password"),
        ("/customers", "/customers"),
        ("/tailor/chats", "/customer"),
        ("/designer", "/customer"),
        ("//evil", "/customer"),
        ("/%2f%2fevil", "/%2f%2fevil"),
        (None, "/customer"),
    ],
)
def test_where_next_leads(wanted, led):
    assert safe_next(wanted, Role.CUSTOMER) == led
