"""Refuse unsafe requests that did not come from our own pages."""

from typing import Any

import structlog
from litestar import Request

from neural_threads.platform import logs
from neural_threads.platform.errors import NotSignedIn
from neural_threads.platform.security.csrf import csrf_fits, same_origin
from neural_threads.platform.security.tokens import csrf_session
from neural_threads.web.http.accept import wants_page

from .auth import AuthResult
from .cookies import cookies_in, csrf_subject
from .form_refusals import WrongOrigin, refuse_old_form

log = structlog.get_logger(__name__)


async def check_csrf(connection: Request[Any, Any, Any], standing: AuthResult) -> None:
    """Refuse an unsafe request that our own pages did not send. Bearer tokens prove as much: no other site has them."""
    if standing.by_bearer and (not standing.refused or connection.route_handler.opt.get("any_bearer")):
        return
    token = ""
    if same_origin(connection.scope):
        bound_to = csrf_subject(cookies_in(connection.headers))
        if not bound_to.startswith("session") and connection.route_handler.opt.get("harmless_without_session"):
            return
        token = connection.headers.get("x-csrf-token") or await _form_token(connection)
        if csrf_fits(token, bound_to):
            return
        if standing.me and connection.route_handler.opt.get("leads_on") and wants_page(connection):
            connection.scope["state"]["leads_on"] = True
            return
    if (more := logs.bounded("csrf_refused")) is not None:
        log.info("csrf_refused", path=connection.url.path[:200], site=connection.headers.get("sec-fetch-site"), **more)
    if standing.by_bearer:
        raise NotSignedIn()
    if not same_origin(connection.scope) or not wants_page(connection):
        raise WrongOrigin()
    await refuse_old_form(connection, standing, csrf_session(token))


async def _form_token(connection: Request[Any, Any, Any]) -> str:
    kind = connection.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return ""
    if connection.route_handler.opt.get("body_is_streamed"):  # Reading it here would hold all of it.
        return ""
    token = (await connection.form()).get("csrf_token", "")
    return token if isinstance(token, str) else ""
