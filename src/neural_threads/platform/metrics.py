"""Figures for Prometheus: requests, the pool, background jobs, the event loop."""

import asyncio
import time
from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.process_collector import ProcessCollector

from . import logs
from .compute.bounded_process import memory_of_processes
from .counters import REGISTRY
from .db import pool_figures
from .db.public_reading import answer_counts, read_counts
from .jobs import JobCount
from .process_board import own_place
from .realtime import socket_figures
from .sibling_metrics import merged, sibling_figures

QUEUE = CollectorRegistry()
"""What is the same for every process on this database."""
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
_public_reads = Gauge(
    "threads_public_reads", "Public reads since the start: standby, primary, moved to it", ["place"], registry=REGISTRY
)
_public_answers = Gauge(
    "threads_public_answers",
    "Public answers since the start: kept in memory, missed there",
    ["place"],
    registry=REGISTRY,
)
_sockets = Gauge("threads_sockets", "What the socket server counts", ["figure"], registry=REGISTRY)
_jobs = Gauge(
    "threads_jobs",
    "Background jobs in the queue; failed: for good",
    ["task", "status"],
    registry=QUEUE,
)
_waiting = Gauge(
    "threads_jobs_oldest_waiting_seconds", "How long the oldest job that is due has waited", registry=QUEUE
)
_lag = Gauge("threads_loop_lag_seconds", "Worst lateness of the event loop since the last look", registry=REGISTRY)
_tasks = Gauge("threads_tasks", "Tasks of the event loop that are under way", registry=REGISTRY)
_bad_frames = Gauge(
    "threads_bad_text_frames", "WebSocket frames that were no UTF-8, since the start", registry=REGISTRY
)
_bounded = Gauge(
    "threads_bounded_process_memory_bytes",
    "Memory of the child processes in which images are worked on and the stylist answers",
    ["name"],
    registry=REGISTRY,
)
_left_out = Gauge(
    "threads_log_lines_left_out",
    "Log lines left out because a minute had enough of their kind, since the start",
    registry=REGISTRY,
)
_worst_lag = 0.0


def observe(method: str, route: str, status: int, seconds: float) -> None:
    """Note one answered request. `route` is the pattern, never the path, so that ids make no new series."""
    _requests.labels(method, route, status).inc()
    _seconds.labels(route).observe(seconds)


def observe_jobs(counts: Iterable[JobCount], oldest_waiting_seconds: float) -> None:
    """Note the state of the queue, which is the same for every process on this database."""
    _jobs.clear()
    for one in counts:
        _jobs.labels(one.task, one.status).set(one.count)
    _waiting.set(oldest_waiting_seconds)


async def figures() -> bytes:
    """Everything, in Prometheus's text form; of several processes behind one socket, each one's figures."""
    place = own_place()
    if place is None:
        return process_figures() + generate_latest(QUEUE)
    texts = {place.place: process_figures()} | await sibling_figures()
    return merged(sorted(texts.items())) + generate_latest(QUEUE)


def process_figures() -> bytes:
    """Return the figures of this process in Prometheus's text format."""
    global _worst_lag
    for name, value in pool_figures().items():
        _pool.labels(name).set(value)
    for name, value in read_counts.items():
        _public_reads.labels(name).set(value)
    for name, value in answer_counts.items():
        _public_answers.labels(name).set(value)
    for name, value in socket_figures().items():
        _sockets.labels(name).set(value)
    _bounded.clear()
    for name, memory in memory_of_processes():
        _bounded.labels(name).set(memory)
    _tasks.set(len(asyncio.all_tasks()))
    _bad_frames.set(logs.bad_text_frames)
    _left_out.set(logs.left_out)
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
