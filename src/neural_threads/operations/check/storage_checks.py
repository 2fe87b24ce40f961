"""Checks of pictures, keys and networks: writable by us, readable by nobody else, with room on the disk."""

import asyncio
import os
import secrets
import shutil
import stat
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from neural_threads.platform.config import Settings, SettingsError
from neural_threads.platform.errors import Upstream
from neural_threads.platform.images.folder import Folder
from neural_threads.platform.images.stores import store_at
from neural_threads.platform.vision.model_files import SHA256, ModelUnusable, load_model

from .findings import Finding, good, warning, wrong

LITTLE_ROOM = 1 << 30
OTHERS = stat.S_IRWXO
PATIENCE = 5


def storage_findings(settings: Settings) -> Iterator[Finding]:
    """Folders, keys and the store of pictures."""
    yield from _folder("data", settings.data_dir, "THREADS_DATA_DIR")
    yield from _private(settings, "data", settings.data_dir / "outbox")
    yield from _keys(settings)
    if "://" in settings.media_store and not settings.media_store.startswith("file://"):
        yield from asyncio.run(_remote_store(settings))
    else:
        yield from _folder("pictures", settings.media_dir, "THREADS_MEDIA_STORE")
        yield from _private(settings, "pictures", settings.media_dir)


def _folder(subject: str, folder: Path, setting: str) -> Iterator[Finding]:
    if not folder.exists():
        folder_or_parent = next(parent for parent in folder.absolute().parents if parent.exists())
        if os.access(folder_or_parent, os.W_OK):
            yield warning(subject, f"{folder} does not exist yet; the first start makes it.")
        else:
            yield wrong(subject, f"{folder} does not exist and cannot be made: choose another {setting}.")
        return
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        yield wrong(
            subject, f"{folder} cannot be written ({error.strerror}): choose another {setting} or give us the right."
        )
        return
    room = shutil.disk_usage(folder).free
    if room < LITTLE_ROOM:
        yield warning(subject, f"The disk that holds {folder} has only {room >> 20} MB left.")
    else:
        yield good(subject, f"{folder} can be written and has {room >> 30} GB left.")


def _private(settings: Settings, subject: str, folder: Path) -> Iterator[Finding]:
    if folder.exists() and _open_to_others(folder):
        says = f"Every account of this machine can read {folder}: run `chmod o-rwx {folder}`."
        yield wrong(subject, says) if settings.production else warning(subject, says)


def _open_to_others(folder: Path) -> bool:
    """Return True if another account could read files in it: it and all folders above let others in."""
    folder = folder.resolve()
    if not folder.stat().st_mode & stat.S_IXOTH and not folder.stat().st_mode & stat.S_IROTH:
        return False
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in folder.parents)


def _keys(settings: Settings) -> Iterator[Finding]:
    for name in ("secret.key", "push.key"):
        path = settings.data_dir / name
        if path.exists() and path.stat().st_mode & (stat.S_IRWXG | OTHERS):
            yield wrong("keys", f"{path} can be read by others: run `chmod 600 {path}`, then rotate the key.")


async def _remote_store(settings: Settings) -> list[Finding]:
    name = f"check/{secrets.token_hex(12)}"
    host = urlsplit(settings.media_store).hostname
    try:
        store = store_at(settings.media_store, Folder(settings.media_dir))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "probe"
            path.write_bytes(b"probe")
            await store.put(name, path, "image/png")
        data = await store.read(name)
        is_public = await asyncio.to_thread(_is_public, settings, name)
        await store.drop(name)
    except SettingsError as error:
        return [wrong("pictures", str(error))]
    except (Upstream, FileNotFoundError, OSError, ValueError) as error:
        return [
            wrong(
                "pictures", f"The picture store at {host} does not take and give back a file ({type(error).__name__})."
            )
        ]
    if data != b"probe":
        return [wrong("pictures", f"The picture store at {host} gives back something else than it was given.")]
    if is_public:
        return [wrong("pictures", f"Anybody can read the bucket {host} without a key: block its public access.")]
    return [
        good("pictures", f"The picture store at {host} takes, gives back and removes files, and strangers read none.")
    ]


def _is_public(settings: Settings, name: str) -> bool:
    """Ask for an object of a bucket as a stranger would. False for stores of which no such address is known."""
    parts = urlsplit(settings.media_store)
    if parts.scheme not in ("s3", "s3a"):
        return False
    endpoint = os.environ.get("AWS_ENDPOINT_URL") or os.environ.get("AWS_ENDPOINT") or "https://s3.amazonaws.com"
    folder = parts.path.strip("/")
    url = f"{endpoint.rstrip('/')}/{parts.hostname}/{f'{folder}/' if folder else ''}{name}"
    # A stranger's client: no key, and for an endpoint on this machine no proxy.
    is_near = urlsplit(endpoint).hostname in ("127.0.0.1", "::1", "localhost")
    opener = urllib.request.build_opener(*([urllib.request.ProxyHandler({})] if is_near else []))
    try:
        with opener.open(url, timeout=PATIENCE) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def model_findings(settings: Settings) -> Iterator[Finding]:
    """Return findings about the shipped networks: whether they are the files that were reviewed."""
    broken = []
    for name in SHA256:
        try:
            load_model(name)
        except ModelUnusable as reason:
            broken.append(str(reason))
    if broken and settings.mask_model:
        yield wrong("models", f"{'; '.join(broken)}: install the release anew.")
    elif broken:
        yield warning("models", f"{'; '.join(broken)}; THREADS_MASK_MODEL=off makes do without the first.")
    else:
        yield good("models", f"{len(SHA256)} networks are there with the right SHA-256.")
