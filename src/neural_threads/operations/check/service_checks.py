"""Checks of other services: mail, push, Redis, the public address and its certificate, the standby, backups."""

import asyncio
import json
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
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
LOCAL = ("127.0.0.1", "::1", "localhost", None)


def service_findings(settings: Settings, *, before: bool) -> Iterator[Finding]:
    """Return findings of all services that are asked over a network, and of pgBackRest."""
    yield _mail(settings)
    yield _push(settings)
    yield from _redis(settings)
    yield from _public_address(settings, before=before)
    yield from _backups()


def _mail(settings: Settings) -> Finding:
    if not settings.smtp_url:
        says = f"SMTP_URL is not set: mails are written to {settings.data_dir / 'outbox'} and reach nobody."
        return wrong("mail", says) if settings.production else warning("mail", says)
    server = urlsplit(settings.smtp_url)
    if server.scheme not in ("smtp", "smtps") or not server.hostname:
        return wrong("mail", "SMTP_URL must look like smtp://user:password@host:587.")
    try:
        asyncio.run(_greet(settings.smtp_url))
    except (aiosmtplib.SMTPException, OSError, TimeoutError, ValueError) as error:
        return wrong(
            "mail", f"The mail server {server.hostname} does not let us in ({type(error).__name__}): check SMTP_URL."
        )
    if settings.mail_from.rstrip(">").endswith(".example"):
        return warning("mail", "THREADS_MAIL_FROM is still an example: set the address that people may answer to.")
    return good("mail", f"The mail server {server.hostname} lets us in; nothing was sent.")


async def _greet(url: str) -> None:
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


def _push(settings: Settings) -> Finding:
    path = settings.data_dir / "push.key"
    if not settings.push_key_text and not path.exists():
        return warning("push", f"The first start makes {path}; keep it with your backups, or set THREADS_PUSH_KEY.")
    try:
        web_push.public_key()
    except ValueError:
        return wrong("push", f"The key for pushes in {path} cannot be used: bring it back from a backup.")
    if settings.production and not settings.public_url.startswith("https:"):
        return wrong("push", "Browsers take pushes from https pages only.")
    return good("push", "The key for pushes can be used.")


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


def _backups() -> Iterator[Finding]:
    """The age of pgBackRest's newest base backup, where this machine has pgBackRest."""
    program = shutil.which("pgbackrest")
    if program is None:
        return
    try:
        told = subprocess.run(
            [program, "info", "--output=json"], capture_output=True, text=True, timeout=60, check=True
        )
        stanzas = json.loads(told.stdout)
        ends = [backup["timestamp"]["stop"] for stanza in stanzas for backup in stanza.get("backup", [])]
    except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError) as error:
        yield warning("backups", f"pgBackRest is installed but tells nothing of its backups ({type(error).__name__}).")
        return
    if not stanzas:
        yield warning("backups", "pgBackRest is installed but has no stanza: see docs/deployment.md.")
    elif not ends:
        yield wrong("backups", "pgBackRest has made no backup yet: run `neural-threads backup`.")
    else:
        yield _age(time.time() - max(ends))


def _age(seconds: float) -> Finding:
    says = f"The newest base backup is {seconds / 3600:.0f} hours old"
    if seconds > TOO_OLD_BACKUP:
        return wrong("backups", f"{says}: look why the nightly one fails.")
    if seconds > OLD_BACKUP:
        return warning("backups", f"{says}: the nightly one is late.")
    return good("backups", f"{says}.")
