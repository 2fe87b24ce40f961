"""`python -m neural_threads.operations.sbom [FILE]`: write the software bill of materials as CycloneDX 1.6 JSON."""

import json
import sys
import tomllib
import uuid
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Any

from neural_threads.platform.config import get_settings
from neural_threads.platform.third_party import LOCK, Package, VendoredFile, run_time_packages, vendored_files

Json = dict[str, Any]
ROOT_REF = "neural-threads"
NAMESPACE = uuid.UUID("5d0d1f8e-3f0b-4d3c-9a53-2f1c4c1f6a10")


def bill_of_materials() -> Json:
    """Return what the program is made of: packages of the lock and files made by others. The same input gives the same bill."""
    packages, files = run_time_packages(), vendored_files()
    bill: Json = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": ROOT_REF,
                "name": "neural-threads",
                "version": _our_version(),
            }
        },
        "components": [*map(_package, packages), *_vendored(files)],
        "dependencies": _dependencies(packages, files),
    }
    bill["serialNumber"] = f"urn:uuid:{uuid.uuid5(NAMESPACE, json.dumps(bill, sort_keys=True))}"
    return bill


def _our_version() -> str:
    project = tomllib.loads((LOCK.parents[1] / "pyproject.toml").read_text())["project"]
    return str(project["version"])


def _package(package: Package) -> Json:
    address = _address("pypi", package.name, package.version)
    hashes = [{"alg": "SHA-256", "content": content} for content in package.hashes]
    return {
        "type": "library",
        "bom-ref": address,
        "name": package.name,
        "version": package.version,
        "licenses": [{"expression": package.licence}],
        "purl": address,
        # One hash for each file that may be installed, depending on the platform.
        "externalReferences": [{"type": "distribution", "url": address, "hashes": hashes}],
    }


def _vendored(files: Iterable[VendoredFile]) -> list[Json]:
    """Return one component per package that files were taken from, the files within it."""
    return [
        {
            "type": "library",
            "bom-ref": f"{_address(kind, name, version)}#vendored",
            "name": name,
            "version": version,
            "licenses": [{"expression": licence}],
            "purl": _address(kind, name, version),
            "components": [
                {"type": "file", "name": file.path, "hashes": [{"alg": "SHA-256", "content": file.sha256}]}
                for file in group
            ],
        }
        for (kind, name, version, licence), group in groupby(sorted(files, key=_origin), key=_origin)
    ]


def _origin(file: VendoredFile) -> tuple[str, str, str, str]:
    return file.kind, file.package, file.version, file.licence


def _dependencies(packages: list[Package], files: Iterable[VendoredFile]) -> list[Json]:
    refs = {package.name: _address("pypi", package.name, package.version) for package in packages}
    needs: dict[str, set[str]] = {ref: set() for ref in [ROOT_REF, *refs.values()]}
    for package in packages:
        for parent in package.needed_by:
            needs[refs.get(parent, ROOT_REF)].add(refs[package.name])
    needs[ROOT_REF] |= {f"{_address(file.kind, file.package, file.version)}#vendored" for file in files}
    return [{"ref": ref, "dependsOn": sorted(needed)} for ref, needed in needs.items()]


def _address(kind: str, name: str, version: str) -> str:
    """Return the package URL (purl): a scope's `@` is written `%40`."""
    return f"pkg:{kind}/{name.replace('@', '%40')}@{version}"


def main() -> None:
    """Write the bill to the file that is named, else into the data directory, and say where it is."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else get_settings().data_dir / "sbom.cdx.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(bill_of_materials(), indent=1, ensure_ascii=False) + "\n")
    print(f"The bill of materials is in {target}.")


if __name__ == "__main__":
    main()
