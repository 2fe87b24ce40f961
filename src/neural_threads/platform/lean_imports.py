"""Import python-socketio without what its clients, of which this program has none, would load beside it.

It imports aiohttp, requests and Redis's client wherever they are installed: 300 modules, 20 MB of every process and 0.3 s of
each start. All of them stay importable afterwards for whoever needs them.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

OF_CLIENTS = ("aiohttp", "requests")


def load_socketio(*, with_redis: bool) -> None:
    """Import python-socketio, with Redis's client where servers are joined by it. Call it before what imports it itself."""
    with _seeming_absent(*OF_CLIENTS, *(() if with_redis else ("redis",))):
        import_module("socketio")


@contextmanager
def _seeming_absent(*packages: str) -> Iterator[None]:
    hidden = [package for package in packages if package not in sys.modules]
    for package in hidden:
        sys.modules[package] = None  # type: ignore[assignment]  # As Python has it: importing it raises ImportError.
    try:
        yield
    finally:
        for package in hidden:
            del sys.modules[package]
