"""The packages that the server runs with, from requirements/run.lock, and their licences, from what is installed."""

import re
from importlib.metadata import PackageNotFoundError, metadata, version
from pathlib import Path
from typing import NamedTuple

LOCK = Path(__file__).parents[3] / "requirements" / "run.lock"
UNKNOWN = "unknown"
READ = {
    # Their metadata says less than their licence files, which were read.
    "cloudinary": "MIT",
    "emoji": "BSD-3-Clause",
    "jinja2": "BSD-3-Clause",
    "packaging": "Apache-2.0 OR BSD-2-Clause",
    "protobuf": "BSD-3-Clause",
    "pyasn1-modules": "BSD-2-Clause",
    "python-dateutil": "Apache-2.0 OR BSD-3-Clause",
    "rich-click": "MIT",
    "segno": "BSD-3-Clause",
    "uvloop": "MIT OR Apache-2.0",
}
IN_WORDS = {
    "apache 2": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "isc license (iscl)": "ISC",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "python software foundation license": "PSF-2.0",
    "the unlicense (unlicense)": "Unlicense",
}
"""How packages write what has a name in SPDX, in `License` and in classifiers."""
LOCKED = re.compile(r"^([\w.-]+)==([^\s;]+)( ; [^\\\n]+)?(.*?)(?=^\w|\Z)", re.MULTILINE | re.DOTALL)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
SPDX = re.compile(r"[A-Za-z0-9.+-]+(?: (?:AND|OR) [A-Za-z0-9.+-]+)*")


class Package(NamedTuple):
    """A locked package: its licence as an SPDX expression, or `unknown`; the SHA-256 of each of its files."""

    name: str
    version: str
    licence: str
    hashes: tuple[str, ...]


def run_time_packages() -> list[Package]:
    """Return the packages of the lock that are for this platform, by name.

    Raises PackageNotFoundError if one is missing that every platform needs.
    """
    return [
        Package(name, locked, licence_of(name), tuple(HASH.findall(rest)))
        for name, locked, marker, rest in LOCKED.findall(LOCK.read_text())
        if not marker or _is_installed(name, locked)
    ]


def _is_installed(name: str, locked: str) -> bool:
    try:
        return version(name) == locked
    except PackageNotFoundError:
        return False


def licence_of(name: str) -> str:
    """Return the SPDX expression of an installed package, or `unknown`. Raises PackageNotFoundError."""
    told = metadata(name)
    if name in READ:
        return READ[name]
    classified = [each for each in told.get_all("Classifier") or [] if each.startswith("License ::")]
    # What the package says of its licence, the most exact first.
    fields = [words for field in ("License-Expression", "License") for words in told.get_all(field) or []]
    said = [*fields, *(each.rpartition(" :: ")[2] for each in classified)]
    return next((known for words in said if (known := _in_spdx(words))), UNKNOWN)


def _in_spdx(words: str) -> str | None:
    return IN_WORDS.get(words.casefold()) or (words if SPDX.fullmatch(words) else None)
