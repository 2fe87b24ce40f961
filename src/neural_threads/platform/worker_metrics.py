"""/metrics and /health of a worker, which has no web framework: just enough HTTP for Prometheus."""

import asyncio
import errno
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog

from . import jobs, metrics
from .config import get_settings
from .db import reading
from .errors import Unavailable
from .signing import is_same

log = structlog.get_logger(__name__)

PATIENCE = 5.0
"""Seconds for a client to say what it wants."""
MOST_BYTES = 16_384
LOOPBACK = ("127.0.0.1", "::1")


@asynccontextmanager
async def offering_metrics(address: str) -> AsyncIterator[None]:
    """Answer at this address (host:port) meanwhile; nothing for an empty one, or when another worker answers there."""
    server = await _listening(address) if address else None
    if server is None:
        yield
        return
    watching = asyncio.create_task(metrics.watch_loop(), name="loop-lag")
    log.info("worker_metrics", address=address)
    try:
        yield
    finally:
        server.close()
        watching.cancel()


async def _listening(address: str) -> asyncio.Server | None:
    host, _, port = address.rpartition(":")
    try:
        return await asyncio.start_server(_answer, host.strip("[]"), int(port), limit=MOST_BYTES)
    except OSError as error:
        # A second worker with the same settings: its jobs are worth more than its figures.
        log.warning("worker_metrics_not_offered", address=address, error=errno.errorcode.get(error.errno or 0, ""))
        return None


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        async with asyncio.timeout(PATIENCE):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        is_near = writer.get_extra_info("peername")[0] in LOOPBACK
        writer.write(await _page(head[0].split(" "), _header(head, "authorization"), is_near))
        await writer.drain()
    writer.close()


async def _page(asked: list[str], authorization: str, is_near: bool) -> bytes:
    if asked[:2] == ["GET", "/health"]:
        return _response("200 OK", "application/json", b'{"success":true,"data":{"status":"alive"}}')
    token = get_settings().metrics_token
    may = is_same(authorization.encode(), f"Bearer {token}".encode()) if token else is_near
    if asked[:2] != ["GET", "/metrics"] or not may:
        return _response("404 Not Found", "text/plain", b"There is nothing here.\n")
    with suppress(Unavailable):  # Then the figures of the queue are missing, and the others tell why.
        async with reading() as db:
            metrics.observe_jobs(await jobs.job_counts(db), await jobs.oldest_waiting_seconds(db))
    return _response("200 OK", "text/plain; version=0.0.4; charset=utf-8", await metrics.figures())


def _header(head: list[str], name: str) -> str:
    lines = (line.partition(":") for line in head[1:])
    return next((value.strip() for key, _, value in lines if key.strip().lower() == name), "")


def _response(status: str, kind: str, body: bytes) -> bytes:
    head = f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
    return head.encode() + body
