"""Access tokens, refresh tokens and one-time tokens."""

import hashlib
import secrets
import time
from functools import lru_cache
from typing import Any, NamedTuple

import jwt

from neural_threads.platform.config import get_settings
from neural_threads.platform.signing import base64url, derived_key, from_base64url, is_same, sign

from .csrf import csrf_fits

ALGORITHM = "HS256"
ISSUER = "neural-threads"
AUDIENCE = "neural-threads"
ACCESS_TYPE = "at+jwt"
ACCESS_HEADER = {"alg": ALGORITHM, "typ": ACCESS_TYPE}
CLAIMS = {"iss", "aud", "sub", "sid", "iat", "exp"}
LEEWAY = 10  # seconds between the clocks of two nodes


class Claims(NamedTuple):
    """The contents of a genuine access token."""

    user_id: str
    session_id: str
    issued_at: int
    expires_at: int


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
    return jwt.encode(claims, derived_key(get_settings().secret_key, "access"), ALGORITHM, headers={"typ": ACCESS_TYPE})


def read_access_token(token: str, *, even_if_over: bool = False) -> Claims | None:
    """The claims of a token that we made, or None. `even_if_over` lets people sign out with an expired one."""
    keys = get_settings().accepted_keys if len(token) <= 2048 else ()
    claims = next((found for key in keys if (found := _genuine(token, key))), None)
    now = time.time()
    if claims is None or claims.issued_at > now + LEEWAY or (claims.expires_at <= now - LEEWAY and not even_if_over):
        return None
    return claims


@lru_cache(maxsize=4096)
def _genuine(token: str, secret: bytes) -> Claims | None:
    """Return what does not depend on the time, so that a token's signature is checked once and not at each request."""
    try:
        result = jwt.decode_complete(
            token,
            derived_key(secret, "access"),
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            issuer=ISSUER,
            options={"require": [*CLAIMS], "verify_exp": False, "verify_iat": False, "verify_nbf": False},
        )
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError):
        return None
    # Exactly our two header fields: no kid, jku, x5u, jwk or crit is ever listened to.
    if result["header"] != ACCESS_HEADER:
        return None
    claims: dict[str, Any] = result["payload"]
    texts, times = (claims["sub"], claims["sid"]), (claims["iat"], claims["exp"])
    if set(claims) != CLAIMS or not all(type(t) is str for t in texts) or not all(type(t) is int for t in times):
        return None
    return Claims(*texts, *times)


# Refresh tokens: "<session>.<256 random bits and our seal>". The session lets us find the family of a token that was
# rotated long ago; the seal keeps people who merely know a session's id from ending it with an invented token.


def new_refresh_token(session_id: str) -> str:
    """The first refresh token of a session."""
    return _refresh_token(session_id, secrets.token_bytes(32), get_settings().secret_key)


def successor_of(token: str) -> str:
    """The one token that follows this one: two tabs that renew at once both get it, and nobody else can work it out."""
    return successors_of(token)[0]


def successors_of(token: str) -> list[str]:
    """Return the successor by each accepted key: a server that signs by another key may have given out the second."""
    session_id = token.partition(".")[0]
    return [
        _refresh_token(session_id, sign("refresh-successor", token.encode(), key=key), key)
        for key in get_settings().accepted_keys
    ]


def _refresh_token(session_id: str, secret: bytes, key: bytes) -> str:
    return f"{session_id}.{base64url(secret + sign('refresh', session_id.encode(), secret, key=key)[:16])}"


def session_of(token: str) -> str | None:
    """The session for which we once made this refresh token; None if we never did."""
    session_id, _, rest = token.partition(".")
    try:
        raw = from_base64url(rest)
    except ValueError:
        return None
    genuine = len(raw) == 48 and any(
        is_same(token.encode(), _refresh_token(session_id, raw[:32], key).encode())
        for key in get_settings().accepted_keys
    )
    return session_id if genuine else None


def fingerprint(token: str) -> bytes:
    """Return what is stored of a token. 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).digest()


def one_time_token() -> str:
    """A token for a link in a mail."""
    return base64url(secrets.token_bytes(32))


def mailed_token(purpose: str, mail_id: str, user_id: str) -> str:
    """Return the token for the link in one mail: always the same for it, and without our key nobody can work it out."""
    return base64url(sign(f"mailed-{purpose}", mail_id.encode(), user_id.encode()))


def csrf_session(token: str) -> str | None:
    """Return the id of the session for which we made this token, also one that has ended; None for a visitor's or a forged one."""
    session_id = token.partition(".")[2]
    return session_id if session_id and csrf_fits(token, f"session {session_id}") else None
