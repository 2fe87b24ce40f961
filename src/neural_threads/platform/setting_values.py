"""Values of settings as they stand in the environment. A reader returns the value, or raises ValueError with what it must be."""

import base64
import re
from urllib.parse import urlsplit

OFF = "off"
OPENSTREETMAP = "https://tile.openstreetmap.org/{z}/{x}/{y}.png"


def is_readable(url: str) -> bool:
    """Return False for what only resembles an address: half a bracket, a port that is no number or too large."""
    try:
        return (urlsplit(url).port or 0) >= 0
    except ValueError:
        return False


def is_on(text: str) -> bool:
    if text not in ("on", "off"):
        raise ValueError("must be on or off")
    return text == "on"


def environment(text: str) -> str:
    if text not in ("development", "production"):
        raise ValueError("must be development or production")
    return text


def names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def tiles(text: str) -> str:
    is_address = all(part in text for part in ("{z}", "{x}", "{y}")) and text.startswith(("https://", "http://", "/"))
    if text != OFF and not is_address:
        raise ValueError("must be off or an address with {z}, {x} and {y}")
    return text


def http_url(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s/]+(/[^\s]*)?", text):
        raise ValueError("must begin with https:// or http://")
    return text.rstrip("/")


def port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise ValueError("must be a number from 1 to 65535, or 0 for any that is free")
    return int(text)


def log_level(text: str) -> str:
    if text.lower() not in ("debug", "info", "warning", "error"):
        raise ValueError("must be debug, info, warning or error")
    return text.lower()


def database_url(text: str) -> str:
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    try:
        conninfo_to_dict(text)
    except ProgrammingError:
        raise ValueError("must look like postgresql://user:password@host/database") from None
    return text


def redis_url(text: str) -> str:
    if not re.fullmatch(r"(rediss?://[^\s/]+(/\S*)?|unix://\S+)", text) or not is_readable(text):
        raise ValueError("must look like redis://host:6379/0")
    return text


def smtp_url(text: str) -> str:
    if not re.fullmatch(r"smtps?://[^\s/]+(/\S*)?", text) or not is_readable(text):
        raise ValueError("must look like smtp://user:password@host:587")
    return text


def processes(text: str) -> int:
    if not 1 <= int(text) <= 64:
        raise ValueError("must be from 1 to 64")
    return int(text)


def share(text: str) -> float:
    if not 0 <= float(text) <= 1:
        raise ValueError("must be from 0 to 1")
    return float(text)


def listening_at(text: str) -> str:
    host, _, port = text.rpartition(":")
    if not port.isdecimal() or not 0 < int(port) < 65_536:
        raise ValueError("must be a port, or an address and a port")
    return f"{host or '127.0.0.1'}:{port}"


def push_key(text: str) -> str:
    if len(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))) != 32:
        raise ValueError("must be 32 bytes in base64url")
    return text


def push_services(text: str) -> tuple[str, ...]:
    services = names(text)
    for name in services:
        if not re.fullmatch(r"(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+|https?://[a-z0-9.-]+(:\d+)?", name):
            raise ValueError(f"{name} is neither a host name nor *. and a host name")
    return services
