"""Limits: moving windows, in this process and through Redis, open at no time (I08, A21)."""

import re

import pytest
from limits import parse

from neural_threads.platform.config import Settings, SettingsError, get_settings
from neural_threads.platform.db.migrations import ROOT
from neural_threads.platform.errors import TooOften
from neural_threads.platform.security import rate_limits
from neural_threads.platform.security.client_ip import address_block, client_address
from neural_threads.platform.security.rate_limits import LocalWindows, SharedLimiter
from tests.support.deadlines import within


@pytest.fixture
def counting(monkeypatch, own_folder):
    """Limits on, in this very process."""
    monkeypatch.setenv("THREADS_RATE_LIMITS", "on")

    def configure(**env):
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        for cached in (get_settings, rate_limits.table, rate_limits._shared):
            cached.cache_clear()

    configure()
    yield configure
    monkeypatch.undo()
    configure()


async def test_a_window_moves(monkeypatch):
    now = 1000.0
    monkeypatch.setattr(rate_limits.time, "time", lambda: now)
    windows = LocalWindows()
    for _ in range(3):
        assert await windows.acquire_entry("k", 3, 60)
        now += 10
    assert not await windows.acquire_entry("k", 3, 60)
    assert await windows.get_moving_window("k", 3, 60) == (1000.0, 3)
    now = 1060.5
    assert await windows.acquire_entry("k", 3, 60), "the first is a minute old"
    assert not await windows.acquire_entry("k", 3, 60), "the others are not"
    now = 2000.0
    await windows.acquire_entry("other", 3, 60)
    assert set(windows._windows) == {"other"}, "what is over is forgotten"


async def test_a_limit_names_the_seconds_to_wait(counting):
    for _ in range(20):
        await rate_limits.hit("reviews", "cora")
    await rate_limits.hit("reviews", "odile")
    with pytest.raises(TooOften) as refused:
        await rate_limits.hit("reviews", "cora")
    assert 3590 < refused.value.retry_after <= 3601
    with pytest.raises(TooOften):
        await rate_limits.check("reviews", "cora")
    await rate_limits.forget("reviews", "cora")
    await rate_limits.check("reviews", "cora")


async def test_limits_can_be_set_and_turned_off(counting):
    counting(THREADS_LIMITS="reviews=1/minute; messages=2/second")
    await rate_limits.hit("reviews", "cora")
    with pytest.raises(TooOften):
        await rate_limits.hit("reviews", "cora")
    counting(THREADS_RATE_LIMITS="off")
    for _ in range(50):
        await rate_limits.hit("reviews", "cora")


@pytest.mark.parametrize("text", ["nothing=1/minute", "reviews=often", "reviews"])
def test_a_limit_that_cannot_be_is_said_so(counting, text):
    counting(THREADS_LIMITS=text)
    with pytest.raises(SettingsError, match="THREADS_LIMITS"):
        rate_limits.table()


def test_every_promised_limit_is_there(counting):
    promised = {"signin": (10, 300), "signin_address": (100, 300), "signup": (20, 3600), "messages": (60, 60)}
    promised |= {"uploads": (300, 3600), "stylist": (20, 3600), "reviews": (20, 3600), "requests": (20, 3600)}
    for name, (amount, seconds) in promised.items():
        item = rate_limits.table()[name]
        assert (item.amount, item.get_expiry()) == (amount, seconds)


def test_the_page_about_limits_is_true():
    told = re.findall(r"^\| `(\w+)` \| (\S+) \|", (ROOT / "docs/security.md").read_text(), re.MULTILINE)
    assert dict(told) == rate_limits.TABLE


@pytest.mark.case("I08")
async def test_without_redis_the_process_counts_and_nobody_waits(counting):
    counting(REDIS_URL="redis://127.0.0.1:1/0")
    rate_limits._shared()  # Importing the client takes its time, once.
    with within(2):
        for _ in range(20):
            await rate_limits.hit("reviews", "cora")
        with pytest.raises(TooOften):
            await rate_limits.hit("reviews", "cora")


@pytest.mark.case("I08")
async def test_a_redis_that_only_listens_is_not_waited_for(counting):
    import asyncio

    async def silent(reader, _writer):
        await reader.read()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    limiter = SharedLimiter(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    with within(1.2):
        allowed = [await limiter.hit(parse("5/minute"), "k") for _ in range(8)]
    assert allowed == [True] * 5 + [False] * 3
    server.close()


def scope(peer, *forwarded):
    return {"client": (peer, 1), "headers": [(b"x-forwarded-for", value.encode()) for value in forwarded]}


@pytest.mark.case("A21")
def test_only_our_proxies_are_believed(counting):
    assert client_address(scope("198.51.100.7", "1.2.3.4")) == "198.51.100.7"
    counting(THREADS_TRUSTED_PROXIES="10.0.0.0/8, 127.0.0.1")
    assert client_address(scope("198.51.100.7", "1.2.3.4")) == "198.51.100.7"
    assert client_address(scope("10.1.2.3", "1.2.3.4")) == "1.2.3.4"
    assert client_address(scope("10.1.2.3", "6.6.6.6, 1.2.3.4, 10.9.9.9")) == "1.2.3.4", (
        "what the client wrote is skipped"
    )
    assert client_address(scope("127.0.0.1", "6.6.6.6", "1.2.3.4")) == "1.2.3.4"
    assert client_address(scope("127.0.0.1")) == "127.0.0.1"


def test_one_customer_of_ipv6_is_one_place():
    assert address_block("2001:db8:1:2:3::4") == address_block("2001:db8:1:2:ffff::1") == "2001:db8:1:2::/64"
    assert address_block("2001:db8:1:3::1") != address_block("2001:db8:1:2::1")
    assert address_block("::ffff:203.0.113.9") == "203.0.113.9"
    assert address_block("203.0.113.9") == "203.0.113.9"


@pytest.mark.case("A21")
async def test_a_forged_address_does_not_help_a_guesser(fresh_server, people_at):
    server = await fresh_server(THREADS_RATE_LIMITS="on")
    people = people_at(server)
    cora = await people.customer()
    guesser = people.anonymous()
    statuses = []
    for n in range(12):
        forged = {"X-Forwarded-For": f"203.0.113.{n}", "X-Real-IP": f"203.0.113.{n}", "Forwarded": f"for=203.0.113.{n}"}
        body = {"email": cora.email, "password": "wrong guess"}
        statuses.append((await guesser.post("/api/auth/login", json=body, headers=forged)).status_code)
    assert statuses == [401] * 10 + [429] * 2
    assert "203.0.113" not in server.log_tail(200)
    listed = (await cora.get("/api/auth/sessions")).json()["data"]
    assert [session["address"] for session in listed] == ["127.0.0.1"]


def test_limits_cannot_be_off_in_production():
    env = {"THREADS_ENV": "production", "THREADS_SECRET_KEY": "k" * 32, "THREADS_PUBLIC_URL": "https://x"}
    with pytest.raises(SettingsError, match="THREADS_RATE_LIMITS"):
        Settings.from_env(env | {"THREADS_RATE_LIMITS": "off"})
