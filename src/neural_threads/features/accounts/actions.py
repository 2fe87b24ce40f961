"""Sign up, sign in, change a profile or a password."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar

import structlog
from msgspec import UNSET, structs
from psycopg.errors import CheckViolation, UniqueViolation

from neural_threads.platform.db import Db
from neural_threads.platform.db.composition import Sql, comma_separated, sql
from neural_threads.platform.errors import Conflict, Forbidden, Invalid, NotSignedIn
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.ids import new_id
from neural_threads.platform.phone import e164
from neural_threads.platform.security import rate_limits
from neural_threads.platform.security.client_ip import address_block
from neural_threads.platform.security.passwords import fits, hash_password, is_outdated, password_problem, turn_to_hash

from .enums import Role
from .queries import LoginRecord
from .session_cache import forgetting_person
from .sessions import Device, TokenPair, end_sessions_of, start_session
from .shapes import (
    Credentials,
    NewCustomer,
    NewDesigner,
    NewPerson,
    NewTailor,
    Person,
    ProfileChange,
    email_key,
    tidy_email,
)

log = structlog.get_logger(__name__)
T = TypeVar("T")

TABLES = {Role.CUSTOMER: "customers", Role.DESIGNER: "designers", Role.TAILOR: "tailors"}


class EmailTaken(Conflict):
    """The e-mail address has an account already."""

    code = "EMAIL_TAKEN"


class WrongCredentials(NotSignedIn):
    """The same answer for an unknown address and a wrong password."""

    code = "WRONG_CREDENTIALS"

    def sentence(self) -> str:
        return _("E-mail or password is not right.")


class WrongPassword(Forbidden):
    """The current password, asked for once more, is not right."""

    code = "WRONG_PASSWORD"


# Signing up. The hash is made before the transaction: no connection waits for it.


async def sign_up_customer(db: Db, draft: NewCustomer, password_hash: str) -> str:
    """A new customer; answers the user's id."""
    user_id = await _add_user(db, draft, Role.CUSTOMER, password_hash)
    await _add_row(
        db,
        "customers",
        user_id,
        gender=draft.gender,
        location=draft.location,
        style_preferences=draft.style_preferences,
        body_shape=draft.body_shape,
        language_preference=draft.language_preference,
        budget_min=_money(draft.budget_min),
        budget_max=_money(draft.budget_max),
    )
    return user_id


async def sign_up_designer(db: Db, draft: NewDesigner, password_hash: str) -> str:
    """A new designer; answers the user's id."""
    user_id = await _add_user(db, draft, Role.DESIGNER, password_hash)
    await _add_row(db, "designers", user_id, design_niches=_once(draft.design_niches), **_provider(draft))
    return user_id


async def sign_up_tailor(db: Db, draft: NewTailor, password_hash: str) -> str:
    """A new tailor; answers the user's id."""
    user_id = await _add_user(db, draft, Role.TAILOR, password_hash)
    await _add_row(db, "tailors", user_id, skills=_once(draft.skills), address=draft.address, **_provider(draft))
    if draft.latitude is not None:
        await _place_tailor(db, user_id, draft.latitude, draft.longitude)
    return user_id


def _provider(draft: NewDesigner | NewTailor) -> dict[str, object]:
    return {
        "bio": draft.bio,
        "location": draft.location,
        "years_of_experience": draft.years_of_experience,
        "languages": _once(draft.languages),
        "phone": e164(draft.phone) if draft.phone else None,
    }


async def _add_user(db: Db, draft: NewPerson, role: Role, password_hash: str) -> str:
    user_id = new_id()
    try:
        await db.execute(
            """
            insert into users (id, email, email_key, password_hash, role, name, age)
            values (%(id)s, %(email)s, %(key)s, %(hash)s, %(role)s, %(name)s, %(age)s)
            """,
            id=user_id,
            email=tidy_email(draft.email),
            key=email_key(draft.email),
            hash=password_hash,
            role=role,
            name=draft.name,
            age=draft.age,
        )
    except UniqueViolation:
        sentence = _("There is an account with this e-mail address already. Sign in instead?")
        raise EmailTaken(sentence, fields={"email": sentence}) from None
    log.info("signed_up", user_id=user_id, role=role)
    return user_id


async def _add_row(db: Db, table: str, user_id: str, **columns: Any) -> None:
    names = comma_separated([Sql(name) for name in columns])
    values = comma_separated([Sql(f"%({name})s") for name in columns])
    statement = sql(
        "insert into {table} (id, user_id, {names}) values (%(id)s, %(user_id)s, {values})",
        table=table,
        names=names,
        values=values,
    )
    await db.execute(statement, id=new_id(), user_id=user_id, **columns)


async def _place_tailor(db: Db, user_id: str, latitude: float | None, longitude: float | None) -> None:
    await db.execute(
        """
        update tailors set position = st_setsrid(st_makepoint(%(longitude)s, %(latitude)s), 4326)::geography
         where user_id = %(user)s
        """,
        user=user_id,
        latitude=latitude,
        longitude=longitude,
    )


def _once(values: list[T]) -> list[T]:
    return list(dict.fromkeys(values))


def _money(amount: float | None) -> Decimal | None:
    return None if amount is None else Decimal(str(amount)).quantize(Decimal("0.01"))


# Signing in


