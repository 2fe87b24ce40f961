"""Tokens and seals: access tokens, refresh tokens, CSRF tokens, and who is really calling."""

import base64
import hashlib
import hmac
import ipaddress
import secrets
import time
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Any, NamedTuple

import jwt

from .config import get_settings

ALGORITHM = "HS256"
ISSUER = "neural-threads"
AUDIENCE = "neural-threads"
ACCESS_TYPE = "at+jwt"
ACCESS_HEADER = {"alg": ALGORITHM, "typ": ACCESS_TYPE}
CLAIMS = {"iss", "aud", "sub", "sid", "iat", "exp"}
LEEWAY = 10  # seconds between the clocks of two nodes


class Claims(NamedTuple):
    """What a genuine access token says."""

    user_id: str
    session_id: str
    issued_at: int
    expires_at: int


@cache
def _key(secret: bytes, purpose: str) -> bytes:
    if len(secret) < 32:
        raise ValueError("the secret key must have at least 32 bytes")
    return hmac.digest(secret, b"neural-threads\0" + purpose.encode(), hashlib.sha256)


def _seal(purpose: str, *parts: bytes) -> bytes:
    return hmac.digest(_key(get_settings().secret_key, purpose), b"\0".join(parts), hashlib.sha256)


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _unb64(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


# Access tokens


def access_token(user_id: str, session_id: str) -> str:
    """A JWT (RFC 9068 form) of a quarter of an hour; it names the session, which is asked at each request."""
    now = int(time.time())
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": user_id,
        "sid": session_id,
        "iat": now,
        "exp": now + get_settings().access_minutes * 60,
    }
    return jwt.encode(claims, _key(get_settings().secret_key, "access"), ALGORITHM, headers={"typ": ACCESS_TYPE})


def read_access_token(token: str, *, even_if_over: bool = False) -> Claims | None:
    """The claims of a token that we made, or None. `even_if_over` lets people sign out with an expired one."""
    claims = _genuine(token, get_settings().secret_key) if len(token) <= 2048 else None
    now = time.time()
    if claims is None or claims.issued_at > now + LEEWAY or (claims.expires_at <= now - LEEWAY and not even_if_over):
        return None
    return claims


@lru_cache(maxsize=4096)
def _genuine(token: str, secret: bytes) -> Claims | None:
    """What does not depend on the time, so that a token's signature is checked once and not at each request."""
    try:
        found = jwt.decode_complete(
            token,
            _key(secret, "access"),
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            issuer=ISSUER,
            options={"require": [*CLAIMS], "verify_exp": False, "verify_iat": False, "verify_nbf": False},
        )
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError):
        return None
    # Exactly our two header fields: no kid, jku, x5u, jwk or crit is ever listened to.
    if found["header"] != ACCESS_HEADER:
        return None
    claims: dict[str, Any] = found["payload"]
    texts, times = (claims["sub"], claims["sid"]), (claims["iat"], claims["exp"])
    if set(claims) != CLAIMS or not all(type(t) is str for t in texts) or not all(type(t) is int for t in times):
        return None
    return Claims(*texts, *times)


# Refresh tokens: "<session>.<256 random bits and our seal>". The session lets us find the family of a token that was
# rotated long ago; the seal keeps people who merely know a session's id from ending it with an invented token.


def new_refresh_token(session_id: str) -> str:
    """The first refresh token of a session."""
    return _refresh_token(session_id, secrets.token_bytes(32))


def successor_of(token: str) -> str:
    """The one token that follows this one: two tabs that renew at once both get it, and nobody else can work it out."""
    session_id = token.partition(".")[0]
    return _refresh_token(session_id, _seal("refresh-successor", token.encode()))


def _refresh_token(session_id: str, secret: bytes) -> str:
    return f"{session_id}.{_b64(secret + _seal('refresh', session_id.encode(), secret)[:16])}"


def session_of(token: str) -> str | None:
    """The session for which we once made this refresh token; None if we never did."""
    session_id, _, rest = token.partition(".")
    try:
        raw = _unb64(rest)
    except ValueError:
        return None
    genuine = len(raw) == 48 and hmac.compare_digest(token.encode(), _refresh_token(session_id, raw[:32]).encode())
    return session_id if genuine else None


def fingerprint(token: str) -> bytes:
    """What is stored of a token. 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).digest()


def one_time_token() -> str:
    """A token for a link in a mail."""
    return _b64(secrets.token_bytes(32))


# CSRF tokens


def csrf_token(bound_to: str, session_id: str | None = None) -> str:
    """Return a token for this session or visitor, masked anew each time so that compression gives nothing away (BREACH).

    `session_id`, which is no secret, is appended in the clear: so a form that outlived its session still says whose it was.
    """
    mask = secrets.token_bytes(32)
    token = _b64(mask + _xor(mask, _seal("csrf", bound_to.encode())))
    return f"{token}.{session_id}" if session_id else token


def csrf_fits(token: str, bound_to: str) -> bool:
    """Return True when we made this token for just this session or visitor."""
    try:
        raw = _unb64(token.partition(".")[0])
    except ValueError:
        return False
    return len(raw) == 64 and hmac.compare_digest(_xor(raw[:32], raw[32:]), _seal("csrf", bound_to.encode()))


def csrf_session(token: str) -> str | None:
    """Return the id of the session for which we made this token, also one that has ended; None for a visitor's or a forged one."""
    session_id = token.partition(".")[2]
    return session_id if session_id and csrf_fits(token, f"session {session_id}") else None


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


# Who is calling


@cache
def _networks(proxies: tuple[str, ...]) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    return tuple(ipaddress.ip_network(proxy, strict=False) for proxy in proxies)


def _is_trusted(address: str) -> bool:
    try:
        host = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(host in network for network in _networks(get_settings().trusted_proxies))


def header(scope: Mapping[str, Any], name: bytes) -> str | None:
    """The first header of this name (lower case) in an ASGI scope."""
    headers: Iterable[tuple[bytes, bytes]] = scope["headers"]
    return next((value.decode("latin-1") for key, value in headers if key == name), None)


def client_address(scope: Mapping[str, Any]) -> str:
    """The address at the other end; X-Forwarded-For only as far as proxies that we trust wrote it."""
    address = str((scope.get("client") or ("unknown",))[0])
    forwarded = [
        hop.strip()
        for key, value in scope["headers"]
        if key == b"x-forwarded-for"
        for hop in value.decode("latin-1").split(",")
    ]
    while forwarded and _is_trusted(address):
        address = forwarded.pop()
    return address


def address_block(address: str) -> str:
    """What counts as one place for limits: an IPv4 address, or the /64 that one IPv6 customer is given."""
    try:
        host = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(host, ipaddress.IPv6Address):
        if host.ipv4_mapped:
            return str(host.ipv4_mapped)
        return str(ipaddress.ip_network((host, 64), strict=False))
    return str(host)


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
