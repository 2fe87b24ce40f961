"""The socket server of the product: authentication, presence partners, and the payload of the heartbeat."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

import msgspec
import structlog
from litestar import Litestar
from litestar.exceptions import HTTPException
from litestar.types import ASGIApp

from neural_threads.features.accounts.session_cache import user_for_session
from neural_threads.features.chat import queries
from neural_threads.features.chat.events import CHAT_BEAT
from neural_threads.platform import metrics, tracing
from neural_threads.platform.config import get_settings
from neural_threads.platform.db import close_pool, open_pool, reading
from neural_threads.platform.errors import ThreadsError
from neural_threads.platform.i18n import LOCALE_OF, pick_locale
from neural_threads.platform.realtime import Identity, Realtime, install
from neural_threads.web.http.auth import authenticate
from neural_threads.web.http.request import ThreadsRequest, request_ids
from neural_threads.web.http.security_headers import security_headers

from . import errors
from .chat import sockets  # noqa: F401 - declares the events of chats
from .http import health

log = structlog.get_logger(__name__)


def create_realtime() -> Realtime:
    """The socket server of this process. Its `mount` goes around the whole application."""
    settings = get_settings()
    if not settings.direct_url and not settings.redis_url:
        log.warning(
            "sockets_hear_no_other_process", remedy="set REDIS_URL or DATABASE_DIRECT_URL for several processes"
        )
    return install(
        Realtime(
            authenticate=authenticate,
            recheck=_recheck,
            partners_of=_partners_of,
            beat=(CHAT_BEAT, _sync_states_of),
            redis_url=settings.redis_url,
            # A pooler hands each statement to another session, so nothing can be heard through one.
            database_url=settings.direct_url,
        )
    )


async def _recheck(session_ids: Sequence[str]) -> Mapping[str, Identity]:
    """Return which of these sessions still live, and who is behind them now."""
    result = {}
    for session_id in session_ids:
        me = await user_for_session(session_id)
        if me is not None:
            locale = pick_locale(LOCALE_OF[me.language])
            result[session_id] = Identity(me.id, me.name, me.role, session_id, locale=locale, person=me)
    return result


async def _partners_of(user_id: str) -> Sequence[str]:
    async with reading() as db:
        return await queries.partners_of(db, user_id)


async def _sync_states_of(user_ids: Sequence[str]) -> Mapping[str, msgspec.Struct]:
    async with reading() as db:
        return await queries.sync_state_of(db, user_ids)


# The sockets alone, beside the process that serves pages


def create_realtime_app() -> ASGIApp:
    """Return what `neural-threads realtime` runs: the sockets, /health and nothing else."""
    return create_realtime().mount(request_ids(security_headers(create_health())))


def create_health() -> Litestar:
    """The little that answers over HTTP where only sockets are served."""

    @asynccontextmanager
    async def opened(_app: Litestar) -> AsyncIterator[None]:
        settings = get_settings()
        tracing.start(settings.traces_url, settings.traces_share)
        await open_pool(settings.database_url, size=settings.database_pool, pooler=settings.database_pooler)
        watching = asyncio.create_task(metrics.watch_loop(), name="loop-lag")
        try:
            yield
        finally:
            watching.cancel()
            await close_pool()
            await tracing.stop()

    return Litestar(
        route_handlers=health.handlers,
        request_class=ThreadsRequest,
        exception_handlers={
            ThreadsError: errors.on_threads_error,
            HTTPException: errors.on_http_exception,
            Exception: errors.on_unforeseen,
        },
        lifespan=[opened],
        openapi_config=None,
        debug=False,
        logging_config=None,
    )
