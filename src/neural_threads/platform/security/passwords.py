"""Hash and check passwords with argon2id off the event loop, at most two at once; refuse weak ones."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import TypeVar

import argon2
import bcrypt

from neural_threads.platform.errors import Unavailable
from neural_threads.platform.i18n import gettext as _

# OWASP Password Storage Cheat Sheet, 2024: argon2id with 19 MiB, two passes, one lane.
_argon2 = argon2.PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
# What an unknown e-mail is compared with, so that its answer takes as long as a wrong password's.
NOBODYS_HASH = "$argon2id$v=19$m=19456,t=2,p=1$YaRM4v3mArlR/8+m/FQ5aQ$h4sGe/N81PMoR6+6YqkAq3w2OVWLieMDYYLz+B8RILQ"
AT_ONCE = 2
WAIT_FOR_TURN = 2.0

T = TypeVar("T")

_threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="passwords")
_turns = asyncio.Semaphore(AT_ONCE)


@asynccontextmanager
async def turn_to_hash() -> AsyncIterator[None]:
    """Wait at most two seconds for one of the two places; Unavailable (503) when both stay taken."""
    try:
        async with asyncio.timeout(WAIT_FOR_TURN):
            await _turns.acquire()
    except TimeoutError:
        raise Unavailable(retry_after=2) from None
    try:
        yield
    finally:
        _turns.release()


async def _off_the_loop(work: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(_threads, work)


async def hash_password(password: str) -> str:
    """The argon2id hash to store. Waits for its turn."""
    async with turn_to_hash():
        return await _off_the_loop(lambda: _argon2.hash(password))


async def fits(password: str, stored: str | None) -> bool:
    """Return True if this is the password behind the stored hash (argon2 or bcrypt); None is compared too, and never fits.

    Call it inside `turn_to_hash()`, where the caller can also count the failure before the next guess is looked at.
    """
    right = await _off_the_loop(lambda: _compare(password, stored or NOBODYS_HASH))
    return right and stored is not None


def _compare(password: str, stored: str) -> bool:
    if stored.startswith("$2"):
        # bcrypt has only ever looked at 72 bytes, and its library now refuses more.
        return bcrypt.checkpw(password.encode()[:72], stored.encode())
    try:
        return _argon2.verify(stored, password)
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False


def is_outdated(stored: str) -> bool:
    """Return True if the hash should be made anew at the next sign-in: bcrypt, or argon2 with weaker figures."""
    return stored.startswith("$2") or _argon2.check_needs_rehash(stored)


def password_problem(password: str, *, email: str, name: str) -> str | None:
    """Return why this password is refused, as a sentence; None when it is good. Its length is checked by the shape."""
    form = password.casefold().strip()
    own = {email.casefold(), email.casefold().split("@")[0]}
    if form in own:
        return _("Choose a password that is not your e-mail address.")
    if form in {name.casefold().strip(), "".join(name.casefold().split())}:
        return _("Choose a password that is not your name.")
    if form in _common():
        return _("Too many people use this password. Please choose another.")
    return None


@cache
def _common() -> frozenset[str]:
    lines = Path(__file__).with_name("common_passwords.txt").read_text().splitlines()
    return frozenset(line for line in lines if not line.startswith("# "))
