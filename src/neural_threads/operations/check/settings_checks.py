"""Checks of the settings: values that cannot be used, the secret, the public address, proxies."""

import ipaddress
import os
import resource
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from neural_threads.platform.config import Settings
from neural_threads.platform.setting_values import is_readable

from .findings import Finding, good, warning, wrong

LOOPBACK = ("127.0.0.1", "::1", "localhost")
MOST_FILES = 65_536
FEWEST_CHARACTERS = 12
"""Different characters that a secret made by chance has at least; `aaaa…` and `changeme…` have fewer."""


def settings_findings(settings: Settings, problems: Sequence[str]) -> Iterator[Finding]:
    """Return findings of the settings alone; nothing is asked over a network."""
    yield from (wrong("settings", problem) for problem in problems)
    if not problems:
        yield good("settings", "Every setting can be read.")
    yield _environment(settings)
    yield from _secret(settings)
    yield from _public_url(settings)
    yield from _proxies(settings)
    yield _open_files()


def _environment(settings: Settings) -> Finding:
    if settings.production:
        return good("environment", "THREADS_ENV is production.")
    return warning("environment", "THREADS_ENV is development: set THREADS_ENV=production before people are served.")


def _secret(settings: Settings) -> Iterator[Finding]:
    text = settings.secret_key_text
    if not text:
        if not settings.production:  # There its absence is a problem of the settings already.
            yield good("secret", f"The secret key is kept in {settings.data_dir / 'secret.key'}.")
    elif len(set(text)) < FEWEST_CHARACTERS:
        yield wrong(
            "secret",
            "THREADS_SECRET_KEY can be guessed: it repeats few characters. Make one with `openssl rand -base64 48`.",
        )
    elif len(text.encode()) >= 32:
        yield good("secret", "THREADS_SECRET_KEY is set and long enough.")
    if settings.secret_previous_text and len(set(settings.secret_previous_text)) < FEWEST_CHARACTERS:
        yield wrong(
            "secret",
            "THREADS_SECRET_PREVIOUS can be guessed, and what it signed is believed: remove it, as after a leak.",
        )


def _public_url(settings: Settings) -> Iterator[Finding]:
    if not is_readable(settings.public_url):
        return  # The settings have said so.
    parts = urlsplit(settings.public_url)
    if not settings.public_url:
        if not settings.production:
            yield warning("public-url", f"THREADS_PUBLIC_URL is not set: links in mails lead to {settings.base_url}.")
    elif parts.scheme not in ("http", "https") or not parts.hostname:
        yield wrong(
            "public-url", f"THREADS_PUBLIC_URL={settings.public_url!r} is no address like https://threads.example."
        )
    elif parts.path not in ("", "/") or parts.query:
        yield wrong("public-url", "THREADS_PUBLIC_URL must end with the host: pages are served from the root.")
    elif parts.scheme == "http" and parts.hostname not in LOOPBACK:
        yield wrong(
            "public-url", "THREADS_PUBLIC_URL begins with http: passwords and cookies would travel unencrypted."
        )
    else:
        yield good("public-url", f"People reach us at {settings.base_url}.")


def _proxies(settings: Settings) -> Iterator[Finding]:
    for name in settings.trusted_proxies:
        try:
            network = ipaddress.ip_network(name, strict=False)
        except ValueError:
            yield wrong("proxies", f"THREADS_TRUSTED_PROXIES names {name!r}, which is no address or network.")
            return
        if network.prefixlen == 0 or (network.num_addresses >= 2**24 and not network.is_private):
            yield wrong("proxies", f"THREADS_TRUSTED_PROXIES trusts {name}: anybody could claim to be any address.")
            return
    if settings.trusted_proxies:
        yield good("proxies", f"X-Forwarded-For is believed from {', '.join(settings.trusted_proxies)} only.")
    elif settings.public_url.startswith("https:"):
        yield warning(
            "proxies",
            "The public address is https, so a proxy stands before us, but THREADS_TRUSTED_PROXIES is empty: all visitors "
            "share the proxy's address and its limits.",
        )
    else:
        yield good("proxies", "No proxy is trusted, and none seems to stand before us.")


def _open_files() -> Finding:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard != resource.RLIM_INFINITY and hard < MOST_FILES:
        return warning(
            "files", f"This account may open {hard} files; each connection is one: raise LimitNOFILE to {MOST_FILES}."
        )
    return good("files", f"Enough files may be open for {os.cpu_count() or 1} cores' worth of connections.")
