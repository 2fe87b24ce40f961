"""CSRF tokens, and checks of the Origin and Sec-Fetch-Site headers."""

import secrets
from collections.abc import Mapping
from typing import Any

from neural_threads.platform.config import get_settings
from neural_threads.platform.signing import base64url, from_base64url, is_signature, sign

from .client_ip import header


def csrf_token(bound_to: str, session_id: str | None = None) -> str:
    """Return a token for this session or visitor, masked anew each time so that compression gives nothing away (BREACH).

    `session_id`, which is no secret, is appended in the clear: so a form that outlived its session still says whose it was.
    """
    mask = secrets.token_bytes(32)
    token = base64url(mask + _xor(mask, sign("csrf", bound_to.encode())))
    return f"{token}.{session_id}" if session_id else token


def csrf_fits(token: str, bound_to: str) -> bool:
    """Return True when we made this token for just this session or visitor."""
    try:
        raw = from_base64url(token.partition(".")[0])
    except ValueError:
        return False
    return len(raw) == 64 and is_signature(_xor(raw[:32], raw[32:]), "csrf", bound_to.encode())


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


def same_origin(scope: Mapping[str, Any]) -> bool:
    """Return True when a browser says that the request comes from our own pages, and when it says nothing at all.

    `Origin: null` beside `Sec-Fetch-Site: same-origin` says nothing: a form on a page with `Referrer-Policy: no-referrer`
    sends it (https://fetch.spec.whatwg.org/#append-a-request-origin-header), and proxies and add-ons set that policy, too.
    No page of another site, and no sandboxed frame, can send that Sec-Fetch-Site. The CSRF token is asked for all the same.
    """
    site = header(scope, b"sec-fetch-site")
    if site not in (None, "same-origin", "none"):
        return False
    if site == "same-origin" and header(scope, b"origin") == "null":
        return True
    return from_our_pages(scope)


def from_our_pages(scope: Mapping[str, Any]) -> bool:
    """The same for sockets, which pages may open at another port of their host; True when there is no Origin at all."""
    origin = header(scope, b"origin")
    if origin is None:
        return header(scope, b"sec-fetch-site") in (None, "same-origin", "none")
    secure = scope.get("scheme") in ("https", "wss")
    own = {get_settings().base_url.lower(), f"{'https' if secure else 'http'}://{header(scope, b'host') or ''}".lower()}
    return origin.lower() in own
