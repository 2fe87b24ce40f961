"""Shared parts of making looks: the one bounded process, copies of images on this disk, and storing the result."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from neural_threads.features.media.actions import forget_file, keep_generated_image, new_public_id, remove_all_unused
from neural_threads.platform.config import get_settings
from neural_threads.platform.db import Db, transaction
from neural_threads.platform.images.folder import Folder
from neural_threads.platform.images.ingest import IngestedImage
from neural_threads.platform.images.stores import current_store
from neural_threads.platform.images.upload import keep_files
from neural_threads.platform.vision.trying_on import tryon_process

process = tryon_process("try-on", patience=120)


async def copied(folder: Folder, base: Path, name: str, image_id: str) -> str:
    """Return the path of a copy of an original, named after `base`."""
    path = base.with_name(f"{base.name}.{name}")
    await asyncio.to_thread(folder.write, path, await current_store().read(image_id))
    return str(path)


async def remove_copies(base: Path) -> None:
    """Remove everything that is named after `base`, also when the caller is being cancelled."""
    await asyncio.shield(asyncio.to_thread(_remove, base))


def _remove(base: Path) -> None:
    for each in base.parent.glob(f"{base.name}*"):
        each.unlink(missing_ok=True)


async def keep_look(
    user_id: str, taken: IngestedImage | None, write: Callable[[Db, str | None], Awaitable[bool]]
) -> None:
    """Keep an image for its owner in the transaction in which `write` notes its name (None without one).

    Its file goes again when `write` returns False: the look was deleted meanwhile.
    """
    image_id = new_public_id() if taken else None
    is_stored = False
    try:
        if taken and image_id:
            await keep_files(current_store(), Folder(get_settings().media_dir), image_id, taken)
        async with transaction() as db:
            if taken and image_id:
                await keep_generated_image(db, user_id, image_id, taken)
            is_stored = await write(db, image_id)
            if not is_stored and image_id:
                await remove_all_unused(db, [image_id])
    finally:
        if image_id and not is_stored:
            await forget_file(image_id)
