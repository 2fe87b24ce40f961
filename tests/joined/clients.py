"""The two official clients behind one face: `ask(event, data)` answers the ack, `heard` is what came."""

import asyncio
import itertools
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import socketio

from neural_threads.web.templates.assets import WEB_DIR
from tests.support.people import Person

LIBRARY = WEB_DIR / "shell/vendor/socket.io.esm.min.js"
DRIVER = Path(__file__).with_name("javascript_client.mjs")


class PythonClient:
    """python-socketio's own, with the token in CONNECT."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, Any]] = []
        self._client = socketio.AsyncClient(reconnection=False)
        self._client.on("*", self._note)

    async def open(self, url: str, person: Person) -> None:
        """Connect."""
        await self._client.connect(url, auth={"token": await person.token()}, transports=["websocket"], retry=False)

    async def ask(self, event: str, data: Any) -> Any:
        """Send an event; its acknowledgement."""
        return await self._client.call(event, data, timeout=30)

    async def close(self) -> None:
        """Hang up."""
        await self._client.disconnect()

    async def _note(self, event: str, data: Any = None) -> None:
        self.heard.append((event, data))


class JavascriptClient:
    """socket.io-client as our pages load it, in Node."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, Any]] = []
        self._ids = itertools.count()
        self._acks: dict[int, asyncio.Future[Any]] = {}

    async def open(self, url: str, person: Person) -> None:
        """Start Node and connect."""
        argv = [node() or "", "--experimental-websocket", str(DRIVER), LIBRARY.as_uri(), url, await person.token()]
        pipe = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(*argv, stdin=pipe, stdout=pipe, stderr=pipe)
        assert self._process.stdout
        first = await asyncio.wait_for(self._process.stdout.readline(), 90)
        assert json.loads(first or b"null") == {"connected": True}
        self._reader = asyncio.create_task(self._read())

    async def ask(self, event: str, data: Any) -> Any:
        """Send an event; its acknowledgement."""
        id = next(self._ids)
        self._acks[id] = asyncio.get_running_loop().create_future()
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"id": id, "event": event, "data": data}).encode() + b"\n")
        return await asyncio.wait_for(self._acks[id], 30)

    async def close(self) -> None:
        """End Node."""
        assert self._process.stdin
        self._process.stdin.close()
        await self._process.wait()
        await self._reader

    async def _read(self) -> None:
        assert self._process.stdout
        async for text in self._process.stdout:
            said = json.loads(text)
            if "ack" in said:
                self._acks[said["id"]].set_result(said["ack"])
            else:
                self.heard.append((said["event"], said.get("data")))


def node() -> str | None:
    """Node, if it is here and knows WebSockets."""
    path = shutil.which("node")
    if path is None:
        return None
    asks = [path, "--experimental-websocket", "-e", "process.exit(typeof WebSocket === 'function' ? 0 : 1)"]
    return path if subprocess.run(asks, capture_output=True, check=False).returncode == 0 else None
