"""The sockets of this program: who is let in, whom presence is told to, and what the beat says."""

from collections.abc import Mapping, Sequence

import msgspec

from neural_threads.features.accounts.standing import standing_of
from neural_threads.features.chat import queries
from neural_threads.features.chat.events import CHAT_BEAT
from neural_threads.platform.db import reading
from neural_threads.platform.i18n import SPOKEN, pick_locale
from neural_threads.platform.realtime import Identity, Realtime, install

from .chat import sockets  # noqa: F401 - declares the events of chats
from .guards import authenticate


def create_realtime() -> Realtime:
    """The socket server of this process. Its `mount` goes around the whole application."""
    return install(
        Realtime(authenticate=authenticate, recheck=_recheck, partners_of=_partners_of, beat=(CHAT_BEAT, _beats_of))
    )


async def _recheck(session_ids: Sequence[str]) -> Mapping[str, Identity]:
    """Which of these sessions still live, and who is behind them now."""
    found = {}
    for session_id in session_ids:
        me = await standing_of(session_id)
        if me is not None:
            locale = pick_locale(SPOKEN[me.language])
            found[session_id] = Identity(me.id, me.name, me.role, session_id, locale=locale, person=me)
    return found


async def _partners_of(user_id: str) -> Sequence[str]:
    async with reading() as db:
        return await queries.partners_of(db, user_id)


async def _beats_of(user_ids: Sequence[str]) -> Mapping[str, msgspec.Struct]:
    async with reading() as db:
        return await queries.beats_of(db, user_ids)
