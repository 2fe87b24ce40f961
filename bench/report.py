"""The report of a run: a table for people, a JSON file for comparing."""

import json
import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from .figures import Verdict, said
from .processes import memory_gb

RESULTS = Path("bench") / "results"
_LIBRARIES = ("litestar", "uvicorn", "uvloop", "httptools", "websockets", "psycopg", "msgspec", "python-socketio")
_LOUD = 25.0


class Report:
    """Rows of a table and the verdicts on them."""

    def __init__(self, scenario: str, options: dict[str, Any], folder: Path = RESULTS) -> None:
        self.scenario = scenario
        self.folder = folder
        self.options = options
        self.rows: list[dict[str, Any]] = []
        self.verdicts: list[Verdict] = []
        self.facts: dict[str, Any] = {}

    def row(self, what: str, measured: dict[str, Any]) -> dict[str, Any]:
        """Note one measurement, and print it at once."""
        row = {"what": what, **measured}
        if not self.rows:
            print(_HEAD)
        self.rows.append(row)
        print(_line(row), flush=True)
        if row.get("first_error"):
            print(f"    first error: {row['first_error'][:160]}")
        return row

    def promise(self, *verdicts: Verdict) -> None:
        """Note promised figures."""
        self.verdicts += verdicts

    def finish(self) -> None:
        """Print the verdicts and write the file."""
        print()
        for verdict in self.verdicts:
            word = "met   " if verdict.is_met else "MISSED"
            alone = f"   (alone, by CPU: {verdict.if_alone})" if verdict.if_alone else ""
            print(f"{word}  {verdict.figure:58} {verdict.target:>16}   measured {verdict.measured}{alone}")
        loud = [row for row in self.rows if row.get("processes", {}).get("others", {}).get("cpu", 0) > _LOUD]
        if loud:
            print(
                f"Note: in {len(loud)} of {len(self.rows)} rows other programs took more than {_LOUD:.0f} % of a core."
            )
        path = self.folder / f"{self.scenario}.json"
        self.folder.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(self._as_json(), indent=1, ensure_ascii=False) + "\n")
        print(f"Written to {path}")

    def _as_json(self) -> dict[str, Any]:
        return {
            "scenario": self.scenario,
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": machine(),
            "options": self.options,
            **self.facts,
            "verdicts": [verdict.as_json() for verdict in self.verdicts],
            "rows": self.rows,
        }


def machine() -> dict[str, Any]:
    """Return where it was measured: no names, no paths."""
    return {
        "cores": os.cpu_count(),
        "processor": _processor(),
        "memory_gb": memory_gb(),
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in _LIBRARIES},
    }


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


_HEAD = (
    f"\n{'':38} {'per s':>7} {'alone':>7} {'p50 ms':>7} {'p95 ms':>7} {'p99 ms':>7} {'errors':>6}"
    f"   {'server':>19} {'postgres':>19} {'generator':>19} {'others':>7}"
)


def _line(row: dict[str, Any]) -> str:
    processes = row.get("processes", {})

    def cost(name: str) -> str:
        found = processes.get(name)
        if not found:
            return ""
        memory = f" {found['rss_mb']:.0f}MB" if "rss_mb" in found else ""
        each = f" {row['cpu_ms'][name]:.2f}ms" if name in row.get("cpu_ms", {}) else ""
        return f"{found['cpu']:.0f}%{each}{memory}"

    others, steal = processes.get("others", {}).get("cpu"), processes.get("others", {}).get("steal", 0)
    stolen = f" ({steal:.0f}% stolen)" if steal >= 1 else ""
    p50 = said(row["p50"]) if "p50" in row else f"~{said(row['mean_ms'])}" if "mean_ms" in row else ""
    return (
        f"{row['what']:38} {_said(row, 'rate'):>7} {_said(row, 'rate_if_alone'):>7} {p50:>7} {_said(row, 'p95'):>7} {_said(row, 'p99'):>7} {_said(row, 'errors'):>6}"
        f"   {cost('server'):>19} {cost('postgres'):>19} {cost('generator'):>19} {'' if others is None else f'{others:.0f}%':>7}{stolen}"
    )


def _said(row: dict[str, Any], key: str) -> str:
    return said(row[key]) if key in row else ""
