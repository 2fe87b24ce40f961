"""Set-up of a checkout: the virtual environment from the lock, and the system's packages.

Runs under the system's Python before anything is installed, so it imports nothing but the standard library and
modules here that do the same. Two at once wait for each other; what was interrupted is taken up again.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

from . import system_packages
from .postgres_binaries import CannotStart

ROOT = Path(__file__).resolve().parents[3]
VENV = ROOT / ".venv"
LOCKS = {"run": ROOT / "requirements" / "run.lock", "test": ROOT / "requirements" / "dev.lock"}
_COMMAND = """\
#!/bin/sh
exec "$(dirname "$0")/python" -P -m neural_threads "$@"
"""


def main(argv: list[str]) -> int:
    """`run`, `test` or `cluster`: prepare this checkout for it."""
    purpose = argv[0] if argv else "test"
    cluster = purpose == "cluster"
    if cluster:
        purpose = "test"
    if purpose not in LOCKS:
        print(f"bin/setup takes run, test or cluster, not {purpose}.", file=sys.stderr)
        return 1
    try:
        with (ROOT / "requirements" / "run.lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not _is_installed(purpose):
                _install(purpose)
            system_packages.provide(
                database=not os.environ.get("DATABASE_URL"),
                browser=purpose == "test",
                redis=purpose == "test",
                cluster=cluster,
            )
    except CannotStart as reason:
        print(reason, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _is_installed(purpose: str) -> bool:
    """Return True if .venv holds what the lock says; the tests' lock contains the server's."""
    if not (VENV / "bin" / "python").exists():
        return False
    target = [purpose, "test"]
    return any(_stamp(name).exists() and _stamp(name).read_text() == _hash(name) for name in target)


def _install(purpose: str) -> None:
    if not _works(VENV / "bin" / "python"):
        print("Making .venv …", flush=True)
        _make_venv()
    print(f"Installing {LOCKS[purpose].relative_to(ROOT)} …", flush=True)
    argv = [
        str(VENV / "bin" / "python"),
        "-m",
        "pip",
        "install",
        "-qq",
        "--no-input",
        "--disable-pip-version-check",
    ]
    argv += ["--require-hashes", "--no-deps", "--requirement", str(LOCKS[purpose])]
    if subprocess.run(argv, check=False).returncode != 0:
        raise CannotStart(
            "The packages could not be installed; pip says above why. What it fetched is kept: run this again."
        )
    _install_ourselves()
    _stamp(purpose).write_text(_hash(purpose))


def _make_venv() -> None:
    shutil.rmtree(VENV, ignore_errors=True)
    result = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False)
    if result.returncode != 0:
        shutil.rmtree(VENV, ignore_errors=True)
        raise CannotStart(
            "Python's venv is missing: install python3-venv (Debian, Ubuntu), then run this again."
            if "ensurepip" in result.stdout + result.stderr
            else f".venv could not be made: {(result.stderr or result.stdout).strip().splitlines()[-1]}"
        )


def _install_ourselves() -> None:
    """The checkout's src on the path, and the command. Names are relative, so a checkout may be moved."""
    libraries = next((VENV / "lib").glob("python3*/site-packages"))
    (libraries / "neural_threads.pth").write_text(os.path.relpath(ROOT / "src", libraries) + "\n")
    command = VENV / "bin" / "neural-threads"
    command.unlink(missing_ok=True)
    command.write_text(_COMMAND)
    command.chmod(0o755)


def _works(python: Path) -> bool:
    try:
        return subprocess.run([str(python), "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _stamp(purpose: str) -> Path:
    return VENV / f".installed-{purpose}"


def _hash(purpose: str) -> str:
    return sha256(LOCKS[purpose].read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
