"""Machines that watch us hear the truth, and nobody else hears anything."""

import httpx
import psycopg
import pytest

from neural_threads.platform.db import migrations


async def get(url: str, **headers: str) -> httpx.Response:
    async with httpx.AsyncClient() as client:
        return await client.get(url, headers=headers)


async def test_the_process_says_that_it_is_alive(server):
    assert (await get(f"{server.url}/health")).json() == {"success": True, "data": {"status": "alive"}}


async def test_a_migrated_database_makes_us_ready(server):
    assert (await get(f"{server.url}/ready")).status_code == 200


@pytest.mark.long  # a server is started
async def test_machines_are_answered_in_json_whatever_they_accept(fresh_server):
    server = await fresh_server()
    await _set_revision(server, "2099_01_01_01_later", line=migrations.COMPATIBLE_LINE + 1)
    for accept in ("*/*", "text/html"):
        answer = await get(f"{server.url}/ready", Accept=accept)
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "NOT_MIGRATED")


@pytest.mark.long
async def test_a_newer_schema_of_the_same_line_leaves_us_ready(fresh_server):
    server = await fresh_server(is_forked=False)
    await _set_revision(server, "2099_01_01_01_later", line=migrations.COMPATIBLE_LINE)
    assert (await get(f"{server.url}/ready")).status_code == 200
    await server.restart()
    assert (await get(f"{server.url}/ready")).status_code == 200


async def _set_revision(server, revision: str, line: int) -> None:
    async with await psycopg.AsyncConnection.connect(server.dsn) as connection:
        await connection.execute("update alembic_version set version_num = %s", (revision,))
        await connection.execute("update schema_line set line = %s", (line,))


async def test_figures_are_for_this_machine(server):
    answer = await get(f"{server.url}/metrics")
    assert answer.status_code == 200
    assert "threads_requests_total" in answer.text
    assert "threads_loop_lag_seconds" in answer.text


async def test_a_stranger_behind_a_proxy_finds_no_figures(server):
    answer = await get(f"{server.url}/metrics", **{"X-Forwarded-For": "203.0.113.9"})
    assert answer.status_code == 404


async def test_every_answer_names_its_request(server):
    answer = await get(f"{server.url}/health", **{"X-Request-ID": "tailor-42-abc"})
    assert answer.headers["x-request-id"] == "tailor-42-abc"


async def test_a_forged_request_name_is_replaced(server):
    for forged in ("a b", "x" * 65, '","level":"x'):
        answer = await get(f"{server.url}/health", **{"X-Request-ID": forged})
        assert answer.headers["x-request-id"] != forged


async def test_an_unknown_address_is_a_page_for_people_and_json_for_programs(server):
    page = await get(f"{server.url}/no-such-page", Accept="text/html")
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    body = (await get(f"{server.url}/api/no-such-thing")).json()
    assert body["success"] is False
    assert body["error"]["code"] == "NOT_FOUND"
    assert body["error"]["message"]


async def test_an_address_that_no_database_could_hold_is_simply_not_there(server):
    answer = await get(f"{server.url}/api/designers/%00")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "NOT_FOUND"


async def test_whatever_can_be_got_can_be_asked_about_without_its_body(server):
    async with httpx.AsyncClient(base_url=server.url) as client:
        for path in ("/", "/login", "/api/designers", "/health"):
            got, asked = await client.get(path), await client.head(path)
            assert (asked.status_code, asked.content) == (got.status_code, b""), path
            assert asked.headers["content-type"] == got.headers["content-type"]
