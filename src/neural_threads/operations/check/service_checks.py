"""Checks of other services: mail, push, Redis, the public address and its certificate, the standby, backups."""

import asyncio
import json
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import aiosmtplib
import redis

from neural_threads.platform import web_push
from neural_threads.platform.config import Settings

from .findings import Finding, good, warning, wrong

PATIENCE = 5.0
SOON = 14 * 86_400
"""Seconds before its end at which a certificate is noted."""
OLD_BACKUP, TOO_OLD_BACKUP = 26 * 3600, 50 * 3600
NOTED = "backups.json"
"""File of the data directory into which deploy/systemd/neural-threads-backup.service writes what pgBackRest says."""
UNREADABLE = 99
"""pgBackRest's status of a stanza of which something else is wrong: permissions, most of all."""
LOCAL = ("127.0.0.1", "::1", "localhost", None)


def service_findings(settings: Settings, *, before: bool) -> Iterator[tuple[str, Iterator[Finding]]]:
    """Return the findings of each service that is asked over a network, and of pgBackRest, by their subjects."""
    yield "mail", _mail(settings)
    yield "push", _push(settings)
    yield "redis", _redis(settings)
    yield "certificate", _public_address(settings, before=before)
    yield "backups", _backups(settings)


def _mail(settings: Settings) -> Iterator[Finding]:
    if not settings.smtp_url:
        says = f"SMTP_URL is not set: mails are written to {settings.data_dir / 'outbox'} and reach nobody."
        yield wrong("mail", says) if settings.production else warning("mail", says)
        return
    server = urlsplit(settings.smtp_url)
    try:
        is_encrypted = asyncio.run(_greet(settings.smtp_url))
    except (aiosmtplib.SMTPException, OSError, TimeoutError, ValueError) as error:
        yield wrong(
            "mail", f"The mail server {server.hostname} does not let us in ({type(error).__name__}): check SMTP_URL."
        )
        return
    if not is_encrypted and server.hostname not in LOCAL:
        says = f"The mail server {server.hostname} offers no encryption: links that set passwords travel in the open. Use smtps://."
        yield wrong("mail", says) if server.password else warning("mail", says)
    elif settings.mail_from.rstrip(">").endswith(".example"):
        yield warning("mail", "THREADS_MAIL_FROM is still an example: set the address that people may answer to.")
    else:
        yield good("mail", f"The mail server {server.hostname} lets us in; nothing was sent.")


async def _greet(url: str) -> bool:
    """Sign in and leave. Returns True if that was encrypted."""
    server, secure = urlsplit(url), url.startswith("smtps:")
    client = aiosmtplib.SMTP(
        hostname=server.hostname,
        port=server.port or (465 if secure else 587),
        username=unquote(server.username) if server.username else None,
        password=unquote(server.password) if server.password else None,
        use_tls=secure,
        timeout=PATIENCE,
    )
    async with client:
        await client.noop()
        return client.get_transport_info("sslcontext") is not None


def _push(settings: Settings) -> Iterator[Finding]:
    path = settings.data_dir / "push.key"
    if not settings.push_key_text and not path.exists():
        yield warning("push", f"The first start makes {path}; keep it with your backups, or set THREADS_PUSH_KEY.")
        return
    try:
        web_push.public_key()
    except ValueError:
        yield wrong("push", f"The key for pushes in {path} cannot be used: bring it back from a backup.")
        return
    if settings.production and not settings.public_url.startswith("https:"):
        yield wrong("push", "Browsers take pushes from https pages only.")
    else:
        yield good("push", "The key for pushes can be used.")


