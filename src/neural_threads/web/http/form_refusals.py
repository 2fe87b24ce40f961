"""Refuse a form without losing what was typed: it is kept or shown again, with the reason."""

from typing import Any

from litestar import Request

from neural_threads.features.accounts.sessions import is_session_of
from neural_threads.features.accounts.shapes import Person
from neural_threads.platform.db import reading
from neural_threads.platform.errors import Forbidden
from neural_threads.platform.i18n import gettext as _

from .accept import wants_page
from .auth import AuthResult, Connection
from .cookies import REFRESH, SESSION, VISITOR, cookie_name, cookies_in, csrf_subject
from .refused_forms import keep_refused_form, note_old_form
from .request_context import signed_in

SAFE = ("GET", "HEAD", "OPTIONS")


class WrongOrigin(Forbidden):
    """The request carries no token of this session, or a browser says that it comes from another site."""

    code = "CSRF"

    def sentence(self) -> str:
        return _("This form has expired. Please load the page again and send it once more.")


class NoCookies(WrongOrigin):
    """A form comes without the cookie that its page gave: the browser takes none of ours."""

    code = "NO_COOKIES"

    def sentence(self) -> str:
        return _(
            "Your browser does not accept our cookies. You need them to sign in: please allow cookies for this site, then try again."
        )


class AnotherPerson(Forbidden):
    """The page was made for somebody else than who is signed in by now: another account in another tab."""

    code = "ANOTHER_PERSON"

    def sentence(self) -> str:
        return _("Another account is signed in here now. Please load the page again.")


async def signed_in_writer(connection: Connection) -> Person:
    """Whoever is signed in; a form that comes after the end of its session is kept before NotSignedIn leads to /login."""
    if (
        connection.scope["state"]["visit"].me is None
        and isinstance(connection, Request)
        and connection.method not in SAFE
    ):
        cookies_session = csrf_subject(cookies_in(connection.headers)).partition("session ")[2]
        session_id = connection.scope["state"].get("form_session") or cookies_session
        if session_id and wants_page(connection):
            await keep_refused_form(connection, session_id)
    return signed_in(connection)


async def refuse_old_form(connection: Request[Any, Any, Any], standing: AuthResult, session_id: str | None) -> None:
    """A form of our own pages that does not fit whoever is here now: say why, and lose nothing of what was written."""
    if session_id and standing.me is None:
        connection.scope["state"]["form_session"] = session_id
        await signed_in_writer(connection)
    if session_id and standing.me and not await _is_session_of(standing.me, session_id):
        await keep_refused_form(connection, session_id)
        raise AnotherPerson()
    if _is_said_to_be_ours(connection):
        await note_old_form(connection)
    cookies = cookies_in(connection.headers)
    raise WrongOrigin() if any(cookie_name(name) in cookies for name in (SESSION, REFRESH, VISITOR)) else NoCookies()


def _is_said_to_be_ours(connection: Connection) -> bool:
    """Return True if the browser itself says that our page sent this: nobody else may put words into a form that we show."""
    return connection.headers.get("sec-fetch-site") == "same-origin" or "origin" in connection.headers


async def _is_session_of(me: Person, session_id: str) -> bool:
    async with reading() as db:
        return await is_session_of(db, me, session_id)
