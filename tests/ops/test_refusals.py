"""What keeps us from starting is said in one sentence; nothing is destroyed, and running it again continues."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from neural_threads.platform.cluster import ensure, running_cluster
from neural_threads.platform.migrations import ROOT
from neural_threads.platform.postgres import CannotStart
from tests.ops.conftest import asked, remove, settings
from tests.support.ground import clean_environment


def test_a_data_directory_of_another_major_version(folder: Path) -> None:
    with running_cluster(settings(folder)) as url:
        asked(url, "select 1")
    version = folder / "postgres" / "data" / "PG_VERSION"
    ours = version.read_text()
    version.write_text("12\n")
    with pytest.raises(CannotStart, match=r"made by PostgreSQL 12.*install PostgreSQL 12 with PostGIS"):
        running_cluster(settings(folder)).__enter__()
    version.write_text(ours)
    with running_cluster(settings(folder)) as url:
        assert asked(url, "select 1") == 1


def test_a_first_run_that_was_interrupted(folder: Path) -> None:
    half = folder / "postgres" / "draft-0123abcd"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("15\n")
    with running_cluster(settings(folder)) as url:
        assert asked(url, "select 1") == 1
    assert not half.exists()


def test_a_database_whose_place_is_gone(folder: Path) -> None:
    folder.mkdir()
    (folder / "postgres").symlink_to(folder / "gone")
    with pytest.raises(CannotStart, match="which is gone: bring it back, or remove the link"):
        running_cluster(settings(folder)).__enter__()
    assert (folder / "postgres").is_symlink()
    (folder / "postgres").unlink()


def test_a_setting_that_forgets_promises(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("neural_threads.platform.postmaster.DURABLE", {"fsync": "off"})
    with pytest.raises(CannotStart, match="runs with fsync off"):
        running_cluster(settings(folder)).__enter__()


def test_a_full_disk(small_disk: Path) -> None:
    data_dir = small_disk / "data"
    with pytest.raises(CannotStart, match=r"The disk that holds .* is full: make room, then run this again"):
        running_cluster(settings(data_dir)).__enter__()
    subprocess.run(["mount", "-o", "remount,size=200m", str(small_disk)], check=True)
    with running_cluster(settings(data_dir)) as url:
        assert asked(url, "select 1") == 1
    remove(data_dir)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_a_folder_that_may_not_be_written(folder: Path) -> None:
    folder.mkdir(mode=0o755)
    reader, writer = os.pipe()
    child = os.fork()  # nobody may not even enter a checkout of root's, so the program is loaded first
    if child == 0:
        os.setgid(65534)
        os.setuid(65534)
        try:
            ensure(settings(folder))
        except CannotStart as reason:
            os.write(writer, str(reason).encode())
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert "may not be written by us: choose another THREADS_DATA_DIR" in os.read(reader, 2000).decode()


def test_no_postgres_and_no_right_to_install_it(bare_path: Path) -> None:
    told = set_up(bare_path, bare_path)
    assert told.returncode == 1
    assert len(told.stderr.splitlines()) == 1
    for package in ("postgresql-15-postgis-3 (Debian", "postgresql-server and postgis (Fedora)", "(Homebrew on macOS)"):
        assert package in told.stderr


def test_postgres_without_postgis(bare_path: Path) -> None:
    servers = bare_path / "servers"
    servers.mkdir()
    for name in ("postgres", "initdb"):
        (servers / name).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 16.2'\n")
        (servers / name).chmod(0o755)
    told = set_up(bare_path, servers)
    assert told.returncode == 1
    assert "PostGIS for it is missing: install postgresql-16-postgis-3" in told.stderr
    assert len(told.stderr.splitlines()) == 1


def test_a_database_elsewhere_needs_none_here(bare_path: Path) -> None:
    told = set_up(bare_path, bare_path, DATABASE_URL="postgresql://elsewhere/db")
    assert "PostgreSQL" not in told.stderr


def set_up(path: Path, servers: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """bin/setup on a machine that has nothing but these."""
    return subprocess.run(
        ["/bin/sh", str(ROOT / "bin" / "setup"), "run"],
        env=clean_environment() | {"PATH": str(path), "THREADS_POSTGRES_PLACES": str(servers)} | env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def bare_path(tmp_path: Path) -> Path:
    """A PATH with a shell's tools and Python, but neither apt-get nor sudo nor PostgreSQL."""
    for name in ("sh", "dirname", "env", "ps"):
        found = shutil.which(name)
        if found:
            (tmp_path / name).symlink_to(found)
    python = tmp_path / "python3.11"
    python.write_text(f'#!/bin/sh\nexec "{ROOT}/.venv/bin/python" "$@"\n')
    python.chmod(0o755)
    return tmp_path


@pytest.fixture
def small_disk(folder: Path) -> Iterator[Path]:
    """A disk too small for PostgreSQL, where we may mount one."""
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16m,mode=755", "none", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("we may not mount a disk here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)
