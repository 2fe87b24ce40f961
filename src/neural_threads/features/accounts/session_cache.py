"""Cache the user of each session for less than a second, so that not every request reads the database."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import cast

from cachetools import TTLCache

from neural_threads.platform.batching import Batcher
from neural_threads.platform.counters import session_hit, session_miss
from neural_threads.platform.db import Db, reading

from .queries import users_by_session
from .shapes import Person

FRESH = 0.9
MOST = 20_000

_known: TTLCache[str, Person | None] = TTLCache(MOST, FRESH, timer=time.monotonic)
_NOT_ASKED = object()
_changes = 0


async def user_for_session(session_id: str) -> Person | None:
    """The person whose session this is; None when it is over. At most a second old."""
    known = _known.get(session_id, _NOT_ASKED)
    if known is not _NOT_ASKED:
        session_hit.inc()
        return cast(Person | None, known)
    session_miss.inc()
    changes = _changes
    person = await _behind.get(session_id)
    if changes == _changes:  # Else a session ended while we were asking, and the answer may be from before.
        _known[session_id] = person
    return person


async def _ask(session_ids: Sequence[str]) -> Mapping[str, Person]:
    async with reading() as db:
        return await users_by_session(db, session_ids)


_behind = Batcher(_ask)


def forget_session(*session_ids: str) -> None:
    """Ask again at the next request."""
    global _changes
    _changes += 1
    for session_id in session_ids:
        _known.pop(session_id, None)


def forget_person(user_id: str) -> None:
    """Ask again for every session of this person: their name or profile has changed."""
    mine = [key for key in list(_known) if (person := _known.get(key)) and person.id == user_id]
    forget_session(*mine)


def forgetting(db: Db, *session_ids: str) -> None:
    """After the commit, forget what these sessions stood for."""
    db.after_commit(_later(lambda: forget_session(*session_ids)))


def forgetting_person(db: Db, user_id: str) -> None:
    """After the commit, look at this person anew."""
    db.after_commit(_later(lambda: forget_person(user_id)))


def _later(act: Callable[[], None]) -> Callable[[], Awaitable[None]]:
    async def effect() -> None:
        act()

    return effect
