"""What a visitor may have: exactly the addresses of this list, and of everything else only the way to the door (S1)."""

import pytest

PUBLIC = {
    "GET /",
    "GET /api/auth/refresh",
    "GET /api/designers",
    "GET /api/designers/{}",
    "GET /api/designs",
    "GET /api/reviews",
    "GET /api/security/csrf",
    "GET /assets/{}",
    "GET /customer",
    "GET /customer/designers",
    "GET /customer/designers/{}",
    "GET /customer/designers/{}/reviews",
    "GET /customer/designs",
    "GET /api/tailors",
    "GET /api/tailors/{}",
    "GET /customer/tailors",
    "GET /customer/tailors/{}",
    "GET /customer/tailors/{}/reviews",
    "GET /favicon.ico",
    "GET /forgot-password",
    "GET /goodbye",
    "GET /health",
    "GET /login",
    "GET /manifest.webmanifest",
    "GET /media/{}",
    "GET /pose/0.5.1675469404/{}",
    "GET /pose/worker.js",
    "GET /metrics",
    "GET /notices",
    "GET /ready",
    "GET /reset-password",
    "GET /robots.txt",
    "GET /schema/openapi.json",
    "GET /service-worker.js",
    "GET /signup",
    "GET /signup/designer",
    "GET /signup/tailor",
    "GET /styleguide",
    "GET /verify-email",
    "POST /api/auth/forgot-password",
    "POST /api/auth/login",
    "POST /api/auth/logout",
    "POST /api/auth/refresh",
    "POST /api/auth/reset-password",
    "POST /api/auth/signup",
    "POST /api/auth/signup/designer",
    "POST /api/auth/signup/tailor",
    "POST /api/auth/verify-email",
    "POST /forgot-password",
    "POST /login",
    "POST /logout",
    "POST /reset-password",
    "POST /settings/appearance",
    "POST /signup",
    "POST /signup/designer",
    "POST /signup/tailor",
    "POST /verify-email",
}


def name_of(address) -> str:
    return str(address).replace("HEAD ", "GET ").replace("cnothing", "{}")


def test_the_list_of_public_addresses_is_up_to_date(everywhere):
    gone = PUBLIC - {name_of(address) for address in everywhere}
    assert not gone, "these are public no longer, or their name has changed"


@pytest.mark.case("S1")
async def test_everything_else_is_for_those_who_are_signed_in(people, everywhere):
    visitor = people.anonymous()
    token = {"X-CSRF-Token": await visitor.csrf()}
    open_doors = []
    for address in everywhere:
        if name_of(address) in PUBLIC:
            continue
        answer = await visitor.http.request(address.method, address.path, headers=token | {"Accept": "text/html"})
        refused = answer.status_code == 401 if address.path.startswith("/api/") else led_to_the_door(answer)
        if not refused:
            open_doors.append(f"{address}: {answer.status_code}")
    assert not open_doors, "a new public address belongs into the list; any other needs `me: Person`"


def led_to_the_door(answer) -> bool:
    return answer.status_code == 303 and answer.headers["location"].startswith("/login")
