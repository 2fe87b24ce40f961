"""Refuse unsafe requests that did not come from our own pages."""

from collections.abc import Mapping
from typing import Any

import structlog
from litestar import Request

from neural_threads.platform.errors import Forbidden, NotSignedIn
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.security.csrf import csrf_fits, same_origin
from neural_threads.platform.security.tokens import read_access_token, session_of

from .auth import AuthResult
from .cookies import REFRESH, SESSION, VISITOR, cookie_name, cookies_in

log = structlog.get_logger(__name__)


class WrongOrigin(Forbidden):
    """The request carries no token of this session, or a browser says that it comes from another site."""

    code = "CSRF"

    def sentence(self) -> str:
        return _("This form has become too old. Please load the page again and repeat what you did.")


async def check_csrf(connection: Request[Any, Any, Any], standing: AuthResult) -> None:
    """Refuse an unsafe request that our own pages did not send. Bearer tokens prove as much: no other site has them."""
    if standing.by_bearer and (not standing.refused or connection.route_handler.opt.get("any_bearer")):
        return
    if same_origin(connection.scope):
        bound_to = csrf_subject(cookies_in(connection.headers))
        if not bound_to.startswith("session") and connection.route_handler.opt.get("harmless_without_session"):
            return
        token = connection.headers.get("x-csrf-token") or await _form_token(connection)
        if csrf_fits(token, bound_to):
            return
    log.info("csrf_refused", path=connection.url.path, site=connection.headers.get("sec-fetch-site"))
    raise NotSignedIn() if standing.by_bearer else WrongOrigin()


async def _form_token(connection: Request[Any, Any, Any]) -> str:
    kind = connection.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return ""
    if connection.route_handler.opt.get("body_is_streamed"):  # Reading it here would hold all of it.
        return ""
    token = (await connection.form()).get("csrf_token", "")
    return token if isinstance(token, str) else ""


NO_VISITOR = "visitor "


def csrf_subject(cookies: Mapping[str, str]) -> str:
    """Return what a CSRF token is bound to: the session whose cookies came along, even if it has just ended; else the visitor."""
    claims = read_access_token(cookies.get(cookie_name(SESSION), ""), even_if_over=True)
    session_id = claims.session_id if claims else session_of(cookies.get(cookie_name(REFRESH), ""))
    return f"session {session_id}" if session_id else f"visitor {cookies.get(cookie_name(VISITOR), '')}"