async def check_credentials(
    claims: Sequence[LoginRecord], given: Credentials, device: Device
) -> tuple[LoginRecord, str | None]:
    """Return whose password this is, and a better hash when the stored one is outdated. Raise WrongCredentials or TooOften.

    `claims`: the accounts of the mailbox. Opens no connection. An unknown address takes as long as a wrong password, and
    its failures count the same.
    """
    account = f"{email_key(given.email)} {address_block(device.address)}"
    right = await _guess(account, device, given.password, [claim.password_hash for claim in claims])
    if right is None:
        log.info("sign_in_failed", place=address_block(device.address))
        raise WrongCredentials()
    await rate_limits.forget("signin", account)
    better_hash = await hash_password(given.password) if is_outdated(right) else None
    return next(claim for claim in claims if claim.password_hash == right), better_hash


async def _guess(account: str, device: Device, password: str, stored: Sequence[str]) -> str | None:
    """Return which of these hashes the password fits, within the limits on failures; guesses of one moment are looked at
    one after the other."""
    place = address_block(device.address)
    await _refuse_guessers(account, place)
    async with turn_to_hash():
        await _refuse_guessers(account, place)
        for each in stored or (None,):  # An unknown address takes as long.
            if await fits(password, each):
                return each
        await rate_limits.count("signin", account)
        await rate_limits.count("signin_address", place)
        return None


async def _refuse_guessers(account: str, place: str) -> None:
    await rate_limits.check("signin", account)
    await rate_limits.check("signin_address", place)


async def sign_in(db: Db, claim: LoginRecord, device: Device, better_hash: str | None = None) -> TokenPair:
    """Start a session for somebody whose password was right."""
    if better_hash:
        await db.execute("update users set password_hash = %(hash)s where id = %(id)s", hash=better_hash, id=claim.id)
    return await start_session(db, claim.id, device)


# Changing


async def check_own_password(me: Person, stored: str, password: str, device: Device) -> None:
    """WrongPassword or TooOften unless this is my password. Guesses count like those at the door."""
    account = f"{email_key(me.email)} {address_block(device.address)}"
    if await _guess(account, device, password, [stored]) is None:
        sentence = _("Your current password is not right.")
        raise WrongPassword(sentence, fields={"currentPassword": sentence})
    await rate_limits.forget("signin", account)


def refuse_weak(password: str, me: Person, field: str) -> None:
    """Invalid when the new password would be a bad one for me."""
    if problem := password_problem(password, email=me.email, name=me.name):
        raise Invalid(fields={field: problem})


async def change_password(db: Db, me: Person, new_hash: str, *, checked: str, keep: str | None) -> None:
    """Put the new hash in place of the one that was `checked`, and end all sessions but `keep`."""
    changed = await db.execute(
        "update users set password_hash = %(new)s, updated_at = now() where id = %(me)s and password_hash = %(old)s",
        new=new_hash,
        old=checked,
        me=me.id,
    )
    if not changed:  # It was changed elsewhere while we were hashing.
        raise WrongPassword(_("Your password was just changed elsewhere. Please try again."))
    await db.execute("delete from password_resets where user_id = %(me)s", me=me.id)
    await end_sessions_of(db, me.id, but=keep)
    log.info("password_changed", user_id=me.id)


async def change_profile(db: Db, me: Person, change: ProfileChange) -> None:
    """Write the fields that were given; what is left out stays."""
    given = {name: value for name, value in structs.asdict(change).items() if value is not UNSET}
    place = {name: given.pop(name) for name in ("latitude", "longitude") if name in given}
    user: dict[str, Any] = {name: given.pop(name) for name in ("name", "age") if name in given}
    try:
        await _set(db, "users", "id", me.id, user)
        await _set(db, TABLES[me.role], "user_id", me.id, _stored(given))
    except CheckViolation:
        raise Invalid(fields={"budgetMax": _("Must not be less than the minimum budget.")}) from None
    if place:
        await _place_tailor(db, me.id, place["latitude"], place["longitude"])
    forgetting_person(db, me.id)


async def lock_photo(db: Db, me: Person) -> str | None:
    """Return the image that is my photo, and keep others from changing it until the transaction ends."""
    statement = sql("select photo_id from {table} where id = %(me)s for no key update", table=TABLES[me.role])
    photo_id: str | None = await db.value(statement, me=me.role_id)
    return photo_id


async def set_photo(db: Db, me: Person, public_id: str | None) -> None:
    """Make this image, which everybody may see, my photo; None for none. For whoever holds `lock_photo`."""
    statement = sql("update {table} set photo_id = %(photo)s where id = %(me)s", table=TABLES[me.role])
    await db.execute(statement, photo=public_id, me=me.role_id)


async def set_rating(db: Db, role: Role, provider_id: str, *, stars: int, count: int) -> None:
    """Write the sum and the number of a provider's reviews, from which their rating follows."""
    statement = sql(
        "update {table} set rating_sum = %(stars)s, review_count = %(count)s where id = %(id)s", table=TABLES[role]
    )
    await db.execute(statement, stars=stars, count=count, id=provider_id)


def _stored(given: Mapping[str, Any]) -> dict[str, object]:
    return {name: _stored_value(name, value) for name, value in given.items()}


def _stored_value(name: str, value: Any) -> object:
    if name.startswith("budget"):
        return _money(value)
    if name == "phone":
        return e164(value) if value else None
    return _once(value) if isinstance(value, list) else value


async def _set(db: Db, table: str, key: str, id: str, columns: Mapping[str, Any]) -> None:
    if not columns:
        return
    pairs = comma_separated([Sql(f"{name} = %({name})s") for name in columns])
    statement = sql(
        "update {table} set {pairs}, updated_at = now() where {key} = %(row_id)s", table=table, pairs=pairs, key=key
    )
    await db.execute(statement, row_id=id, **columns)
