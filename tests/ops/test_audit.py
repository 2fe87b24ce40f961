"""What `python -m neural_threads.operations.audit` makes of pip-audit's answers."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SKIPPED = {"name": "msgspec", "skip_reason": "Dependency not found on PyPI"}
CLEAN = {"name": "msgspec", "version": "0.19.0", "vulns": []}
ADVISORY = {"id": "PYSEC-2026-1", "aliases": ["CVE-2026-1"], "fix_versions": ["9.9"], "description": "it breaks"}


def audited(tmp_path: Path, says: Any) -> subprocess.CompletedProcess[str]:
    """Run it with a program in pip-audit's place that prints this."""
    stand_in = tmp_path / "pip-audit"
    words = says if isinstance(says, str) else json.dumps({"dependencies": says})
    stand_in.write_text(f"#!{sys.executable}\nprint({words!r})\n")
    stand_in.chmod(0o755)
    command = [sys.executable, "-P", "-m", "neural_threads.operations.audit", str(stand_in)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_vulnerable_package_is_named_with_the_version_that_mends_it(tmp_path: Path) -> None:
    done = audited(tmp_path, [CLEAN, SKIPPED, {**CLEAN, "name": "jinja2", "version": "2.10", "vulns": [ADVISORY]}])
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "jinja2 2.10: PYSEC-2026-1, mended in 9.9",
        "2 of 3 packages were checked, 1 advisories concern us.",
    ]


def test_without_one_it_says_how_many_were_checked(tmp_path: Path) -> None:
    done = audited(tmp_path, [CLEAN, SKIPPED])
    assert (done.returncode, done.stdout) == (0, "1 of 2 packages were checked, 0 advisories concern us.\n")


@pytest.mark.parametrize("says", [[SKIPPED], "no connection"], ids=["nothing known", "no network"])
def test_where_nobody_can_be_asked_it_says_so(tmp_path: Path, says: Any) -> None:
    done = audited(tmp_path, says)
    assert (done.returncode, done.stdout) == (0, "No advisories can be had from here: no package was checked.\n")
