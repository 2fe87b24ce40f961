"""Socket.IO clients that only listen: the framing of Engine.IO 4 as far as a listener needs it, over `websockets`."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

AT_ONCE = 10
PAUSES = (0.5, 1, 2)
HELLO, CONNECTED, PING, PONG, EVENT = "0", "40", "2", "3", "42"


class Listener:
    """One connected socket of one person."""

    def __init__(self, line: ClientConnection, heard: Callable[[str], None]) -> None:
        self._line = line
        self._heard = heard
        self._task = asyncio.create_task(self._listen())

    @classmethod
    async def open(cls, address: str, token: str, heard: Callable[[str], None], **options: Any) -> "Listener":
        """Shake hands as the person that `token` (an access token) stands for. `ssl` among the options: over TLS."""
        scheme = "wss" if "ssl" in options else "ws"
        line = await connect(
            f"{scheme}://{address}/socket.io/?EIO=4&transport=websocket",
            additional_headers={"Authorization": f"Bearer {token}"},
            compression=None,
            ping_interval=None,
            proxy=None,
            max_queue=64,
            open_timeout=20,
            **options,
        )
        await _until(line, HELLO)
        await line.send(CONNECTED)
        await _until(line, CONNECTED)
        return cls(line, heard)

    @property
    def is_over(self) -> bool:
        """True if the other side has hung up."""
        return self._task.done()

    async def close(self) -> None:
        """Hang up."""
        self._task.cancel()
        await self._line.close()

    async def _listen(self) -> None:
        with suppress(ConnectionClosed):
            async for text in self._line:
                if text == PING:
                    await self._line.send(PONG)
                elif isinstance(text, str) and text.startswith(EVENT):
                    self._heard(text)


async def _until(line: ClientConnection, start: str) -> None:
    async with asyncio.timeout(20):
        while not str(text := await line.recv()).startswith(start):
            if str(text).startswith("44"):
                raise ConnectionRefusedError(str(text))


async def open_all(address: str, tokens: Sequence[str], heard: Callable[[str], None]) -> list[Listener]:
    """A socket for each token, a few handshakes at a time."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def opened(token: str) -> Listener:
        async with turns:
            for pause in PAUSES:  # As every client does: come back a little later.
                try:
                    return await Listener.open(address, token, heard)
                except (OSError, TimeoutError, WebSocketException):
                    await asyncio.sleep(pause)
            return await Listener.open(address, token, heard)

    return await asyncio.gather(*(opened(token) for token in tokens))


async def close_all(listeners: Sequence[Listener]) -> None:
    """Everybody hangs up."""
    farewells: list[Awaitable[None]] = [listener.close() for listener in listeners]
    await asyncio.gather(*farewells, return_exceptions=True)
