"""Middleware that sets security headers and cookies on every answer."""

from typing import Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from neural_threads.platform.config import get_settings
from neural_threads.platform.db.public_reading import reads_own_writes
from neural_threads.platform.i18n import pick_locale, use_locale
from neural_threads.platform.security.client_ip import header

from .cookies import COOKIES, WROTE, WROTE_SECONDS, cookie_of, set_cookie

ALWAYS = {
    # Our scripts take nothing for an answer that lacks it: a hotel's sign-in page or a proxy may answer 200, too.
    b"x-threads": b"1",
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"strict-origin-when-cross-origin",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(self), geolocation=(self), microphone=(), payment=(), usb=(), browsing-topics=()",
    # Pages bring their own policy, with a nonce; nothing else has anything to run or to show.
    b"content-security-policy": b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    # Only what says otherwise may be kept by anybody.
    b"cache-control": b"no-store",
}
SAFE = ("GET", "HEAD", "OPTIONS")
TWO_YEARS = b"max-age=63072000; includeSubDomains"


def security_headers(app: ASGIApp) -> ASGIApp:
    """Wrap the application: headers on every answer, also on those that no handler gave."""
    always = dict(ALWAYS)
    if get_settings().production:
        always[b"strict-transport-security"] = TWO_YEARS

    has_standby = bool(get_settings().database_replica_url)

    async def careful(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        cookies: list[str] = []
        scope[COOKIES] = cookies  # type: ignore[literal-required]
        use_locale(visitors_locale(scope))
        if has_standby:
            # A program with a bearer token keeps no cookies, so it always reads from the primary.
            is_known = not header(scope, b"authorization") and not cookie_of(scope, WROTE)
            reads_own_writes.set(not is_known)

        async def finished(message: Message) -> None:
            if message["type"] == "http.response.start":
                if has_standby and scope["method"] not in SAFE and message["status"] < 400:
                    set_cookie(scope, WROTE, "1", WROTE_SECONDS)
                message["headers"] = _finish(list(message["headers"]), always, cookies)
            await send(message)

        await app(scope, receive, finished)

    return careful


def _finish(
    headers: list[tuple[bytes, bytes]], always: dict[bytes, bytes], cookies: list[str]
) -> list[tuple[bytes, bytes]]:
    given = {name.lower() for name, _ in headers}
    headers += [(name, value) for name, value in always.items() if name not in given]
    if cookies:
        # An answer that hands out a cookie is for one pair of eyes, whatever its handler thought.
        headers = [(name, value) for name, value in headers if name.lower() != b"cache-control"]
        headers.append((b"cache-control", b"no-store"))
        headers += [(b"set-cookie", cookie.encode()) for cookie in cookies]
    return headers


def visitors_locale(scope: Any) -> str:
    """The language of somebody we do not know: their choice here, else their browser's."""
    return pick_locale(cookie_of(scope, "locale"), header(scope, b"accept-language"))
