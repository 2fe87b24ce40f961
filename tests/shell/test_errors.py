"""Trouble in our own dress: it says what happened, what to do, and how to refer to it."""

import subprocess
import sys

import httpx
import pytest

from neural_threads.platform.errors import Invalid, TooOften
from neural_threads.web.templates.render import TROUBLES, error_page
from tests.support.server import Server

PAGE = {"Accept": "text/html,application/xhtml+xml"}


@pytest.mark.parametrize("status", sorted(TROUBLES))
def test_a_page_of_trouble_needs_neither_database_nor_visit(status: int) -> None:
    answer = error_page(None, status)
    html = str(answer.content)
    assert answer.status_code == status
    assert str(TROUBLES[status][0]) in html
    assert "/login" not in html, "who is reading is not known, so nobody is told to sign in"
    assert answer.headers["Cache-Control"] == "no-store"


def test_what_an_error_says_about_the_request_is_told_but_not_what_broke_inside() -> None:
    assert "Bad colour." in str(error_page(None, 422, Invalid("Bad colour.")).content)
    assert "secret table" not in str(error_page(None, 500, RuntimeError("secret table")).content)


def test_too_often_says_when_to_come_back() -> None:
    answer = error_page(None, 429, TooOften(retry_after=30))
    assert answer.headers["Retry-After"] == "30"
    assert "Try again in 30 seconds." in str(answer.content)


async def test_a_lost_page_has_the_number_that_the_log_has(server: Server) -> None:
    async with httpx.AsyncClient(base_url=server.url, headers=PAGE) as browser:
        answer = await browser.get("/no-such-page")
    assert answer.status_code == 404
    assert answer.headers["x-request-id"] in answer.text
    assert "Page not found" in answer.text


async def test_programs_get_json_instead(server: Server) -> None:
    async with httpx.AsyncClient(base_url=server.url) as program:
        answer = await program.get("/api/no-such-thing", headers=PAGE)
    assert answer.json()["error"]["code"] == "NOT_FOUND"


@pytest.mark.long  # a program is started
def test_the_styleguide_is_not_there_in_production() -> None:
    routes = [sys.executable, "-m", "neural_threads", "routes"]
    production = {
        "THREADS_ENV": "production",
        "THREADS_SECRET_KEY": "k" * 32,
        "THREADS_PUBLIC_URL": "https://threads.example",
    }
    shown = subprocess.run(routes, env=production, capture_output=True, text=True, check=True).stdout
    assert "/customer/designers" in shown
    assert "/styleguide" not in shown
