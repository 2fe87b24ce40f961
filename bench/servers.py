"""The servers under load and the generator, each a process of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from psycopg.conninfo import conninfo_to_dict

from .processes import APP_CORE, pin

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
READY_WITHIN = 120.0
SECRET = "a secret of the bench, long enough to sign with"
_OURS = ("THREADS_", "GEMINI_", "REDIS_", "SMTP_", "DATABASE_", "CLOUDINARY_")


class Server(NamedTuple):
    """A server that answers."""

    pid: int
    port: int
    log: Path
    seconds: float
    """From starting it until it was ready."""

    @property
    def address(self) -> str:
        """Host and port."""
        return f"{HOST}:{self.port}"


@contextmanager
def app(database_url: str, folder: Path, *, pinned: bool = True, **env: str) -> Iterator[Server]:
    """`neural-threads serve` on core 0 (anywhere if not `pinned`), without limits unless `env` says otherwise."""
    settings = {
        "DATABASE_URL": database_url,
        "THREADS_DATA_DIR": str(folder),
        "THREADS_SECRET_KEY": SECRET,
        "THREADS_RATE_LIMITS": "off",
        **env,
    }
    with _serving(
        [sys.executable, "-P", "-m", "neural_threads", "serve"],
        "/ready",
        folder / "server.log",
        settings,
        pinned=pinned,
    ) as server:
        yield server


@contextmanager
def bare(size: int, folder: Path) -> Iterator[Server]:
    """A bare ASGI application that answers with `size` bytes, on core 0."""
    with _serving([sys.executable, "-m", "bench.bare", str(size)], "/", folder / "bare.log", {}) as server:
        yield server


@contextmanager
def talking(which: str, folder: Path) -> Iterator[Server]:
    """A server that passes on what is said in rooms, `ours` or `stock` (broadcast_servers.py), on core 0."""
    argv = ["-m", "bench.broadcast_servers", which]
    with _serving([sys.executable, *argv], "", folder / f"{which}.log", {}) as server:
        yield server


@contextmanager
def talking_node(node: str, modules: Path, folder: Path) -> Iterator[Server]:
    """The same by the socket.io package that is installed in `modules`."""
    port = free_port()
    argv = [node, str(ROOT / "bench" / "broadcast_server.mjs"), str(modules), str(port)]
    with _serving(argv, "", folder / "node.log", {}, port) as server:
        yield server


@contextmanager
def peer(node: str, place: Path, name: str, database_url: str) -> Iterator[Server]:
    """A peer that is installed in `place`, on core 0; see peer_servers.py."""
    # Node's drivers read no address with a socket's folder in it, but each of them reads these.
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
    parts = conninfo_to_dict(database_url)
    settings = {names[part]: str(value) for part, value in parts.items() if part in names}
    settings |= {"NODE_ENV": "production", "NEXT_TELEMETRY_DISABLED": "1"}
    with _serving([node, "server.mjs"], "/ready", place / f"{name}.log", settings, cwd=place) as server:
        yield server


def generate(job: dict[str, Any], module: str = "bench.generate") -> dict[str, Any]:
    """Let the generator do this job; its report."""
    with generator(job, module) as process:
        out, _ = process.communicate(timeout=job["warm"] + job["seconds"] + 120)
    if process.returncode != 0:
        raise SystemExit("The load generator failed; see above.")
    report: dict[str, Any] = json.loads(out.splitlines()[-1])
    return report


@contextmanager
def generator(job: dict[str, Any], module: str = "bench.generate") -> Iterator[subprocess.Popen[str]]:
    """The generator at work; it pins itself. Its standard input stays open."""
    process = subprocess.Popen(
        [sys.executable, "-m", module], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    try:
        process.stdin.write(json.dumps(job) + "\n")
        process.stdin.flush()
        yield process
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def clean_environment() -> dict[str, str]:
    """Our environment without settings of the product: each run names those that it wants."""
    return {
        key: value for key, value in os.environ.items() if not key.startswith(_OURS) and key not in ("PORT", "HOST")
    }


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def _serving(
    argv: Sequence[str],
    path: str,
    log: Path,
    env: dict[str, str],
    port: int | None = None,
    cwd: Path = ROOT,
    *,
    pinned: bool = True,
) -> Iterator[Server]:
    port = port or free_port()
    begun = time.monotonic()
    with log.open("wb") as out:
        process = subprocess.Popen(
            list(argv),
            cwd=cwd,
            env=clean_environment() | env | {"PORT": str(port)},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            preexec_fn=(lambda: pin(APP_CORE)) if pinned else None,
        )
    try:
        if path:
            until_answering(f"http://{HOST}:{port}{path}", process, log)
        else:
            _until_listening(port, process, log)
        yield Server(process.pid, port, log, time.monotonic() - begun)
    finally:
        stop(process)


def metric(server: Server, name: str) -> float:
    """One figure of the server's /metrics."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"http://{server.address}/metrics", timeout=10) as answer:
        lines: list[str] = answer.read().decode().splitlines()
    return next(float(line.split()[-1]) for line in lines if line.startswith(f"{name} "))


def stop(process: subprocess.Popen[bytes]) -> None:
    """End it politely, then impolitely."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _until_listening(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with socket.create_connection((HOST, port), 2):
                return
        except OSError:
            time.sleep(0.02)
    raise SystemExit(f"Nobody listens on port {port}:\n{log.read_text(errors='replace')[-3000:]}")


def until_answering(url: str, process: subprocess.Popen[bytes], log: Path, within: float = READY_WITHIN) -> None:
    """Wait for a 200 from `url`."""
    deadline = time.monotonic() + within
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with opener.open(url, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.02)
    raise SystemExit(f"The server did not answer at {url}:\n{log.read_text(errors='replace')[-3000:]}")
