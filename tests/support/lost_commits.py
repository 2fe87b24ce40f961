"""A proxy before PostgreSQL that loses the answer to one COMMIT, or the COMMIT itself, and hangs up."""

import asyncio
import re
from contextlib import suppress
from enum import Enum
from typing import Any

from psycopg.conninfo import conninfo_to_dict


class Loss(Enum):
    """What does not arrive; the program before the proxy sees the same of both."""

    ANSWER = "the answer to COMMIT: the rows are there"
    COMMIT = "COMMIT: the rows are not there"


class LosingProxy:
    """Listens on loopback and passes everything on to the server of `dsn`, until it is told what to lose."""

    def __init__(self, dsn: str) -> None:
        self._behind = conninfo_to_dict(dsn)
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._mark: re.Pattern[bytes] | None = None
        self._loss = Loss.ANSWER
        self.lost = asyncio.Event()

    async def open(self) -> str:
        """Begin to listen; answers the address of the same database through this proxy."""
        self._server = await asyncio.start_server(self._line, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        who = self._behind.get("user", "threads")
        return f"postgresql://{who}@127.0.0.1:{port}/{self._behind['dbname']}"

    def lose(self, loss: Loss, mark: str) -> None:
        """Lose this at the end of the next transaction in which something is sent that fits `mark`."""
        self._loss, self._mark = loss, re.compile(mark.encode())
        self.lost.clear()

    async def close(self) -> None:
        """Stop, and hang up on everybody."""
        assert self._server is not None
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _line(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await self._dial()
        line = _Line(reader, writer, there, back)
        for way in (self._forth(line), self._back(line)):
            task = asyncio.create_task(way)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _dial(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        host, port = str(self._behind.get("host", "127.0.0.1")), int(self._behind.get("port", 5432))
        if host.startswith("/"):
            return await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}")
        return await asyncio.open_connection(host, port)

    async def _forth(self, line: "_Line") -> None:
        with suppress(OSError):
            while data := await line.reader.read(65_536):
                line.said += data
                if data.startswith(b"Q") and b"begin\0" in data:
                    line.said = data
                if data.startswith(b"Q") and b"commit\0" in data and self._mark and self._mark.search(line.said):
                    self._mark = None
                    if self._loss is Loss.COMMIT:
                        break
                    line.answer_is_lost = True
                line.back.write(data)
                await line.back.drain()
        self._reset(line)

    async def _back(self, line: "_Line") -> None:
        with suppress(OSError):
            while data := await line.there.read(65_536):
                if line.answer_is_lost:
                    break
                line.writer.write(data)
                await line.writer.drain()
        self._reset(line)

    def _reset(self, line: "_Line") -> None:
        if self._mark is None:
            self.lost.set()
        for writer in (line.writer, line.back):
            writer.transport.abort()


class _Line:
    """A connection and that behind it."""

    def __init__(self, reader: Any, writer: Any, there: Any, back: Any) -> None:
        self.reader: asyncio.StreamReader = reader
        self.writer: asyncio.StreamWriter = writer
        self.there: asyncio.StreamReader = there
        self.back: asyncio.StreamWriter = back
        self.said = b""
        """Since its transaction began."""
        self.answer_is_lost = False
