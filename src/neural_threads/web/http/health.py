"""Health checks and metrics: /health, /ready, /metrics."""

import os

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException

from neural_threads.features.wardrobe.flows import reading_state
from neural_threads.platform import metrics
from neural_threads.platform.config import get_settings
from neural_threads.platform.db import migrations, reading
from neural_threads.platform.errors import Unavailable
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.realtime import joined

from .responses import Reply, ok

LOOPBACK = ("127.0.0.1", "::1")


@get("/health", sync_to_thread=False)
def get_health() -> Reply[dict[str, str]]:
    """Whether the process answers at all, and whether it hears the others through Redis. Asks nobody else."""
    return ok({"status": "alive", **({} if (heard := joined()) is None else {"redis": "joined" if heard else "away"})})


@get("/ready")
async def get_ready() -> Reply[dict[str, str]]:
    """Whether we can do our work: the database answers, has the newest form, and pictures can be stored.

    `wardrobePictures` says how garments are found in them: `model`, `grabcut` without the network, `middle` (only the colour
    of the middle) when the process that does it died over the last one.
    """
    async with reading() as db:
        migrated = await db.value("select to_regclass('alembic_version') is not null")
        revision = await db.value("select version_num from alembic_version") if migrated else None
    if revision != migrations.newest():
        raise Unavailable(_("The database is not migrated yet."), code="NOT_MIGRATED")
    folder = get_settings().media_dir
    if folder.exists() and not os.access(folder, os.W_OK):
        raise Unavailable(_("Pictures cannot be stored."), code="MEDIA_READ_ONLY")
    return ok({"status": "ready", "wardrobePictures": reading_state()})


@get("/metrics", sync_to_thread=False, include_in_schema=False)
def get_metrics(request: Request) -> Response[bytes]:  # type: ignore[type-arg]
    """Prometheus's figures, for loopback or whoever holds the token; for everybody else there is nothing here."""
    token = get_settings().metrics_token
    allowed = request.headers.get("authorization") == f"Bearer {token}" if token else _is_near(request)
    if not allowed:
        raise NotFoundException
    return Response(metrics.figures(), media_type="text/plain; version=0.0.4; charset=utf-8")


def _is_near(request: Request) -> bool:  # type: ignore[type-arg]
    # Behind a proxy on this machine everybody would look near.
    near = request.client is not None and request.client.host in LOOPBACK
    return near and "x-forwarded-for" not in request.headers


handlers = [get_health, get_ready, get_metrics]
