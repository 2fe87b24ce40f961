"""What the server runs with may be used in it: no AGPL, no GPL, nothing whose licence nobody knows."""

import re

import pytest

from neural_threads.platform.third_party import READ, UNKNOWN, Package, licence_of, run_time_packages

ALLOWED = {
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",  # its files stay under it when they are changed; we change none
    "PSF-2.0",
    "Unlicense",
    "Zlib",
}
UNCHANGED = "LGPL: a library of its own that is imported unchanged and can be exchanged for another version by whoever runs the program"
EXCEPTIONS = {
    "psycopg": UNCHANGED,
    "psycopg-binary": UNCHANGED,
    "psycopg-pool": UNCHANGED,
    "pyvips-binary": UNCHANGED,
}
PACKAGES = run_time_packages()


def may_be_used(licence: str) -> bool:
    """True if every part of the expression has an alternative that is allowed."""
    parts = licence.replace("(", "").replace(")", "").split(" AND ")
    return all(ALLOWED & set(part.split(" OR ")) for part in parts)


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_a_package_may_be_used(package: Package) -> None:
    if package.name in EXCEPTIONS:
        assert re.fullmatch(r"LGPL-3\.0-(only|or-later)", package.licence)
    else:
        assert may_be_used(package.licence), f"{package.name} is under {package.licence}"


@pytest.mark.parametrize(
    "licence",
    [
        "AGPL-3.0-only",
        "GPL-3.0-or-later",
        "LGPL-3.0-only",
        UNKNOWN,
        "MIT AND GPL-2.0-only",
        "GPL-2.0-only OR AGPL-3.0-only",
    ],
)
def test_these_are_refused(licence: str) -> None:
    assert not may_be_used(licence)


def test_the_whole_lock_is_looked_at() -> None:
    assert len(PACKAGES) > 90
    assert all(package.hashes for package in PACKAGES)


def test_nothing_is_excepted_or_read_in_vain() -> None:
    names = {package.name for package in PACKAGES}
    assert names > set(EXCEPTIONS)
    assert names > set(READ)


def test_a_package_that_says_nothing_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(READ, "segno")
    assert licence_of("segno") == UNKNOWN, "its classifier names no licence but a family"
