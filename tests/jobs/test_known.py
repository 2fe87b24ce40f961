"""Whatever registers itself by being imported is known to the processes that need it, whoever imports what."""

import ast
import json
import subprocess
import sys
from collections.abc import Callable

import pytest

from neural_threads.features import jobs as all_jobs
from neural_threads.platform.db.migrations import ROOT
from tests.support.server import Server
from tests.support.worker import Worker, said

SRC = ROOT / "src" / "neural_threads"


def tasks_in_src() -> dict[str, str]:
    """The name of every function marked as a task, and the module that has it."""
    names = {}
    for path in SRC.rglob("*.py"):
        text = path.read_text()
        for node in ast.walk(ast.parse(text)) if "task(" in text else ():
            for mark in getattr(node, "decorator_list", []):
                if isinstance(mark, ast.Call) and ast.unparse(mark.func).split(".")[-1] == "task":
                    names[ast.literal_eval(mark.args[0])] = str(path.relative_to(SRC))
    return names


def test_each_feature_keeps_its_jobs_in_jobs_py_and_the_list_has_them_all() -> None:
    listed = {module.__name__.replace("neural_threads.", "").replace(".", "/") + ".py" for module in all_jobs.MODULES}
    assert set(tasks_in_src().values()) == listed


@pytest.mark.long  # programs are started
async def test_a_started_server_knows_every_task(fresh_server: Callable[..., "Server"]) -> None:
    server = await fresh_server(is_forked=False)  # type: ignore[misc]
    assert set(said(server.log, "jobs_known")[0]["tasks"]) == set(tasks_in_src())


@pytest.mark.long  # programs are started
async def test_a_started_worker_knows_every_task_and_loads_no_web_framework(ground, request) -> None:
    folder, dsn = ground.new_folder("worker"), ground.copy()
    worker = Worker(dsn, folder, PYTHONPROFILEIMPORTTIME="1")
    try:
        await worker.start()
        assert set(said(worker.log, "jobs_known")[0]["tasks"]) == set(tasks_in_src())
    finally:
        await worker.stop()
        ground.drop(dsn)
    loaded = {
        line.rpartition("|")[2].strip().split(".")[0] for line in worker.log.read_text().splitlines() if "|" in line
    }
    assert "procrastinate" in loaded
    assert {"litestar", "jinja2", "uvicorn", "starlette"}.isdisjoint(loaded)


WALK = """
import importlib, json, pkgutil, sys
import neural_threads

def registered():
    from neural_threads.platform import jobs, metrics, realtime
    from neural_threads.web.openapi import examples
    return {
        "jobs": jobs.known_tasks(),
        "told": sorted(realtime.SERVER_EVENTS),
        "heard": sorted(realtime.CLIENT_EVENTS),
        "metrics": sorted(name for name in metrics.REGISTRY._names_to_collectors),
    }

from neural_threads.web.app import FACES, create_app
create_app()
before = registered()
faces = []
for module in pkgutil.walk_packages(neural_threads.__path__, "neural_threads."):
    if not module.name.endswith("__main__"):
        loaded = importlib.import_module(module.name)
        if module.name.startswith("neural_threads.web.") and module.ispkg and hasattr(loaded, "handlers"):
            faces.append(module.name.removeprefix("neural_threads.web."))
print(json.dumps({"before": before, "after": registered(), "faces": faces, "listed": FACES}))
"""


@pytest.fixture(scope="module")
def walked() -> dict:
    """What is registered in a server, before and after every module of the package was imported as well."""
    code = subprocess.run([sys.executable, "-c", WALK], capture_output=True, text=True, cwd=ROOT, check=False)
    assert code.returncode == 0, code.stderr[-3000:]
    return json.loads(code.stdout.splitlines()[-1])


@pytest.mark.long  # programs are started
@pytest.mark.parametrize("registry", ["jobs", "told", "heard", "metrics"])
def test_a_server_misses_nothing_that_some_module_registers(walked: dict, registry: str) -> None:
    assert walked["before"][registry] == walked["after"][registry]
    assert walked["after"][registry]


@pytest.mark.long  # programs are started
def test_every_package_with_handlers_is_a_face(walked: dict) -> None:
    assert sorted(walked["faces"]) == sorted(walked["listed"])
