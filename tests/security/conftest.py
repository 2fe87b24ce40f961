"""Every address of the program, so that no test forgets one."""

import re
import warnings
from typing import Any, NamedTuple

import pytest

SAFE = {"GET", "HEAD", "OPTIONS"}


class Address(NamedTuple):
    """One method of one route, with something harmless in place of its parameters."""

    method: str
    path: str
    handler: Any

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def addresses() -> list[Address]:
    """Return what the application answers to, read from the application itself."""
    from neural_threads.platform.config import get_settings
    from neural_threads.web.app import create_litestar

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        routes = create_litestar(get_settings()).routes
    return [
        Address(method, re.sub(r"\{[^}]+\}", "cnothing", route.path), handler)
        for route in routes
        for handler in getattr(route, "route_handlers", [])
        for method in sorted(handler.http_methods)
        if method != "OPTIONS"
    ]


@pytest.fixture(scope="session")
def everywhere(own_folder) -> list[Address]:
    """Every address."""
    found = addresses()
    assert len(found) > 40
    return found


@pytest.fixture(scope="session")
def unsafe(everywhere) -> list[Address]:
    """Every address that changes something."""
    return [address for address in everywhere if address.method not in SAFE]
