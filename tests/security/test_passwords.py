"""Passwords: hashed slowly off the loop, two at once, and never the ones that everybody tries."""

import asyncio

import argon2
import bcrypt
import pytest

from neural_threads.platform.errors import Unavailable
from neural_threads.platform.security import passwords
from neural_threads.platform.security.passwords import (
    NOBODYS_HASH,
    fits,
    hash_password,
    is_outdated,
    password_problem,
    turn_to_hash,
)
from tests.support.deadlines import within


async def test_a_hash_is_argon2id_with_the_promised_figures():
    stored = await hash_password("seven indigo looms")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await hash_password("seven indigo looms") != stored
    assert await fits("seven indigo looms", stored)
    assert not await fits("seven indigo loomS", stored)
    assert not is_outdated(stored)
    assert not is_outdated(NOBODYS_HASH), "else an unknown address would take another time"


async def test_nobody_has_nobodys_password():
    assert not await fits("", None)
    assert not await fits("anything", None)
    assert not await fits("x", "no hash at all")


async def test_bcrypt_of_earlier_days_fits_and_is_outdated():
    long = "k" * 100
    stored = bcrypt.hashpw(long.encode()[:72], bcrypt.gensalt(4)).decode()
    assert await fits(long, stored)
    assert is_outdated(stored)
    assert is_outdated(argon2.PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("x"))


async def test_two_at_once_and_the_loop_goes_on(monkeypatch):
    together = most = 0
    real = passwords._argon2.hash

    class Watched:
        def hash(self, password):
            nonlocal together, most
            together += 1
            most = max(most, together)
            try:
                return real(password)
            finally:
                together -= 1

    monkeypatch.setattr(passwords, "_argon2", Watched())
    monkeypatch.setattr(passwords, "WAIT_FOR_TURN", 60)  # Nobody gives up, however slow the machine is.
    ticks = 0

    async def tick():
        nonlocal ticks
        while True:
            await asyncio.sleep(0.002)
            ticks += 1

    ticking = asyncio.create_task(tick())
    await asyncio.gather(*(hash_password(f"loom number {n}") for n in range(12)))
    ticking.cancel()
    assert most <= 2
    assert ticks > 20, "on the loop there would be at most one tick between two hashes"


async def test_whoever_waits_two_seconds_is_told_to_come_back(monkeypatch):
    monkeypatch.setattr(passwords, "WAIT_FOR_TURN", 0.1)
    async with turn_to_hash(), turn_to_hash():
        with within(1), pytest.raises(Unavailable) as refused:
            await hash_password("seven indigo looms")
        assert refused.value.retry_after
    await hash_password("seven indigo looms")


def test_the_list_is_long_and_holds_what_people_try():
    common = passwords._common()
    assert len(common) > 3000
    assert {"password", "12345678", "password@123", "#1stunna", "bengaluru123"} <= common
    assert not any(line.startswith("# ") for line in common)


@pytest.mark.parametrize(
    "good", ["threads-demo-1", "seven indigo looms", "k" * 73, "ನೂಲು ನೇಯ್ಗೆ", "cora rao's kurta", "      7"]
)
def test_there_are_no_other_rules(good):
    assert password_problem(good, email="cora@example.com", name="Cora Rao") is None


@pytest.mark.parametrize(
    "bad", ["Password1", "cora@example.com", "CORA@EXAMPLE.COM", "cora rao", "CoraRao", "12345678", " password1 "]
)
def test_these_are_refused(bad):
    assert password_problem(bad, email="Cora@example.com", name="Cora Rao")
