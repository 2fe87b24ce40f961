"""Third-party works: packages of requirements/run.lock with their licences as installed, and files that VENDOR.md lists name."""

import re
from importlib.metadata import PackageNotFoundError, metadata, version
from pathlib import Path
from typing import NamedTuple

PROGRAM = Path(__file__).parents[1]
LOCK = PROGRAM.parents[1] / "requirements" / "run.lock"
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
NEEDED_BY = re.compile(r"^    #   ([\w.-]+)(?: \(pyproject\.toml\))?$", re.MULTILINE)
SPDX = re.compile(r"[A-Za-z0-9.+-]+(?: (?:AND|OR) [A-Za-z0-9.+-]+)*")


class Package(NamedTuple):
    """A locked package: its licence as an SPDX expression, or `unknown`; the SHA-256 of each of its files; who needs it."""

    name: str
    version: str
    licence: str
    hashes: tuple[str, ...]
    needed_by: tuple[str, ...]


def run_time_packages() -> list[Package]:
    """Return the packages of the lock that are for this platform, by name.

    Raises PackageNotFoundError if one is missing that every platform needs.
    """
    return [
        Package(name, locked, licence_of(name), tuple(HASH.findall(rest)), tuple(NEEDED_BY.findall(rest)))
        for name, locked, marker, rest in LOCKED.findall(LOCK.read_text())
        if not marker or _is_installed(name, locked)
    ]


class VendoredFile(NamedTuple):
    """A file that lies in our tree but was made by others: `kind` of registry (`npm`, `pypi`), package, version, licence.

    `texts` are the files with the licence's words.
    """

    path: str
    kind: str
    package: str
    version: str
    licence: str
    sha256: str
    texts: tuple[Path, ...]


VENDORED = re.compile(r"^\| `([^`]+)` \|(.*)\| `([0-9a-f]{64})` \|$", re.MULTILINE)
ORIGIN = re.compile(r"(npm|PyPI) `([^`]+)` (\d[\w.-]*\w)")
TEXT = re.compile(r"`([./\w-]*licences/[\w.-]+\.txt)`")
KNOWN = re.compile(r"\b(0BSD|Apache-2\.0|BSD-2-Clause|ISC|MIT|OFL-1\.1)\b")


def vendored_files() -> list[VendoredFile]:
    """Return the files of every VENDOR.md below the program."""
    return [file for page in sorted(PROGRAM.rglob("VENDOR.md")) for file in _files_of(page)]


def _files_of(page: Path) -> list[VendoredFile]:
    """Return the rows of one list. Where a row does not say the package or the licence, the sentence above the table does."""
    text = page.read_text()
    above = text.partition("| file |")[0]
    files = []
    for name, rest, sha256 in VENDORED.findall(text):
        # The list of the shell has columns for package and version; the others name both in a sentence.
        origin = ORIGIN.search(rest) or ORIGIN.search(above)
        cells = [cell.strip() for cell in rest.split("|")]
        kind, package, version = origin.groups() if origin else ("npm", cells[0], cells[1])
        licence = KNOWN.search(rest) or KNOWN.search(above)
        texts = TEXT.findall(rest) or TEXT.findall(above) or [f"licences/{package.rpartition('/')[2]}.txt"]
        place = page.parent.parent if name.startswith(("vendor/", "fonts/")) else page.parent
        path = (place / name).relative_to(PROGRAM).as_posix()
        said = licence[0] if licence else UNKNOWN
        lying = tuple((page.parent / text).resolve() for text in texts)
        files.append(VendoredFile(path, kind.lower(), package, version, said, sha256, lying))
    return files


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
