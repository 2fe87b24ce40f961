"""The state of the cluster: Patroni's primary and its standbys, and which programs are ready."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from .configurations import SOCKETS, WEB
from .layout import Layout
from .places import MACHINES
from .programs import Program

PATIENCE = 2.0
MOST_LAG = 1 << 20
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Health:
    """Questions to the programs of a layout, asked on their own machines."""

    def __init__(self, layout: Layout) -> None:
        self._layout, self._places = layout, layout.places

    def leader(self) -> int | None:
        """The machine of the primary, when it answers for itself that it is."""
        for machine in MACHINES:
            if self._status(machine, 8008, "/primary") == 200:
                return machine
        return None

    def synchronous(self) -> int | None:
        """The machine of the synchronous standby."""
        return next((machine for machine in MACHINES if self._status(machine, 8008, "/synchronous") == 200), None)

    def asynchronous(self) -> int | None:
        """The machine of the standby that nobody waits for."""
        return next((machine for machine in MACHINES if self._status(machine, 8008, "/asynchronous") == 200), None)

    def switch_over(self, machine: int) -> None:
        """Ask Patroni to make the synchronous standby the primary instead of this machine."""
        with suppress(OSError):
            self._ask(machine, 8008, "/switchover", json.dumps({"leader": f"node{machine}"}).encode())

    def leading_etcd(self) -> int | None:
        """The machine of the etcd that the others follow."""
        for machine in MACHINES:
            try:
                status = json.loads(self._ask(machine, 2379, "/v3/maintenance/status", b"{}"))
            except (OSError, ValueError):
                continue
            if status["leader"] == status["header"]["member_id"]:
                return machine
        return None

    def database_faults(self) -> list[str]:
        """What is not as it should be with PostgreSQL, in words."""
        leader = self.leader()
        if leader is None:
            return ["there is no primary"]
        try:
            members = json.loads(self._ask(leader, 8008, "/cluster"))["members"]
        except (OSError, ValueError):
            return ["Patroni does not answer"]
        return list(self._members_that_fail(members))

    def faults(self) -> list[str]:
        """Everything that is not as it should be, in words."""
        found = [f"{program.name} does not run" for program in self._layout.all if not program.is_running]
        found += self.database_faults()
        for machine in MACHINES:
            if "true" not in self._said(machine, 2379, "/health"):
                found.append(f"etcd{machine} is not healthy")
        for machine in MACHINES[:2]:
            for name, port in (("web", WEB), ("realtime", SOCKETS)):
                if self._status(machine, port, "/ready") != 200:
                    found.append(f"{name}{machine} is not ready")
        return found

    def is_ready(self, program: Program) -> bool:
        """Return True if a web or realtime node says that it is."""
        port = SOCKETS if program.name.startswith("realtime") else WEB
        return self._status(program.machine, port, "/ready") == 200

    def _members_that_fail(self, members: list[dict[str, Any]]) -> Iterator[str]:
        roles = sorted(member["role"] for member in members)
        if roles != ["leader", "replica", "sync_standby"]:
            yield f"PostgreSQL has {', '.join(roles)} instead of leader, sync_standby, replica"
        for member in members:
            lag = member.get("lag", 0)
            if member["state"] not in ("running", "streaming") or not isinstance(lag, int) or lag > MOST_LAG:
                yield f"PostgreSQL of {member['name']} is {member['state']}, {lag} bytes behind"

    def _said(self, machine: int, port: int, path: str) -> str:
        try:
            return self._ask(machine, port, path)
        except (OSError, ValueError):
            return ""

    def _status(self, machine: int, port: int, path: str) -> int:
        try:
            self._ask(machine, port, path)
        except urllib.error.HTTPError as answer:
            return answer.code
        except (OSError, ValueError):
            return 0
        return 200

    def _ask(self, machine: int, port: int, path: str, body: bytes | None = None) -> str:
        url = f"http://{self._places.address(machine)}:{port}{path}"
        with self._places.within(machine), _opener.open(url, body, timeout=PATIENCE) as answer:
            return str(answer.read().decode())
