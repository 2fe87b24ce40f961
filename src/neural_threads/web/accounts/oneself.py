"""One's own profile, for the API and the pages of everybody and of makers alike."""

from decimal import Decimal
from typing import Any

from msgspec import structs

from neural_threads.features.accounts.queries import account_of
from neural_threads.features.accounts.shapes import Account, Person, ProfileChange
from neural_threads.features.makers.profile import change_profile
from neural_threads.platform.db import reading, transaction
from neural_threads.web.media.kept import shelf

from .forms import Shown


async def profile_of(me: Person) -> dict[str, Any]:
    """`{user, customer|designer|tailor}`."""
    async with reading() as db:
        account = await account_of(db, me.id, me.role)
    user = structs.replace(account, customer=None, designer=None, tailor=None)
    return {"user": user, me.role.lower(): account.profile}


async def changed_profile(me: Person, change: ProfileChange) -> None:
    """Change it; a photo that was replaced is shown no longer."""
    async with transaction() as db:
        replaced = await change_profile(db, me, change)
    if replaced:
        shelf.forget(replaced)


def shown_of(account: Account) -> Shown:
    """The account as its form shows it, under the names of the wire."""
    profile = account.profile
    own = {field.encode_name: getattr(profile, field.name) for field in structs.fields(profile)}
    plain = {name: f"{value:.2f}".removesuffix(".00") for name, value in own.items() if isinstance(value, Decimal)}
    return Shown({"name": account.name, "age": account.age, **own, **plain})
