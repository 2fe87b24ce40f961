"""A proxy before PostgreSQL that can drop all data on its open connections without closing them."""

import asyncio
from contextlib import suppress
from pathlib import Path


class SwallowingProxy:
    """Listens on loopback and passes everything on to the socket of a private cluster, until `swallow`."""

    def __init__(self, behind: Path) -> None:
        self._behind = behind
        self._lines: list[asyncio.Event] = []
        self._writers: list[asyncio.StreamWriter] = []
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self) -> int:
        """Begin to listen; answers the port."""
        self._server = await asyncio.start_server(self._line, "127.0.0.1", 0)
        return int(self._server.sockets[0].getsockname()[1])

    def swallow(self) -> int:
        """From here on nothing passes on the lines that are open, and new ones are as good as ever. Answers how many."""
        for is_deaf in self._lines:
            is_deaf.set()
        count, self._lines = len(self._lines), []
        return count

    async def close(self) -> None:
        """Stop, and hang up on everybody."""
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        for writer in self._writers:
            writer.transport.abort()

    async def _line(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        is_deaf = asyncio.Event()
        self._lines.append(is_deaf)
        there, back = await asyncio.open_unix_connection(str(self._behind))
        self._writers += [writer, back]
        for one, other in ((reader, back), (there, writer)):
            task = asyncio.create_task(_pass_on(one, other, is_deaf))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, is_deaf: asyncio.Event) -> None:
    with suppress(OSError):
        while data := await reader.read(65_536):
            if not is_deaf.is_set():
                writer.write(data)
                await writer.drain()
        if not is_deaf.is_set():
            writer.close()
