"""Read and change one's own profile, for the API and the pages."""

from decimal import Decimal
from typing import Any

from msgspec import structs

from neural_threads.features.accounts.queries import account_of
from neural_threads.features.accounts.shapes import Account, Customer, Designer, Person, ProfileChange, Tailor
from neural_threads.features.providers.profile import change_profile
from neural_threads.platform.db import reading, transaction
from neural_threads.platform.serialization.types import Shape

from .forms import Shown


class Oneself(Shape, frozen=True, kw_only=True, omit_defaults=True):
    """An account, and the profile that belongs to it in the field that is named like the role."""

    user: Account
    customer: Customer | None = None
    designer: Designer | None = None
    tailor: Tailor | None = None


class ProfileAnswer(Shape, frozen=True, kw_only=True):
    """The answer with one's own profile."""

    success: bool
    data: Oneself


async def profile_of(me: Person) -> dict[str, Any]:
    """`{user, customer|designer|tailor}`."""
    async with reading() as db:
        account = await account_of(db, me.id, me.role)
    user = structs.replace(account, customer=None, designer=None, tailor=None)
    return {"user": user, me.role.lower(): account.profile}


async def changed_profile(me: Person, change: ProfileChange) -> None:
    """Change it; a photo that was replaced is shown no longer."""
    async with transaction() as db:
        await change_profile(db, me, change)


def shown_of(account: Account) -> Shown:
    """The account as its form shows it, under the names of the wire."""
    profile = account.profile
    own = {field.encode_name: getattr(profile, field.name) for field in structs.fields(profile)}
    plain = {name: f"{value:.2f}".removesuffix(".00") for name, value in own.items() if isinstance(value, Decimal)}
    return Shown({"name": account.name, "age": account.age, **own, **plain})
