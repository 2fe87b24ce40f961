"""Health checks and metrics: /health, /ready, /metrics."""

import os
from contextlib import suppress

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException

from neural_threads.features.wardrobe.flows import reading_state
from neural_threads.platform import jobs, metrics
from neural_threads.platform.config import get_settings
from neural_threads.platform.db import migrations, reading
from neural_threads.platform.errors import Unavailable
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.process_board import own_place
from neural_threads.platform.realtime import joined
from neural_threads.platform.signing import is_same

from .responses import Reply, ok

LATE_AFTER = 300
"""Seconds that a job which is due may wait."""
LOOPBACK = ("127.0.0.1", "::1")


@get("/health", sync_to_thread=False)
def get_health() -> Reply[dict[str, str]]:
    """Answer that the process runs, and whether it hears the others through Redis. It asks neither database nor store."""
    return ok({"status": "alive", **({} if (heard := joined()) is None else {"redis": "joined" if heard else "away"})})


@get("/ready")
async def get_ready() -> Reply[dict[str, str]]:
    """Answer 200 when the database answers, is migrated, and pictures can be stored; else 503.

    `jobs` is `late` while the oldest background job that is due has waited for more than five minutes; requests are
    answered all the same, so that alone makes nothing unavailable. `wardrobePictures` says how garments are found in
    pictures: `model`, `grabcut` without the network, `middle` (only the colour of the middle) when the process that does it
    died over the last one. `processes` is there where several serve behind one socket: how many of them do.
    """
    async with reading() as db:
        migrated = await db.value("select to_regclass('alembic_version') is not null")
        revision = await db.value("select version_num from alembic_version") if migrated else None
        has_line = await db.value("select to_regclass('schema_line') is not null")
        line = await db.value("select line from schema_line") if has_line else None
        is_usable = migrations.state_of(revision, line) in (migrations.State.CURRENT, migrations.State.NEWER)
        waited = await jobs.oldest_waiting_seconds(db) if is_usable else 0
    if not is_usable:
        raise Unavailable(_("The database is not migrated yet."), code="NOT_MIGRATED")
    folder = get_settings().media_dir
    if folder.exists() and not os.access(folder, os.W_OK):
        raise Unavailable(_("Pictures cannot be stored."), code="MEDIA_READ_ONLY")
    late = {"jobs": "late", "oldestJobSeconds": f"{waited:.0f}"} if waited > LATE_AFTER else {}
    return ok({"status": "ready", "wardrobePictures": reading_state(), **late, **_processes()})


def _processes() -> dict[str, str]:
    place = own_place()
    return {"processes": f"{len(place.board.serving())} of {place.processes}"} if place else {}


@get("/metrics", include_in_schema=False)
async def get_metrics(request: Request) -> Response[bytes]:  # type: ignore[type-arg]
    """Prometheus's figures, for loopback or whoever holds the token; for everybody else there is nothing here."""
    token = get_settings().metrics_token
    authorization = request.headers.get("authorization", "").encode()
    allowed = is_same(authorization, f"Bearer {token}".encode()) if token else _is_near(request)
    if not allowed:
        raise NotFoundException
    with suppress(Unavailable):  # Then the figures of the queue are missing, and the others tell why.
        async with reading() as db:
            metrics.observe_jobs(await jobs.job_counts(db), await jobs.oldest_waiting_seconds(db))
    return Response(await metrics.figures(), media_type="text/plain; version=0.0.4; charset=utf-8")


def _is_near(request: Request) -> bool:  # type: ignore[type-arg]
    # Behind a proxy on this machine everybody would look near.
    near = request.client is not None and request.client.host in LOOPBACK
    return near and "x-forwarded-for" not in request.headers


handlers = [get_health, get_ready, get_metrics]
