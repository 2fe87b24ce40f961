"""The server that answers requests: uvicorn, whose shutdown also ends the child processes that requests wait for."""

import asyncio
import socket

import uvicorn

from neural_threads.platform.compute.bounded_process import close_all


class Server(uvicorn.Server):
    """Uvicorn's server. A child that hangs must not hold up the requests that shutdown waits for."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        closing = asyncio.ensure_future(close_all())
        await super().shutdown(sockets)
        await closing
