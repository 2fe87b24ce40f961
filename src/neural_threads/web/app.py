"""Create the application: the sockets, the middleware, and the handlers of every feature."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from importlib import import_module
from typing import Any

from litestar import Litestar
from litestar.exceptions import HTTPException
from litestar.types import ASGIApp

from neural_threads.features import jobs as _jobs  # noqa: F401 - what this process can work
from neural_threads.features.stylist.conversations.flows import release_all_answers
from neural_threads.platform import i18n, metrics, tracing, web_push
from neural_threads.platform.cache import public_cache
from neural_threads.platform.compute.bounded_process import close_all
from neural_threads.platform.config import Settings, get_settings
from neural_threads.platform.db import close_pool, open_pool
from neural_threads.platform.db.public_reading import close_standby, open_standby
from neural_threads.platform.errors import ThreadsError
from neural_threads.web.http.compression import compressed_pages
from neural_threads.web.http.image_cache import cached_images
from neural_threads.web.http.query import QueryStrings
from neural_threads.web.http.request import ThreadsRequest, request_ids
from neural_threads.web.http.response_cache import cached_responses
from neural_threads.web.http.security_headers import security_headers

from . import errors
from .http import health, request_context, role_guards
from .realtime import create_realtime
from .refilled_forms import forms_shown_again

FACES = (
    "shell",
    "front",
    "notices",
    "openapi",
    "styleguide",
    "accounts",
    "catalog.designers",
    "catalog.tailors",
    "catalog.designs",
    "chat",
    "media",
    "notifications",
    "orders",
    "reviews",
    "account_deletion",
    "data_export",
    "portfolio",
    "providers",
    "wardrobe",
    "stylist",
    "tryon",
    "dashboard",
)
MAX_BODY = 1_048_576


def create_app() -> ASGIApp:
    """Return what the server runs: a named request goes to the sockets or to Litestar."""
    settings = get_settings()
    return create_realtime().mount(
        request_ids(
            security_headers(
                compressed_pages(cached_responses(cached_images(forms_shown_again(create_litestar(settings)))))
            )
        )
    )


def create_litestar(settings: Settings) -> Litestar:
    """Pages and API."""
    return Litestar(
        route_handlers=[*health.handlers, *(h for face in _faces() for h in face.handlers)],
        dependencies=request_context.dependencies,
        guards=role_guards.guards,
        plugins=[QueryStrings()],
        request_class=ThreadsRequest,
        request_max_body_size=MAX_BODY,
        exception_handlers={
            ThreadsError: errors.on_threads_error,
            HTTPException: errors.on_http_exception,
            Exception: errors.on_unforeseen,
        },
        lifespan=[_open(settings)],
        openapi_config=None,
        debug=False,
        logging_config=None,
    )


def _faces() -> list[Any]:
    return [import_module(f"{__package__}.{name}") for name in FACES]


def routes() -> list[tuple[str, str, str]]:
    """Every address: its path, its methods, and the function that answers."""
    result = create_litestar(get_settings()).routes
    return [
        (route.path, " ".join(sorted(handler.http_methods)), f"{handler.fn.__module__}.{handler.fn.__name__}")
        for route in result
        for handler in getattr(route, "route_handlers", [])
    ]


def _settle() -> None:
    """Read what every page needs, then take all that lives as long as we do out of the collector's way: a look through it
    stops everybody for a tenth of a second."""
    i18n.offered_locales()
    gc.collect()
    gc.freeze()


def _open(settings: Settings) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def opened(_app: Litestar) -> AsyncIterator[None]:
        """Open all that runs as long as the server does, and close it at the end."""
        tracing.start(settings.traces_url, settings.traces_share)
        web_push.public_key()  # makes the key at the first start
        await open_pool(settings.database_url, size=settings.database_pool, pooler=settings.database_pooler)
        if settings.database_replica_url:
            await open_standby(settings.database_replica_url, size=settings.database_pool)
        watching = [asyncio.create_task(metrics.watch_loop(), name="loop-lag")]
        if settings.direct_url:  # Through a pooler we would not hear of changes, so nothing may be kept.
            watching.append(asyncio.create_task(public_cache.listen(settings.direct_url), name="catalogue"))
        _settle()
        try:
            if settings.worker:
                from neural_threads.platform.job_worker import worker  # Other processes never load it.

                queue = settings.direct_url or settings.database_url
                async with worker(queue, pooler=not settings.direct_url):
                    yield
            else:
                yield
        finally:
            await release_all_answers()
            for task in watching:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
            await close_all()
            await close_standby()
            await close_pool()
            await tracing.stop()

    return opened
