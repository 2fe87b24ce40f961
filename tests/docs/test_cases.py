"""docs/cases.md names tests that exist, for every case that we promise."""

import re

from neural_threads.platform.db.migrations import ROOT

PAGE = ROOT / "docs/cases.md"
PROMISED = {"A": 23, "B": 18, "C": 21, "E": 25, "F": 22, "G": 25, "W": 13}
ELSEWHERE = {"B09"}  # Headers beyond all measure: the proxy's.
ROW = re.compile(r"^\| ([A-Z]\d{1,2}) \| [^|]+ \| (.+) \|$", re.MULTILINE)
CASE = re.compile(r"(?<=test_)(?:[a-z]\d\d?_)+")
"""Tests may be called after their cases; the page need not follow."""
NAMED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")


def rows() -> dict[str, list[tuple[str, str]]]:
    return {case: NAMED.findall(tests) for case, tests in ROW.findall(PAGE.read_text())}


def test_every_case_has_a_test():
    promised = {f"{letter}{n:02}" for letter, many in PROMISED.items() for n in range(1, many + 1)} - ELSEWHERE
    told = rows()
    assert not promised - set(told)
    assert not [case for case, tests in told.items() if not tests]


def test_every_test_that_is_named_exists():
    gone = []
    for case, tests in rows().items():
        for file, name in tests:
            path = ROOT / "tests" / file
            there = re.findall(r"^(?:async )?def (test_\w+)\(", path.read_text(), re.MULTILINE) if path.exists() else []
            if CASE.sub("", name) not in {CASE.sub("", each) for each in there}:
                gone.append(f"{case}: {file}::{name}")
    assert not gone
