"""Copy and verify the stored pictures: media copy, media verify."""

import argparse
import asyncio

from neural_threads.platform.config import get_settings

from .errors import CannotServe


def work_on_media(arguments: argparse.Namespace) -> None:
    """Copy or verify the pictures."""
    if arguments.verb == "verify":
        verify_media(arguments)
    elif not arguments.to:
        raise CannotServe("Say where to: neural-threads media copy --to s3://bucket.")
    else:
        copy_media(arguments)


def verify_media(arguments: argparse.Namespace) -> None:
    """Say which pictures are missing in the store, and which files there no row knows. Changes nothing."""
    from neural_threads.features.media.verification import Verification, verify_images
    from neural_threads.platform.db import close_pool, open_pool
    from neural_threads.platform.images.folder import Folder
    from neural_threads.platform.images.stores import current_store, store_at

    settings = get_settings()
    store = store_at(arguments.source, Folder(settings.media_dir)) if arguments.source else current_store()

    async def verifying() -> Verification:
        await open_pool(settings.database_url, size=2, pooler=settings.database_pooler)
        try:
            return await verify_images(store)
        finally:
            await close_pool()

    result = asyncio.run(verifying())
    for name in result.missing_names:
        print(f"missing   {name}")
    for name in result.orphaned_names:
        print(f"orphaned  {name}")
    orphaned = (
        f"{result.orphaned} of {result.files} files are orphaned" if result.can_list else "this store lists no files"
    )
    print(f"{result.images} pictures, {result.missing} are missing; {orphaned}.")
    if result.missing:
        raise CannotServe("Bring the missing pictures back from a backup of the store.")


def copy_media(arguments: argparse.Namespace) -> None:
    """Copy every image that is not there yet; when it was interrupted, run it again."""
    from neural_threads.features.media.store_migration import Tally, copy_images
    from neural_threads.platform.db import close_pool, open_pool
    from neural_threads.platform.images.folder import Folder
    from neural_threads.platform.images.stores import current_store, store_at

    settings = get_settings()
    folder = Folder(settings.media_dir)
    source = store_at(arguments.source, folder) if arguments.source else current_store()
    target = store_at(arguments.to, folder)

    def tell(tally: Tally) -> None:
        print(f"\r{tally.done} of {tally.total} pictures", end="", flush=True)

    async def copying() -> Tally:
        await open_pool(settings.database_url, size=2, pooler=settings.database_pooler)
        try:
            return await copy_images(source, target, tell)
        finally:
            await close_pool()

    tally = asyncio.run(copying())
    print(f"\r{tally.copied} copied, {tally.there} were there, {tally.missing} are missing, {tally.failed} failed.")
    if tally.failed:
        raise CannotServe("Some pictures could not be copied. Run this again: it goes on where it was.")
