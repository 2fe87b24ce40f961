"""Run the tests that touch messages on a table that is hash-partitioned by `chat_id`, and list what fails."""

import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import NamedTuple

from bench.context import Stage
from bench.figures import at_most
from bench.partitioning import PARTITIONS, Naming
from bench.servers import ROOT, clean_environment

TREE = ("src", "tests", "bench", "migrations", "docs", "deploy", "bin", "requirements")
FILES = ("alembic.ini", "pyproject.toml", "README.md", "CONTRIBUTING.md")
NAMED = ("tests/chat", "tests/delivery", "tests/api/test_sent_twice.py")
"""Where `client_id` plays a part."""
TESTS = (
    *NAMED,
    "tests/realtime",
    "tests/orders",
    "tests/notifications",
    "tests/dashboard",
    "tests/data_export",
    "tests/account_deletion",
    "tests/media/test_private.py",
    "tests/media/test_remove.py",
    "tests/jobs/test_repeated.py",
    "tests/platform/test_plans_kept.py",
    "tests/platform/test_plans_elsewhere.py",
    "tests/stylist/test_keep_outfit.py",
)
CHAT = "src/neural_threads/features/chat"
CONFLICT = {
    Naming.EVERYWHERE: "on conflict do nothing",
    Naming.IN_CHAT: "on conflict (chat_id, sender_id, client_id) do nothing",
}
CHANGES = (
    (
        f"{CHAT}/reactions.py",
        '''"insert into message_reactions (id, message_id, user_id, emoji, created_at)"
        " values (%(id)s, %(message)s, %(me)s, %(emoji)s, clock_timestamp())"''',
        '''"insert into message_reactions (id, chat_id, message_id, user_id, emoji, created_at)"
        " select %(id)s, m.chat_id, m.id, %(me)s, %(emoji)s, clock_timestamp() from messages m where m.id = %(message)s"''',
    ),
    (
        f"{CHAT}/actions.py",
        "message_named(db, me, draft.client_id)",
        "message_named(db, me, draft.client_id, draft.chat_id)",
    ),
    (f"{CHAT}/queries.py", "client_id: object) -> Message", "client_id: object, chat_id: str) -> Message"),
    (f"{CHAT}/queries.py", "m.client_id = %(client)s::uuid", "m.client_id = %(client)s::uuid and m.chat_id = %(chat)s"),
    (f"{CHAT}/queries.py", "        client=client_id,\n", "        client=client_id,\n        chat=chat_id,\n"),
)
"""What the program must say otherwise: file, words, other words. Three statements; nothing else."""


KNOWN = {
    "tests/account_deletion/test_canary.py::test_every_table_about_a_person_is_thought_of": "names are a table more",
    "tests/media/test_remove.py::test_every_column_that_names_an_image_is_known": "each partition is listed as a table",
    "tests/chat/test_send_message.py::test_the_same_name_for_other_words_is_refused": "in one chat alone, a name may stand twice",
}
"""Tests that break with partitions, and why they may (docs/scale.md)."""


class Outcome(NamedTuple):
    """What became of the tests of one run."""

    passed: set[str]
    failed: dict[str, str]
    """Test → the first line of its reason."""


def run(stage: Stage) -> None:
    """Nothing breaks without a known reason. `--work "in chat"` for one way of naming, `--tests` for some tests."""
    wanted = [Naming(name) for name in stage.options.work.split(",") if name] or list(Naming)
    for naming in wanted:
        usual = TESTS if naming is Naming.EVERYWHERE else NAMED
        tests = stage.options.tests.split(",") if stage.options.tests else list(usual)
        tree = _changed_copy(stage.here.folder / f"partitioned-{naming.name.lower()}", naming)
        first = _tested(stage, tree, tests, naming)
        # A test that fails alone, too, on partitions, and passes on plain tables, is one that partitions break.
        again = _tested(stage, tree, sorted(first.failed), naming) if first.failed else first
        plain = _tested(stage, ROOT, sorted(again.failed), None) if again.failed else again
        broken = {name: reason for name, reason in again.failed.items() if name in plain.passed}
        elsewhere = sorted(set(again.failed) - set(broken))
        print(
            f"\n{PARTITIONS} partitions, client_id unique {naming}: {len(first.passed | again.passed)} hold, {len(broken)} break"
        )
        for name, reason in broken.items():
            print(f"  breaks  {name}\n          {reason}\n          {_known(name) or 'for no known reason'}")
        for name in elsewhere:
            print(f"  fails on plain tables, too: {name}")
        stage.report.facts[naming.name.lower()] = {
            "hold": len(first.passed | again.passed),
            "broken": broken,
            "fail on plain tables, too": elsewhere,
        }
        unknown = [name for name in broken if not _known(name)]
        stage.report.promise(at_most(f"client_id unique {naming}: break for no known reason", 0, len(unknown)))


def _known(name: str) -> str:
    return next((reason for test, reason in KNOWN.items() if name.startswith(test)), "")


def _changed_copy(folder: Path, naming: Naming) -> Path:
    """Copy the program with its tests, and let it speak to partitions."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in TREE:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy(ROOT / name, folder / name)
    conflict = (f"{CHAT}/actions.py", "on conflict (sender_id, client_id) do nothing", CONFLICT[naming])
    for name, old, new in (*CHANGES, conflict):
        text = (folder / name).read_text()
        if text.count(old) != 1:
            raise SystemExit(f"{name} does not say this once, so the changes for partitions must be looked at:\n{old}")
        (folder / name).write_text(text.replace(old, new))
    return folder


def _tested(stage: Stage, tree: Path, tests: list[str], naming: Naming | None) -> Outcome:
    """Run these there; None: on plain tables."""
    told = stage.here.folder / "partitioned.xml"
    told.unlink(missing_ok=True)
    settings = {
        "DATABASE_URL": stage.here.cluster,
        "THREADS_DATA_DIR": str(stage.here.folder / "partitioned"),
        "PYTHONPATH": str(tree / "src"),
    }
    argv = [sys.executable, "-P", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "not long and not browser"]
    argv += ["-n", str(min(2, os.cpu_count() or 1)), f"--junitxml={told}", *tests]
    argv += ["--messages-partitioned", naming.value] if naming else []
    environment = {name: value for name, value in clean_environment().items() if not name.startswith("PYTEST_")}
    ran = subprocess.run(argv, cwd=tree, env=environment | settings, capture_output=True, text=True, check=False)
    if not told.exists():
        raise SystemExit(f"The tests did not run:\n{ran.stdout[-3000:]}\n{ran.stderr[-3000:]}")
    return _read(told)


def _read(path: Path) -> Outcome:
    passed, failed = set[str](), dict[str, str]()
    for case in ElementTree.parse(path).getroot().iter("testcase"):  # Written by pytest just now.
        place = case.get("classname", "").replace(".", "/") + ".py"
        name = f"{place}::{case.get('name')}"
        wrong = [part for part in case if part.tag in ("failure", "error")]
        if wrong:
            failed[name] = (wrong[0].get("message") or "").strip().split("\n")[0][:300]
        elif not list(case.iter("skipped")):
            passed.add(name)
    return Outcome(passed - set(failed), failed)
