"""Rate limits: moving windows, shared through Redis when configured, in memory otherwise."""

import asyncio
import hashlib
import time
from collections import deque
from functools import cache

import structlog
from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter
from limits.util import WindowStats

from neural_threads.platform import logs
from neural_threads.platform.config import SettingsError, get_settings
from neural_threads.platform.errors import TooOften

log = structlog.get_logger(__name__)

# Per account first and generous per address, because Indian carriers put thousands behind one.
TABLE = {
    "signin": "10/5minutes",  # failures, per account and address: a stranger elsewhere can lock nobody out
    "signin_address": "100/5minutes",  # failures, per address
    "signup": "20/hour",
    "mailed_link": "5/hour",  # per account
    "mailed_link_address": "20/hour",
    "mailed_token": "30/hour",  # guesses at a link's token, per address
    "messages": "60/minute",
    "reactions": "120/minute",
    "uploads": "300/hour",
    "tryons": "120/hour",
    "photo_real": "20/hour",  # looks that a model draws: each may cost money
    "stylist": "20/hour",
    "reviews": "20/hour",
    "requests": "20/hour",
    "exports": "10/hour",
    "contacts": "600/hour",  # phones and e-mails on the cards of lists
    "devices": "60/hour",  # switching pushes on
    "profiles": "300/hour",  # looks at providers by somebody who sees phone and e-mail
    "profiles_address": "600/hour",  # looks at providers by visitors, per address
}
REDIS_PATIENCE = 0.1
REDIS_PAUSE = 5.0


@cache
def table() -> dict[str, RateLimitItem]:
    """Every limit by its name; THREADS_LIMITS changes single ones. SettingsError when that cannot be used."""
    return limits_with(get_settings().limit_overrides)


def limits_with(overrides: str) -> dict[str, RateLimitItem]:
    """Return the built-in limits, changed by what THREADS_LIMITS may hold. Raises SettingsError."""
    texts = dict(TABLE)
    for part in filter(None, overrides.split(";")):
        name, _, text = (item.strip() for item in part.partition("="))
        if name not in texts:
            raise SettingsError(f"THREADS_LIMITS knows no limit named {name!r}; docs/security.md lists them.")
        texts[name] = text
    try:
        return {name: parse(text) for name, text in texts.items()}
    except ValueError:
        raise SettingsError(
            f"THREADS_LIMITS={overrides!r} cannot be used: write limits as messages=60/minute;uploads=300/hour."
        ) from None


async def hit(name: str, key: str) -> None:
    """Count one use. TooOften, with the seconds to wait, when the window is full; then nothing is counted."""
    item = table()[name]
    if get_settings().rate_limits and not await _shared().hit(item, name, _short(key)):
        await _refuse(name, item, key)


async def try_consume(name: str, key: str, many: int) -> bool:
    """Return True if so many uses fit into the window together; then, and only then, they are counted."""
    item = table()[name]
    return not get_settings().rate_limits or await _shared().hit(item, name, _short(key), cost=many)


async def check(name: str, key: str) -> None:
    """TooOften when the window is full; counts nothing. For limits on failures, which are only known afterwards."""
    item = table()[name]
    if get_settings().rate_limits and not await _shared().test(item, name, _short(key)):
        await _refuse(name, item, key)


async def count(name: str, key: str) -> None:
    """Count one failure, whether or not the window is full already."""
    if get_settings().rate_limits:
        await _shared().hit(table()[name], name, _short(key))


async def forget(name: str, key: str) -> None:
    """Start this window anew: the right password makes wrong ones before it harmless."""
    if get_settings().rate_limits:
        await _shared().clear(table()[name], name, _short(key))


async def _refuse(name: str, item: RateLimitItem, key: str) -> None:
    reset = (await _shared().get_window_stats(item, name, _short(key))).reset_time
    if (more := logs.bounded("limit_reached", name)) is not None:
        log.info("limit_reached", limit=name, **more)
    raise TooOften(retry_after=max(1, round(reset - time.time() + 0.5)))


