"""Stands in for systemd in rehearsals: `systemctl` and `journalctl` on the units of one folder, as far as runbooks need them.

A unit's program runs until it is stopped, and again after a second when it ends (Restart=always). Run by its path, it knows
nothing of the product.
"""

import contextlib
import os
import pwd
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

PATIENCE = 60.0


class Unit:
    """One unit file `NAME.service`, its log and the process that looks after it."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name.removesuffix(".service")
        self.file = folder / f"{self.name}.service"
        self.log, self.keeper, self.main = (folder / f"{self.name}.{kind}" for kind in ("log", "keeper", "main"))
        self._lines = self.file.read_text().splitlines() if self.file.exists() else []

    def all(self, key: str) -> list[str]:
        """Every value of this key."""
        return [line.partition("=")[2] for line in self._lines if line.startswith(f"{key}=")]

    def one(self, key: str, default: str = "") -> str:
        """The last value of this key."""
        return (self.all(key) or [default])[-1]

    def environment(self) -> dict[str, str]:
        """Ours without the product's, then what the unit says; a file wins, as with systemd."""
        found = {name: text for name, text in os.environ.items() if not name.startswith(("THREADS_", "DATABASE_"))}
        for line in self.all("Environment"):
            found |= dict(part.split("=", 1) for part in shlex.split(line))
        for path in self.all("EnvironmentFile"):
            lines = [line.split("=", 1) for line in Path(path).read_text().splitlines()]
            found |= {line[0]: line[1] for line in lines if len(line) == 2 and not line[0].startswith("#")}
        return found

    @property
    def filtered(self) -> list[str]:
        """What holds the program to its `SystemCallFilter`, where this machine can."""
        program = Path(__file__).with_name("unit_filter.py")
        argv = [sys.executable, str(program)]
        is_possible = subprocess.run([*argv, "", "true"], capture_output=True, check=False).returncode == 0
        return [*argv, str(self.file)] if self.all("SystemCallFilter") and is_possible else []

    def pid(self, of: Path | None = None) -> int:
        """The main process (or the keeper's); 0 when there is none."""
        with contextlib.suppress(OSError, ValueError):
            pid = int((of or self.main).read_text())
            os.kill(pid, 0)
            return 0 if _is_zombie(pid) else pid
        return 0

    def start(self) -> None:
        """Start it and wait until it runs, or until `X-Ready` succeeds where the unit has one."""
        if self.pid(self.keeper):
            return
        if not self.file.exists():
            raise SystemExit(f"Failed to start {self.name}.service: Unit {self.name}.service not found.")
        keeper = [sys.executable, __file__, "keep", str(self.file.parent), self.name]
        with self.log.open("ab") as log:
            pid = subprocess.Popen(keeper, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True).pid
        self.keeper.write_text(str(pid))
        ready = self.one("X-Ready", "true")
        if not _until(lambda: bool(self.pid()) and subprocess.run(["sh", "-c", ready], check=False).returncode == 0):
            self.stop()
            raise SystemExit(f"Job for {self.name}.service failed; see journalctl -u {self.name}.")

    def stop(self) -> None:
        """End the keeper first, then the program."""
        if keeper := self.pid(self.keeper):
            os.kill(keeper, signal.SIGKILL)
        if pid := self.pid():
            os.kill(pid, getattr(signal, self.one("KillSignal", "SIGTERM")))
            if not _until(lambda: not self.pid()):
                os.kill(pid, signal.SIGKILL)
        for path in (self.keeper, self.main):
            path.unlink(missing_ok=True)

    def keep(self) -> None:
        """Run the program again and again."""
        account = pwd.getpwnam(self.one("User")) if self.one("User") and os.geteuid() == 0 else None
        become = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
        while True:
            # Started by init as far as it knows: it must not be our child, or it stays as a zombie when we are killed.
            with subprocess.Popen(  # type: ignore[call-overload]
                [*self.filtered, *shlex.split(self.one("ExecStart"))],
                cwd=self.one("WorkingDirectory", "/"),
                env=self.environment(),
                start_new_session=True,
                **become,
            ) as program:
                self.main.write_text(str(program.pid))
            if self.one("Restart", "no") != "always":
                return
            time.sleep(1)

    def reload(self) -> None:
        """Run ExecReload."""
        argv = shlex.split(self.one("ExecReload").replace("$MAINPID", str(self.pid())))
        subprocess.run(argv, check=True)


def _is_zombie(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


def _until(holds, within: float = PATIENCE) -> bool:  # type: ignore[no-untyped-def]
    deadline = time.monotonic() + within
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def systemctl(folder: Path, words: list[str]) -> int:
    """start, stop, restart, reload, status, show, daemon-reload."""
    options = [word for word in words if word.startswith("-")]
    if "--property" in words:
        words = [word for word in words if word != "MainPID"]
    verb, *names = [word for word in words if not word.startswith("-")]
    units = [Unit(folder, name) for name in names]
    if verb == "show":
        assert "--value" in options
        print(units[0].pid())
    elif verb == "status":
        for unit in units:
            print(f"{unit.name}.service: {'active (running)' if unit.pid() else 'inactive (dead)'}")
        return 0 if all(unit.pid() for unit in units) else 3
    elif verb == "restart":
        for unit in units:
            unit.stop()
            unit.start()
    elif verb != "daemon-reload":
        for unit in units:
            getattr(unit, verb)()
    return 0


def journalctl(folder: Path, words: list[str]) -> int:
    """The last lines of a unit; the kernel has said nothing."""
    if "-u" in words:
        lines = Unit(folder, words[words.index("-u") + 1]).log.read_text(errors="replace").splitlines()
        print("\n".join(lines[-int(words[words.index("-n") + 1]) :]))
    return 0


if __name__ == "__main__":
    called, place, *rest = sys.argv[1:]
    if called == "keep":
        Unit(Path(place), rest[0]).keep()
    else:
        raise SystemExit({"systemctl": systemctl, "journalctl": journalctl}[called](Path(place), rest))
