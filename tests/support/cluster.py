"""The databases of tests: one migrated template, and a copy of it for each pytest worker."""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

import psycopg
from psycopg import sql

from bench.partitioning import Naming, partition_messages
from neural_threads.local.postgres_cluster import create_database, drop_database
from neural_threads.platform.config import Settings, load_or_create_key
from neural_threads.platform.db.migrations import ROOT, migrate

from .fast_demo import sketch_demo

_A_DAY = 86_400


@dataclass(frozen=True)
class Ground:
    """A database server, and a folder that outlives the run (for pictures that take long to draw)."""

    url: str
    folder: Path
    is_drawn: bool = False
    """Whether each picture of the demo is drawn; else one of each cut stands for those like it, in a tenth of the time."""
    naming: Naming | None = None
    """Messages are partitioned, and `client_id` is unique there; None: as the migrations leave them."""

    def copy(self, *, demo: bool = False) -> str:
        """Make a database of one's own: empty but migrated, or with the demo world in it. Answers its address."""
        template = self._demo_template() if demo else self._template()
        return create_database(self.url, f"threads_test_{os.getpid()}_{token_hex(3)}", template)

    def drop(self, url: str) -> None:
        """Remove a copy."""
        drop_database(self.url, url.split("?")[0].rpartition("/")[2])

    def new_folder(self, label: str) -> Path:
        """A data directory of one's own, but for the key and the compiled templates, which cost each server two seconds."""
        folder = Path(tempfile.mkdtemp(prefix=f"{label}-", dir=self.folder))
        load_or_create_key(self.folder / "secret.key")
        os.link(self.folder / "secret.key", folder / "secret.key")
        compiled = self.folder / "templates"
        compiled.mkdir(exist_ok=True)
        (folder / "templates").symlink_to(compiled)
        return folder

    @property
    def demo_media(self) -> Path:
        """The demo's pictures: made once, used by all runs."""
        return self.folder / ("demo-media" if self.is_drawn else "demo-sketches")

    def sweep(self) -> None:
        """Remove what killed runs left behind."""
        for name in self._names("threads_test_%"):
            if not _alive(int(name.split("_")[2])):
                drop_database(self.url, name)
        for folder in self.folder.iterdir():
            if (
                folder.is_dir()
                and not folder.name.startswith("demo-")
                and folder.stat().st_mtime < time.time() - _A_DAY
            ):
                shutil.rmtree(folder, ignore_errors=True)

    def _template(self) -> str:
        if self.naming is None:
            return self._made("threads_template", _fingerprint("migrations"), migrate)
        kind = f"threads_parted_{self.naming.name.lower()}"
        return self._made(kind, _fingerprint("migrations", "bench"), self._migrate)

    def _migrate(self, url: str) -> None:
        migrate(url)
        if self.naming is not None:
            partition_messages(url, self.naming)

    def _demo_template(self) -> str:
        stamp = _fingerprint("migrations", "src/neural_threads/demo", "src/neural_threads/features")
        kind = "threads_demo" if self.is_drawn else "threads_sketched"
        parted = f"_{self.naming.name.lower()}" if self.naming else ""
        return self._made(kind + parted, stamp, self._populate)

    def _populate(self, url: str) -> None:
        self._migrate(url)
        if not self.is_drawn:
            sketch_demo(self.demo_media)
        settings = {
            "DATABASE_URL": url,
            "THREADS_DATA_DIR": str(self.folder),
            "THREADS_MEDIA_STORE": str(self.demo_media),
        }
        argv = [sys.executable, "-P", "-m", "neural_threads", "demo"]
        told = subprocess.run(
            argv, cwd=ROOT, env=clean_environment() | settings, capture_output=True, text=True, check=False
        )
        assert told.returncode == 0, (
            f"the demo world could not be loaded:\n{told.stdout[-2000:]}\n{told.stderr[-4000:]}"
        )

    def _made(self, kind: str, stamp: str, fill: Callable[[str], object]) -> str:
        """The template with this stamp; the first worker that asks makes it, the others wait."""
        name = f"{kind}_{stamp}"
        with _alone(self.folder / f"{kind}.lock"):
            if name not in self._names(f"{kind}_%"):
                draft = f"{kind}_draft"
                drop_database(self.url, draft)
                fill(create_database(self.url, draft))
                self._rename(draft, name)
                self._drop_old(kind, name)
        return name

    def _names(self, pattern: str) -> list[str]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            rows = connection.execute("select datname from pg_database where datname like %s", [pattern]).fetchall()
        return [name for (name,) in rows]

    def _rename(self, old: str, new: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(
                sql.SQL("alter database {} rename to {}").format(sql.Identifier(old), sql.Identifier(new))
            )

    def _drop_old(self, kind: str, keep: str) -> None:
        """Templates of earlier migrations; those of today may belong to another run that goes on right now."""
        aged = (
            "select datname from pg_database where datname like %s and datname <> %s and "
            "(pg_stat_file('base/' || oid || '/PG_VERSION')).modification < now() - interval '1 day'"
        )
        with suppress(psycopg.Error), psycopg.connect(self.url, autocommit=True) as connection:
            for (name,) in connection.execute(aged, [f"{kind}_%", keep]).fetchall():
                drop_database(self.url, name)


def outer_settings() -> Settings:
    """The settings that pytest itself was started with; a relative data directory counts from the checkout."""
    settings = Settings.from_env(os.environ)
    return Settings.from_env(os.environ | {"THREADS_DATA_DIR": str(ROOT / settings.data_dir)})


def clean_environment() -> dict[str, str]:
    """Our environment without the settings of whoever started pytest: a test names those that it wants."""
    ours = ("THREADS_", "GEMINI_", "REDIS_", "SMTP_", "DATABASE_", "CLOUDINARY_")
    return {
        name: value for name, value in os.environ.items() if not name.startswith(ours) and name not in ("PORT", "HOST")
    }


def _fingerprint(*folders: str) -> str:
    digest = sha256()
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
