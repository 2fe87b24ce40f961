"""Stand-ins on loopback: moto's S3 server, and a Cloudinary that checks what it is told."""

import hashlib
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

import httpx

from tests.support.server import free_port

AWS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "secret-of-the-test", "AWS_REGION": "us-east-1"}
SECRET = "kept-between-us"


@contextmanager
def bucket_server() -> Iterator[dict[str, str]]:
    """moto's server with a bucket named threads; answers the environment that leads there."""
    port = free_port()
    argv = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _until_open(port)
        url = f"http://127.0.0.1:{port}"
        httpx.put(f"{url}/threads", timeout=30, trust_env=False).raise_for_status()
        yield AWS | {"AWS_ENDPOINT_URL": url, "AWS_ALLOW_HTTP": "true"}
    finally:
        process.kill()
        process.wait()


@contextmanager
def cloudinary_server(mood: str = "well") -> Iterator[Any]:
    """A Cloudinary for the cloud `threads`; moods: well, odd (200 with an error in it), slow, down."""
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), _Cloudinary)
    server.daemon_threads = True
    server.mood, server.pictures, server.seen = mood, {}, []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    server.address = f"cloudinary://key:{SECRET}@threads?upload_preset=shop&upload_prefix={url}&delivery={url}"
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


class _Cloudinary(BaseHTTPRequestHandler):
    server: Any

    def log_message(self, *_words: Any) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        """Upload and destroy: the key, the signature over all parameters, and the preset must be right."""
        if self.server.mood == "slow":
            time.sleep(30)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        told, data = self._form(body)
        self.server.seen.append((self.path, told))
        if self.server.mood == "odd":
            self._say(200, {"error": {"message": "something"}})
            return
        signed = {k: v for k, v in told.items() if k not in ("signature", "api_key")}
        text = "&".join(f"{k}={signed[k].replace('&', '%26')}" for k in sorted(signed))
        good = {hash_(f"{text}{SECRET}".encode()).hexdigest() for hash_ in (hashlib.sha1, hashlib.sha256)}
        if told.get("api_key") != "key" or told.get("signature") not in good or self.server.mood == "down":
            self._say(401, {"error": {"message": "Invalid Signature"}})
        elif self.path == "/v1_1/threads/image/upload":
            if told.get("upload_preset") != "shop" or told.get("type") != "authenticated" or data is None:
                self._say(400, {"error": {"message": "Upload preset not found"}})
                return
            self.server.pictures[told["public_id"]] = data
            self._say(200, {"public_id": told["public_id"], "bytes": len(data)})
        elif self.path == "/v1_1/threads/image/destroy":
            found = self.server.pictures.pop(told["public_id"], None)
            self._say(200, {"result": "ok" if found else "not found"})

    def do_GET(self) -> None:
        """Delivery of authenticated pictures: the signature over transformation and name must be right."""
        found = re.fullmatch(
            r"/threads/image/authenticated/s--(.{8})--/((?:[a-z]_[^/]+/)*)(?:v1/)?(.+)", unquote(self.path)
        )
        if found is None:
            self._say(404, {})
            return
        signature, steps, public_id = found.groups()
        good = urlsafe_b64encode(hashlib.sha1(f"{steps}{public_id}{SECRET}".encode()).digest()).decode()[:8]
        self.server.seen.append((steps, self.headers["Accept"]))
        data = self.server.pictures.get(public_id)
        if signature != good or data is None:
            self._say(404, {})
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(_transformed(data, steps))

    def _form(self, body: bytes) -> tuple[dict[str, str], bytes | None]:
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        told: dict[str, str] = {}
        data: bytes | None = None
        message = BytesParser().parsebytes(head + body)
        parts: Any = message.get_payload() if message.is_multipart() else []
        for part in parts:
            name = part.get_param("name", header="content-disposition")
            value = part.get_payload(decode=True)
            if name == "file":
                data = value
            else:
                told[str(name)] = value.decode()
        return told, data

    def _say(self, status: int, told: dict[str, Any]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(told).encode())


def _transformed(data: bytes, steps: str) -> bytes:
    import pyvips

    width = re.search(r"c_limit,w_(\d+)/", steps)
    if not width:
        return data
    assert "f_auto,q_auto/" in steps
    small: bytes = pyvips.Image.thumbnail_buffer(data, int(width[1]), size="down").webpsave_buffer()
    return small


def _until_open(port: int) -> None:
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(f"nobody listens on {port} (process {os.getpid()})")
