"""The private database: made once, shared, stopped by the last, found again after every kind of violence."""

import os
import signal
import subprocess
from pathlib import Path

import psycopg
import pytest

from neural_threads.local.postgres_binaries import CannotStart
from neural_threads.local.postgres_cluster import create_database, drop_database, ensure, release, running_cluster
from neural_threads.local.postmaster import PORT
from tests.ops.conftest import Begin, asked, postmaster_of, remove, settings
from tests.support.deadlines import within

pytestmark = pytest.mark.long  # programs are started and killed


def test_it_keeps_what_it_has_promised_to_keep(new_folder: Path) -> None:
    with running_cluster(settings(new_folder)) as url:
        for name in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums"):
            assert asked(url, f"show {name}") == "on"
        assert asked(url, "show server_encoding") == "UTF8"
        assert asked(url, "select lower('ÉCLAIR ಡ')") == "éclair ಡ"
        assert asked(url, "show listen_addresses") == ""
        with_table(url)
    assert postmaster_of(new_folder) is None
    with running_cluster(settings(new_folder)) as url:
        assert asked(url, "select answer from kept") == 42


def test_it_holds_as_much_in_memory_as_it_is_given(
    folder: Path, new_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_cluster(settings(folder)) as url:
        assert asked(url, "show shared_buffers") == "128MB"
    monkeypatch.setenv("THREADS_POSTGRES_PAGE_MEMORY", "96MB")
    with running_cluster(settings(folder)) as url:
        assert asked(url, "show shared_buffers") == "96MB"
    monkeypatch.setenv("THREADS_POSTGRES_PAGE_MEMORY", "plenty")
    with pytest.raises(CannotStart, match="THREADS_POSTGRES_PAGE_MEMORY is 'plenty' but must be"):
        ensure(settings(new_folder))


def test_only_its_account_and_root_reach_the_socket(folder: Path) -> None:
    with running_cluster(settings(folder)):
        home = (folder / "postgres").resolve()
        assert home.stat().st_mode & 0o777 == 0o700
        assert (home / "data").stat().st_mode & 0o777 == 0o700
        assert home.stat().st_uid != 0


def test_databases_are_made_copied_and_dropped(folder: Path) -> None:
    with running_cluster(settings(folder)) as url:
        first = create_database(url, "first")
        with_table(first)
        second = create_database(url, 'second "of" many', template="first")
        assert asked(second, "select answer from kept") == 42
        drop_database(url, "first")
        assert asked(url, "select count(*) from pg_database where datname = 'first'") == 0


def test_an_address_from_outside_replaces_it(new_folder: Path) -> None:
    with running_cluster(settings(new_folder, DATABASE_URL="postgresql://elsewhere/db")) as url:
        assert url == "postgresql://elsewhere/db"
    assert not new_folder.exists()


def test_two_data_directories_run_side_by_side(folder: Path) -> None:
    other = folder.parent / "other"
    with running_cluster(settings(folder)) as one, running_cluster(settings(other)) as two:
        assert one != two
        assert asked(one, "select 1") == asked(two, "select 1") == 1
    assert postmaster_of(other) is None
    remove(other)


def test_the_last_of_two_processes_stops_it(folder: Path, begin: Begin) -> None:
    holder = hold(begin, folder)
    with running_cluster(settings(folder)) as url:
        pid = postmaster_of(folder)
        holder.terminate()
        holder.wait(30)
        assert asked(url, "select 1") == 1, "the holder stopped what we still use"
        assert postmaster_of(folder) == pid
    assert postmaster_of(folder) is None


def test_two_first_starts_at_once_make_one_database(new_folder: Path, begin: Begin) -> None:
    both = [
        begin("-m", "neural_threads.local.run_with_database", "sleep", "1", THREADS_DATA_DIR=str(new_folder))
        for _ in range(2)
    ]
    assert [process.wait(60) for process in both] == [0, 0], [process.communicate()[1] for process in both]
    assert sorted(path.name for path in (new_folder / "postgres").resolve().iterdir()) == ["data", "log"]


def test_a_killed_user_leaves_it_running_and_the_next_one_finds_it(folder: Path, begin: Begin) -> None:
    holder = hold(begin, folder)
    pid = postmaster_of(folder)
    holder.kill()
    holder.wait(30)
    assert postmaster_of(folder) == pid
    with running_cluster(settings(folder)):
        assert postmaster_of(folder) == pid
    assert postmaster_of(folder) is None


def test_after_kill_9_of_postgres_it_starts_again_with_everything_that_was_committed(folder: Path) -> None:
    url = ensure(settings(folder))
    try:
        with_table(url)
        killed = postmaster_of(folder)
        assert killed
        os.kill(killed, signal.SIGKILL)
        with within(5):
            ensure(settings(folder))
        assert asked(url, "select answer from kept") == 42
        assert postmaster_of(folder) != killed
        release(settings(folder))
    finally:
        release(settings(folder))
    assert postmaster_of(folder) is None


def test_a_pid_file_that_names_a_stranger_by_now_is_no_obstacle(folder: Path) -> None:
    with running_cluster(settings(folder)) as url:
        with_table(url)
        pid = postmaster_of(folder)
        assert pid
        said = (folder / "postgres" / "data" / "postmaster.pid").read_text()
        os.kill(pid, signal.SIGKILL)
        (folder / "postgres" / "data" / "postmaster.pid").write_text(said.replace(str(pid), str(os.getpid()), 1))
        with running_cluster(settings(folder)) as url:
            assert asked(url, "select answer from kept") == 42


def test_a_socket_that_was_swept_away_comes_back(folder: Path) -> None:
    with running_cluster(settings(folder)):
        (folder / "postgres" / f".s.PGSQL.{PORT}").unlink()
        with running_cluster(settings(folder)) as url:
            assert asked(url, "select 1") == 1


def test_a_long_path_gets_its_socket_elsewhere(new_folder: Path) -> None:
    deep = new_folder / "/".join(["a-rather-long-name"] * 6)
    deep.mkdir(parents=True)
    with running_cluster(settings(deep)) as url:
        assert asked(url, "select 1") == 1
        assert str(deep) not in url
    remove(deep)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root keeps folders that the database's account may not enter")
def test_a_checkout_that_the_account_may_not_enter(new_folder: Path) -> None:
    closed = new_folder / "closed"
    closed.mkdir(parents=True)
    closed.chmod(0o700)
    with running_cluster(settings(closed)) as url:
        assert asked(url, "select 1") == 1
        with_table(url)
        home = (closed / "postgres").resolve()
        assert (closed / "postgres").is_symlink()
        assert (home / "belongs-to").read_text().strip() == str(closed)
    with running_cluster(settings(closed)) as url:
        assert asked(url, "select answer from kept") == 42
    remove(closed)
    assert not home.exists()


def with_table(url: str) -> None:
    """Leave something behind that one can find again."""
    with psycopg.connect(url) as connection:
        connection.execute("create table kept as select 42 as answer")


def hold(begin: Begin, folder: Path) -> subprocess.Popen[str]:
    """Another process that uses the cluster until it is told to stop."""
    holder = begin(
        "-m",
        "neural_threads.local.run_with_database",
        "sh",
        "-c",
        "echo up; exec sleep 20",
        THREADS_DATA_DIR=str(folder),
    )
    assert holder.stdout
    assert holder.stdout.readline() == "up\n", holder.communicate()[1]
    return holder