def _redis(settings: Settings) -> Iterator[Finding]:
    if not settings.redis_url:
        yield good(
            "redis", "REDIS_URL is not set: processes join through PostgreSQL, and each counts limits for itself."
        )
        return
    parts = urlsplit(settings.redis_url)
    began = time.monotonic()
    try:
        with redis.Redis.from_url(settings.redis_url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE) as line:
            line.ping()
    except (redis.RedisError, OSError, ValueError) as error:
        yield wrong("redis", f"Redis at {parts.hostname} does not answer ({type(error).__name__}): check REDIS_URL.")
        return
    took = 1000 * (time.monotonic() - began)
    if not parts.password and parts.hostname not in LOCAL:
        yield wrong(
            "redis", "Redis has no password and is on another machine: whoever reaches it may tell people anything."
        )
    else:
        yield good("redis", f"Redis answers within {took:.0f} ms.")


def _public_address(settings: Settings, *, before: bool) -> Iterator[Finding]:
    parts = urlsplit(settings.public_url)
    if before or parts.scheme != "https" or not parts.hostname:
        return
    try:
        ends_at = _certificate_end(parts.hostname, parts.port or 443)
    except ssl.SSLCertVerificationError as error:
        yield wrong(
            "certificate", f"The certificate of {parts.hostname} is refused by browsers: {error.verify_message}."
        )
        return
    except OSError as error:
        yield warning("certificate", f"{parts.hostname} cannot be reached from here ({error}): look from outside.")
        return
    days = (ends_at - time.time()) / 86_400
    if ends_at - time.time() < SOON:
        yield warning(
            "certificate", f"The certificate of {parts.hostname} ends in {days:.0f} days: see that it is renewed."
        )
    else:
        yield good("certificate", f"The certificate of {parts.hostname} is good for {days:.0f} days.")


def _certificate_end(host: str, port: int) -> float:
    context = ssl.create_default_context()
    with (
        socket.create_connection((host, port), PATIENCE) as line,
        context.wrap_socket(line, server_hostname=host) as tls,
    ):
        certificate = tls.getpeercert() or {}
    return float(ssl.cert_time_to_seconds(str(certificate["notAfter"])))


def _backups(settings: Settings) -> Iterator[Finding]:
    """The age of pgBackRest's newest base backup, where this machine has pgBackRest."""
    program = shutil.which("pgbackrest")
    if program is None:
        return
    stanzas = _readable(_told_of_backups(program)) or _readable(_noted_backups(settings.data_dir / NOTED))
    try:
        ends = [backup["timestamp"]["stop"] for stanza in stanzas for backup in stanza.get("backup", [])]
    except (KeyError, TypeError):
        ends = []
    if not stanzas:
        yield warning(
            "backups",
            "pgBackRest is installed, but tells this account of no stanza. Once one is made (docs/deployment.md), "
            "`systemctl start neural-threads-backup` makes a backup and notes its age.",
        )
    elif not ends:
        yield wrong("backups", "pgBackRest has made no backup yet: run `neural-threads backup`.")
    else:
        yield _age(time.time() - max(ends))


def _told_of_backups(program: str) -> str:
    """Return what pgBackRest says as JSON; nothing when this account may not even read its configuration."""
    try:
        told = subprocess.run(
            [program, "info", "--output=json"], capture_output=True, text=True, timeout=60, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return told.stdout


def _noted_backups(path: Path) -> str:
    """Return what the unit of the nightly backup has noted for us."""
    try:
        return path.read_text()
    except OSError:
        return ""


def _readable(text: str) -> list[dict[str, Any]]:
    """Return the stanzas of which pgBackRest could say something."""
    try:
        return [stanza for stanza in json.loads(text) if stanza["status"]["code"] != UNREADABLE]
    except (ValueError, KeyError, TypeError):
        return []


def _age(seconds: float) -> Finding:
    says = f"The newest base backup is {seconds / 3600:.0f} hours old"
    if seconds > TOO_OLD_BACKUP:
        return wrong("backups", f"{says}: look why the nightly one fails.")
    if seconds > OLD_BACKUP:
        return warning("backups", f"{says}: the nightly one is late.")
    return good("backups", f"{says}.")
