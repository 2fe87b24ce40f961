"""Query plans of recorded statements: their shapes and the buffers that they touch, to compare two databases.

Neither depends on who else uses the machine.
"""

import json
from typing import Any

import psycopg

from neural_threads.platform.db import SESSION

from .pgbench import rendered, used_params

_SAID = ("Node Type", "Join Type", "Relation Name", "Index Name")
_LOOK_UP = "s.id as session_id"
"""The session's look-up: whether a request pays it, or several share one, is chance."""


def shapes(url: str, statements: list[dict[str, Any]]) -> list[str]:
    """The shape of each one's plan; of those that are kept prepared, that of the generic plan."""
    with psycopg.connect(url, autocommit=True, options=SESSION, prepare_threshold=None) as connection:
        return [_shape(connection, statement) for statement in statements]


def asking(statements: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that have a plan; not the look-up of the session."""
    kinds = ("select", "with", "insert", "update", "delete")
    return [one for one in statements if one["sql"].split()[0].lower() in kinds and _LOOK_UP not in one["sql"]]


def pages(url: str, requests: list[list[dict[str, Any]]]) -> list[int]:
    """Pages of PostgreSQL's memory that each request's statements touch. Runs them, and undoes what they did."""
    found = []
    with psycopg.connect(url, options=SESSION, prepare_threshold=None) as connection:
        for statements in requests:
            plans = [_explained(connection, one, "analyze, buffers, timing off") for one in asking(statements)]
            found.append(sum(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] for plan in plans))
            connection.rollback()
    return found


def _shape(connection: psycopg.Connection, statement: dict[str, Any]) -> str:
    return json.dumps(_said(_explained(connection, statement)))


def _explained(connection: psycopg.Connection, statement: dict[str, Any], options: str = "") -> dict[str, Any]:
    """The plan's top; of a statement that is kept prepared, the generic plan's."""
    text = statement["sql"].strip()
    params = used_params(text, statement["params"])
    if statement["prepare"] and params:
        connection.execute("set plan_cache_mode = force_generic_plan")
        places = {name: f"${number}" for number, name in enumerate(params, 1)}
        connection.execute(f"prepare looked_at as {rendered(text, places)}".encode())
        asked = f"execute looked_at({', '.join(params.values())})"
    else:
        asked = rendered(text, params)
    listed = ", ".join(part for part in ("format json", options) if part)
    [[plans]] = connection.execute(f"explain ({listed}) {asked}".encode()).fetchall()
    if asked.startswith("execute looked_at"):
        connection.execute("deallocate looked_at")
        connection.execute("reset plan_cache_mode")
    top: dict[str, Any] = plans[0]["Plan"]
    return top


def _said(node: dict[str, Any]) -> list[Any]:
    """Node, tables and indexes. Whether rows come by a bitmap or are sorted in parts is no other way, nor is what is remembered."""
    kind, below = node["Node Type"], [_said(child) for child in node.get("Plans", ())]
    if kind == "Memoize":
        return below[0]
    if kind == "Bitmap Heap Scan" and below[0][0] == "Bitmap Index Scan":
        return ["Index Scan", node["Relation Name"], below[0][1]]
    if kind == "Incremental Sort":
        return ["Sort", *below]
    return [*(node[name] for name in _SAID if name in node), *below]
