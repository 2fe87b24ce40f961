"""`python -m neural_threads.operations.audit PIP_AUDIT`: ask whether a locked package is known to be vulnerable.

What pip-audit (https://github.com/pypa/pip-audit) finds in the advisories of PyPI is printed, with exit code 1. Where no
advisories can be had, one sentence says so and the exit code is 0.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from neural_threads.platform.third_party import LOCK

DEV_LOCK = LOCK.parent / "dev.lock"
PATIENCE = 180.0
"""Seconds for all packages."""
ACCEPTED: dict[str, str] = {}
"""Advisories that do not concern us, or not yet: its id, with the reason and the day on which it is looked at again."""


def main() -> int:
    """Print what is known about the packages of `requirements/dev.lock`; return the exit code."""
    packages = _asked(Path(sys.argv[1]), DEV_LOCK)
    known = [package for package in packages if "vulns" in package]
    if not known:
        print("No advisories can be had from here: no package was checked.")
        return 0
    found = [
        f"{package['name']} {package['version']}: {advisory['id']}, mended in {', '.join(advisory['fix_versions']) or 'no version'}"
        for package in known
        for advisory in package["vulns"]
        if not {advisory["id"], *advisory.get("aliases", ())} & ACCEPTED.keys()
    ]
    print(*found, sep="\n", end="\n" if found else "")
    print(f"{len(known)} of {len(packages)} packages were checked, {len(found)} advisories concern us.")
    return 1 if found else 0


def _asked(pip_audit: Path, lock: Path) -> list[dict[str, Any]]:
    """Return what pip-audit says of each package; nothing when it could not ask."""
    command: list[str | Path] = [
        pip_audit,
        "--disable-pip",
        "--require-hashes",
        "--requirement",
        lock,
        "--format",
        "json",
    ]
    try:
        done = subprocess.run(
            [*command, "--progress-spinner", "off"], capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        return list(json.loads(done.stdout)["dependencies"])
    except (subprocess.TimeoutExpired, ValueError):
        return []


if __name__ == "__main__":
    sys.exit(main())
