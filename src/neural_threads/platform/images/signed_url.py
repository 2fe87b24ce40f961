"""Addresses of images: `/media/<public id>`, signed for an hour or two when the image is private."""

import re
import time

from neural_threads.platform.config import get_settings
from neural_threads.platform.signing import base64url, is_same, sign

PREFIX = "/media/"
HOUR = 3600
LENGTH = 22  # of the signature: 132 bits
_IMAGE_URL = '"imageUrl":"'
_PLAIN_IMAGE = re.compile(_IMAGE_URL + PREFIX + r'([A-Za-z0-9_/-]+)"')


def public_id_in(url: str) -> str:
    """The name of the image at an address of ours, or the name itself. Nothing elsewhere is ever fetched."""
    return url.partition("?")[0].removeprefix(PREFIX)


def image_url_for(public_id: str, visibility: str) -> str:
    """Return where an image is seen: by everybody, or by whoever was given this address, for an hour at least and two at most."""
    if visibility == "public":
        return PREFIX + public_id
    hour = int(time.time()) // HOUR
    return f"{PREFIX}{public_id}?sig={_signature(get_settings().secret_key, public_id, hour)}"


def signed_json(json: str) -> str:
    """JSON that PostgreSQL wrote, with every plain `imageUrl` in it signed.

    Inside a text of the JSON a quotation mark has a backslash before it, so words that look like a field are none.
    """
    if _IMAGE_URL not in json:
        return json
    return _PLAIN_IMAGE.sub(lambda found: f'{_IMAGE_URL}{image_url_for(found[1], "private")}"', json)


def is_signed(public_id: str, signature: str) -> bool:
    """Return True if we signed this name in this hour or in the one before."""
    if len(signature) != LENGTH or not signature.isascii():
        return False
    hour = int(time.time()) // HOUR
    return any(
        is_same(signature.encode(), _signature(key, public_id, each).encode())
        for key in get_settings().accepted_keys
        for each in (hour, hour - 1)
    )


def this_hour() -> int:
    """Return what changes when addresses do: an answer that shows some is another one then."""
    return int(time.time()) // HOUR


def _signature(secret: bytes, public_id: str, hour: int) -> str:
    return base64url(sign("media", f"{hour} {public_id}".encode(), key=secret))[:LENGTH]


class PrivateImage(str):
    """The plain address of a picture that not everybody may see. Wherever it is said aloud, it is said signed.

    It is stored and compared plain; the signature is put on at the last moment (JSON, templates), so that no copy of a
    message that lives longer than an hour carries an old one.
    """

    __slots__ = ()

    @property
    def signed(self) -> str:
        """The address that works now. What is already signed, or not ours, stays as it is."""
        if not self.startswith(PREFIX) or "?" in self:
            return str.__str__(self)
        return image_url_for(self.removeprefix(PREFIX), "private")

    def __html__(self) -> str:
        return self.signed  # Names and signatures are of letters that HTML knows no other meaning for.
