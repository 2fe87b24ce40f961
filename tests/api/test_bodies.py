"""What the document says may come in, and nothing else (S2); and words of SQL are only words (S12)."""

import asyncio
import re

import pytest

from tests.support.deadlines import within
from tests.support.people import People
from tests.support.server import Server

NAUGHTY = [
    "' or 1=1 --",
    "'; drop table users; --",
    "%' union select null, version() --",
    "\\'); select pg_sleep(9); --",
    "$$x$$ || (select 1) {0} %s %(id)s",
]
KEEPS = {"POST /api/auth/logout"}
OWN_SESSION_ENDS = {"DELETE /api/users/account"}


async def everybody(people):
    return {
        "customers": await people.customer(),
        "designers": await people.designer(),
        "tailors": await people.tailor(),
    }


def fit_for(operation, cast):
    """Somebody whom the operation is for."""
    found = re.search(r"^For (customers|designers|tailors)", operation["description"], re.MULTILINE)
    return cast[found[1] if found else "customers"]


def json_bodies(operation):
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    return {name: example["value"] for name, example in content.get("examples", {}).items()}


async def columns_of(db):
    rows = await db.value(
        "select array_agg(distinct column_name::text) from information_schema.columns where table_schema = 'public'"
    )
    return {re.sub(r"_(\w)", lambda found: found[1].upper(), name) for name in rows} | {"surprise", "__proto__"}


async def send(who, name, *, query=None, ids="nothing", **body):
    method, path = name.split(" ")
    headers = {"X-CSRF-Token": await who.csrf()}
    return await who.http.request(method, re.sub(r"\{\w+\}", ids, path), params=query, headers=headers, **body)


@pytest.mark.case("A08", "S2")
async def test_a_field_that_nobody_knows_is_refused_in_every_body(server, people, db, document, operations):
    """Among them every column of every table."""
    cast, columns = await everybody(people), await columns_of(db)
    assert {"isEmailVerified", "passwordHash"} & columns
    taken = []
    shapes = document["components"]["schemas"]
    for name, operation in operations:
        known = {field for shape in json_bodies(operation) for field in shapes[shape]["properties"]}
        for shape, body in json_bodies(operation).items():
            assert shapes[shape]["additionalProperties"] is False, shape
            strange = dict.fromkeys(columns - known, 1)
            answer = await send(fit_for(operation, cast), name, query={"id": "nothing"}, json=body | strange)
            fields = answer.json().get("error", {}).get("fields", {})
            if answer.status_code != 422 or set(strange) - set(fields):
                taken.append(f"{name} {shape}: {answer.status_code} {sorted(set(strange) - set(fields))[:9]}")
    assert not taken


@pytest.mark.case("S12")
@pytest.mark.parametrize("words", NAUGHTY)
async def test_words_of_sql_are_only_words(server, people, operations, words):
    cast, since = await everybody(people), server.log.stat().st_size
    broken = []
    for name, operation in operations:
        texts = {
            each["name"]: words for each in operation["parameters"] if each["in"] == "query" and is_text(each["schema"])
        }
        bodies = json_bodies(operation).values() or [None]
        if name in KEEPS | OWN_SESSION_ENDS or not (texts or "{" in name or json_bodies(operation)):
            continue
        for body in bodies:
            sent = (
                {}
                if body is None
                else {"json": {key: words if isinstance(value, str) else value for key, value in body.items()}}
            )
            answer = await send(fit_for(operation, cast), name, query=texts, ids=words.replace("/", ""), **sent)
            if answer.status_code >= 500:
                broken.append(f"{name}: {answer.status_code} {answer.text[:200]}")
    assert not broken
    log = server.log_tail(2000, since)
    assert "unforeseen" not in log
    assert "syntax error" not in log


def is_text(schema):
    return schema.get("type") == "string" and "enum" not in schema


@pytest.mark.parametrize("path", ["/api/chat/messages", "/settings/appearance"], ids=["json", "form"])
async def test_whoever_hangs_up_within_a_body_is_no_fault_of_ours(server: Server, people: People, path: str) -> None:
    cora = await people.customer()
    headers = {
        "Host": f"127.0.0.1:{server.port}",
        "Cookie": "; ".join(f"{cookie.name}={cookie.value}" for cookie in cora.cookies.jar),
        "X-CSRF-Token": await cora.csrf(),
        "Content-Type": "application/json" if path.startswith("/api") else "application/x-www-form-urlencoded",
        "Content-Length": "900",
    }
    since = server.log.stat().st_size
    _reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", "half"]
    writer.write("\r\n".join(lines).encode())
    await writer.drain()
    await asyncio.sleep(0.2)
    writer.transport.abort()
    with within(5):
        while path not in server.log_tail(2000, since):
            await asyncio.sleep(0.05)
    log = server.log_tail(2000, since)
    assert '"level": "error"' not in log
    assert '"status": 400' in log
