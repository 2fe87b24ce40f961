"""HMAC in one place: keys derived from the secret key, signatures made with them, comparison, and base64url."""

import base64
import hashlib
import hmac
from functools import cache

from neural_threads.platform.config import get_settings


def digest(key: bytes, *parts: bytes) -> bytes:
    """Return the HMAC-SHA256 of these parts, a NUL between them."""
    return hmac.digest(key, b"\0".join(parts), hashlib.sha256)


def is_same(left: bytes, right: bytes) -> bool:
    """Compare in a time that tells nothing of where they differ."""
    return hmac.compare_digest(left, right)


@cache
def derived_key(secret: bytes, purpose: str) -> bytes:
    if len(secret) < 32:
        raise ValueError("the secret key must have at least 32 bytes")
    return digest(secret, b"neural-threads", purpose.encode())


def sign(purpose: str, *parts: bytes, key: bytes | None = None) -> bytes:
    """Return the signature by our key, or by another."""
    secret = get_settings().secret_key if key is None else key
    return digest(derived_key(secret, purpose), *parts)


def is_signature(signature: bytes, purpose: str, *parts: bytes) -> bool:
    """Return True if this is the signature by our key, or by the previous one while that is still accepted."""
    keys = get_settings().accepted_keys
    return any(is_same(signature, sign(purpose, *parts, key=key)) for key in keys)


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
