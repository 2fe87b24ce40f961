"""Three machines and a bucket's, on one: network namespaces with a switch between them, or addresses of loopback.

In namespaces each machine has its own 127.0.0.1 and the address 10.0.0.N that deploy/ names, and its cable can be
pulled. Nothing of that network can be reached from outside the namespaces. Where they are not allowed, machine N is
127.A.B.N, and a cable is pulled by freezing the machine's programs.
"""

import ctypes
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

MACHINES = (1, 2, 3)
BUCKET = 4
"""The machine of the S3 stand-in; it stands for somebody else's service and is never hurt."""
_NEWNET = 0x40000000
_FOLDER = Path("/run/netns")


class Places:
    """The machines of one cluster. `name` tells the clusters of several checkouts apart."""

    def __init__(self, folder: Path, *, namespaces: bool) -> None:
        digest = sha256(str(folder.resolve()).encode()).hexdigest()
        self.name = f"threads-{digest[:6]}"
        self.namespaces = namespaces
        # 127.64.x.x to 127.254.x.x: out of the way of 127.0.0.1 and of the clients' own addresses.
        self._loopback = f"127.{64 + int(digest[6:8], 16) * 190 // 255}.{int(digest[8:10], 16)}."

    def address(self, machine: int) -> str:
        """Where the machine is reached by the others."""
        return f"10.0.0.{machine}" if self.namespaces else f"{self._loopback}{machine}"

    def own(self, machine: int) -> str:
        """Where the machine's programs reach one another."""
        return "127.0.0.1" if self.namespaces else self.address(machine)

    @property
    def network(self) -> str:
        """All machines, for a list of those who may connect."""
        return "10.0.0.0/24" if self.namespaces else f"{self._loopback}0/24"

    def on(self, machine: int) -> list[str]:
        """What a command begins with that runs on this machine."""
        return ["nsenter", f"--net={_FOLDER / self._namespace(machine)}", "--"] if self.namespaces else []

    @contextmanager
    def within(self, machine: int) -> Iterator[None]:
        """Lines that this thread opens meanwhile begin on that machine."""
        if not self.namespaces:
            yield
            return
        with open("/proc/thread-self/ns/net") as home, open(_FOLDER / self._namespace(machine)) as there:
            _enter(there.fileno())
            try:
                yield
            finally:
                _enter(home.fileno())

    def lay(self) -> None:
        """Make the machines and the switch; what an earlier run left goes first."""
        if not self.namespaces:
            return
        self.clear()
        switch = self._namespace(0)
        _ip("netns", "add", switch)
        _ip("-n", switch, "link", "add", "bridge", "type", "bridge")
        _ip("-n", switch, "link", "set", "bridge", "up")
        for machine in (*MACHINES, BUCKET):
            own, port = self._namespace(machine), f"port{machine}"
            _ip("netns", "add", own)
            _ip("link", "add", "name", port, "netns", switch, "type", "veth", "peer", "name", "eth0", "netns", own)
            _ip("-n", switch, "link", "set", port, "master", "bridge", "up")
            _ip("-n", own, "address", "add", f"{self.address(machine)}/24", "dev", "eth0")
            _ip("-n", own, "link", "set", "eth0", "up")
            _ip("-n", own, "link", "set", "lo", "up")

    def clear(self) -> None:
        """Remove the machines; nothing may run on them any more."""
        if self.namespaces:
            for machine in (0, *MACHINES, BUCKET):
                with suppress(subprocess.CalledProcessError):
                    _ip("netns", "delete", self._namespace(machine))

    def pull(self, machine: int, *, out: bool) -> None:
        """Pull the machine's cable out of the switch, or put it back. Only with namespaces."""
        _ip("-n", self._namespace(0), "link", "set", f"port{machine}", "down" if out else "up")

    def _namespace(self, machine: int) -> str:
        return f"{self.name}-{machine or 'switch'}"


def namespaces_allowed() -> bool:
    """Return True if this account may make network namespaces here. THREADS_CLUSTER_NAMESPACES=off forbids it."""
    if os.environ.get("THREADS_CLUSTER_NAMESPACES") == "off" or os.geteuid() != 0 or not shutil.which("ip"):
        return False
    probe = f"threads-probe-{os.getpid()}"
    try:
        _ip("netns", "add", probe)
        _ip("-n", probe, "link", "add", "bridge", "type", "bridge")
    except subprocess.CalledProcessError:
        return False
    finally:
        with suppress(subprocess.CalledProcessError):
            _ip("netns", "delete", probe)
    return True


def _ip(*argv: str) -> None:
    subprocess.run(["ip", *argv], check=True, capture_output=True)


def _enter(descriptor: int) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    if library.setns(descriptor, _NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")
