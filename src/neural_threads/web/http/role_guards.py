"""Guards of handlers: authenticate every request, check CSRF, require a role."""

from typing import Any

from litestar import Request
from litestar.handlers import BaseRouteHandler

from neural_threads.features.accounts.enums import Role
from neural_threads.platform.errors import Forbidden
from neural_threads.platform.i18n import gettext as _

from .auth import Connection
from .csrf import check_csrf
from .request_context import signed_in, visit_of

SAFE = ("GET", "HEAD", "OPTIONS")


class AnotherPerson(Forbidden):
    """The page was made for somebody else than who is signed in by now: another account in another tab."""

    code = "ANOTHER_PERSON"

    def sentence(self) -> str:
        return _("Somebody else is signed in here by now. Please load the page again.")


async def authenticate_request(connection: Connection, handler: BaseRouteHandler) -> None:
    """Stands before every route: finds out who it is, and lets nothing unsafe through that others sent."""
    method = connection.scope.get("method", "GET")
    if method in SAFE and handler.opt.get("exclude_from_auth"):
        return
    await visit_of(connection)
    if method not in SAFE and isinstance(connection, Request):
        await check_csrf(connection, connection.scope["state"]["standing"])
    if "me" in handler.parsed_fn_signature.parameters:  # Before the body is read: strangers need no advice on theirs.
        me = signed_in(connection)
        if connection.headers.get("x-person", me.id) != me.id:
            raise AnotherPerson()


def _only(*roles: Role) -> Any:
    async def guard(connection: Connection, _handler: BaseRouteHandler) -> None:
        if signed_in(connection).role not in roles:
            raise Forbidden()

    return guard


customer = _only(Role.CUSTOMER)
designer = _only(Role.DESIGNER)
tailor = _only(Role.TAILOR)
provider = _only(Role.DESIGNER, Role.TAILOR)
guards = [authenticate_request]
