"""`neural-threads media verify` finds pictures that are missing and files that no row knows, and changes nothing."""

import os
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from neural_threads.platform.db.migrations import ROOT
from tests.conftest import FreshServer
from tests.media.bad_files import jpeg
from tests.support.cluster import clean_environment
from tests.support.people import People
from tests.support.server import Server


def verified(server: Server) -> subprocess.CompletedProcess[str]:
    """Run the command on this server's database and pictures."""
    env = clean_environment() | {"DATABASE_URL": server.dsn, "THREADS_DATA_DIR": str(server.data_dir)}
    argv = [sys.executable, "-P", "-m", "neural_threads", "media", "verify"]
    return subprocess.run(argv, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.case("R9")
@pytest.mark.long
async def test_missing_and_orphaned_files_are_named(
    fresh_server: FreshServer, people_at: Callable[[Server], People]
) -> None:
    server = await fresh_server()
    cora = await people_at(server).customer("Cora")
    for colour in (20, 90):
        image = jpeg() + bytes([0, colour])
        assert (await cora.post("/api/upload", files={"file": ("a.jpg", image, "image/jpeg")})).status_code == 201
    originals = server.data_dir / "media" / "originals"
    assert verified(server).returncode == 0
    lost, kept = sorted(path for path in originals.rglob("*") if path.is_file())
    lost.rename(server.data_dir / "lost")
    for name, age in (("old", 3 * 86_400), ("young", 60)):
        (kept.parent / name).write_bytes(b"nobody's")
        os.utime(kept.parent / name, (time.time() - age, time.time() - age))
    told = verified(server)
    assert told.returncode == 1
    lines = told.stdout.splitlines()
    assert f"missing   {lost.relative_to(originals)}" in lines
    assert f"orphaned  {kept.parent.relative_to(originals)}/old" in lines
    assert lines[-1] == "2 pictures, 1 are missing; 1 of 3 files are orphaned."
    assert told.stderr.strip() == "Bring the missing pictures back from a backup of the store."
    (server.data_dir / "lost").rename(lost)
    told = verified(server)
    assert told.returncode == 0
    assert (kept.parent / "old").exists()
