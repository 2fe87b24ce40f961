"""The time until all members of a room have received an event: ours, python-socketio as it comes, and the Node server, one after the other."""

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from bench.context import Stage
from bench.figures import at_least
from bench.servers import HOST, Server, generate, talking, talking_node

SIZES = (2, 50)
NPM_WITHIN = 120
WARM = 3.0
"""Seconds at least; before, Node has not yet compiled what it runs."""

Open = Callable[[Path], AbstractContextManager[Server]]


def run(stage: Stage) -> None:
    """In rooms of 2 and of 50, at least 0.8 of Node's deliveries a second, and more than the library's own."""
    report, options = stage.report, stage.options
    with _node(stage.here.folder) as (node, why_not):
        servers: dict[str, Open] = {
            "ours": partial(talking, "ours"),
            "stock python-socketio": partial(talking, "stock"),
        }
        if node:
            servers["Node socket.io"] = node
        else:
            print(f"\nNode socket.io: not measured, {why_not}.")
            report.facts["node"] = why_not
        for size in SIZES:
            rates = _rates(stage, servers, size)
            for name in [name for name in servers if name != "ours"]:
                target = 0.8 if name == "Node socket.io" else 1.0
                # Rounds next to each other met the same machine; so their shares are compared, and not their rates.
                shares = [ours / other for ours, other in zip(rates["ours"], rates[name], strict=True)]
                report.promise(at_least(f"rooms of {size}: ours by that of {name}", target, median(shares), "x"))
    report.facts["clients"] = options.clients


def _rates(stage: Stage, servers: dict[str, Open], size: int) -> dict[str, list[float]]:
    rates: dict[str, list[float]] = {name: [] for name in servers}
    for number in range(1, max(1, min(stage.options.rounds, 9)) + 1):
        for name, open_server in servers.items():
            with open_server(stage.here.folder) as server:
                row = stage.report.row(f"{name}, rooms of {size}, {number}", _measured(stage, server, size))
            rates[name].append(row["rate"])
    return rates


def _measured(stage: Stage, server: Server, size: int) -> dict[str, Any]:
    options = stage.options
    job = {
        "host": HOST,
        "port": server.port,
        "size": size,
        "clients": options.clients,
        "warm": max(options.warm, WARM),
        "seconds": options.seconds,
        "watch": {"server": server.pid},
    }
    return generate(job, "bench.fanout_clients")


@contextmanager
def _node(folder: Path) -> Iterator[tuple[Open | None, str]]:
    """The Node server, its package fetched into a folder that is removed afterwards; or why there is none."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        yield None, "Node.js or npm is not installed"
        return
    with tempfile.TemporaryDirectory(prefix="node-", dir=folder) as place:
        argv = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", place, "socket.io@4"]
        try:
            told = subprocess.run(argv, capture_output=True, text=True, timeout=NPM_WITHIN, check=False)
            worked = told.returncode == 0
        except subprocess.TimeoutExpired:
            worked = False
        if worked:
            yield partial(talking_node, node, Path(place)), ""
        else:
            yield None, "npm could not fetch socket.io from its registry"
