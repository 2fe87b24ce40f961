"""`neural-threads check` on a broken and on a good installation: sentences, exit code, JSON."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest
import pytest_asyncio

from neural_threads.local.postgres_cluster import create_database
from neural_threads.platform.db.migrations import ROOT
from tests.media.stand_ins import bucket_server
from tests.support.cluster import Ground, clean_environment
from tests.support.preloaded import run_forked
from tests.support.redis import Redis
from tests.support.server import Server, free_port, http_client
from tests.support.sweeps import sweep

FreshServer = Callable[..., Awaitable[Server]]
SECRET = "Vq3nB8xLw0ZrT5yHc2KdJ7mPfA9sGeU4iNbO6tQvXw1"


@pytest_asyncio.fixture(loop_scope="session")
async def mail_port() -> AsyncIterator[int]:
    """A mail server that greets and takes no mail."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example\r\n")
        while line := await reader.readline():
            writer.write(b"221 bye\r\n" if line.upper().startswith(b"QUIT") else b"250 mail.example\r\n")
            assert not line.upper().startswith((b"MAIL", b"DATA"))

    port = free_port()
    server = await asyncio.start_server(talk, ["127.0.0.1", "127.0.0.2"], port)
    yield port
    server.close()


async def checked(*arguments: str, **env: str) -> tuple[int, dict[str, Any], str]:
    """Return exit code, the report by --json and the text without it, each of a program that was started for it."""

    def run(*more: str) -> subprocess.CompletedProcess[str]:
        argv = [sys.executable, "-P", "-m", "neural_threads", "check", *arguments, *more]
        settings = clean_environment() | env
        return subprocess.run(argv, cwd=ROOT, env=settings, capture_output=True, text=True, timeout=120, check=False)

    told, plain = await asyncio.to_thread(run, "--json"), await asyncio.to_thread(run)
    assert told.returncode == plain.returncode
    assert not told.stderr, told.stderr
    return told.returncode, json.loads(told.stdout), plain.stdout


async def quickly_checked(folder: Path, **env: str) -> tuple[int, dict[str, Any], str]:
    """Return the same, sooner: the program is forked from one that has imported it already."""

    def run(*arguments: str) -> tuple[int, str]:
        return run_forked(["check", *arguments], clean_environment() | env, folder / f"told{token_hex(4)}")

    (code, report), (same, text) = await asyncio.to_thread(run, "--json"), await asyncio.to_thread(run)
    assert code == same
    return code, json.loads(report), text


@pytest.fixture
def empty_database(ground: Ground) -> Iterator[str]:
    """A database in which nothing was migrated."""
    url = create_database(ground.url, f"threads_test_{os.getpid()}_empty")
    yield url
    ground.drop(url)


def levels(report: dict[str, Any], subject: str) -> set[str]:
    return {finding["level"] for finding in report["findings"] if finding["subject"] == subject}


def sentences(report: dict[str, Any], level: str) -> str:
    return "\n".join(finding["says"] for finding in report["findings"] if finding["level"] == level)


@pytest.mark.long
async def test_a_good_installation(fresh_server: FreshServer, ground: Ground, mail_port: int) -> None:
    redis = Redis(ground.new_folder("redis")).start()
    env = {"THREADS_SECRET_KEY": SECRET, "REDIS_URL": redis.url, "THREADS_TRUSTED_PROXIES": "127.0.0.1"}
    server = await fresh_server(is_forked=False, **env)
    (server.data_dir / "media").chmod(0o700)
    env |= {"THREADS_ENV": "production", "THREADS_PUBLIC_URL": "https://threads.invalid"}
    env |= {"SMTP_URL": f"smtp://127.0.0.1:{mail_port}", "THREADS_MAIL_FROM": "Neural Threads <hello@threads.in>"}
    code, report, text = await checked(DATABASE_URL=server.dsn, THREADS_DATA_DIR=str(server.data_dir), **env)
    assert (code, sentences(report, "wrong")) == (0, ""), text
    for subject in (
        "secret",
        "mail",
        "push",
        "pictures",
        "extensions",
        "migrations",
        "clock",
        "proxies",
        "connections",
    ):
        assert levels(report, subject) == {"good"}, text
    for subject in ("redis", "worker", "queue", "models", "durability", "database"):
        assert levels(report, subject) == {"good"}, text
    assert text.splitlines()[-1].startswith("0 wrong")
    assert SECRET not in text

    # The same with a queue that nobody works any more.
    await server.stop()
    redis.close()
    code, report, text = await checked(DATABASE_URL=server.dsn, THREADS_DATA_DIR=str(server.data_dir), **env)
    assert code == 1
    assert "Redis at 127.0.0.1 does not answer" in sentences(report, "wrong")


