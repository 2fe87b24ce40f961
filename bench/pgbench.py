"""The limit of the database: pgbench runs the statements of a request on it, with no server between."""

import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from hashlib import md5
from pathlib import Path
from typing import Any

from neural_threads.local.postgres_binaries import find_programs
from neural_threads.platform.db import SESSION

from .processes import GENERATOR_CORE, census, costs, each, pin
from .servers import ROOT, SECRET, clean_environment

BURIAL = 0.5
"""Seconds that PostgreSQL is given to bury the processes that served pgbench; before, their CPU is nobody's."""
_IS_PREPARED = re.compile(r"^\\if :(\w+) = 0$", re.MULTILINE)
_PARAM = re.compile(r"%\((\w+)\)s|%%")
_CUID = re.compile(r"'c[a-z0-9]{24}'")
_UUID = re.compile(r"'[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}'(::uuid)?")
# New ids sort by time like ours do, so that both append to the right end of an index.
_NEW_CUID = "('c' || to_char(clock_timestamp(), 'YYYYMMDDHH24MISSUS') || lpad((:fresh % 10000)::text, 4, '0'))"
_NEW_UUID = "lpad(:fresh::text, 32, '0')::uuid"


def statements_of(requests: Sequence[dict[str, Any]], database_url: str, folder: Path) -> list[list[dict[str, Any]]]:
    """The statements that each of these requests runs, recorded in a process of its own; see recording.py."""
    found = _recorded(requests, database_url, folder)
    for request, answer in zip(requests, found, strict=True):
        if answer["status"] >= 400:
            raise SystemExit(f"{request['method']} {request['path']} was answered with {answer['status']}.")
    return [answer["statements"] for answer in found]


def plans_of(requests: Sequence[dict[str, Any]], database_url: str, folder: Path) -> list[dict[str, Any]]:
    """The statements that these requests, one after the other on one connection, left prepared, and how they were planned."""
    return _recorded(requests, database_url, folder, "--plans", THREADS_DATABASE_POOL="1")


def _recorded(requests: Sequence[dict[str, Any]], url: str, folder: Path, *options: str, **more: str) -> list[Any]:
    settings = {
        "DATABASE_URL": url,
        "THREADS_DATA_DIR": str(folder),
        "THREADS_SECRET_KEY": SECRET,
        "THREADS_RATE_LIMITS": "off",
        "THREADS_WORKER": "off",
        "THREADS_LOG_LEVEL": "error",
        **more,
    }
    told = subprocess.run(
        [sys.executable, "-m", "bench.recording", *options],
        cwd=ROOT,
        env=clean_environment() | settings,
        input=json.dumps(list(requests)),
        capture_output=True,
        text=True,
        check=False,
    )
    if told.returncode != 0:
        raise SystemExit(f"The statements could not be recorded:\n{told.stderr[-3000:]}")
    found: list[Any] = json.loads(told.stdout.splitlines()[-1])
    return found


def script(
    once: Sequence[dict[str, Any]],
    again: Sequence[dict[str, Any]],
    known: Mapping[str, str],
    variables: Sequence[str],
) -> str:
    r"""A pgbench script of these statements.

    `known` says by which SQL a recorded value (also inside a text) or a parameter of that name is replaced; `variables` are the \set lines
    that it needs. What differs between two recordings of one request is new each time: an id, a time. Statements that
    psycopg would prepare are prepared, once per connection; those of `db.search` are planned each time, as there.
    """
    if [s["sql"] for s in once] != [s["sql"] for s in again]:
        raise SystemExit("A request ran other statements the second time:\n" + "\n---\n".join(s["sql"] for s in again))
    begin, body = [*variables, r"\set fresh random(1, 1000000000000000)"], []
    for statement, other in zip(once, again, strict=True):
        sql = statement["sql"].strip()
        params = used_params(sql, statement["params"])
        values = {name: _value(name, literal, other["params"][name], known) for name, literal in params.items()}
        if statement["prepare"] and values:
            name = "p" + md5(sql.encode()).hexdigest()[:10]
            places = {param: f"${number}" for number, param in enumerate(values, 1)}
            begin += [
                rf"\if :is_{name} = 0",
                f"prepare {name} as {rendered(sql, places)};",
                rf"\set is_{name} 1",
                r"\endif",
            ]
            body.append(f"execute {name}({', '.join(values.values())});")
        else:
            body.append(rendered(sql, values) + ";")
    return "\n".join([*begin, *body]) + "\n"


def used_params(sql: str, params: Mapping[str, str]) -> dict[str, str]:
    """Return those parameters that occur in the statement: of another one PostgreSQL could not tell the type."""
    return {name: literal for name, literal in params.items() if f"%({name})s" in sql}


def _value(name: str, literal: str, other: str, known: Mapping[str, str]) -> str:
    if name in known:
        return known[name]
    if literal.strip("'") in known:
        return known[literal.strip("'")]
    if literal == other:
        return literal
    if inside := next((value for value in known if literal.startswith("'") and value in literal), None):
        text, cast, kind = literal.partition("::")
        return "(" + text.replace(inside, f"' || {known[inside]} || '") + ")" + cast + kind
    if _CUID.fullmatch(literal):
        return _NEW_CUID
    if _UUID.fullmatch(literal):
        return _NEW_UUID
    if literal.endswith("::timestamptz"):
        return "clock_timestamp()"
    raise SystemExit(f"Parameter {name} is {literal} once and {other} the next time; say what pgbench shall take.")


def rendered(sql: str, values: Mapping[str, str]) -> str:
    """A recorded statement with something in the place of each parameter."""
    return _PARAM.sub(lambda found: "%" if found[0] == "%%" else values[found[1]], sql)


def limit(
    database_url: str,
    scripts: Sequence[str],
    seconds: float,
    watch: Mapping[str, int],
    clients: int,
) -> dict[str, Any]:
    """Run these scripts, each as often as the others, from the generator's core: transactions a second and their time."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for number, text in enumerate(scripts):
            path = Path(folder) / f"{number}.sql"
            path.write_text(text)
            files += ["-f", str(path)]
        flags = {found for text in scripts for found in _IS_PREPARED.findall(text)}
        files += [part for flag in sorted(flags) for part in ("-D", f"{flag}=0")]
        load = ["-n", "-c", str(clients), "-j", "1", "-T", str(round(seconds))]
        argv = [find_programs()["pgbench"], *load, *files, database_url]
        own = _children_cpu()
        before = census(watch)
        told = subprocess.run(
            argv,
            env=clean_environment() | {"PGOPTIONS": SESSION},
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=lambda: pin(GENERATOR_CORE),
        )
        until = time.monotonic()
        time.sleep(BURIAL)
        spent = costs(before, watch, until)
        spent["generator"] = {"cpu": round(100 * (_children_cpu() - own) / (until - before.at), 1)}
    if told.returncode != 0 or "tps = " not in told.stdout:
        raise SystemExit(f"pgbench failed:\n{told.stderr[-3000:]}")
    rate = round(_figure(told.stdout, r"tps = ([0-9.]+)"), 1)
    return {
        "rate": rate,
        "mean_ms": round(_figure(told.stdout, r"latency average = ([0-9.]+)"), 2),
        "clients": clients,
        "processes": spent,
        **each(spent, rate),
    }


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _figure(text: str, pattern: str) -> float:
    found = re.search(pattern, text)
    return float(found[1]) if found else 0.0
