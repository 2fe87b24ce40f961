"""Programs of the system that only the tests of a deployment need."""

import shutil

from neural_threads.local.system_packages import CLUSTER

_PACKAGE_OF = {program: package for package, program in CLUSTER.items()}


def required(program: str) -> str:
    """Return where it lies; fails with one sentence when it is missing."""
    path = shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/local/sbin")
    assert path, f"{program} is missing: bin/setup cluster installs {_PACKAGE_OF.get(program, 'it')}."
    return path
