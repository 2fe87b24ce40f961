"""python -m cluster.slow_people PORT COUNT: clients that are slow in every way, until they are told to stop.

A fifth each says nothing at all, sends its request by letters, sends a body by letters, reads nothing of the files that it
asked for, and says nothing on its socket. Whoever is cut comes back, so that there are always as many.
"""

import asyncio
import contextlib
import re
import signal
import socket
import ssl
import sys
from collections import Counter

HOST = "127.0.0.1"
AT_ONCE, A_SECOND = 20, 50
PAUSE = 1.0
SMALL = 4_096

_HEAD = f"GET / HTTP/1.1\r\nHost: {HOST}\r\n"
_BODY = f"POST /api/chat/messages HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/json\r\nContent-Length: 4000\r\n\r\n"
_SOCKET = (
    f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {HOST}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


class SlowPeople:
    """All of them, and how often they came and were cut."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._context = ssl.create_default_context()
        self._context.check_hostname, self._context.verify_mode = False, ssl.CERT_NONE
        self.open = 0
        self._file = ""
        self.cut: Counter[str] = Counter()

    async def look_round(self) -> None:
        """Find a file of the front page to ask for."""
        reader, writer = await asyncio.open_connection(HOST, self._port, ssl=self._context, server_hostname=HOST)
        writer.write(f"GET / HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode())
        page = (await reader.read(-1)).decode("latin-1")
        writer.close()
        files = re.findall(r"/assets/[\w./-]+\.(?:css|js)", page)
        self._file = f"GET {files[0]} HTTP/1.1\r\nHost: {HOST}\r\n\r\n"

    async def stay(self, number: int) -> None:
        """Be slow, and come again whenever the line ends."""
        ways = {"says nothing": "", "head": _HEAD, "body": _BODY, "reads nothing": self._file * 20, "socket": _SOCKET}
        way, begin = list(ways.items())[number % len(ways)]
        await asyncio.sleep(number / A_SECOND)
        while True:
            with contextlib.suppress(OSError, EOFError, asyncio.TimeoutError):
                await self._be_slow(number, way, begin)
                self.cut[way] += 1
            await asyncio.sleep(PAUSE)

    async def _be_slow(self, number: int, way: str, begin: str) -> None:
        raw = socket.socket()
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
        raw.bind((f"127.0.{10 + number // 200}.{1 + number % 200}", 0))
        raw.setblocking(False)
        async with self._turns:
            await asyncio.get_running_loop().sock_connect(raw, (HOST, self._port))
            reader, writer = await asyncio.open_connection(
                sock=raw, ssl=self._context, server_hostname=HOST, limit=SMALL
            )
        self.open += 1
        try:
            writer.write(begin.encode())
            if way in ("says nothing", "head", "body"):
                # Letters go out until the other side hangs up.
                spelling = asyncio.create_task(self._spell(writer, way))
                await _until_cut(reader)
                spelling.cancel()
            elif way == "reads nothing":
                writer.transport.pause_reading()  # type: ignore[attr-defined]
                await asyncio.sleep(3_600)
            else:
                await _until_cut(reader)
        finally:
            self.open -= 1
            writer.transport.abort()

    async def _spell(self, writer: asyncio.StreamWriter, way: str) -> None:
        with contextlib.suppress(OSError):
            while True:
                await asyncio.sleep(PAUSE)
                if way != "says nothing":
                    writer.write(b"x")
                    await writer.drain()


async def _until_cut(reader: asyncio.StreamReader) -> None:
    with contextlib.suppress(OSError):
        while await reader.read(SMALL):
            pass


async def main(port: int, count: int) -> None:
    """Come, and stay until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    people = SlowPeople(port)
    await people.look_round()
    tasks = [asyncio.create_task(people.stay(number)) for number in range(count)]
    await stop.wait()
    print(f"  {people.open} slow clients were there; cut meanwhile: {dict(people.cut)}", flush=True)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
