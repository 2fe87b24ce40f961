"""Sessions: one row per sign-in, with a refresh token that rotates."""

from collections.abc import Sequence

import msgspec
import structlog

from neural_threads.platform import realtime
from neural_threads.platform.db import Db
from neural_threads.platform.db.composition import sql
from neural_threads.platform.errors import NotFound, NotSignedIn
from neural_threads.platform.ids import new_id
from neural_threads.platform.security.client_ip import address_block
from neural_threads.platform.security.tokens import (
    access_token,
    fingerprint,
    new_refresh_token,
    session_of,
    successors_of,
)

from .queries import ALIVE, lifetimes
from .session_cache import forgetting
from .shapes import Person

log = structlog.get_logger(__name__)

MOST_SESSIONS = 20
GRACE_SECONDS = 10


class Device(msgspec.Struct, frozen=True):
    """The device of a sign-in."""

    user_agent: str
    address: str


class TokenPair(msgspec.Struct, frozen=True):
    """The access token and the refresh token of a session."""

    user_id: str
    session_id: str
    access: str
    refresh: str


def token_pair_for(user_id: str, session_id: str, refresh: str) -> TokenPair:
    """A fresh access token beside this refresh token."""
    return TokenPair(user_id, session_id, access_token(user_id, session_id), refresh)


async def start_session(db: Db, user_id: str, device: Device) -> TokenPair:
    """Sign somebody in. The twenty-first session ends the oldest."""
    session_id = new_id()
    refresh = new_refresh_token(session_id)
    # Sign-ins of one person take turns, so that parallel ones cannot trip over the sessions they end.
    await db.execute("select 1 from users where id = %(id)s for no key update", id=user_id)
    await db.execute(
        """
        insert into sessions (id, user_id, refresh_hash, user_agent, address)
        values (%(id)s, %(user)s, %(hash)s, %(agent)s, %(address)s)
        """,
        id=session_id,
        user=user_id,
        hash=fingerprint(refresh),
        agent=device.user_agent.replace("\0", "")[:300],
        address=device.address[:64],
    )
    await _end_all_but_the_newest(db, user_id)
    log.info("signed_in", user_id=user_id, session_id=session_id, place=address_block(device.address))
    return token_pair_for(user_id, session_id, refresh)


async def _end_all_but_the_newest(db: Db, user_id: str) -> None:
    ended = await db.all(
        str,
        """
        update sessions set ended_at = now()
         where id in (select id from sessions
                       where user_id = %(user)s and ended_at is null
                       order by created_at desc, id desc
                      offset %(most)s)
        returning id
        """,
        user=user_id,
        most=MOST_SESSIONS,
    )
    _tell_ended(db, ended)


async def rotate_refresh_token(db: Db, token: str) -> TokenPair | None:
    """Rotate the refresh token. None when it is worth nothing; a token from longer ago also ends its whole session.

    Two tabs that come with the same token within ten seconds both get the same successor, because it follows from the
    token itself. Only the direct predecessor has this grace.
    """
    session_id = session_of(token)
    if session_id is None:
        return None
    following, *others = successors_of(token)
    user_id = await db.value(
        sql(
            """
        update sessions s
           set refresh_hash = %(next)s, previous_hash = %(shown)s, rotated_at = now(), last_used_at = now()
         where s.id = %(id)s and s.refresh_hash = %(shown)s and {alive}
        returning s.user_id
        """,
            alive=ALIVE,
        ),
        id=session_id,
        shown=fingerprint(token),
        next=fingerprint(following),
        **lifetimes(),
    )
    if user_id is None:
        user_id = await _holder_of_predecessor(db, session_id, token)
        following = await _given_out(db, session_id, others) or following
    if user_id is None:
        await _end_stolen(db, session_id)
        return None
    return token_pair_for(user_id, session_id, following)


async def refresh_access_token(db: Db, token: str) -> TokenPair | None:
    """Return what a page or a socket handshake does with a refresh token: a new access token, without rotating.

    Pages come in flocks and their answers get lost on the road; a rotation whose answer is lost would sign people out.
    """
    session_id = session_of(token)
    if session_id is None:
        return None
    user_id = await db.value(
        sql(
            """
        update sessions s set last_used_at = now()
         where s.id = %(id)s and s.refresh_hash = %(shown)s and {alive}
        returning s.user_id
        """,
            alive=ALIVE,
        ),
        id=session_id,
        shown=fingerprint(token),
        **lifetimes(),
    )
    user_id = user_id or await _holder_of_predecessor(db, session_id, token)
    if user_id is None:
        await _end_stolen(db, session_id)
        return None
    return token_pair_for(user_id, session_id, token)


async def _given_out(db: Db, session_id: str, tokens: Sequence[str]) -> str | None:
    """Return that of these tokens which the session has now; there are some only while THREADS_SECRET_KEY is changed."""
    if not tokens:
        return None
    current = await db.value("select refresh_hash from sessions where id = %(id)s", id=session_id)
    return next((token for token in tokens if fingerprint(token) == current), None)


async def _holder_of_predecessor(db: Db, session_id: str, token: str) -> str | None:
    row: str | None = await db.value(
        sql(
            """
        select s.user_id from sessions s
         where s.id = %(id)s and s.previous_hash = %(shown)s and {alive}
           and s.rotated_at > now() - make_interval(secs => %(grace)s)
        """,
            alive=ALIVE,
        ),
        id=session_id,
        shown=fingerprint(token),
        grace=GRACE_SECONDS,
        **lifetimes(),
    )
    return row


async def _end_stolen(db: Db, session_id: str) -> None:
    """A genuine token that has been rotated away comes back: somebody holds a copy, so nobody keeps the session."""
    if await _end(db, session_id):
        log.warning("refresh_token_reused", session_id=session_id)


async def is_session_of(db: Db, me: Person, session_id: str) -> bool:
    """Return True if this session, whether it lives or not, is or was mine."""
    return bool(await db.value("select user_id = %(me)s from sessions where id = %(id)s", me=me.id, id=session_id))


async def end_session(db: Db, me: Person, session_id: str) -> None:
    """Sign out one of my devices."""
    statement = sql("select s.id from sessions s where s.id = %(id)s and s.user_id = %(me)s and {alive}", alive=ALIVE)
    if not await db.value(statement, id=session_id, me=me.id, **lifetimes()):
        raise NotFound()
    await _end(db, session_id)
    log.info("session_ended", user_id=me.id, session_id=session_id)


async def sign_out(db: Db, session_id: str) -> None:
    """End this session; nothing happens when it is over already."""
    if await _end(db, session_id):
        log.info("signed_out", session_id=session_id)


async def end_sessions_of(db: Db, user_id: str, *, but: str | None = None) -> None:
    """End everything this person is signed in to, except `but`."""
    ended = await db.all(
        str,
        """
        update sessions set ended_at = now()
         where user_id = %(user)s and ended_at is null and id is distinct from %(but)s
        returning id
        """,
        user=user_id,
        but=but,
    )
    _tell_ended(db, ended)


async def _end(db: Db, session_id: str) -> bool:
    ended = await db.execute(
        "update sessions set ended_at = now() where id = %(id)s and ended_at is null", id=session_id
    )
    if ended:
        _tell_ended(db, [session_id])
    return bool(ended)


def _tell_ended(db: Db, session_ids: list[str]) -> None:
    forgetting(db, *session_ids)
    for session_id in session_ids:
        db.after_commit(realtime.end_session(session_id))


def needs_session(result: TokenPair | None) -> TokenPair:
    """The pass, or NotSignedIn."""
    if result is None:
        raise NotSignedIn()
    return result
