"""Prometheus metrics: requests, the connection pool, the event loop."""

import asyncio
import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.process_collector import ProcessCollector

from .db import pool_figures
from .realtime import socket_figures

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

_requests = Counter("threads_requests", "Requests answered", ["method", "route", "status"], registry=REGISTRY)
_seconds = Histogram(
    "threads_request_seconds",
    "Time to answer",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5),
    registry=REGISTRY,
)
_pool = Gauge("threads_pool", "What the connection pool counts", ["figure"], registry=REGISTRY)
_sockets = Gauge("threads_sockets", "What the socket server counts", ["figure"], registry=REGISTRY)
_lag = Gauge("threads_loop_lag_seconds", "Worst lateness of the event loop since the last look", registry=REGISTRY)
_worst_lag = 0.0


def observe(method: str, route: str, status: int, seconds: float) -> None:
    """Note one answered request. `route` is the pattern, never the path, so that ids make no new series."""
    _requests.labels(method, route, status).inc()
    _seconds.labels(route).observe(seconds)


def figures() -> bytes:
    """Everything, in Prometheus's text form."""
    global _worst_lag
    for name, value in pool_figures().items():
        _pool.labels(name).set(value)
    for name, value in socket_figures().items():
        _sockets.labels(name).set(value)
    _lag.set(_worst_lag)
    _worst_lag = 0.0
    return generate_latest(REGISTRY)


async def watch_loop(tick: float = 0.1) -> None:
    """Measure how late the event loop is, for ever."""
    global _worst_lag
    while True:
        due = time.monotonic() + tick
        await asyncio.sleep(tick)
        _worst_lag = max(_worst_lag, time.monotonic() - due)
