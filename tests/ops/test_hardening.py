"""The product does its work with the system calls that its units leave it."""

from pathlib import Path

import psutil
import pytest

from tests.factories.wardrobe import INDIGO
from tests.stylist.asking import SORRY, asked
from tests.support import unit_filter
from tests.support.machine import Machine
from tests.support.people import People
from tests.support.processes import children_of
from tests.support.service_manager import Unit

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not unit_filter.is_possible(), reason="this machine holds no program to a list of system calls"),
]


def is_held(pid: int) -> bool:
    """Return True if the kernel filters the system calls of this process."""
    return "Seccomp:\t2" in Path(f"/proc/{pid}/status").read_text()


async def test_images_and_answers_are_made_under_the_units_filter(machine: Machine, people_there: People) -> None:
    machine.serve("neural-threads-worker")
    server = machine.unit("neural-threads").pid()
    assert is_held(server)
    assert is_held(machine.unit("neural-threads-worker").pid())
    cora = await people_there.customer("Cora")
    assert (await cora.post("/api/upload", files={"file": ("a.png", INDIGO, "image/png")})).status_code == 201
    assert (await asked(cora))["response"] != SORRY
    assert max(child.nice() for child in children_of(server, "spawn_main")) > psutil.Process(server).nice()


async def test_who_may_not_change_priorities_is_answered_all_the_same(machine: Machine, people_there: People) -> None:
    unit: Unit = machine.unit("neural-threads")
    unit.file.write_text(unit.file.read_text().replace("prlimit64 setpriority", "prlimit64"))
    machine.serve()
    cora = await people_there.customer("Cora")
    assert (await asked(cora))["response"] != SORRY