def _short(key: str) -> str:
    """Keys may hold e-mail addresses; Redis need not know them."""
    return hashlib.blake2b(key.encode(), digest_size=16).hexdigest()


class LocalWindows(MemoryStorage):
    """Moving windows in this process: one deque of times per key.

    The library's own storage visits all its keys in worker threads at every hit, which is too dear for messages.
    """

    def __init__(self) -> None:
        super().__init__()
        self._windows: dict[str, deque[float]] = {}
        self._expiries: dict[str, int] = {}
        self._next_sweep = 0.0

    async def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Add `amount` entries unless the window would hold more than `limit`."""
        window = self._current(key, expiry)
        if len(window) + amount > limit:
            return False
        self._windows[key] = window
        self._expiries[key] = expiry
        window.extend([time.time()] * amount)
        return True

    async def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """The oldest entry's time, and how many there are."""
        window = self._current(key, expiry)
        return (window[0], len(window)) if window else (time.time(), 0)

    async def clear(self, key: str) -> None:
        """Forget this window."""
        self._windows.pop(key, None)

    def _current(self, key: str, expiry: int) -> deque[float]:
        now = time.time()
        if now >= self._next_sweep:
            self._sweep(now)
        window = self._windows.get(key, deque())
        while window and window[0] <= now - expiry:
            window.popleft()
        return window

    def _sweep(self, now: float) -> None:
        over = [key for key, window in self._windows.items() if not window or window[-1] <= now - self._expiries[key]]
        for key in over:
            del self._windows[key], self._expiries[key]
        self._next_sweep = now + 60


class SharedLimiter(MovingWindowRateLimiter):
    """Asks Redis, and this process's own windows whenever Redis is away or slower than a tenth of a second."""

    def __init__(self, redis_url: str) -> None:
        super().__init__(RedisStorage(f"async+{redis_url}", implementation="redispy", socket_timeout=REDIS_PATIENCE))
        self._local = MovingWindowRateLimiter(LocalWindows())
        self._redis_after = 0.0

    async def hit(self, item: RateLimitItem, *identifiers: str, cost: int = 1) -> bool:
        """Count here too, so that the windows are not empty at the moment Redis goes."""
        here = await self._local.hit(item, *identifiers, cost=cost)
        existing = await self._ask("hit", item, *identifiers, cost=cost)
        return here if existing is None else bool(existing)

    async def test(self, item: RateLimitItem, *identifiers: str, cost: int = 1) -> bool:
        """Return True if one more would fit."""
        existing = await self._ask("test", item, *identifiers)
        return await self._local.test(item, *identifiers, cost=cost) if existing is None else bool(existing)

    async def clear(self, item: RateLimitItem, *identifiers: str) -> None:
        """Forget the window in both places."""
        await self._local.clear(item, *identifiers)
        await self._ask("clear", item, *identifiers)

    async def get_window_stats(self, item: RateLimitItem, *identifiers: str) -> WindowStats:
        """Return when the window has room again."""
        existing = await self._ask("get_window_stats", item, *identifiers)
        return existing if isinstance(existing, WindowStats) else await self._local.get_window_stats(item, *identifiers)

    async def _ask(self, verb: str, item: RateLimitItem, *identifiers: str, **more: int) -> object | None:
        now = time.monotonic()
        if now < self._redis_after:
            return None
        if self._redis_after > 0:
            self._redis_after = now + REDIS_PAUSE  # One request tries whether it is back; nobody waits beside it.
        try:
            async with asyncio.timeout(REDIS_PATIENCE):
                answer: object = await getattr(super(), verb)(item, *identifiers, **more)
                self._redis_after = 0.0
                return True if answer is None else answer
        except Exception as error:  # Whatever is wrong with Redis, nobody may get in or be kept out by it.
            log.warning("limits_without_redis", error=type(error).__name__)
            self._redis_after = time.monotonic() + REDIS_PAUSE
            return None


@cache
def _shared() -> MovingWindowRateLimiter:
    redis_url = get_settings().redis_url
    return SharedLimiter(redis_url) if redis_url else MovingWindowRateLimiter(LocalWindows())
