"""Servers forked from a process that has imported the program already: a start costs half of the CPU time.

Run as a program this file is that process: it reads one JSON object a line (`argv`, `env`, `log`), forks, runs
`neural-threads` with them in the child, and writes the child's process number. It ends with its standard input.
"""

import json
import os
import select
import signal
import subprocess
import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any


class ForkedProcess:
    """A forked server, with that part of `subprocess.Popen` which `Server` uses."""

    def __init__(self, argv: list[str], env: dict[str, str], log: Path) -> None:
        self.pid = _fork(argv, env, log)
        try:
            self._ends: int | None = os.pidfd_open(self.pid)
        except ProcessLookupError:
            self._ends = None

    def poll(self) -> int | None:
        """None while it runs; then 0, whatever its exit code was."""
        return 0 if self._has_ended(0) else None

    def wait(self, timeout: float) -> int:
        """Wait until it ends, `timeout` seconds at most. Raises TimeoutExpired."""
        if not self._has_ended(timeout):
            raise subprocess.TimeoutExpired("neural-threads", timeout)
        return 0

    def _has_ended(self, seconds: float) -> bool:
        if self._ends is None:
            return True
        look = select.poll()
        look.register(self._ends, select.POLLIN)
        if not look.poll(seconds * 1000):
            return False
        os.close(self._ends)
        self._ends = None
        return True


def run_forked(argv: list[str], env: dict[str, str], log: Path, timeout: float = 120) -> tuple[int, str]:
    """Run a command to its end in a fork; answers its exit code and what it wrote, `log` being a new file for that.

    Raises TimeoutExpired.
    """
    ForkedProcess(argv, env, log).wait(timeout)
    return int(_code_of(log).read_text()), log.read_text()


def _code_of(log: Path) -> Path:
    """Where a child whose standard output is this file leaves its exit code."""
    return log.with_name(f"{log.name}.code")


def _fork(argv: list[str], env: dict[str, str], log: Path) -> int:
    process = _preloaded()
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps({"argv": argv, "env": env, "log": str(log)}) + "\n")
    process.stdin.flush()
    return int(process.stdout.readline())


@cache
def _preloaded() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-P", __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )


def _serve_forks() -> dict[str, Any]:
    """Fork as asked until standard input ends; returns the order in each child, and never in the parent."""
    signal.signal(signal.SIGCHLD, _reap)
    while line := sys.stdin.readline():
        if (pid := os.fork()) == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            order: dict[str, Any] = json.loads(line)
            return order
        print(pid, flush=True)
    os._exit(0)


def _reap(*_: object) -> None:
    while True:
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                return
        except ChildProcessError:
            return


def _become(order: dict[str, Any], imported: dict[str, str]) -> None:
    """Take environment, standard streams and arguments as a program that was started with them has them.

    `imported` are the variables that our modules set while they are imported.
    """
    os.environ.clear()
    os.environ.update(imported | order["env"])
    with open(os.devnull, "rb") as nothing, open(order["log"], "ab") as log:
        os.dup2(nothing.fileno(), 0)
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    sys.argv = ["neural-threads", *order["argv"]]


def _import_all() -> None:
    """Import what a server imports, but for the style guide, which asks for the settings while it is imported."""
    from neural_threads.platform.config import get_settings
    from neural_threads.web.app import FACES

    for name in ("server", *FACES):
        if name != "styleguide":
            import_module(f"neural_threads.web.{name}")
    assert get_settings.cache_info().currsize == 0, "something reads the settings while it is imported"
    assert len(os.listdir("/proc/self/task")) == 1, "something starts a thread while it is imported"


if __name__ == "__main__":
    given = set(os.environ)
    import neural_threads.__main__ as program

    _import_all()
    added = {name: value for name, value in os.environ.items() if name not in given}
    order = _serve_forks()
    _become(order, added)
    sys.modules["__main__"] = program  # Its own children start from it.
    code = program.main()
    _code_of(Path(order["log"])).write_text(str(code or 0))
    sys.exit(code)
