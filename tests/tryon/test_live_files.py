"""The pose package in the browser: its files are what was reviewed, travel small, and may run only where they must."""

import gzip
import hashlib
import re
from pathlib import Path

import pytest

from neural_threads.platform.vision.model_files import MODELS
from neural_threads.web.tryon.live import FILES, PLACE, SCRIPTS, VENDOR
from tests.support.people import People
from tests.tryon.test_page import HTML, PAGE

pytestmark = pytest.mark.usefixtures("database")
WASM = "pose_solution_simd_wasm_bin.wasm"
MOST_BYTES = 25 * 1_048_576


def sums() -> dict[str, str]:
    """What VENDOR.md says of each file."""
    return dict(
        re.findall(r"^\| `([^`]+)` \|.*\| `([0-9a-f]{64})` \|$", (VENDOR / "VENDOR.md").read_text(), re.MULTILINE)
    )


def test_every_file_is_the_one_that_was_reviewed_and_all_are_used() -> None:
    files = {path.name for path in VENDOR.iterdir()} - {"VENDOR.md"}
    assert (
        files == set(sums()) == {file.path.name for file in FILES.values() if file.path.parent == VENDOR} | set(SCRIPTS)
    )
    for name, digest in sums().items():
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest
    unpacked = gzip.decompress((VENDOR / f"{WASM}.gz").read_bytes())
    assert hashlib.sha256(unpacked).hexdigest() in (VENDOR / "VENDOR.md").read_text()


def test_networks_of_server_and_browser_together_stay_small() -> None:
    places: list[Path] = [*MODELS.iterdir(), *VENDOR.iterdir()]
    assert sum(path.stat().st_size for path in places if path.is_file()) <= MOST_BYTES


@pytest.mark.parametrize("name", list(FILES))
async def test_a_file_is_streamed_as_it_lies_there(people: People, name: str) -> None:
    nobody = people.anonymous()
    answer = await nobody.http.get(f"{PLACE}/{name}", headers={"Accept-Encoding": "gzip, br"})
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    assert int(answer.headers["content-length"]) == FILES[name].path.stat().st_size
    plain = await nobody.http.get(f"{PLACE}/{name}", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == answer.content
    assert (await nobody.http.head(f"{PLACE}/{name}", headers={"Accept-Encoding": "gzip"})).content == b""
    assert (await nobody.http.get(f"{PLACE}/other.wasm")).status_code == 404


async def test_only_this_page_and_its_worker_may_compile_webassembly(people: People) -> None:
    cora = await people.customer()
    answers = {
        path: await cora.get(path, headers=HTML)
        for path in (PAGE, "/pose/worker.js", "/customer", "/customer/wardrobe", "/")
    }
    policies = {path: answer.headers["content-security-policy"] for path, answer in answers.items()}
    assert {path for path, policy in policies.items() if "wasm-unsafe-eval" in policy} == {PAGE, "/pose/worker.js"}
    assert not any("'unsafe-eval'" in policy for policy in policies.values())
    assert "script-src 'self' 'wasm-unsafe-eval'" in policies["/pose/worker.js"]
    assert all(
        word not in answers["/customer/wardrobe"].text for word in ("live-preview", "pose-source", "pose-worker")
    )
