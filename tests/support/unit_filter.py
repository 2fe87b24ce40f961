"""Run a program under the `SystemCallFilter=` lines of a unit, as systemd does: `python unit_filter.py UNIT PROGRAM …`.

Run by its path, it knows nothing of the product. It needs systemd-analyze, which knows what each group of calls holds, and libseccomp.
"""

import ctypes
import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from ctypes.util import find_library
from functools import cache
from pathlib import Path

ALLOW = 0x7FFF0000
ERRNO = 0x00050000
ALWAYS = {"execve", "exit", "exit_group", "getrlimit", "rt_sigreturn", "sigreturn"}
"""What systemd adds to each list of what is allowed, beside `@default`."""


def is_possible() -> bool:
    """Return True if this machine can hold a program to such a list."""
    if not shutil.which("systemd-analyze") or not find_library("seccomp"):
        return False
    told = subprocess.run([sys.executable, __file__, "", "true"], capture_output=True, check=False)
    return told.returncode == 0


def allowed_calls(lines: Iterable[str]) -> set[str]:
    """Return the names of the system calls that these values of `SystemCallFilter=` leave, of which the first allows."""
    allowed = ALWAYS | _calls_of("@default")
    for line in lines:
        names = set().union(*(_calls_of(word) for word in line.removeprefix("~").split()))
        allowed = allowed - names if line.startswith("~") else allowed | names
    return allowed


def _calls_of(word: str) -> set[str]:
    if not word.startswith("@"):
        return {word}
    return set().union(*(_calls_of(each) for each in _groups()[word]))


@cache
def _groups() -> dict[str, list[str]]:
    told = subprocess.run(["systemd-analyze", "syscall-filter"], capture_output=True, text=True, check=True).stdout
    groups: dict[str, list[str]] = {}
    for line in told.splitlines():
        if line.startswith("@"):
            groups[line.strip()] = members = []
        elif line.startswith(" ") and (word := line.strip()) and not word.startswith("#"):
            members.append(word)
    return groups


def forbid_the_rest(allowed: set[str]) -> None:
    """From here on every other call of this process, and of whatever it starts, fails with EPERM."""
    seccomp = ctypes.CDLL(find_library("seccomp"))
    seccomp.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(seccomp.seccomp_init(ctypes.c_uint32(ERRNO | errno.EPERM)))
    for name in allowed:
        number = seccomp.seccomp_syscall_resolve_name(name.encode())
        if number >= 0:  # Some are of other machines.
            seccomp.seccomp_rule_add(context, ctypes.c_uint32(ALLOW), ctypes.c_int(number), ctypes.c_uint(0))
    if failed := seccomp.seccomp_load(context):
        raise OSError(-failed, os.strerror(-failed))


if __name__ == "__main__":
    unit, *argv = sys.argv[1:]
    given = Path(unit).read_text().splitlines() if unit else ["SystemCallFilter=@system-service"]
    key = "SystemCallFilter="
    forbid_the_rest(allowed_calls(line.removeprefix(key) for line in given if line.startswith(key)))
    os.execvp(argv[0], argv)
