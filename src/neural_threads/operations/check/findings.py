"""Findings of the check: a level and a plain sentence for each subject."""

from collections.abc import Iterable
from enum import StrEnum

import msgspec


class Level(StrEnum):
    """The severity of a finding. Only `wrong` makes the check fail."""

    GOOD = "good"
    WARNING = "warning"
    WRONG = "wrong"


class Finding(msgspec.Struct, frozen=True):
    """One sentence about one subject: what is so and, unless it is good, what to do."""

    subject: str
    level: Level
    says: str


class Report(msgspec.Struct, frozen=True):
    """All findings. `status` is the worst level."""

    status: Level
    findings: list[Finding]


def good(subject: str, says: str) -> Finding:
    """Return a finding that all is as it should be."""
    return Finding(subject, Level.GOOD, says)


def warning(subject: str, says: str) -> Finding:
    """It works, but somebody should look at it."""
    return Finding(subject, Level.WARNING, says)


def wrong(subject: str, says: str) -> Finding:
    """Something is missing or unsafe."""
    return Finding(subject, Level.WRONG, says)


def report_of(findings: Iterable[Finding]) -> Report:
    """Put findings together."""
    every = list(findings)
    levels = {finding.level for finding in every}
    worst = next((level for level in (Level.WRONG, Level.WARNING) if level in levels), Level.GOOD)
    return Report(worst, every)


def as_text(report: Report) -> str:
    """Return one line per finding and the sum at the end."""
    lines = [f"{finding.level:8} {finding.subject:12} {finding.says}" for finding in report.findings]
    counts = {level: sum(finding.level is level for finding in report.findings) for level in Level}
    lines.append(f"{counts[Level.WRONG]} wrong, {counts[Level.WARNING]} warnings, {counts[Level.GOOD]} good.")
    return "\n".join(lines)
