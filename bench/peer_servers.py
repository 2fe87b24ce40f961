"""The peers: small programs in bench/peers/ that do the same work, installed by `npm ci` where Node.js is present."""

import json
import shutil
import subprocess
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from hashlib import sha256
from pathlib import Path

from .servers import ROOT, Server, clean_environment, peer

PEERS = ROOT / "bench" / "peers"
INSTALLED_WITHIN = 600
Open = Callable[[str], AbstractContextManager[Server]]
"""Starts a peer on the database of this URL."""


def peer_names() -> list[str]:
    """The peers there are."""
    return sorted(path.name for path in PEERS.iterdir() if (path / "package.json").exists())


def installed(name: str, folder: Path) -> tuple[Open | None, str]:
    """The peer `name`, installed below `folder`; or None and the reason why it cannot be measured."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None, "Node.js or npm is not installed"
    place = folder / f"peer-{name}-{_fingerprint(name)}"
    if not (place / "installed").exists():
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(PEERS / name, place)
        for argv in _steps(npm, place):
            if reason := _failure(argv, place):
                return None, reason
        (place / "installed").touch()
    return partial(peer, node, place, name), ""


def _steps(npm: str, place: Path) -> list[list[str]]:
    steps = [[npm, "ci", "--no-audit", "--no-fund"]]
    scripts = json.loads((place / "package.json").read_text()).get("scripts", {})
    return [*steps, [npm, "run", "build"]] if "build" in scripts else steps


def _failure(argv: list[str], place: Path) -> str:
    try:
        told = subprocess.run(
            argv,
            cwd=place,
            env=clean_environment() | {"NEXT_TELEMETRY_DISABLED": "1", "CHECKPOINT_DISABLE": "1"},
            capture_output=True,
            text=True,
            timeout=INSTALLED_WITHIN,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"{' '.join(argv[1:3])} took longer than {INSTALLED_WITHIN} seconds"
    return f"{' '.join(argv[1:3])} failed: {told.stderr[-300:]}" if told.returncode else ""


def _fingerprint(name: str) -> str:
    digest = sha256()
    for file in sorted(path for path in (PEERS / name).rglob("*") if path.is_file()):
        digest.update(str(file.relative_to(PEERS)).encode() + file.read_bytes())
    return digest.hexdigest()[:10]
