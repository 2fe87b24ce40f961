"""Change a profile. A provider's texts, position and photo are public at commit."""

from typing import Any

from msgspec import UNSET, structs

from neural_threads.features.accounts import actions as accounts
from neural_threads.features.accounts.shapes import Person, ProfileChange, ProviderChange
from neural_threads.features.media.visibility import show_to_all, stop_showing
from neural_threads.platform.cache import public_data_changed
from neural_threads.platform.db import Db


async def change_profile(db: Db, me: Person, change: ProfileChange) -> str | None:
    """Write the fields that were given; what is left out stays. Answers the name of the photo that was replaced, if any."""
    old = None
    if isinstance(change, ProviderChange):
        if change.profile_photo is not UNSET:
            old = await _change_image(db, me, change.profile_photo)
            change = structs.replace(change, profile_photo=UNSET)
        public_data_changed(db)
    await accounts.change_profile(db, me, change)
    return old


async def _change_image(db: Db, me: Person, url: Any) -> str | None:
    old = await accounts.lock_photo(db, me)
    new = await show_to_all(db, me, url, field="profilePhoto") if url else None
    if new == old:
        return None
    await accounts.set_photo(db, me, new)
    if old:
        await stop_showing(db, me, old)
    return old
