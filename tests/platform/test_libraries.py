"""The libraries are new enough to be without their known holes, and the server carries none it does not need."""

import subprocess
import sys
from importlib.metadata import version

import pytest

# Minimum versions, with the fault that each mends: docs/decisions/0002-library-pins.md
PINS = {
    "python-socketio": (5, 18, 1),
    "python-engineio": (4, 15, 1),
    "uvicorn": (0, 52, 1),
    "websockets": (13,),
    "PyJWT": (2, 12, 1),
}


@pytest.mark.parametrize("name", PINS)
def test_a_library_is_at_least_as_new_as_its_last_known_hole(name):
    installed = tuple(int(part) for part in version(name).split(".")[:3])
    assert installed >= PINS[name]


@pytest.mark.long  # a program is started
def test_the_server_does_not_load_what_it_does_not_need():
    code = (
        "import sys; from neural_threads.platform.lean_imports import load_socketio; load_socketio(with_redis=False);"
        "import neural_threads.web.app as a; a.create_app(); print(*sys.modules)"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "litestar" in loaded
    assert {"sqlalchemy", "alembic", "pyvips", "fontTools", "numpy", "aiohttp", "requests", "redis"}.isdisjoint(loaded)
    stylist = ("answering", "intents", "lexicon", "outfits", "phrases", "understanding")
    assert {f"neural_threads.features.stylist.{part}" for part in stylist}.isdisjoint(loaded)
