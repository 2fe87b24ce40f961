"""Signing in and up, and changing a password: passwords are hashed between the transactions, on no connection."""

from collections.abc import Iterable

from neural_threads.platform.db import Db, reading, transaction
from neural_threads.platform.security import rate_limits
from neural_threads.platform.security.client_ip import address_block
from neural_threads.platform.security.passwords import fits, hash_password, turn_to_hash

from .actions import (
    change_password,
    check_credentials,
    check_own_password,
    refuse_weak,
    sign_in,
    sign_up_customer,
    sign_up_designer,
    sign_up_tailor,
)
from .email_links import UsedLink, ask_to_verify, forget_password, password_set_by, person_with_reset, reset_password
from .enums import Role
from .queries import account_of, login_records_of, password_hash_of, role_of
from .sessions import Device, TokenPair, sign_out, start_session
from .shapes import (
    Account,
    Credentials,
    NewCustomer,
    NewDesigner,
    NewTailor,
    PasswordChange,
    PasswordReset,
    Person,
    email_key,
)

NewAccount = NewCustomer | NewDesigner | NewTailor


async def log_in(given: Credentials, device: Device, *, leaving: Iterable[str]) -> tuple[TokenPair, Account]:
    """Sign in. The sessions `leaving` end, so that nobody can be made to use a planted one."""
    async with reading() as db:
        claims = await login_records_of(db, given.email)
    claim, better_hash = await check_credentials(claims, given, device)
    async with transaction() as db:
        await leave_sessions(db, leaving)
        held = await sign_in(db, claim, device, better_hash)
        return held, await account_of(db, claim.id, await role_of(db, claim.id))


async def sign_up(draft: NewAccount, device: Device, *, leaving: Iterable[str]) -> tuple[TokenPair, Account]:
    """Sign up and sign in. The sessions `leaving` end."""
    await rate_limits.hit("signup", address_block(device.address))
    hashed = await hash_password(draft.password)
    async with transaction() as db:
        user_id, role = await _add(db, draft, hashed)
        await leave_sessions(db, leaving)
        held = await start_session(db, user_id, device)
        await ask_to_verify(db, user_id)
        return held, await account_of(db, user_id, role)


async def _add(db: Db, draft: NewAccount, password_hash: str) -> tuple[str, Role]:
    if isinstance(draft, NewDesigner):
        return await sign_up_designer(db, draft, password_hash), Role.DESIGNER
    if isinstance(draft, NewTailor):
        return await sign_up_tailor(db, draft, password_hash), Role.TAILOR
    return await sign_up_customer(db, draft, password_hash), Role.CUSTOMER


async def leave_sessions(db: Db, session_ids: Iterable[str]) -> None:
    """Sign out of these, in one order, so that two who do it do not wait for each other."""
    for session_id in sorted(session_ids):
        await sign_out(db, session_id)


async def change_own_password(me: Person, change: PasswordChange, device: Device, session_id: str | None) -> None:
    """Change my password; every other device is signed out."""
    async with reading() as db:
        stored = await password_hash_of(db, me)
    await check_own_password(me, stored, change.current_password, device)
    refuse_weak(change.new_password, me, "newPassword")
    hashed = await hash_password(change.new_password)
    async with transaction() as db:
        await change_password(db, me, hashed, checked=stored, keep=session_id)


async def ask_for_reset(email: str, device: Device) -> None:
    """Queue the e-mail with the link, within the limits."""
    block = address_block(device.address)
    await rate_limits.hit("mailed_link_address", block)
    await rate_limits.hit("mailed_link", f"{email_key(email)} {block}")
    async with transaction() as db:
        await forget_password(db, email)


async def reset_own_password(reset: PasswordReset, device: Device) -> None:
    """Choose a new password with a mailed link. The same form sent twice is one choice; UsedLink for another."""
    await rate_limits.hit("mailed_token", address_block(device.address))
    try:
        await _use_link(reset)
    except UsedLink:
        async with reading() as db:
            stored = await password_set_by(db, reset.token)
        async with turn_to_hash():
            is_the_same = await fits(reset.password, stored)
        if not is_the_same:
            raise


async def _use_link(reset: PasswordReset) -> None:
    async with reading() as db:
        person = await person_with_reset(db, reset.token)
    refuse_weak(reset.password, person, "password")
    hashed = await hash_password(reset.password)
    async with transaction() as db:
        await reset_password(db, reset.token, hashed)
