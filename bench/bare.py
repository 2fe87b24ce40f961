"""The least an ASGI application can do: one fixed answer. What uvicorn manages with it is the limit for cached answers."""

import os
import socket
import sys
from typing import Any

import uvicorn

from .processes import APP_CORE, pin

_body = b""


async def answer(scope: Any, receive: Any, send: Any) -> None:
    """The same bytes for everybody."""
    if scope["type"] != "http":
        return
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(_body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": _body})


def main() -> None:
    """Serve on the port in PORT as many bytes as the first argument says, with the settings of `neural-threads serve`."""
    global _body
    pin(APP_CORE)
    _body = b'"' + b"x" * max(0, int(sys.argv[1]) - 2) + b'"'
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", int(os.environ["PORT"])))
    config = uvicorn.Config(
        answer, loop="uvloop", http="httptools", server_header=False, log_config=None, access_log=False, lifespan="off"
    )
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
