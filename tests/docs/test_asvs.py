"""docs/asvs.md has every requirement of ASVS 5.0.0, levels 1 and 2, once, and names only what exists."""

import re
from collections import Counter

from neural_threads.platform.db.migrations import ROOT

PAGE = ROOT / "docs/asvs.md"
PROGRAM = ROOT / "src/neural_threads"
STATES = ("met", "partly", "not met", "does not apply")
LEVELS = {"1": 70, "2": 183}
"""How many requirements the standard has."""
CHAPTERS = (27, 11, 19, 10, 9, 35, 18, 7, 7, 29, 14, 9, 13, 9, 13, 16, 7)
"""How many of both levels each chapter has, from V1 on."""
ROW = re.compile(r"^\| (\d+\.\d+\.\d+[^|]*) \| ([12]) \| [^|]+ \| ([^|]+) \| (.+) \|$", re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
PATH = re.compile(r"`([\w.-]+(?:/[\w.@-]+)+)(?:::test_\w+)?`")


def answers() -> list[tuple[str, str, str, str]]:
    """(requirement, level, state, how) for each requirement, also where one row answers several."""
    found = ROW.findall(PAGE.read_text())
    return [(one.strip(), level, state, how) for ids, level, state, how in found for one in ids.split(",")]


def test_every_requirement_is_answered_once() -> None:
    asked = [one for one, _, _, _ in answers()]
    assert len(set(asked)) == len(asked)
    chapters = Counter(int(one.split(".")[0]) for one in asked)
    assert tuple(chapters[number + 1] for number in range(len(CHAPTERS))) == CHAPTERS
    assert Counter(level for _, level, _, _ in answers()) == LEVELS


def test_the_figures_are_those_of_the_rows() -> None:
    counted = Counter((level, state) for _, level, state, _ in answers())
    assert {state for _, state in counted} == set(STATES)
    for level in LEVELS:
        figures = " | ".join(str(counted[level, state]) for state in STATES)
        assert f"| {level} | {figures} |" in PAGE.read_text()


def test_every_file_that_is_named_exists() -> None:
    named = set(PATH.findall(PAGE.read_text()))
    assert len(named) > 50
    assert not sorted(path for path in named if not (ROOT / path).exists() and not (PROGRAM / path).exists())


def test_every_test_that_is_named_exists() -> None:
    named = set(TEST.findall(PAGE.read_text()))
    assert len(named) > 50
    assert not sorted(f"{path}::{name}" for path, name in named if f"def {name}(" not in (ROOT / path).read_text())


def test_whoever_says_met_says_where() -> None:
    bare = [one for one, _, state, how in answers() if state == "met" and "`" not in how and "same" not in how]
    assert sorted(bare) == ["11.1.2", "6.2.10", "6.4.2"], "three are shown by the page itself or by an absence"
