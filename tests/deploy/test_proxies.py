"""The shipped nginx and HAProxy before two real servers: TLS, HTTP/2, sockets, addresses, uploads, slow clients, a server that dies."""

import asyncio
import os
import re
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
import websockets

from tests.deploy.test_configurations import DEPLOY, nginx_configuration
from tests.factories.wardrobe import INDIGO
from tests.security.test_http import HEADS, heads_answered
from tests.support.cluster import Ground
from tests.support.people import Anonymous, People, Person
from tests.support.programs import required
from tests.support.server import Server, free_port

pytestmark = pytest.mark.long
FORGED = "203.0.113.7"


class Proxy:
    """nginx or HAProxy on loopback, as shipped but for ports and folders."""

    def __init__(self, argv: list[str], port: int, **env: str) -> None:
        self.port, self._argv, self._env, self.name = port, argv, env, Path(argv[0]).name
        self.url = f"https://127.0.0.1:{port}"

    def start(self) -> None:
        """Start it and wait until it listens."""
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self._process = subprocess.Popen(self._argv, env=os.environ | self._env, **quiet)  # type: ignore[call-overload]
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            assert self._process.poll() is None, f"{self._argv[0]} ended"
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.05)
        raise AssertionError(f"{self._argv[0]} does not listen")

    def stop(self) -> None:
        """End it."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(15)


def haproxy(folder: Path, certificate: Path, servers: list[Server]) -> Proxy:
    port = free_port()
    text = (DEPLOY / "haproxy" / "haproxy.cfg").read_text()
    text = text.replace("bind :80\n", f"bind 127.0.0.1:{free_port()}\n").replace("bind :443", f"bind 127.0.0.1:{port}")
    text = text.replace("maxconn 20000", "maxconn 2000")  # a test's account may not open more files
    if os.geteuid() != 0:
        text = text.replace("    user haproxy\n    group haproxy\n", "")
    for number, server in enumerate(servers, 1):
        text = text.replace(f"server web{number} 127.0.0.1:800{number}", f"server web{number} 127.0.0.1:{server.port}")
    (folder / "haproxy.cfg").write_text(text)
    argv = [required("haproxy"), "-db", "-f", str(folder / "haproxy.cfg")]
    return Proxy(argv, port, THREADS_CERTIFICATE=str(certificate / "both.pem"))


def nginx(folder: Path, certificate: Path, servers: list[Server]) -> Proxy:
    port = free_port()
    config = nginx_configuration(folder, certificate, port, servers[0].port)
    upstream = folder / "threads" / "upstream.conf"
    second = f"server 127.0.0.1:{servers[1].port} max_fails=2 fail_timeout=5s;\n    keepalive 64;"
    upstream.write_text(upstream.read_text().replace("keepalive 64;", second))
    return Proxy([required("nginx"), "-g", "daemon off;", "-c", str(config)], port)


@pytest_asyncio.fixture(loop_scope="session")
async def pair(ground: Ground) -> AsyncIterator[list[Server]]:
    """Two servers on one database, as on two machines, that believe the proxy."""
    dsn, folder = ground.copy(), ground.new_folder("proxied")
    env = {"THREADS_TRUSTED_PROXIES": "127.0.0.1", "THREADS_SECRET_KEY": "k" * 40}
    env |= {"THREADS_RATE_LIMITS": "on", "THREADS_LIMITS": "signup=1000/hour"}
    servers = [Server(dsn, folder, **env) for _ in range(2)]
    servers[1].log = folder / "second.log"
    for server in servers:
        await server.start()
    yield servers
    for server in servers:
        await server.stop()
    ground.drop(dsn)


@pytest.mark.case("B09", "B10")
@pytest.mark.parametrize("make", [nginx, haproxy])
async def test_people_and_slow_clients_come_through_the_proxy(
    make: Callable[[Path, Path, list[Server]], Proxy], pair: list[Server], tmp_path: Path, certificate: Path
) -> None:
    for server in pair:
        if not server.is_running:
            await server.start()
    proxy = make(tmp_path, certificate, pair)
    proxy.start()
    try:
        await _use(proxy, pair)
    finally:
        proxy.stop()


async def _use(proxy: Proxy, pair: list[Server]) -> None:
    await asyncio.sleep(5)  # HAProxy looks twice before it believes that a server is well.
    async with httpx.AsyncClient(base_url=proxy.url, verify=False, trust_env=False, timeout=60) as visitor:
        assert (await visitor.get("/health")).status_code == 200
        assert (await visitor.get("/metrics")).status_code == 404
        page = await visitor.get("/login")
        assert page.status_code == 200
        assets = re.findall(r'"(/assets/[^"]+\.css)"', page.text)
        for _ in range(2):
            style = await visitor.get(assets[0])
            assert style.status_code == 200
            assert "immutable" in style.headers["cache-control"]
    people = People(pair[0].url)
    cora, dina = await people.customer("Cora"), await people.designer("Dina")
    through = Anonymous(proxy.url)
    await through.http.aclose()
    through.http = httpx.AsyncClient(
        base_url=proxy.url, verify=False, trust_env=False, timeout=60, headers={"X-Forwarded-For": FORGED}
    )
    told = await through.sign_in(cora.email)
    assert told["user"]["name"] == "Cora"
    devices = (await through.get("/api/auth/sessions")).json()
    assert FORGED not in str(devices)  # nobody's own word about their address counts
    upload = await through.post("/api/upload", files={"file": ("a.png", INDIGO, "image/png")})
    assert upload.status_code == 201, upload.text
    await _hear(proxy, cora, dina)
    await _heads(proxy)
    await _slow_clients(proxy)
    # One server dies: reads go on, at the other.
    pair[1].kill()
    statuses = [(await through.get("/api/designers", params={"page": n})).status_code for n in range(1, 31)]
    assert statuses.count(200) == 30, statuses
    await through.http.aclose()
    await people.close()


async def _hear(proxy: Proxy, cora: Person, dina: Person) -> None:
    """A socket through the proxy hears what is said."""
    designer_id = (await dina.me())["designer"]["id"]
    chat_id = (await cora.post("/api/chat", json={"designerId": designer_id})).json()["data"]["id"]
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in dina.cookies.jar)
    context = ssl._create_unverified_context()
    url = f"wss://127.0.0.1:{proxy.port}/socket.io/?EIO=4&transport=websocket"
    headers = {"Cookie": cookies, "Origin": proxy.url}
    async with websockets.connect(url, ssl=context, additional_headers=headers, ping_interval=None, proxy=None) as line:
        await line.recv()
        await line.send("40")
        assert str(await asyncio.wait_for(line.recv(), 60)).startswith("40")
        await asyncio.sleep(1)
        body = {"chatId": chat_id, "content": "through", "clientId": "7f0f3c1e-0c5b-4d0a-9d3a-222222222222"}
        assert (await cora.post("/api/chat/messages", json=body)).status_code == 201
        async with asyncio.timeout(30):
            while "through" not in str(await line.recv()):
                pass


async def _heads(proxy: Proxy) -> None:
    """A head beyond all measure is refused by the proxy or by the server behind it, and answered once."""
    context = ssl._create_unverified_context()
    # HAProxy takes such a body by its chunks and tells the server of these alone, as RFC 9112 (6.3) allows.
    left_out = {"two lengths"} if "haproxy" in proxy.name else set()
    for name in HEADS.keys() - left_out:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port, ssl=context)
        is_whole = "do not end" not in name
        said = await heads_answered(reader, writer, f"127.0.0.1:{proxy.port}", HEADS[name], ends=is_whole)
        assert re.findall(r"HTTP/1\.1 (\d+)", said) in (["400"], ["431"]), f"{name}: {said[:300]}"


async def _slow_clients(proxy: Proxy) -> None:
    """400 who send a header letter by letter, or stop within a body, hold up nobody, and are sent away within 30 s."""
    context = ssl._create_unverified_context()
    opened = await asyncio.gather(
        *(asyncio.open_connection("127.0.0.1", proxy.port, ssl=context) for _ in range(400)), return_exceptions=True
    )
    lines = [line for line in opened if not isinstance(line, BaseException)]
    assert len(lines) > 380
    for number, (_reader, writer) in enumerate(lines):
        first = b"POST /api/auth/login" if number % 2 else b"GET /"
        body = b"Content-Length: 1000\r\n\r\n{" if number % 2 else b"X-Slow: "
        writer.write(first + b" HTTP/1.1\r\nHost: threads.example\r\n" + body)
    slow = [asyncio.create_task(_drip([writer for _reader, writer in lines[::2]]))]
    times = []
    async with httpx.AsyncClient(base_url=proxy.url, verify=False, trust_env=False, timeout=60) as honest:
        for _ in range(50):
            began = time.monotonic()
            assert (await honest.get("/health")).status_code == 200
            times.append(time.monotonic() - began)
    assert sorted(times)[-2] < 1
    async with asyncio.timeout(30):
        for reader, _writer in lines:
            with suppress(OSError):
                await reader.read(-1)
    slow[0].cancel()
    for _reader, writer in lines:
        writer.close()


async def _drip(writers: list[asyncio.StreamWriter]) -> None:
    """Ten letters a second on each."""
    while True:
        for writer in writers:
            with suppress(OSError):
                writer.write(b"x" * 10)
        await asyncio.sleep(1)
