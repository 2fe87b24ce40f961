"""HTTP to a model within bounds: so many bytes, nothing compressed, nowhere else. Imported at the first question."""

from collections.abc import AsyncIterator

import httpx

from . import ModelFailed


def capped_client(most_bytes: int, *, uses_proxy: bool) -> httpx.AsyncClient:
    """Return a client that follows no redirect and raises ModelFailed for an answer of more bytes, or a compressed one.

    It has no time limit of its own: whoever uses it has one around everything. `uses_proxy`: that of HTTPS_PROXY.
    """

    async def cap(response: httpx.Response) -> None:
        if response.headers.get("content-encoding", "identity") != "identity":
            raise ModelFailed("compressed")  # A few bytes of it could be gigabytes.
        if int(response.headers.get("content-length") or 0) > most_bytes:
            raise ModelFailed("too_long")
        response.stream = _Capped(response.stream, most_bytes)

    return httpx.AsyncClient(
        event_hooks={"response": [cap]},
        headers={"Accept-Encoding": "identity"},
        timeout=None,  # noqa: S113 - see above
        follow_redirects=False,
        trust_env=uses_proxy,
    )


class _Capped(httpx.AsyncByteStream):
    def __init__(self, stream: httpx.SyncByteStream | httpx.AsyncByteStream, most: int) -> None:
        assert isinstance(stream, httpx.AsyncByteStream)
        self._stream, self._left = stream, most

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            self._left -= len(chunk)
            if self._left < 0:
                raise ModelFailed("too_long")
            yield chunk

    async def aclose(self) -> None:
        """Close the connection."""
        await self._stream.aclose()
