"""kill -9 of servers and databases and broken lines in the middle of sending: nothing is lost, doubled or out of order (D1, D2, D3, R3, E23–E25).

A killed process is not a power cut: what the kernel has, it still writes. The same as `bench/run faults`.
"""

import random
from pathlib import Path

import pytest

from bench.faults import Plan, tried
from bench.server_process import signing
from tests.support.deadlines import slowness

SHORT = Plan(sends=960, kills=1, database_kills=1, breaks=0.02)
LONG = Plan(sends=10_000, kills=20, database_kills=10)


@pytest.mark.case("E23", "E24", "E25", "I01", "I02")
@pytest.mark.long
@pytest.mark.parametrize("plan", [SHORT, LONG], ids=["short", "long"])
async def test_the_books_balance_whatever_is_killed(folder: Path, plan: Plan) -> None:
    slow = slowness()
    with signing():
        outcome = await tried(plan.sown(random.randrange(1 << 30)), folder)
    print(outcome)
    slow = max(slow, slowness())
    assert outcome.wrong == 0, outcome
    assert outcome.acknowledged == plan.sends
    assert (outcome.kills, outcome.database_kills) == (plan.kills, plan.database_kills)
    assert outcome.breaks
    assert outcome.events, "nobody heard anything"
    assert max(outcome.refusals) <= 2 * slow
    assert max(outcome.returns) <= 5 * slow
