"""The client's IP address, behind trusted proxies as well, and the block it belongs to."""

import ipaddress
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from neural_threads.platform.config import get_settings


@cache
def _networks(proxies: tuple[str, ...]) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    return tuple(ipaddress.ip_network(proxy, strict=False) for proxy in proxies)


def _is_trusted(address: str) -> bool:
    try:
        host = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(host in network for network in _networks(get_settings().trusted_proxies))


def header(scope: Mapping[str, Any], name: bytes) -> str | None:
    """The first header of this name (lower case) in an ASGI scope."""
    headers: Iterable[tuple[bytes, bytes]] = scope["headers"]
    return next((value.decode("latin-1") for key, value in headers if key == name), None)


def client_address(scope: Mapping[str, Any]) -> str:
    """The address at the other end; X-Forwarded-For only as far as proxies that we trust wrote it."""
    address = str((scope.get("client") or ("unknown",))[0])
    forwarded = [
        hop.strip()
        for key, value in scope["headers"]
        if key == b"x-forwarded-for"
        for hop in value.decode("latin-1").split(",")
    ]
    while forwarded and _is_trusted(address):
        address = forwarded.pop()
    return address


def address_block(address: str) -> str:
    """Return what counts as one place for limits: an IPv4 address, or the /64 that one IPv6 customer is given."""
    try:
        host = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(host, ipaddress.IPv6Address):
        if host.ipv4_mapped:
            return str(host.ipv4_mapped)
        return str(ipaddress.ip_network((host, 64), strict=False))
    return str(host)
