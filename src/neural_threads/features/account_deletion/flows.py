"""Check the password before an account is deleted. It is compared after the transaction, on no connection."""

from neural_threads.features.accounts.actions import WrongPassword, check_own_password
from neural_threads.features.accounts.queries import password_hash_of
from neural_threads.features.accounts.sessions import Device
from neural_threads.features.accounts.shapes import Person
from neural_threads.platform.db import reading
from neural_threads.platform.errors import Forbidden
from neural_threads.platform.i18n import gettext as _

from .queries import has_just_signed_in


class ReauthRequired(Forbidden):
    """Whoever has only found an open device shall not be able to end an account."""

    code = "REAUTH_REQUIRED"

    def sentence(self) -> str:
        return _("Please type your password to confirm that it is you.")


async def check_recent_login(me: Person, session_id: str | None, password: str | None, device: Device) -> None:
    """ReauthRequired unless this is my password or, without one, I signed in less than ten minutes ago."""
    async with reading() as db:
        if password is None and await has_just_signed_in(db, me, session_id):
            return
        stored = await password_hash_of(db, me)
    if password is None:
        sentence = _("Please type your password to confirm that it is you.")
        raise ReauthRequired(sentence, fields={"password": sentence})
    try:
        await check_own_password(me, stored, password, device)
    except WrongPassword:
        sentence = _("This password is not right. Please type it again.")
        raise ReauthRequired(sentence, fields={"password": sentence}) from None
