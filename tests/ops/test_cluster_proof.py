"""The short form of `bin/cluster prove`: three machines on this one are upgraded and hurt meanwhile, nothing is lost, no request fails for the upgrade."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from neural_threads.platform.db.migrations import ROOT
from tests.support.cluster import clean_environment
from tests.support.programs import required
from tests.support.runbooks import runbook
from tests.support.server import free_port

pytestmark = pytest.mark.long
PATIENCE = 540
FAULTS = ("kill a web node", "freeze Redis", "kill PgBouncer", "kill the primary")


@pytest.fixture
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A data directory of its own, and a port; whatever was built there is stopped and removed."""
    for program in ("patroni", "etcd", "pgbouncer", "haproxy", "prometheus"):
        required(program)
    folder = tmp_path_factory.mktemp("machines")
    env = clean_environment() | {"THREADS_DATA_DIR": str(folder), "PORT": str(free_port())}
    yield env
    down = subprocess.run(
        [sys.executable, "-m", "cluster", "down", "--remove"],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert down.returncode == 0, down.stderr
    shutil.rmtree(folder, ignore_errors=True)


def test_nothing_is_lost_while_programs_of_three_machines_are_killed_and_frozen(
    elsewhere: dict[str, str], tmp_path: Path
) -> None:
    table = tmp_path / "table.md"
    argv = [sys.executable, "-m", "cluster", "prove", "--short", "--into", str(table)]
    told = subprocess.run(argv, cwd=ROOT, env=elsewhere, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert table.exists(), told.stdout + told.stderr
    text = table.read_text()
    counted = dict(re.findall(r"^\| ([^|]+) \| ([\d.,]+)[^|]* \| [\d.]* \|$", text, re.MULTILINE))
    assert int(counted["messages acknowledged"].replace(",", "")) > 50, text
    assert int(counted["pictures acknowledged"].replace(",", "")) > 0, text
    must_be_none = re.findall(r"^\| [^|]+ \| [^|]+ \| 0 \|$", text, re.MULTILINE)
    assert len(must_be_none) > 15, text
    assert not [line for line in must_be_none if "missed" in line], told.stdout
    waits = {
        fault: float(wait)
        for fault, wait in re.findall(r"^\| ((?:kill|freeze) [^|]+) \| ([\d.]+) s", text, re.MULTILINE)
    }
    assert set(waits) == set(FAULTS)
    # Promised are 2 and 30 s; a machine that does much else at the time may be slower.
    assert max(waits[fault] for fault in FAULTS[:3]) < 20, waits
    assert waits["kill the primary"] < 90, waits
    look_at_the_primary(elsewhere)


def look_at_the_primary(env: dict[str, str]) -> None:
    """The steps of the runbook *Primary gone* that need Patroni and etcd, on one of the machines."""
    told = subprocess.run(
        [sys.executable, "-m", "cluster", "status"], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    places = re.search(r"data in (.+)\n  (\S+) .*?(?:\[(.+)\])?\n", told.stdout)
    assert places, told.stdout + told.stderr
    folder, address, enter = places.groups("")
    book = runbook("Primary gone")
    for step, sign in ((1, r"Leader *\| running"), (2, "is healthy")):
        commands = book.commands(step).replace("/etc/patroni/config.yml", f"{folder}/machine1/postgres/patroni.yaml")
        argv = [*enter.split(), "bash", "-euo", "pipefail", "-c", commands]
        own = env | {"ETCDCTL_API": "3", "ETCDCTL_ENDPOINTS": f"http://{address}:2379"}
        seen = subprocess.run(argv, env=own, capture_output=True, text=True, timeout=60, check=False)
        assert seen.returncode == 0, seen.stdout + seen.stderr
        assert len(re.findall(sign, seen.stdout + seen.stderr)) == (1 if step == 1 else 3), seen.stdout + seen.stderr
