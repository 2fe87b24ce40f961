"""What keeps us from starting is said in one sentence; nothing is destroyed, and running it again continues."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from neural_threads.local.postgres_binaries import CannotStart
from neural_threads.local.postgres_cluster import ensure, running_cluster
from neural_threads.platform.db.migrations import ROOT
from tests.ops.conftest import Begin, asked, remove, settings
from tests.support.cluster import Ground, clean_environment
from tests.support.server import free_port

pytestmark = pytest.mark.long  # programs are started and killed


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


def test_a_first_run_that_was_interrupted(new_folder: Path) -> None:
    half = new_folder / "postgres" / "draft-0123abcd"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("15\n")
    with running_cluster(settings(new_folder)) as url:
        assert asked(url, "select 1") == 1
    assert not half.exists()


def test_a_database_whose_place_is_gone(new_folder: Path) -> None:
    new_folder.mkdir()
    (new_folder / "postgres").symlink_to(new_folder / "gone")
    with pytest.raises(CannotStart, match="which is gone: bring it back, or remove the link"):
        running_cluster(settings(new_folder)).__enter__()
    assert (new_folder / "postgres").is_symlink()
    (new_folder / "postgres").unlink()


def test_a_setting_that_forgets_promises(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("neural_threads.local.postmaster.DURABLE", {"fsync": "off"})
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
def test_a_folder_that_may_not_be_written(new_folder: Path) -> None:
    new_folder.mkdir(mode=0o755)
    reader, writer = os.pipe()
    child = os.fork()  # nobody may not even enter a checkout of root's, so the program is loaded first
    if child == 0:
        os.setgid(65534)
        os.setuid(65534)
        try:
            ensure(settings(new_folder))
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
        program(servers / name, "echo 'postgres (PostgreSQL) 16.2'")
    told = set_up(bare_path, servers)
    assert told.returncode == 1
    assert "PostGIS for it is missing: install postgresql-16-postgis-3" in told.stderr
    assert len(told.stderr.splitlines()) == 1


def test_a_database_elsewhere_needs_none_here(bare_path: Path) -> None:
    told = set_up(bare_path, bare_path, DATABASE_URL="postgresql://elsewhere/db")
    assert "PostgreSQL" not in told.stderr


def test_apt_installs_what_is_missing_without_a_cluster_of_the_systems(bare_path: Path) -> None:
    """A pretended Debian: its package brings a server with PostGIS."""
    if os.geteuid() != 0:
        pytest.skip("only root may install")
    servers, calls = bare_path / "15", bare_path / "calls"
    program(
        bare_path / "apt-cache",
        "echo 'postgresql-15-postgis-3 - Geographic objects'\necho 'postgresql-9-postgis-3 - old'",
    )
    program(
        bare_path / "apt-get",
        f"""
        echo "$*" >> {calls}
        case "$*" in *postgresql-15-postgis-3) ;; *) exit 0 ;; esac
        /bin/mkdir -p {servers}/bin {servers}/share/extension
        printf '#!/bin/sh\necho postgres 15.1' > {servers}/bin/postgres
        printf '#!/bin/sh' > {servers}/bin/initdb
        /bin/touch {servers}/share/extension/postgis.control
        /bin/chmod +x {servers}/bin/postgres {servers}/bin/initdb
        """,
    )
    told = set_up(bare_path, servers / "bin")
    assert told.returncode == 0, told.stderr
    assert [call.split()[-1] for call in calls.read_text().splitlines()] == [
        "postgresql-common",
        "postgresql-15-postgis-3",
    ]
    assert "update" not in calls.read_text()
    assert set_up(bare_path, servers / "bin").stdout == "", "a second run says nothing"
    assert len(calls.read_text().splitlines()) == 2


def program(path: Path, script: str) -> None:
    """Write a shell script that can be run."""
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


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
    program(tmp_path / "python3.11", f'exec "{ROOT}/.venv/bin/python" "$@"')
    return tmp_path


@pytest.fixture
def small_disk(new_folder: Path) -> Iterator[Path]:
    """A disk too small for PostgreSQL, where we may mount one."""
    new_folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16m,mode=755", "none", str(new_folder)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("we may not mount a disk here")
    yield new_folder
    subprocess.run(["umount", "-l", str(new_folder)], check=True)


@pytest.mark.parametrize("setting", ["THREADS_DATA_DIR", "THREADS_MEDIA_STORE"])
def test_a_folder_that_is_a_file(setting: str, ground: Ground, begin: Begin, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    folders = {"THREADS_DATA_DIR": str(tmp_path / "data"), setting: str(tmp_path / "file")}
    server = begin("-m", "neural_threads", "serve", DATABASE_URL=ground.url, PORT=str(free_port()), **folders)
    _, said = server.communicate(timeout=60)
    assert (server.returncode, said.strip()) == (
        1,
        f"{tmp_path / 'file'} is a file, not a folder: choose another {setting}.",
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount")
def test_a_data_directory_that_is_read_only(ground: Ground, begin: Begin, small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    server = begin("-m", "neural_threads", "serve", DATABASE_URL=ground.url, THREADS_DATA_DIR=str(small_disk / "data"))
    _, said = server.communicate(timeout=60)
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    assert server.returncode == 1
    assert said.strip().endswith("choose another THREADS_DATA_DIR.")
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("PORT", "99999", "PORT='99999' cannot be used: must be a number from 1 to 65535, or 0 for any that is free."),
        ("PORT", "abc", "PORT='abc' cannot be used: must be a number from 1 to 65535, or 0 for any that is free."),
        ("THREADS_LOG_LEVEL", "loud", "must be debug, info, warning or error."),
        ("DATABASE_URL", "nonsense", "must look like postgresql://user:password@host/database."),
        ("DATABASE_URL", "postgresql://me:secret@[host/db", "must look like postgresql://user:password@host/database."),
        ("DATABASE_URL", "postgresql://me:secret@127.0.0.1:1/db", "Is DATABASE_URL right?"),
        ("REDIS_URL", "nonsense", "must look like redis://host:6379/0."),
        ("SMTP_URL", "http://mail.example", "must look like smtp://user:password@host:587."),
    ],
)
def test_settings_that_cannot_be_used(tmp_path: Path, setting: str, value: str, sentence: str) -> None:
    usual = {"THREADS_DATA_DIR": str(tmp_path), "PORT": str(free_port())}
    if setting != "DATABASE_URL":
        usual["DATABASE_URL"] = "postgresql://me@127.0.0.1:1/db"
    told = command("serve", **usual | {setting: value})
    assert told.returncode == 1
    assert told.stderr.strip().endswith(sentence)
    assert len(told.stderr.splitlines()) == 1
    assert "secret" not in told.stderr


@pytest.mark.parametrize("limits", ["nonsense", "messages=often", "messages=0/minute;typo=3/hour"])
def test_limits_that_nobody_can_read(folder: Path, limits: str) -> None:
    told = command("serve", THREADS_DATA_DIR=str(folder), PORT=str(free_port()), THREADS_LIMITS=limits)
    assert told.returncode == 1
    assert told.stderr.strip().startswith("THREADS_LIMITS")
    assert len(told.stderr.splitlines()) == 1
    told = command("check", THREADS_DATA_DIR=str(folder), THREADS_LIMITS=limits)
    assert told.returncode == 1
    assert "THREADS_LIMITS" in told.stdout


def test_no_demo_where_real_people_are(folder: Path) -> None:
    real = {"THREADS_ENV": "production", "THREADS_SECRET_KEY": "k3y-0123456789" * 3}
    real |= {"THREADS_PUBLIC_URL": "https://threads.example", "THREADS_DATA_DIR": str(folder)}
    for argv in (["demo"], ["demo", "--scale", "designers=1"], ["serve", "--demo"]):
        told = command(*argv, PORT=str(free_port()), **real)
        assert told.returncode == 1, argv
        assert "everybody knows" in told.stderr, argv
    with running_cluster(settings(folder)) as url:
        assert asked(url, "select count(*) from users") == 0
    told = command("demo", "--scale", "designers=1,messages=0", "--in-production", **real)
    assert told.returncode == 0, told.stderr


def command(*argv: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a command of ours to its end."""
    line = [sys.executable, "-P", "-m", "neural_threads", *argv]
    return subprocess.run(
        line, cwd=ROOT, env=clean_environment() | env, capture_output=True, text=True, check=False, timeout=300
    )
