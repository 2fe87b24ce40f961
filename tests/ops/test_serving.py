"""The server and its private database: up in seconds, down on SIGTERM with everything it started, back after kill -9."""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import httpx
import psutil
import pytest

from neural_threads.local.postgres_cluster import create_database
from tests.ops.conftest import Begin, postmaster_of
from tests.support.cluster import Ground
from tests.support.deadlines import within
from tests.support.server import Server, free_port

pytestmark = pytest.mark.long  # programs are started and killed


async def test_the_server_is_ready_and_alive(server: Server) -> None:
    async with httpx.AsyncClient(base_url=server.url) as visitor:
        assert (await visitor.get("/ready")).status_code == 200
        assert (await visitor.get("/health")).status_code == 200


def test_ready_within_5_s_also_after_kill_9_and_down_within_10_with_its_database(folder: Path, begin: Begin) -> None:
    with within(5):
        killed = serve(begin, folder, free_port())
    pid = postmaster_of(folder)
    assert pid
    killed.kill()
    killed.wait(60)
    assert postmaster_of(folder) == pid, "kill -9 leaves the database"
    with within(5):
        server = serve(begin, folder, free_port())
    assert postmaster_of(folder) == pid, "the next start uses it"
    stop(server)
    assert postmaster_of(folder) is None


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="what a process has loaded is seen on Linux only")
@pytest.mark.parametrize("processes", ["1", "2"])
def test_it_loads_nothing_for_clients_of_sockets(folder: Path, begin: Begin, processes: str) -> None:
    """aiohttp brings a compiled part, which is seen from outside."""
    server = serve(begin, folder, free_port(), THREADS_PROCESSES=processes)
    running = [psutil.Process(server.pid), *psutil.Process(server.pid).children()]
    maps = [Path(f"/proc/{one.pid}/maps").read_text() for one in running if "python" in one.name()]
    assert len(maps) >= int(processes)
    assert any("/httptools/" in each for each in maps)
    assert not [each for each in maps if "/aiohttp/" in each]
    stop(server)


def test_two_servers_share_a_data_directory_and_ctrl_c_at_the_last_stops_it_all(folder: Path, begin: Begin) -> None:
    ports = free_port(), free_port()
    first, second = (serve(begin, folder, port) for port in ports)
    stop(first)
    assert httpx.get(f"http://127.0.0.1:{ports[1]}/ready").status_code == 200
    stop(second, signal.SIGINT)
    assert postmaster_of(folder) is None


def test_a_taken_port_is_one_sentence(folder: Path, begin: Begin) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with within(5):
            server = begin("-m", "neural_threads", "serve", THREADS_DATA_DIR=str(folder), PORT=str(port))
            _, said = server.communicate(timeout=60)
    assert server.returncode == 1
    assert said.strip().splitlines()[-1].startswith(f"Port {port} on 127.0.0.1 cannot be used")
    assert "Traceback" not in said
    assert postmaster_of(folder) is None


def test_production_refuses_a_database_that_is_not_migrated(ground: Ground, begin: Begin, tmp_path: Path) -> None:
    name = f"threads_test_{os.getpid()}_bare"
    url = create_database(ground.url, name)
    try:
        server = begin(
            "-m",
            "neural_threads",
            "serve",
            DATABASE_URL=url,
            THREADS_DATA_DIR=str(tmp_path),
            PORT=str(free_port()),
            THREADS_ENV="production",
            THREADS_SECRET_KEY="k" * 32,
            THREADS_PUBLIC_URL="https://threads.example",
        )
        _, said = server.communicate(timeout=60)
        assert server.returncode == 1
        assert "neural-threads migrate" in said
        assert "Traceback" not in said
    finally:
        ground.drop(url)


def stop(server: subprocess.Popen[str], number: int = signal.SIGTERM) -> None:
    """End it politely, which takes 10 s at most."""
    with within(10):
        server.send_signal(number)
        assert server.wait(60) == 0


def serve(begin: Begin, folder: Path, port: int, **env: str) -> subprocess.Popen[str]:
    """A server on its private database, once it is ready."""
    server = begin("-m", "neural_threads", "serve", THREADS_DATA_DIR=str(folder), PORT=str(port), **env)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/ready", timeout=2).status_code == 200:
                return server
        except httpx.TransportError:
            time.sleep(0.02)
    server.kill()
    raise AssertionError(server.communicate()[1])


def test_twenty_starts_in_a_row_are_ready_within_5_s_each(folder: Path, begin: Begin) -> None:
    for _ in range(20):
        with within(5):
            server = serve(begin, folder, free_port())
        stop(server)
