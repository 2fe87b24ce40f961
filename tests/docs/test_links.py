"""Documents name what exists: links lead somewhere, and every command is described."""

import os
import re
from pathlib import Path

import pytest

from neural_threads.platform.db.migrations import ROOT

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\((?!https?://|#|mailto:)([^)#\s]+)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    dead = [link for link in LINK.findall(page.read_text()) if not (page.parent / link).exists()]
    assert not dead


PLACES = (
    "",
    "src/neural_threads/",
    *(f"src/neural_threads/{floor}/" for floor in ("web", "features", "platform")),
    "tests/",
)
NAMED = re.compile(r"`((?:[\w.-]+/)+[\w.-]+\.(?:py|html|js|css|sql|json|jsonl|md|toml))`")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_file_that_is_named_exists(page: Path) -> None:
    """A path may be written from the root, from a floor, or from any folder on the way (`model/offer.py`)."""
    named = {name for name in NAMED.findall(page.read_text()) if not any((ROOT / at / name).exists() for at in PLACES)}
    missing = [name for name in sorted(named) if not any((ROOT / "src").rglob(name))]
    assert not missing


def test_every_command_is_described() -> None:
    told = (ROOT / "docs" / "operations.md").read_text()
    for command in (ROOT / "bin").iterdir():
        assert f"`bin/{command.name}" in told, f"docs/operations.md does not say what bin/{command.name} does"
        assert os.access(command, os.X_OK), f"{command} cannot be run"