@pytest.mark.long
async def test_a_broken_installation_is_told_everything_at_once(ground: Ground, empty_database: str) -> None:
    folder = ground.new_folder("broken")
    (folder / "media").mkdir(mode=0o755)
    (folder / "push.key").write_text("not a key")
    (folder / "push.key").chmod(0o644)
    env = {"THREADS_ENV": "production", "THREADS_SECRET_KEY": "a" * 40, "THREADS_PUBLIC_URL": "http://threads.invalid"}
    env |= {"THREADS_TRUSTED_PROXIES": "0.0.0.0/0", "REDIS_URL": f"redis://127.0.0.1:{free_port()}"}
    env |= {"THREADS_DATABASE_POOL": "400", "SMTP_URL": f"smtp://127.0.0.1:{free_port()}"}
    code, report, text = await checked(DATABASE_URL=empty_database, THREADS_DATA_DIR=str(folder), **env)
    said = sentences(report, "wrong")
    assert (code, report["status"]) == (1, "wrong")
    for words in (
        "can be guessed",
        "begins with http",
        "anybody could claim to be any address",
        "Redis at 127.0.0.1 does not answer",
        "The mail server 127.0.0.1 does not let us in",
        "run `neural-threads migrate`",
        "lower THREADS_DATABASE_POOL",
        "push.key can be read by others",
        "The key for pushes",
    ):
        assert words in said, text
    shutil.rmtree(folder)


@pytest.mark.long
async def test_before_a_deployment_what_it_will_do_is_no_mistake(ground: Ground, empty_database: str) -> None:
    folder = ground.new_folder("before")
    env = {"DATABASE_URL": empty_database, "THREADS_DATA_DIR": str(folder)}
    code, report, text = await checked("--before", **env)
    assert code == 0, text
    assert levels(report, "migrations") == {"warning"}
    code, report, _text = await checked(**env)
    assert (code, levels(report, "migrations")) == (1, {"wrong"})
    shutil.rmtree(folder)


