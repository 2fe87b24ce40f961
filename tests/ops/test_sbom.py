"""The bill of materials names everything that others made, in the form of CycloneDX 1.6."""

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from neural_threads.operations.sbom import ROOT_REF, bill_of_materials
from neural_threads.platform.third_party import PROGRAM, UNKNOWN, run_time_packages

PURL = re.compile(r"pkg:(pypi|npm)/(%40[\w.-]+/)?[\w.-]+@[\w.-]+")


@pytest.fixture(scope="module")
def bill() -> dict[str, Any]:
    return bill_of_materials()


def test_it_has_what_the_schema_requires(bill: dict[str, Any]) -> None:
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", bill["serialNumber"])
    refs = [component["bom-ref"] for component in bill["components"]]
    assert len(set(refs)) == len(refs)
    for component in bill["components"]:
        assert component["type"] == "library"
        assert component["name"]
        assert component["version"]
        assert PURL.fullmatch(component["purl"])
        assert component["licenses"] != [{"expression": UNKNOWN}]


def test_every_package_is_in_it_with_the_hashes_of_the_lock(bill: dict[str, Any]) -> None:
    named = {component["bom-ref"]: component for component in bill["components"]}
    for package in run_time_packages():
        component = named[f"pkg:pypi/{package.name}@{package.version}"]
        hashes = component["externalReferences"][0]["hashes"]
        assert tuple(each["content"] for each in hashes) == package.hashes


def test_every_file_made_by_others_is_in_it_as_it_lies_here(bill: dict[str, Any]) -> None:
    files = {file["name"]: file["hashes"][0]["content"] for c in bill["components"] for file in c.get("components", [])}
    assert {"platform/vision/models/u2netp.onnx", "web/tryon/vendor/pose.js", "web/shell/vendor/htmx.min.js"} < set(
        files
    )
    for name, content in files.items():
        assert hashlib.sha256((PROGRAM / name).read_bytes()).hexdigest() == content
    lists = [page.read_text() for page in PROGRAM.rglob("VENDOR.md")]
    assert len(files) == sum(len(re.findall(r"^\| `", text, re.MULTILINE)) for text in lists)


def test_everything_is_needed_by_something_that_is_there(bill: dict[str, Any]) -> None:
    refs = {ROOT_REF, *(component["bom-ref"] for component in bill["components"])}
    needed = {each["ref"]: set(each["dependsOn"]) for each in bill["dependencies"]}
    assert set().union(*needed.values()) == refs - {ROOT_REF}
    assert any("psycopg@" in ref for ref in needed[ROOT_REF])
    litestar = next(ref for ref in refs if "/litestar@" in ref)
    assert any("/msgspec@" in ref for ref in needed[litestar])


def test_the_command_writes_the_same_bill_each_time(tmp_path: Path) -> None:
    for name in ("one.json", "two.json"):
        argv = [sys.executable, "-P", "-m", "neural_threads.operations.sbom", str(tmp_path / name)]
        subprocess.run(argv, check=True, capture_output=True)
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    assert json.loads((tmp_path / "one.json").read_text()) == bill_of_materials()
