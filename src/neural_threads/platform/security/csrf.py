"""CSRF tokens, and checks of the Origin and Sec-Fetch-Site headers."""

import hmac
import secrets
from collections.abc import Mapping
from typing import Any

from neural_threads.platform.config import get_settings

from .client_ip import header
from .signing import base64url, from_base64url, sign


def csrf_token(bound_to: str) -> str:
    """A token for this session or visitor, masked anew each time so that compression gives nothing of it away (BREACH)."""
    mask = secrets.token_bytes(32)
    return base64url(mask + _xor(mask, sign("csrf", bound_to.encode())))


def csrf_fits(token: str, bound_to: str) -> bool:
    """Return True if we made this token for just this session or visitor."""
    try:
        raw = from_base64url(token)
    except ValueError:
        return False
    return len(raw) == 64 and hmac.compare_digest(_xor(raw[:32], raw[32:]), sign("csrf", bound_to.encode()))


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


def same_origin(scope: Mapping[str, Any]) -> bool:
    """Return True if a browser says that the request comes from our own pages; True when it says nothing at all."""
    if header(scope, b"sec-fetch-site") not in (None, "same-origin", "none"):
        return False
    return from_our_pages(scope)


def from_our_pages(scope: Mapping[str, Any]) -> bool:
    """The same for sockets, which pages may open at another port of their host; True when there is no Origin at all."""
    origin = header(scope, b"origin")
    if origin is None:
        return header(scope, b"sec-fetch-site") in (None, "same-origin", "none")
    secure = scope.get("scheme") in ("https", "wss")
    own = {get_settings().base_url.lower(), f"{'https' if secure else 'http'}://{header(scope, b'host') or ''}".lower()}
    return origin.lower() in own
