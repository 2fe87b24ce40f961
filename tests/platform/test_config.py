"""Settings say what is wrong with them, and the page about them is true."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from neural_threads.platform.config import Settings, SettingsError

DOCS = Path(__file__).parents[2] / "docs" / "settings.md"
GOOD_KEY = "k" * 32
REAL = {"THREADS_ENV": "production", "THREADS_SECRET_KEY": GOOD_KEY, "THREADS_PUBLIC_URL": "https://threads.example"}


def test_the_settings_page_lists_each_setting_with_its_default_and_no_other():
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.*?) \| (.*?) \|$", DOCS.read_text(), re.MULTILINE)
    defaults = {name: default for name, default, _about in rows}
    assert defaults == {f.metadata["name"]: _shown(f.default) for f in fields(Settings)}
    assert {name: about for name, _default, about in rows} == {
        f.metadata["name"]: f.metadata["about"] for f in fields(Settings)
    }


def _shown(default: object) -> str:
    if isinstance(default, bool):
        return "`on`" if default else "`off`"
    if isinstance(default, tuple):
        default = ",".join(default)
    return f"`{default}`" if default != "" else "—"


def test_production_starts_with_everything_it_needs():
    assert Settings.from_env(REAL).production


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"THREADS_SECRET_KEY": ""}, "THREADS_SECRET_KEY"),
        ({"THREADS_SECRET_KEY": "k" * 31}, "THREADS_SECRET_KEY"),
        ({"THREADS_RATE_LIMITS": "off"}, "THREADS_RATE_LIMITS"),
        ({"THREADS_PUBLIC_URL": ""}, "THREADS_PUBLIC_URL"),
        ({"PORT": "eighty"}, "PORT"),
        ({"THREADS_ENV": "staging"}, "THREADS_ENV"),
        ({"THREADS_PUSH_KEY": "c2hvcnQ"}, "THREADS_PUSH_KEY"),
        ({"THREADS_PUSH_SERVICES": "*"}, "THREADS_PUSH_SERVICES"),
        ({"THREADS_PUSH_SERVICES": "http://127.0.0.1:9000"}, "THREADS_PUSH_SERVICES"),
    ],
)
def test_a_bad_setting_is_refused_by_name(change, named):
    with pytest.raises(SettingsError, match=named):
        Settings.from_env({**REAL, **change})


def test_development_makes_its_own_key_once(tmp_path):
    here = {"THREADS_DATA_DIR": str(tmp_path / "new")}
    key = Settings.from_env(here).secret_key
    assert len(key) >= 32
    assert Settings.from_env(here).secret_key == key
    assert (tmp_path / "new" / "secret.key").stat().st_mode & 0o077 == 0
