"""CPU time and memory of each process during a measurement, and CPU time of all others on the machine."""

import os
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NamedTuple

import psutil  # type: ignore[import-untyped]

MB = 1024 * 1024
APP_CORE, GENERATOR_CORE = 0, 1


def pin(core: int) -> None:
    """Keep this process on one core, where the system can and there is more than one."""
    if hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > core:
        os.sched_setaffinity(0, {core})


def resident(pid: int) -> float:
    """Memory of this one process in MB."""
    return round(int(psutil.Process(pid).memory_info().rss) / MB, 1)


def together(pid: int) -> float:
    """Memory of a process and its children in MB; what they share counts once, where the system can tell."""
    family = _family(pid)
    return resident(pid) if len(family) == 1 else round(sum(_memory(process) for process in family) / MB, 1)


class Census(NamedTuple):
    """CPU seconds used so far."""

    at: float
    used: dict[str, float]
    busy: float
    steal: float
    """What the hypervisor gave to other machines."""


def census(watched: Mapping[str, int]) -> Census:
    """Count now: name → process id, each with its children."""
    times = psutil.cpu_times()
    busy = sum(times[:8]) - times.idle - getattr(times, "iowait", 0.0)
    used = {name: _cpu(pid) for name, pid in watched.items()}
    return Census(time.monotonic(), used, busy, getattr(times, "steal", 0.0))


def costs(before: Census, watched: Mapping[str, int], until: float | None = None) -> dict[str, Any]:
    """Percent of one core since then, and MB now, by name; `others` is whatever else ran on this machine, steal included.

    `until` is when the work ended, if that was earlier: children count only once their parent has buried them.
    """
    after = census(watched)
    seconds = (until or after.at) - before.at
    used = {name: after.used[name] - before.used[name] for name in watched}
    table: dict[str, Any] = {
        name: {"cpu": round(100 * used[name] / seconds, 1), "rss_mb": together(pid)} for name, pid in watched.items()
    }
    whole = after.at - before.at
    table["others"] = {
        "cpu": round(max(0.0, 100 * (after.busy - before.busy - sum(used.values())) / whole), 1),
        "steal": round(max(0.0, 100 * (after.steal - before.steal) / whole), 1),
    }
    return table


def each(spent: Mapping[str, Any], rate: float) -> dict[str, Any]:
    """CPU milliseconds per request, and what that would allow on a machine that nobody else uses.

    `rate_if_alone` knows only CPU: the server and the generator have one core each, PostgreSQL whatever is left of both.
    On a busy machine it is the figure to compare; a run on a quiet one is the figure to report.
    """
    if not rate:
        return {}
    took = {name: cost["cpu"] * 10 / rate for name, cost in spent.items() if name != "others"}
    cores = min(os.cpu_count() or 1, 2)
    widest = max(sum(took.values()) / cores, took.get("server", 0.0), took.get("generator", 0.0))
    return {
        "cpu_ms": {name: round(ms, 3) for name, ms in took.items()},
        "rate_if_alone": round(1000 / widest, 1) if widest else 0.0,
    }


def _family(pid: int) -> list[psutil.Process]:
    parent = psutil.Process(pid)
    return [parent, *parent.children(recursive=True)]


def _cpu(pid: int) -> float:
    """Own time, that of children who have ended, and that of living children."""
    total = 0.0
    for process in _family(pid):
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            total += times.user + times.system
            total += getattr(times, "children_user", 0.0) + getattr(times, "children_system", 0.0)
    return total


def _memory(process: psutil.Process) -> int:
    try:
        full = process.memory_full_info()
        return int(getattr(full, "pss", 0) or full.rss)
    except psutil.NoSuchProcess:
        return 0
    except psutil.AccessDenied:
        return int(process.memory_info().rss)


def parent_of(pid: int) -> int | None:
    """The process that started this one; None when it does not run on this machine."""
    try:
        return int(psutil.Process(pid).ppid())
    except psutil.NoSuchProcess:
        return None


def cores_here() -> int:
    """Cores of this machine."""
    return os.cpu_count() or 1


def memory_gb() -> float:
    """Memory of this machine."""
    return round(int(psutil.virtual_memory().total) / 2**30, 1)
