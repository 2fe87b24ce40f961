"""Originals at Cloudinary, by its SDK; smaller versions by its transformations. Only our server asks it for images.

Address: `cloudinary://key:secret@cloud?upload_preset=threads`. Images are of the type `authenticated`, so that a name alone
shows nothing, and every delivery address is signed with our secret.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

import cloudinary.exceptions
import cloudinary.uploader
import cloudinary.utils
import structlog
import urllib3

from neural_threads.platform.errors import Upstream
from neural_threads.platform.images.ingest import kind_of

log = structlog.get_logger(__name__)

PATIENCE = 10.0
SILENCE = 8.0
DELIVERY = "https://res.cloudinary.com"
MOST = 64 * 1024 * 1024
T = TypeVar("T")


class CloudinaryStore:
    """One product environment; `upload_prefix` and `delivery` in the address lead to other hosts than Cloudinary's own."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        more = dict(parse_qsl(parts.query))
        self._delivery = more.pop("delivery", DELIVERY).rstrip("/")
        self._preset = more.pop("upload_preset", None)
        self._account: dict[str, Any] = {
            "cloud_name": parts.hostname and parts.netloc.rpartition("@")[2],
            "api_key": unquote(parts.username or ""),
            "api_secret": unquote(parts.password or ""),
            **({"upload_prefix": more["upload_prefix"]} if "upload_prefix" in more else {}),
        }
        self._http = urllib3.PoolManager(timeout=SILENCE, retries=False, maxsize=8)

    async def put(self, public_id: str, path: Path, content_type: str) -> None:
        """Uploaded with a signature, under our name, never over another."""
        result = await _patiently(
            lambda: cloudinary.uploader.upload(
                str(path),
                public_id=public_id,
                type="authenticated",
                resource_type="image",
                overwrite=True,
                upload_preset=self._preset,
                timeout=SILENCE,
                **self._account,
            )
        )
        if not isinstance(result, dict) or result.get("public_id") != public_id:
            log.warning("cloudinary_refused", told=str(result)[:300])
            raise Upstream

    async def read(self, public_id: str) -> bytes:
        """The bytes as they were uploaded."""
        return await self._get(self._url(public_id), "*/*")

    async def has(self, public_id: str) -> bool:
        """Return True if it can be delivered."""
        try:
            await self.read(public_id)
        except FileNotFoundError:
            return False
        return True

    async def drop(self, public_id: str) -> None:
        """Destroy it, also where copies of it are kept."""
        await _patiently(
            lambda: cloudinary.uploader.destroy(
                public_id,
                type="authenticated",
                resource_type="image",
                invalidate=True,
                timeout=SILENCE,
                **self._account,
            )
        )

    async def smaller(self, public_id: str, width: int, kind: str) -> bytes | None:
        """At most so wide, in the format and quality that Cloudinary finds best for who takes this kind."""
        steps = [{"width": width, "crop": "limit"}, {"fetch_format": "auto", "quality": "auto"}]
        return await self._get(self._url(public_id, transformation=steps), f"image/{kind},*/*;q=0.1")

    def files(self) -> None:
        """Its list of files needs the account's administration, of which we have no key."""

    def _url(self, public_id: str, **options: Any) -> str:
        url, _rest = cloudinary.utils.cloudinary_url(
            public_id, type="authenticated", sign_url=True, secure=True, **options, **self._account
        )
        return str(url).replace(DELIVERY, self._delivery, 1)

    async def _get(self, url: str, accept: str) -> bytes:
        answer = await _patiently(lambda: self._http.request("GET", url, headers={"Accept": accept}))
        if answer.status in (401, 404):
            raise FileNotFoundError(url)
        data: bytes = answer.data
        if answer.status != 200 or not (kind_of(data[:12]) or data[4:12] == b"ftypavif") or len(data) > MOST:
            log.warning("cloudinary_answered_oddly", status=answer.status, head=str(data[:60]))
            raise Upstream
        return data


async def _patiently(call: Callable[[], T]) -> T:
    try:
        async with asyncio.timeout(PATIENCE):
            return await asyncio.to_thread(call)
    except (cloudinary.exceptions.Error, urllib3.exceptions.HTTPError, TimeoutError, OSError) as error:
        log.warning("cloudinary_refused", error=type(error).__name__, detail=str(error)[:300])
        raise Upstream from None
