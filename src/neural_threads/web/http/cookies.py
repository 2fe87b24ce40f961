"""Cookies: names, parsing, and setting them on an answer."""

from collections.abc import Mapping
from typing import Any

from neural_threads.features.accounts.sessions import TokenPair
from neural_threads.platform.config import get_settings
from neural_threads.platform.security.client_ip import header
from neural_threads.platform.security.tokens import read_access_token, session_of

COOKIES = "threads.cookies"
SESSION, REFRESH, VISITOR = "session", "refresh", "visitor"
WROTE = "wrote"
"""There for a few seconds after its browser changed something, when a standby is read: then it reads from the primary."""
WROTE_SECONDS = 5
A_YEAR = 365 * 86_400


def cookie_name(name: str) -> str:
    """Return the name with the prefix that no subdomain and no plain HTTP page can forge, except in development."""
    return f"__Host-{name}" if get_settings().production else name


def parse_cookies(text: str) -> dict[str, str]:
    """The cookies of a Cookie header; the first wins, as with browsers, which send the most specific one first."""
    result: dict[str, str] = {}
    for part in text.split(";"):
        name, _, value = part.strip().partition("=")
        result.setdefault(name, value.strip('"'))
    return result


def cookies_in(headers: Mapping[str, str]) -> dict[str, str]:
    """The cookies of a request whose headers are a mapping."""
    return parse_cookies(headers.get("cookie", ""))


def cookie_of(scope: Mapping[str, Any], name: str) -> str | None:
    """One cookie of an ASGI scope, by its short name."""
    return parse_cookies(header(scope, b"cookie") or "").get(cookie_name(name))


def cookie(name: str, value: str, lifetime: int) -> str:
    """A Set-Cookie header: not for scripts, not for other sites; `lifetime` 0 takes it away."""
    parts = [f"{cookie_name(name)}={value}", "Path=/", f"Max-Age={lifetime}", "HttpOnly", "SameSite=Lax"]
    return "; ".join([*parts, "Secure"] if get_settings().production else parts)


def set_cookie(scope: Any, name: str, value: str, lifetime: int = A_YEAR) -> None:
    """Let the answer to this request set a cookie."""
    result: list[str] = scope[COOKIES]
    start = f"{cookie_name(name)}="
    result[:] = [other for other in result if not other.startswith(start)]
    result.append(cookie(name, value, lifetime))


def session_cookie(held: TokenPair) -> str:
    """The access token, for as long as it is good."""
    return cookie(SESSION, held.access, get_settings().access_minutes * 60)


def set_session_cookies(scope: Any, held: TokenPair) -> None:
    """Give the browser what it carries from now on; what it carried as a visitor goes."""
    settings = get_settings()
    set_cookie(scope, SESSION, held.access, settings.access_minutes * 60)
    set_cookie(scope, REFRESH, held.refresh, settings.refresh_idle_days * 86_400)
    if cookie_of(scope, VISITOR):
        set_cookie(scope, VISITOR, "", 0)


def clear_session_cookies(scope: Any) -> None:
    """Take the session's cookies from the browser."""
    set_cookie(scope, SESSION, "", 0)
    set_cookie(scope, REFRESH, "", 0)


NO_VISITOR = "visitor "


def csrf_subject(cookies: Mapping[str, str]) -> str:
    """Return what a CSRF token is bound to: the session whose cookies came along, even if it has just ended; else the visitor."""
    claims = read_access_token(cookies.get(cookie_name(SESSION), ""), even_if_over=True)
    session_id = claims.session_id if claims else session_of(cookies.get(cookie_name(REFRESH), ""))
    return f"session {session_id}" if session_id else f"visitor {cookies.get(cookie_name(VISITOR), '')}"