@pytest.mark.long
async def test_a_bucket_that_strangers_can_read(ground: Ground, empty_database: str) -> None:
    folder = ground.new_folder("bucket")
    everybody = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::threads/*"}
    with bucket_server() as bucket:
        env = {
            "DATABASE_URL": empty_database,
            "THREADS_DATA_DIR": str(folder),
            "THREADS_MEDIA_STORE": "s3://threads/live",
        }
        _code, report, text = await checked("--before", **env, **bucket)
        assert levels(report, "pictures") == {"good"}, text
        async with http_client(bucket["AWS_ENDPOINT_URL"]) as client:
            policy = {"Version": "2012-10-17", "Statement": [everybody]}
            (await client.put("/threads?policy", json=policy)).raise_for_status()
        code, report, text = await checked("--before", **env, **bucket)
        assert (code, levels(report, "pictures")) == (1, {"wrong"}), text
        assert "Anybody can read the bucket threads" in text
        assert bucket["AWS_SECRET_ACCESS_KEY"] not in text
    code, report, text = await checked("--before", **env, **bucket)
    assert "does not take and give back a file" in sentences(report, "wrong"), text
    shutil.rmtree(folder)


async def test_no_database_and_unreadable_settings(tmp_path: Path) -> None:
    url = f"postgresql://nobody@127.0.0.1:{free_port()}/threads"
    code, report, text = await checked(
        DATABASE_URL=url, THREADS_ENV="production", THREADS_PROCESSES="many", THREADS_DATA_DIR=str(tmp_path)
    )
    said = sentences(report, "wrong")
    assert code == 1
    assert "THREADS_PROCESSES='many' cannot be used" in said
    assert "THREADS_SECRET_KEY must have at least 32 bytes" in said
    assert "THREADS_PUBLIC_URL must be set" in said
    assert "The database does not answer" in said
    assert len(text.splitlines()) == len(report["findings"]) + 1


@pytest.mark.parametrize(
    ("setting", "subject", "says"),
    sweep(
        [
            ("THREADS_MEDIA_STORE", "pictures", "names no bucket"),
            ("THREADS_DATA_DIR", "database", "choose another THREADS_DATA_DIR"),
        ]
    ),
)
async def test_a_folder_or_bucket_that_cannot_be_is_told_in_words(
    tmp_path: Path, ground: Ground, setting: str, subject: str, says: str
) -> None:
    file = tmp_path / "file"
    file.touch()
    env = {"THREADS_DATA_DIR": str(tmp_path / "data"), "DATABASE_URL": ground.url}
    if setting == "THREADS_DATA_DIR":
        env = {"THREADS_DATA_DIR": str(file)}
    else:
        env[setting] = "s3://"
    code, report, _text = await quickly_checked(tmp_path, **env)
    assert code == 1
    wrongs = [one["says"] for one in report["findings"] if one["level"] == "wrong" and one["subject"] == subject]
    assert any(says in one for one in wrongs), report


def pgbackrest_that(says: str, code: int, folder: Path) -> str:
    """A PATH on which `pgbackrest` says this and ends so."""
    program = folder / "pgbackrest"
    program.write_text(f"#!/bin/sh\ncat <<'END'\n{says}\nEND\nexit {code}\n")
    program.chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


def info(hours: float, code: int = 0) -> str:
    """What `pgbackrest info --output=json` says of a stanza whose newest backup is so old."""
    backups = [{"timestamp": {"start": 0, "stop": time.time() - hours * 3_600}}]
    return json.dumps([{"name": "threads", "status": {"code": code}, "backup": [] if code else backups}])


@pytest.mark.parametrize(
    ("says", "code", "noted", "level", "words"),
    sweep(
        [
            (info(3), 0, None, "good", "3 hours old"),
            (info(60), 0, info(1), "wrong", "60 hours old"),
            ("", 41, info(3), "good", "3 hours old"),
            (info(0, code=99), 0, info(60), "wrong", "60 hours old"),
            (info(0, code=2), 0, None, "wrong", "has made no backup yet"),
            ("", 41, None, "warning", "tells this account of no stanza"),
            ("[]", 0, "not JSON", "warning", "tells this account of no stanza"),
        ],
        quick=3,
    ),
    ids=["told", "told wins", "may not ask", "may not read", "none", "nothing noted", "nothing readable"],
)
async def test_how_old_the_newest_backup_is(
    tmp_path: Path, ground: Ground, says: str, code: int, noted: str | None, level: str, words: str
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    if noted is not None:
        (data / "backups.json").write_text(noted)
    path = pgbackrest_that(says, code, tmp_path)
    _code, report, text = await quickly_checked(
        tmp_path, DATABASE_URL=ground.url, THREADS_DATA_DIR=str(data), PATH=path
    )
    assert (level, True) in [
        (one["level"], words in one["says"]) for one in report["findings"] if one["subject"] == "backups"
    ], text


@pytest.mark.parametrize(
    ("setting", "value"),
    sweep(
        [
            ("THREADS_PUBLIC_URL", "https://[threads.example"),
            ("SMTP_URL", "smtp://[mail.example"),
            ("THREADS_PUBLIC_URL", "https://threads.example:99999"),
            ("SOCKET_URL", "https://threads.example:port"),
            ("SMTP_URL", "smtp://mail.example:99999"),
            ("REDIS_URL", "redis://[here:6379/0"),
        ],
        quick=2,
    ),
)
async def test_what_is_no_address_is_told_in_words(tmp_path: Path, ground: Ground, setting: str, value: str) -> None:
    env = {"DATABASE_URL": ground.url, "THREADS_DATA_DIR": str(tmp_path), setting: value}
    code, report, text = await quickly_checked(tmp_path, **env)
    assert code == 1
    assert "Traceback" not in text
    assert any(
        setting in one["says"] or "mail server" in one["says"] for one in report["findings"] if one["level"] == "wrong"
    ), text


async def test_a_guessable_previous_key_is_no_safer(tmp_path: Path, ground: Ground) -> None:
    env = {"THREADS_SECRET_KEY": SECRET, "THREADS_SECRET_PREVIOUS": "a" * 40}
    code, report, text = await quickly_checked(tmp_path, DATABASE_URL=ground.url, THREADS_DATA_DIR=str(tmp_path), **env)
    assert (code, levels(report, "secret")) == (1, {"good", "wrong"}), text


@pytest.mark.long  # waits for seconds
async def test_a_password_is_not_sent_to_a_mail_server_in_the_open(
    tmp_path: Path, ground: Ground, mail_port: int
) -> None:
    env = {"DATABASE_URL": ground.url, "THREADS_DATA_DIR": str(tmp_path), "THREADS_MAIL_FROM": "hello@threads.in"}
    _code, report, text = await quickly_checked(tmp_path, SMTP_URL=f"smtp://127.0.0.2:{mail_port}", **env)
    assert levels(report, "mail") == {"warning"}, text
    assert "offers no encryption" in text
    _code, report, text = await quickly_checked(tmp_path, SMTP_URL=f"smtp://127.0.0.1:{mail_port}", **env)
    assert levels(report, "mail") == {"good"}, text
