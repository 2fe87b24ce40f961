"""The load generator: a process of its own on a core of its own. Reads a job on standard input, answers with a report."""

import asyncio
import json
import os
import resource
import ssl
import sys
import time
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from itertools import count, cycle
from typing import Any

import uvloop

from .figures import spread
from .http_client import Answer, Line
from .listeners import close_all, open_all
from .pollers import polling
from .processes import GENERATOR_CORE, census, costs, each, pin
from .reconnect_storm import returning
from .visits import visiting

Job = dict[str, Any]
Requests = Iterator[Callable[["Tally", float], bytes]]
ANY_ID = b"00000000-0000-4000-8000-000000000000"
"""Stands in a request where each sending needs a new UUID."""
EVERY_DELIVERY_WITHIN = 3.0
AFTER_A_BREAK = 0.05
ADDRESSES = 200
"""A proxy allows each address so many connections; over TLS we come from so many addresses of loopback."""


class Tally:
    """What happened to the requests of one run, and when the run is."""

    def __init__(self, job: Job) -> None:
        self.opens = time.monotonic() + job["warm"]
        self.closes = self.opens + job["seconds"]
        self.expected = set(job["expect"])
        self.statuses: Counter[int] = Counter()
        self.times: list[float] = []
        self.bytes = 0
        self.first_error = ""
        self.sent: dict[str, float] = {}
        self.due = 0
        self.heard: list[float] = []

    def note(self, answer: Answer, begun: float) -> None:
        """An answer to a request that was (or should have been) sent at `begun`; outside the window it does not count."""
        now = time.monotonic()
        if begun < self.opens or now > self.closes + EVERY_DELIVERY_WITHIN:
            return
        self.statuses[answer.status] += 1
        self.bytes += answer.size
        self.times.append(now - begun)
        if answer.status not in self.expected:
            self.first_error = self.first_error or f"{answer.status} {answer.text.decode(errors='replace')}"

    def hear(self, text: str) -> None:
        """An event on a socket; messages are known by their clientId."""
        at = text.find('"clientId":"')
        if at >= 0 and (begun := self.sent.get(text[at + 12 : at + 48])) is not None and begun >= self.opens:
            self.heard.append(time.monotonic() - begun)

    def report(self, seconds: float) -> dict[str, Any]:
        """Everything as numbers."""
        errors = sum(count for status, count in self.statuses.items() if status not in self.expected)
        answered = len(self.times)
        return {
            "requests": answered,
            "rate": round((answered - errors) / seconds, 1),
            **spread(self.times),
            "errors": errors,
            "statuses": {str(status): count for status, count in sorted(self.statuses.items())},
            "first_error": self.first_error,
            "bytes_each": round(self.bytes / answered) if answered else 0,
        }


async def _opened(job: Job, numbers: Iterator[int] = count()) -> Line:
    """A line to whom the job names; with `tls` over TLS, whatever the certificate."""
    if not job.get("tls"):
        return await Line.open(job["host"], job["port"])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    source = f"127.0.1.{1 + next(numbers) % ADDRESSES}"
    return await Line.open(job["host"], job["port"], ssl=context, local_addr=(source, 0))


async def closed_loop(job: Job) -> dict[str, Any]:
    """So many lines, each asking again as soon as it has its answer: how much can it do?"""

    async def load(tally: Tally, requests: Requests) -> None:
        async def keep_asking() -> None:
            line = await _opened(job)
            while (begun := time.monotonic()) < tally.closes:
                tally.note(await line.ask(next(requests)(tally, begun)), begun)
                if not line.is_open:
                    await asyncio.sleep(AFTER_A_BREAK)
                    line = await _opened(job)
            line.close()

        await asyncio.gather(*(keep_asking() for _ in range(job["lines"])))

    return await _measured(job, load)


async def open_loop(job: Job) -> dict[str, Any]:
    """So many a second, whatever becomes of them; times count from when each should have been sent."""

    async def load(tally: Tally, requests: Requests) -> None:
        idle = [await _opened(job) for _ in range(job["lines"])]
        begin = time.monotonic()
        under_way = set()

        async def ask(due: float) -> None:
            line = idle.pop() if idle else await _opened(job)
            tally.note(await line.ask(next(requests)(tally, due)), due)
            if line.is_open:
                idle.append(line)

        for number in range(int((tally.closes - begin) * job["rate"])):
            due = begin + number / job["rate"]
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            task = asyncio.create_task(ask(due))
            under_way.add(task)
            task.add_done_callback(under_way.discard)
        await asyncio.gather(*under_way)
        for line in idle:
            line.close()

    return await _measured(job, load)


async def hold(job: Job) -> dict[str, Any]:
    """Open sockets, say so, keep them until standard input ends."""
    times: list[float] = []
    begun = time.monotonic()
    listeners = await open_all(f"{job['host']}:{job['port']}", job["sockets"], lambda _: None)
    times.append(time.monotonic() - begun)
    print(json.dumps({"connected": len(listeners), "seconds": round(times[0], 2)}), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await close_all(listeners)
    return {"closed": len(listeners)}


async def _measured(job: Job, load: Callable[[Tally, Requests], Awaitable[None]]) -> dict[str, Any]:
    watched = {**job["watch"], "generator": os.getpid()}
    requests = cycle(_providers(job))
    listening: list[Tally] = []
    address = f"{job['host']}:{job['port']}"
    listeners = await open_all(
        address, job.get("sockets", ()), lambda text: listening[0].hear(text) if listening else None
    )
    tally = Tally(job)
    listening.append(tally)
    loading = asyncio.ensure_future(load(tally, requests))
    await asyncio.sleep(job["warm"])
    before = census(watched)
    await asyncio.sleep(max(0.0, tally.closes - time.monotonic()))
    spent = costs(before, watched)
    await loading
    report = tally.report(job["seconds"])
    report |= {"processes": spent, **each(spent, report["rate"])}
    if listeners:
        report["delivery"] = await _deliveries(tally)
        await close_all(listeners)
    return report


async def _deliveries(tally: Tally) -> dict[str, Any]:
    """Return how the messages arrived at the sockets."""
    patience = time.monotonic() + EVERY_DELIVERY_WITHIN
    while len(tally.heard) < tally.due and time.monotonic() < patience:  # noqa: ASYNC110 - events come one by one
        await asyncio.sleep(0.05)
    return {"due": tally.due, "arrived": len(tally.heard), **spread(tally.heard)}


def _providers(job: Job) -> list[Callable[[Tally, float], bytes]]:
    """Return what makes the bytes of each request, for a tally and the time of sending; a chat's know who should hear them."""
    hearers = job.get("hearers") or [0] * len(job["requests"])

    def maker(raw: bytes, heard_by: int) -> Callable[[Tally, float], bytes]:
        def fresh(tally: Tally, begun: float) -> bytes:
            client_id = str(uuid.uuid4())
            tally.sent[client_id] = begun
            tally.due += heard_by if begun >= tally.opens else 0
            return raw.replace(ANY_ID, client_id.encode())

        return fresh if ANY_ID in raw else lambda _tally, _begun: raw

    return [maker(text.encode("latin-1"), count) for text, count in zip(job["requests"], hearers, strict=True)]


JOBS = {
    "closed": closed_loop,
    "open": open_loop,
    "hold": hold,
    "poll": polling,
    "return": returning,
    "visit": visiting,
}


def main() -> None:
    """Do the job on the first line of standard input."""
    pin(GENERATOR_CORE)
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    job = json.loads(sys.stdin.readline())
    print(json.dumps(uvloop.run(JOBS[job["kind"]](job))), flush=True)


if __name__ == "__main__":
    main()
