"""Detached programs: start, kill, freeze, and find them again by their process id."""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from bench.servers import ROOT, clean_environment
from neural_threads.local.postgres_binaries import Account

STOPPED_WITHIN = 30.0


@dataclass(frozen=True)
class Program:
    """One program of the cluster."""

    name: str
    machine: int
    argv: Sequence[str]
    folder: Path
    """Where it works; its log and the note of its number lie beside."""
    env: Mapping[str, str] = field(default_factory=dict)
    account: Account | None = None
    """Whose it is; None: ours."""
    before: Sequence[str] = ()
    """What its command begins with on its machine."""
    root: Path = ROOT
    """The release that it runs, if it is one of ours."""
    data: Path | None = None
    """The data directory, if it minds a PostgreSQL that is no child of it."""

    @property
    def log(self) -> Path:
        """What it says."""
        return self.folder.parent / f"{self.name}.log"

    @property
    def _note(self) -> Path:
        return self.folder.parent / f"{self.name}.pid"

    def start(self, *, socket: int | None = None) -> None:
        """Start it, in a session of its own. `socket`: a descriptor that it inherits."""
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [*self.before, *self._become(), *self.argv],
                cwd=self.folder if self.account else self.root,
                # Our home would be closed to another account, and libpq wants to look for certificates there.
                env=clean_environment() | {"LC_ALL": "C.UTF-8", "HOME": str(self.folder)} | dict(self.env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=() if socket is None else (socket,),
            )
        self._note.write_text(json.dumps([process.pid, psutil.Process(process.pid).create_time()]))

    @property
    def pid(self) -> int:
        """Its number. Raises KeyError when it does not run."""
        process = self._process()
        if process is None:
            raise KeyError(f"{self.name} does not run")
        return int(process.pid)

    @property
    def is_running(self) -> bool:
        """True if it lives, frozen or not."""
        return self._process() is not None

    def kill(self) -> None:
        """kill -9 for it and everything that it started, as when its machine loses power."""
        for process in self._tree():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self._until_gone(10)

    def freeze(self) -> None:
        """Stop it and everything that it started in the middle of whatever they do."""
        for process in self._tree():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.suspend()

    def thaw(self) -> None:
        """Let them go on."""
        for process in self._tree():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.resume()

    def stop(self) -> None:
        """End it politely; what does not go in time is killed."""
        process = self._process()
        if process is not None:
            with contextlib.suppress(psutil.NoSuchProcess):
                self.thaw()
                process.send_signal(signal.SIGTERM)
                self._until_gone(STOPPED_WITHIN)
        self.kill()
        self._note.unlink(missing_ok=True)

    def last_words(self) -> str:
        """The end of its log."""
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-12:])
        except OSError:
            return ""

    def _become(self) -> list[str]:
        if self.account is None or self.account.uid == os.geteuid():
            return []
        return ["setpriv", f"--reuid={self.account.uid}", f"--regid={self.account.gid}", "--clear-groups", "--"]

    def _process(self) -> psutil.Process | None:
        try:
            pid, created = json.loads(self._note.read_text())
            process = psutil.Process(pid)
            # A dead child of ours is still there until we look after it.
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
            is_same = process.create_time() == created and process.status() != psutil.STATUS_ZOMBIE
            return process if is_same else None
        except (OSError, ValueError, psutil.NoSuchProcess):
            return None

    def _tree(self) -> list[psutil.Process]:
        """It, its children and, of a Patroni, the PostgreSQL that it minds; the parents first."""
        roots = [process for process in (self._process(), self._postmaster()) if process is not None]
        found: list[psutil.Process] = []
        for root in roots:
            with contextlib.suppress(psutil.NoSuchProcess):
                found += [root, *root.children(recursive=True)]
        return found

    def _postmaster(self) -> psutil.Process | None:
        if self.data is None:
            return None
        try:
            process = psutil.Process(int((self.data / "postmaster.pid").read_text().splitlines()[0]))
            is_ours = str(self.data) in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE
            return process if is_ours else None
        except (OSError, ValueError, IndexError, psutil.NoSuchProcess):
            return None

    def _until_gone(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            until(lambda: self._process() is None and self._postmaster() is None, seconds, self.name)


def until(is_so: Callable[[], bool], seconds: float, what: str, *, every: float = 0.1) -> float:
    """Wait until it is so; return the seconds it took. TimeoutError when it is not in time."""
    begun = time.monotonic()
    while not is_so():
        if time.monotonic() - begun > seconds:
            raise TimeoutError(f"{what}: not within {seconds:.0f} s")
        time.sleep(every)
    return time.monotonic() - begun
