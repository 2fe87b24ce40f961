"""Background jobs of images: delete files and rows that nothing refers to any more."""

import asyncio
from typing import Any

import structlog

from neural_threads.platform.config import get_settings
from neural_threads.platform.images.folder import Folder
from neural_threads.platform.images.upload import sweep_incoming
from neural_threads.platform.jobs import periodic, task

from .garbage_collection import remove_unknown, remove_unused

log = structlog.get_logger(__name__)


@periodic("23 * * * *")
@task("sweep_incoming_uploads")
async def sweep_uploads(**_when: Any) -> None:
    """Every hour: what cut uploads have left on this machine's disk."""
    removed = await asyncio.to_thread(sweep_incoming, Folder(get_settings().media_dir))
    if removed:
        log.info("uploads_swept", files=removed)


@periodic("41 21 * * *")
@task("sweep_pictures")
async def sweep_pictures(**_when: Any) -> None:
    """Every night (India's): images that were uploaded and never used, then files that no row knows."""
    rows = 0
    while removed := await remove_unused():
        rows += removed
    files = await remove_unknown(Folder(get_settings().media_dir))
    log.info("pictures_swept", rows=rows, files=files)
