"""Settings: one frozen object, read once from the environment. docs/settings.md lists all; a test compares."""

import importlib.util
import os
import secrets
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from . import setting_values
from .setting_values import OFF, OPENSTREETMAP, is_readable


class SettingsError(Exception):
    """A setting that cannot be used; the sentence says which and what to do."""


def origin_of(url: str) -> str:
    """Scheme, host and port of an address, as browsers write it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def _setting(name: str, default: Any, about: str, read: Any = str) -> Any:
    return field(default=default, metadata={"name": name, "about": about, "read": read})


@dataclass(frozen=True)
class Settings:
    """All settings. Times in seconds unless the name says otherwise."""

    env: str = _setting("THREADS_ENV", "development", "`development` or `production`.", setting_values.environment)
    host: str = _setting("HOST", "127.0.0.1", "Address to listen on.")
    port: int = _setting("PORT", 8000, "Port to listen on.", setting_values.port)
    processes: int = _setting(
        "THREADS_PROCESSES",
        1,
        "Server processes behind the one port, at most one per core; `serve --processes` wins.",
        setting_values.processes,
    )
    data_dir: Path = _setting("THREADS_DATA_DIR", Path(".local"), "Private database, pictures, outbox, keys.", Path)
    database_url: str = _setting(
        "DATABASE_URL",
        "",
        "Use this PostgreSQL (with PostGIS) instead of the private one.",
        setting_values.database_url,
    )
    redis_url: str = _setting(
        "REDIS_URL", "", "Shares limits, presence and socket events between processes.", setting_values.redis_url
    )
    socket_url: str = _setting(
        "SOCKET_URL",
        "",
        "Where pages find the sockets when `neural-threads realtime` serves them: the same host at another port, as "
        "`https://threads.example:3001` (cookies go there, too).",
    )
    secret_key_text: str = _setting(
        "THREADS_SECRET_KEY", "", "Signs tokens and cursors; at least 32 bytes; needed in production."
    )
    secret_previous_text: str = _setting(
        "THREADS_SECRET_PREVIOUS",
        "",
        "Another key of which what was signed is still good, while THREADS_SECRET_KEY is changed; nothing new is signed by it.",
    )
    public_url: str = _setting("THREADS_PUBLIC_URL", "", "Where people reach us; links in mails begin with it.")
    rate_limits: bool = _setting(
        "THREADS_RATE_LIMITS", True, "`on` or `off`; `off` is refused in production.", setting_values.is_on
    )
    trusted_proxies: tuple[str, ...] = _setting(
        "THREADS_TRUSTED_PROXIES",
        (),
        "Addresses whose X-Forwarded-For we believe, comma-separated.",
        setting_values.names,
    )
    smtp_url: str = _setting(
        "SMTP_URL",
        "",
        "`smtp://user:password@host:587` (STARTTLS where the server offers it) or, always encrypted, `smtps://…:465`; without it mail goes to a folder.",
        setting_values.smtp_url,
    )
    mail_from: str = _setting(
        "THREADS_MAIL_FROM", "Neural Threads <hello@neural-threads.example>", "Sender of our mails."
    )
    push_key_text: str = _setting(
        "THREADS_PUSH_KEY",
        "",
        "Private key that signs pushes to browsers: 32 bytes in base64url; without it one is made at the first start.",
        setting_values.push_key,
    )
    push_services: tuple[str, ...] = _setting(
        "THREADS_PUSH_SERVICES",
        ("fcm.googleapis.com", "updates.push.services.mozilla.com", "*.push.apple.com", "*.notify.windows.com"),
        "Hosts to which we send pushes, comma-separated; `*.` stands for any name below. Over https only; in development also "
        "a whole origin as `http://127.0.0.1:9000`.",
        setting_values.push_services,
    )
    media_store: str = _setting(
        "THREADS_MEDIA_STORE",
        "",
        "Where pictures are kept: a folder (default `media` in the data directory), `s3://bucket/folder` (keys from `AWS_…`), "
        "or `cloudinary://key:secret@cloud?upload_preset=…`.",
    )
    upload_bytes: int = _setting("THREADS_UPLOAD_BYTES", 5_242_880, "The largest picture that we take, in bytes.", int)
    quota_files: int = _setting("THREADS_QUOTA_FILES", 10_000, "Pictures that one account may keep.", int)
    quota_bytes: int = _setting(
        "THREADS_QUOTA_BYTES", 2_147_483_648, "Bytes that the pictures of one account may have together.", int
    )
    map_tiles: str = _setting(
        "THREADS_MAP_TILES",
        "",
        "Where the map of tailors gets its ground, as `https://tile.example/{z}/{x}/{y}.png`, or `off` for a plain ground, by "
        "which nobody else learns who looks at which street. Unset: `off` in production, OpenStreetMap's own tiles in development.",
        setting_values.tiles,
    )
    map_credit: str = _setting(
        "THREADS_MAP_CREDIT", "© OpenStreetMap contributors", "Whom the map thanks for its tiles, as plain text."
    )
    mask_model: bool = _setting(
        "THREADS_MASK_MODEL",
        True,
        "`on`: garments are found in pictures by a network (U²-Net, see NOTICE) with GrabCut as second opinion; `off`: by "
        "GrabCut alone.",
        setting_values.is_on,
    )
    database_pool: int = _setting("THREADS_DATABASE_POOL", 10, "Connections a process may hold.", int)
    database_pooler: bool = _setting(
        "THREADS_DATABASE_POOLER",
        False,
        "`on` behind PgBouncer in transaction mode: no prepared statements.",
        setting_values.is_on,
    )
    database_direct_url: str = _setting(
        "DATABASE_DIRECT_URL",
        "",
        "The same database without the pooler: for listening, background jobs and migrations, which need a session.",
        setting_values.database_url,
    )
    database_replica_url: str = _setting(
        "DATABASE_REPLICA_URL",
        "",
        "A standby from which public lists and searches are read while it is less than two seconds behind.",
    )
    worker: bool = _setting(
        "THREADS_WORKER", True, "`on`: the server works its own background jobs.", setting_values.is_on
    )
    access_minutes: int = _setting("THREADS_ACCESS_MINUTES", 15, "How long an access token lives.", int)
    refresh_idle_days: int = _setting("THREADS_REFRESH_IDLE_DAYS", 7, "A session ends after so many unused days.", int)
    refresh_days: int = _setting("THREADS_REFRESH_DAYS", 30, "A session ends after so many days in any case.", int)
    limit_overrides: str = _setting(
        "THREADS_LIMITS", "", "Other limits than the built-in ones, as `messages=60/minute;uploads=300/hour`."
    )
    gemini_api_key: str = _setting(
        "GEMINI_API_KEY",
        "",
        "Lets Gemini answer for the stylist, for customers who agreed; without it the local stylist does.",
    )
    gemini_model: str = _setting("GEMINI_MODEL", "gemini-2.5-flash", "The Gemini model that answers for the stylist.")
    gemini_image_model: str = _setting(
        "GEMINI_IMAGE_MODEL",
        "gemini-2.5-flash-image",
        "The Gemini model that draws photo-real try-ons, for customers who agreed.",
    )
    gemini_base_url: str = _setting(
        "GEMINI_BASE_URL", "", "Another address of the Gemini API, as `http://127.0.0.1:9001`.", setting_values.http_url
    )
    tryon_url: str = _setting(
        "THREADS_TRYON_URL",
        "",
        "A model server of your own that draws photo-real try-ons instead of Gemini, as `http://10.0.0.5:9000/try-on`; "
        "[what it must answer](tryon-model-server.md).",
        setting_values.http_url,
    )
    tryon_token: str = _setting("THREADS_TRYON_TOKEN", "", "Bearer token that this server asks for.")
    metrics_token: str = _setting("THREADS_METRICS_TOKEN", "", "Bearer token for /metrics from beyond loopback.")
    worker_metrics: str = _setting(
        "THREADS_WORKER_METRICS",
        "",
        "Where `neural-threads worker` answers `/metrics` and `/health`, as `9101` (on loopback only) or `10.0.0.1:9101`; "
        "without it nowhere. THREADS_METRICS_TOKEN holds there, too.",
        setting_values.listening_at,
    )
    slow_statement_ms: int = _setting(
        "THREADS_SLOW_STATEMENT_MS",
        250,
        "Statements that take so many milliseconds are logged with their plan, each once a day at most; `0` logs none.",
        int,
    )
    traces_url: str = _setting(
        "THREADS_TRACES",
        "",
        "Where traces go: the address of an OTLP collector over HTTP, as `http://127.0.0.1:4318/v1/traces`; without it nothing "
        "is traced. [What it needs](operations.md#traces).",
        setting_values.http_url,
    )
    traces_share: float = _setting(
        "THREADS_TRACES_SHARE", 1.0, "The share of requests that is traced, from 0 to 1.", setting_values.share
    )
    log_level: str = _setting(
        "THREADS_LOG_LEVEL", "info", "`debug`, `info`, `warning` or `error`.", setting_values.log_level
    )

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Read, check and freeze. An empty variable counts as unset."""
        settings, problems = cls.read(env)
        if problems:
            raise SettingsError(problems[0])
        return settings

    @classmethod
    def read(cls, env: Mapping[str, str]) -> tuple["Settings", list[str]]:
        """Return the settings and everything that is wrong with them; a value that cannot be read counts as unset."""
        given: dict[str, Any] = {}
        problems = []
        for setting in fields(cls):
            name, text = setting.metadata["name"], env.get(setting.metadata["name"], "")
            if text:
                try:
                    given[setting.name] = setting.metadata["read"](text)
                except ValueError as error:
                    shown = name if "@" in text else f"{name}={text!r}"  # it may hold a password
                    problems.append(f"{shown} cannot be used: {error}.")
        settings = cls(**given)
        return settings, [*problems, *settings._problems()]

    def _problems(self) -> Iterator[str]:
        if self.production and len(self.secret_key_text.encode()) < 32:
            yield "THREADS_SECRET_KEY must have at least 32 bytes in production."
        if self.secret_previous_text and len(self.secret_previous_text.encode()) < 32:
            yield "THREADS_SECRET_PREVIOUS must have at least 32 bytes."
        if self.secret_previous_text and self.secret_previous_text == self.secret_key_text:
            yield "THREADS_SECRET_PREVIOUS must be another key than THREADS_SECRET_KEY."
        if self.production and not self.rate_limits:
            yield "THREADS_RATE_LIMITS=off is refused in production."
        if self.production and not self.public_url:
            yield "THREADS_PUBLIC_URL must be set in production; links in mails begin with it."
        if not is_readable(self.public_url):
            yield f"THREADS_PUBLIC_URL={self.public_url!r} must look like https://threads.example."
        if self.production and any("://" in name for name in self.push_services):
            yield "THREADS_PUSH_SERVICES takes host names only in production."
        yield from self._socket_url_problems()
        if self.traces_url and not _is_installed("opentelemetry.sdk"):
            yield (
                "THREADS_TRACES needs more packages: "
                ".venv/bin/python -m pip install --require-hashes -r requirements/traces.lock"
            )
        if self.secret_key_text and not self.production and len(self.secret_key_text.encode()) < 32:
            yield "THREADS_SECRET_KEY must have at least 32 bytes."

    def _socket_url_problems(self) -> Iterator[str]:
        if not self.socket_url:
            return
        if not is_readable(self.socket_url) or not is_readable(self.public_url):
            yield f"SOCKET_URL={self.socket_url!r} must look like https://threads.example:3001."
            return
        parts = urlsplit(self.socket_url)
        if parts.scheme not in ("http", "https") or not parts.hostname or self.socket_url != origin_of(self.socket_url):
            yield f"SOCKET_URL={self.socket_url!r} must look like https://threads.example:3001."
        elif self.public_url and parts.hostname != urlsplit(self.public_url).hostname:
            yield "SOCKET_URL must name the host of THREADS_PUBLIC_URL; sessions' cookies go nowhere else."

    @property
    def production(self) -> bool:
        """True if real people are served, so that no shortcut of development is allowed."""
        return self.env == "production"

    @property
    def direct_url(self) -> str:
        """The database with no pooler between; "" when DATABASE_URL is a pooler and no other address is known."""
        return self.database_direct_url or ("" if self.database_pooler else self.database_url)

    def with_database(self, url: str) -> "Settings":
        """Return these settings with another DATABASE_URL."""
        return replace(self, database_url=url)

    @property
    def map_ground(self) -> str:
        """The address of the map's tiles; "" for a plain ground."""
        if self.map_tiles == OFF:
            return ""
        return self.map_tiles or ("" if self.production else OPENSTREETMAP)

    @property
    def base_url(self) -> str:
        """The public address, without a slash at the end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def media_dir(self) -> Path:
        """The folder of images when they are on this disk; else of their smaller versions and of uploads under way."""
        is_elsewhere = "://" in self.media_store and not self.media_store.startswith("file://")
        return (
            self.data_dir / "media"
            if is_elsewhere or not self.media_store
            else Path(self.media_store.removeprefix("file://"))
        )

    @cached_property
    def secret_key(self) -> bytes:
        """The key, at least 32 bytes; in development one is made at the first start and kept in the data directory."""
        return (
            self.secret_key_text.encode() if self.secret_key_text else load_or_create_key(self.data_dir / "secret.key")
        )

    @cached_property
    def accepted_keys(self) -> tuple[bytes, ...]:
        """The keys by which something that comes back may have been signed; the first is the one that signs."""
        previous = self.secret_previous_text.encode()
        return (self.secret_key, previous) if previous else (self.secret_key,)


def _is_installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


@cache
def load_or_create_key(path: Path, make: Callable[[], str] = lambda: secrets.token_urlsafe(48)) -> bytes:
    """The key in this file, which only we may read; made when there is none."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{secrets.token_hex(4)}")
        draft.touch(stat.S_IRUSR | stat.S_IWUSR)
        draft.write_text(make())
        try:
            os.link(draft, path)  # Two processes may start at once; the first key stays.
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()


@cache
def get_settings() -> Settings:
    """The settings of this process."""
    return Settings.from_env(os.environ)
