"""Public images in memory, as they were answered; whoever removes or hides one forgets it here."""

import time
from typing import NamedTuple

from cachetools import TTLCache

from neural_threads.platform.counters import image_hit, image_miss

MOST_BYTES = 24 * 1024 * 1024
LARGEST = 512 * 1024
SECONDS = 60.0
"""So long another process may go on showing a picture that was removed."""
Key = tuple[str, bytes, str]
"""Path, query and format."""


class CachedImage(NamedTuple):
    """A finished answer."""

    body: bytes
    etag: bytes
    headers: list[tuple[bytes, bytes]]


class ImageCache:
    """Answers by path, query and format; the one unused for longest goes first."""

    def __init__(self) -> None:
        self._kept: TTLCache[Key, CachedImage] = TTLCache(
            MOST_BYTES, SECONDS, timer=time.monotonic, getsizeof=lambda image: len(image.body)
        )

    def find(self, key: Key) -> CachedImage | None:
        """Return what is kept and still young."""
        image = self._kept.get(key)
        (image_miss if image is None else image_hit).inc()
        return image

    def keep(self, key: Key, body: bytes, etag: str, headers: dict[str, str]) -> None:
        """Keep an answer, and give up others until it fits."""
        if len(body) <= LARGEST:
            raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
            self._kept[key] = CachedImage(body, etag.encode(), raw)

    def forget(self, public_id: str) -> None:
        """An image was removed, or is private now."""
        for key in [key for key in self._kept if key[0] == f"/media/{public_id}"]:
            self._kept.pop(key, None)


image_cache = ImageCache()
