"""Templates read without scrolling sideways."""

from pathlib import Path

from neural_threads.web.templates.environment import WEB_DIR

LONGEST = 160
"""Letters; a start tag that needs more has one attribute per line."""


def too_long(template: Path) -> list[str]:
    """Where a template has lines longer than that, as "chat/list/rows.html:7"."""
    lines = template.read_text().splitlines()
    return [f"{template.relative_to(WEB_DIR)}:{n}" for n, line in enumerate(lines, 1) if len(line) > LONGEST]


def test_no_line_of_a_template_is_longer_than_160_letters():
    templates = sorted(Path(WEB_DIR).rglob("*.html"))
    assert len(templates) > 100
    assert [place for template in templates for place in too_long(template)] == []
