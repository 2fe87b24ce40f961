"""The private parts of libraries that we use are in one file per library; an upgrade that moved one fails here by name."""

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from engineio.async_server import AsyncServer as EngineServer
from engineio.async_socket import AsyncSocket
from procrastinate.worker import Worker
from socketio import AsyncRedisManager, AsyncServer
from socketio.async_manager import AsyncManager
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

import neural_threads.platform
from neural_threads.platform.db.migrations import ROOT

SRC = ROOT / "src" / "neural_threads"
INTERNALS = {
    "platform/realtime/socketio_internals.py": {
        AsyncSocket: "server sid session connected upgraded upgrading closing closed last_ping send close",
        EngineServer: "_trigger_event create_queue generate_id sockets",
        AsyncServer: "_engineio_server_class _handle_connect _handle_disconnect _trigger_event manager eio reason",
        AsyncManager: "rooms callbacks pending_connect pending_disconnect basic_enter_room basic_leave_room basic_disconnect "
        "get_rooms emit server",
        AsyncRedisManager: "_thread _listen _publish _redis_connect _get_redis_module redis_url redis_options pubsub redis "
        "host_id json initialize",
    },
    "platform/realtime/uvicorn_internals.py": {
        WebSocketsSansIOProtocol: "conn queue read_paused writable transport",
    },
    "web/http/request_heads.py": {
        HttpToolsProtocol: "data_received on_message_begin on_headers_complete on_message_complete send_400_response url headers "
        "transport",
    },
    "platform/job_worker.py": {
        Worker: "_start_side_tasks _fetch_and_process_jobs _persist_job_status _log_job_outcome _update_heartbeat "
        "_periodic_deferrer _handle_notification _stop_event _new_job_event _running_jobs worker_id listen_notify queues",
    },
}
NAMED_TUPLES = {"_asdict", "_replace", "_fields", "_exit"}  # `_exit` is the documented os._exit.
PARTS = [(kind, name) for kinds in INTERNALS.values() for kind, names in kinds.items() for name in names.split()]


@pytest.mark.parametrize(("kind", "name"), PARTS, ids=lambda part: part if isinstance(part, str) else part.__name__)
def test_the_library_still_has_it(kind: type, name: str) -> None:
    sources = [inspect.getsource(base) for base in kind.__mro__ if base is not object]
    is_assigned = any(re.search(rf"\bself\.{name}(: [^=]+)? = ", source) for source in sources)
    assert hasattr(kind, name) or is_assigned, f"{kind.__module__}.{kind.__name__} has no {name} any more"


def test_a_room_is_still_a_bidict_whose_forward_half_is_a_dict() -> None:
    from bidict import bidict

    assert bidict(a="b")._fwdm == {"a": "b"}


def foreign_privates(path: Path) -> Iterator[str]:
    """Private attributes that a module reads of something that it does not define itself."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    own = {n.name for n in nodes if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)}
    own |= {n.attr for n in nodes if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)}
    own |= {n.target.id for n in nodes if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name)}
    for node in nodes:
        if isinstance(node, ast.Attribute) and re.match("_[^_]", node.attr) and node.attr not in own | NAMED_TUPLES:
            yield f"{path.relative_to(ROOT)}:{node.lineno} {node.attr}"
        elif isinstance(node, ast.ImportFrom) and re.search(r"\._[a-z]", f".{node.module}"):
            yield f"{path.relative_to(ROOT)}:{node.lineno} {node.module}"


def test_no_other_module_reads_a_private_part() -> None:
    found = [
        one
        for path in sorted(SRC.rglob("*.py"))
        if str(path.relative_to(SRC)) not in INTERNALS
        for one in foreign_privates(path)
    ]
    assert not found


def modules() -> Iterator[ModuleType]:
    for module in pkgutil.walk_packages(neural_threads.platform.__path__, "neural_threads.platform."):
        yield importlib.import_module(module.name)


def test_no_other_class_overrides_a_private_method() -> None:
    """An override of a method that an upgrade renamed is never called, and nothing else tells."""
    allowed = {"neural_threads." + name.removesuffix(".py").replace("/", ".") for name in INTERNALS}
    overridden = {
        f"{kind.__module__}.{kind.__name__}.{name}"
        for module in modules()
        for kind in vars(module).values()
        if isinstance(kind, type) and kind.__module__ == module.__name__ and kind.__module__ not in allowed
        for name in vars(kind)
        if re.match("_[^_]", name)
        for base in kind.__mro__[1:]
        if not base.__module__.startswith(("neural_threads", "builtins", "msgspec", "enum", "typing", "abc"))
        and name in vars(base)
        and callable(vars(base)[name])
    }
    assert not overridden


def test_our_names_for_private_parts_hide_no_name_of_the_library() -> None:
    """`connect` would be one: the library connects clients by it."""
    from neural_threads.platform.realtime import socketio_internals

    meant = {"__init__", "__module__", "__doc__", "create_queue", "_engineio_server_class", "_publish", "_listen"}
    hidden = {
        f"{kind.__name__}.{name}"
        for kind in vars(socketio_internals).values()
        if isinstance(kind, type) and kind.__module__ == socketio_internals.__name__
        for name in set(vars(kind)) - meant
        if not name.startswith("__") and any(hasattr(base, name) for base in kind.__bases__)
    }
    assert not hidden
