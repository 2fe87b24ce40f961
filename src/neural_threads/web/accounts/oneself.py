"""One's own profile, for the API and the pages of everybody and of makers alike."""

from typing import Any

import msgspec

from neural_threads.features.accounts.queries import account_of
from neural_threads.features.accounts.shapes import Person, ProfileChange
from neural_threads.features.makers.profile import change_profile
from neural_threads.platform.db import reading, transaction
from neural_threads.web.media.kept import shelf


async def profile_of(me: Person) -> dict[str, Any]:
    """`{user, customer|designer|tailor}`."""
    async with reading() as db:
        account = await account_of(db, me.id, me.role)
    user = msgspec.structs.replace(account, customer=None, designer=None, tailor=None)
    return {"user": user, me.role.lower(): account.profile}


async def changed_profile(me: Person, change: ProfileChange) -> None:
    """Change it; a photo that was replaced is shown no longer."""
    async with transaction() as db:
        replaced = await change_profile(db, me, change)
    if replaced:
        shelf.forget(replaced)
