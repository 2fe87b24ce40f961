"""Rules between kinds of files that import-linter cannot see."""

import re
from pathlib import Path

import pytest

FEATURES = Path(__file__).parents[2] / "src" / "neural_threads" / "features"
IN_THE_CALLERS_TRANSACTION = ("shapes", "queries", "actions", "events")
OPENING = re.compile(r"\b(?:reading|transaction)\(\)|\bin_transaction\(")
WEB = re.compile(r"^\s*(?:from|import) (?:litestar|neural_threads\.web)\b|\b(?:UploadFile|Redirect|set_cookie)\b", re.M)
EXCEPTIONS = {
    "chat/queries.py": "chat_of_message keeps in memory what never changes; the row must be known before its lock"
}


def sources(*kinds: str) -> dict[str, str]:
    """Return the text of every file of these kinds: `queries.py`, and what is in a folder of that name."""
    paths = [path for path in FEATURES.rglob("*.py") if path.stem in kinds or path.parent.name in kinds]
    return {path.relative_to(FEATURES).as_posix(): path.read_text() for path in paths}


@pytest.mark.parametrize("kind", IN_THE_CALLERS_TRANSACTION)
def test_the_caller_opens_the_transaction(kind: str) -> None:
    opening = {name for name, text in sources(kind).items() if OPENING.search(text)}
    assert opening <= EXCEPTIONS.keys()


def test_flows_know_no_web() -> None:
    flows = sources("flows", "adding_flows")
    assert len(flows) >= 7
    assert not {name for name, text in flows.items() if WEB.search(text)}


def test_web_reaches_images_and_passwords_through_flows() -> None:
    """Hashing a password and making an image are slow work between transactions."""
    web = FEATURES.parent / "web"
    slow = re.compile(r"\b(?:hash_password|turn_to_hash|image_of|keep_files|examine_image)\(")
    assert not [str(path) for path in web.rglob("*.py") if slow.search(path.read_text())]


def test_hmac_is_in_one_place() -> None:
    source = FEATURES.parent
    users = {path.relative_to(source).as_posix() for path in source.rglob("*.py") if "import hmac" in path.read_text()}
    assert users == {"platform/signing.py"}
