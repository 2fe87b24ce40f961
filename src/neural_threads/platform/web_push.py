"""Web push: send a short message to a browser whose page is closed, through its vendor's push service.

Encrypted so that only that browser reads them (RFC 8291) and signed with our key (VAPID, RFC 8292). The service's address
comes from the browser, so from a person: we send to the hosts of THREADS_PUSH_SERVICES and follow nobody any further.
"""

import asyncio
import base64
import re
import time
from email.utils import parseaddr

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from .config import get_settings, load_or_create_key

PATIENCE = 10
SIGNED_FOR = 6 * 3600  # RFC 8292: a day at most
ADDRESS = re.compile(r"((https?)://([a-z0-9-]+(?:\.[a-z0-9-]+)*)(:\d{1,5})?)/[\w.~:/?=&%+,;!*()$@-]*", re.ASCII)


class PushEndpoint(msgspec.Struct, frozen=True):
    """The push address of one browser, and its keys in base64url: the P-256 point and the 16 bytes it shares with us."""

    endpoint: str
    p256dh: str
    auth: str


class Gone(Exception):
    """The browser does not want to hear from us any more, or is no more."""


class Busy(Exception):
    """Not now. `after`: how many seconds the service wants to be left alone, if it says so."""

    def __init__(self, after: int | None = None) -> None:
        super().__init__()
        self.after = after


class Refused(Exception):
    """The service does not want this, now or later."""


def is_served(endpoint: str) -> bool:
    """Return True if this is an address at a push service that we send to."""
    match = ADDRESS.fullmatch(endpoint)
    if match is None:
        return False
    origin, scheme, host, port = match.groups()
    return any(
        origin == name if "://" in name else scheme == "https" and port is None and _is_at(host, name)
        for name in get_settings().push_services
    )


def _is_at(host: str, name: str) -> bool:
    return host.endswith(name[1:]) if name.startswith("*.") else host == name


def is_point(p256dh: str) -> bool:
    """Return True if this is a browser's key: an uncompressed point that really lies on the curve."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point := _unb64(p256dh))
    except ValueError:
        return False
    return len(point) == 65


def is_shared_secret(auth: str) -> bool:
    """Return True if these are 16 bytes."""
    try:
        return len(_unb64(auth)) == 16
    except ValueError:
        return False


# Our key


def public_key() -> str:
    """Return what browsers know us by. Whoever changes the private key silences every device."""
    point = ec.derive_private_key(int.from_bytes(_unb64(_private_key())), ec.SECP256R1()).public_key()
    return _b64(point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def _private_key() -> str:
    settings = get_settings()
    return settings.push_key_text or load_or_create_key(settings.data_dir / "push.key", _new_key).decode()


def _new_key() -> str:
    return _b64(ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value.to_bytes(32))


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _unb64(text: str) -> bytes:
    return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)


# Sending


async def send(browser: PushEndpoint, payload: bytes, *, ttl: int, topic: str) -> None:
    """Hand it to the browser's service, which keeps it for `ttl` seconds; a later one of the same topic takes its place.

    `topic`: at most 32 letters of base64url. Gone, Busy or Refused when it was not taken.
    """
    if not is_served(browser.endpoint):  # The list may have become shorter since.
        raise Refused
    await asyncio.to_thread(_post, browser, payload, ttl, topic)


def _post(browser: PushEndpoint, payload: bytes, ttl: int, topic: str) -> None:
    # Only those who send pay for the two HTTP libraries that come along.
    import requests
    from py_vapid import Vapid02
    from pywebpush import WebPushException, webpush

    class StraightSession(requests.Session):
        def get_redirect_target(self, resp: requests.Response) -> None:
            """Nowhere: what a service points to is not on our list."""

    with StraightSession() as session:
        try:
            webpush(
                {"endpoint": browser.endpoint, "keys": {"p256dh": browser.p256dh, "auth": browser.auth}},
                payload,
                vapid_private_key=Vapid02.from_raw(_private_key().encode()),
                vapid_claims=_claims(),
                timeout=PATIENCE,
                ttl=ttl,
                headers={"Topic": topic, "Urgency": "high"},
                requests_session=session,
            )
        except WebPushException as error:
            raise _meaning(error.status_code or 0, error.retry_after) from error
        except requests.RequestException as error:
            raise Busy from error


def _claims() -> dict[str, str | int]:
    """Return whom a service may write to when something is wrong, and until when this may be used."""
    return {"sub": f"mailto:{parseaddr(get_settings().mail_from)[1]}", "exp": int(time.time()) + SIGNED_FOR}


def _meaning(status: int, retry_after: str | None) -> Exception:
    if status in (404, 410):
        return Gone()
    if status == 429 or status >= 500:
        return Busy(int(retry_after) if retry_after and retry_after.isdecimal() else None)
    return Refused(f"answered {status}")
