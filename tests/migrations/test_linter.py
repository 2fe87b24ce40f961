"""No migration holds up people or breaks the release before; those from before anybody used the product are named, with reasons."""

import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from alembic import op

from neural_threads.local.postgres_cluster import create_database
from neural_threads.platform.db.concurrent_index import create_index, drop_index
from neural_threads.platform.db.migrations import ROOT, alembic, newest
from tests.migrations.linter import ADVICE, Finding, Linter, linting, migrations, read_in
from tests.support.cluster import Ground

pytestmark = pytest.mark.long  # all migrations run

SMALL = "Nobody used the product yet: the tables held the demo world, so a lock lasted milliseconds and no other release ran. "
EXCEPTIONS: dict[str, tuple[set[str], str]] = {
    "2026_11_22_05_requests": ({"constraint", "index"}, SMALL + "Messages name requests."),
    "2026_11_22_07_catalogue": ({"index", "rows"}, SMALL + "Orders and names of the lists of designers."),
    "2026_11_22_08_notifications": ({"constraint", "drop", "index"}, SMALL + "One unread notification for each chat."),
    "2026_11_22_09_requests": (
        {"constraint", "default", "index"},
        SMALL + "Forms that were sent twice, and lists of open requests.",
    ),
    "2026_11_22_10_media": ({"index"}, SMALL + "Where an image is used."),
    "2026_11_25_12_wardrobe_search": ({"rewrite"}, SMALL + "A stored column of words to search in."),
    "2026_11_25_13_tailors": ({"index", "rows"}, SMALL + "Orders of the lists of tailors."),
    "2026_11_25_14_designs": ({"index", "rows"}, SMALL + "Designs by category, price and words."),
    "2026_11_27_01_reactions": ({"index"}, SMALL + "Changes of reactions have numbers."),
    "2026_11_27_01_saved_replies": ({"index"}, SMALL + "Searching in messages."),
    "2026_11_27_01_words_said": ({"rewrite"}, SMALL + "A stored column of words that were said."),
    "2026_11_28_01_wardrobe_kinds": ({"index"}, SMALL + "Counts of a wardrobe."),
    "2026_11_28_11_socket_events": ({"rows"}, SMALL + "Addresses are taken out of jobs that had failed, at once."),
    "2026_11_28_13_pasted_words": (
        {"index", "lock", "rows"},
        SMALL + "Names are folded anew; every address has one normal form.",
    ),
    "2026_11_28_15_wardrobe_reading": ({"constraint", "index"}, SMALL + "New columns with checks, all empty."),
    "2026_11_28_16_stylist": ({"constraint", "index"}, SMALL + "New columns of answers, all empty."),
    "2026_11_28_17_try_on": ({"constraint", "index"}, SMALL + "New columns with checks, all empty."),
    "2026_11_28_21_form_keys": ({"index"}, SMALL + "Keys of forms, all empty."),
    "2026_11_28_21_mailed_links": ({"index"}, SMALL + "Accounts that share a mailbox; none did."),
    "2026_11_28_22_photo_real": ({"constraint"}, SMALL + "A new column with a check, empty."),
    "2026_11_28_23_what_was_read": ({"constraint"}, SMALL + "A new column with a check, empty."),
    "2026_11_28_25_reacted_messages": ({"rows"}, SMALL + "Numbers for reactions from before they had any."),
    "2026_11_28_27_names_by_letters": ({"index"}, SMALL + "Names by one or two letters."),
}
"""Migrations that would be refused today, by which rules, and why they may stay as they are."""


@pytest.fixture(scope="module")
def linter(ground: Ground) -> Iterator[tuple[Linter, dict[str, list[Finding]]]]:
    """A linter that has seen every migration, and what it found."""
    url = create_database(ground.url, f"threads_test_{os.getpid()}_lint")
    with linting(url) as linter:
        yield linter, {name: linter.lint(migration) for name, migration in migrations()}
    ground.drop(url)


def test_no_migration_locks_rewrites_or_drops_what_is_in_use(
    linter: tuple[Linter, dict[str, list[Finding]]],
) -> None:
    _, found = linter
    refused = {name: findings for name, findings in found.items() if findings}
    told = [f"{name}\n  " + "\n  ".join(map(str, refused[name])) for name in refused if name not in EXCEPTIONS]
    assert not told, "\n".join(told)
    rules = {name: {finding.rule for finding in findings} for name, findings in refused.items()}
    assert rules == {name: allowed for name, (allowed, _) in EXCEPTIONS.items()}


def made_of(sql: str, **more: object) -> SimpleNamespace:
    """A migration of these statements."""
    return SimpleNamespace(upgrade=lambda: op.execute(sql), **more)


BAD = {
    "an index that is not built concurrently": ("create index on messages (content)", "index"),
    "a unique constraint": ("alter table messages add unique (content)", "index"),
    "an index made by a block": ("do $$ begin execute 'create index on chats (last_seq)'; end $$", "index"),
    "not null without a check": ("alter table media alter column form_id set not null", "not null"),
    "not null after a check that is not valid": (
        "alter table media add constraint there check (form_id is not null) not valid;"
        "alter table media alter column form_id set not null",
        "not null",
    ),
    "a check": ("alter table messages add check (seq > 0)", "constraint"),
    "a foreign key": ("alter table media add foreign key (form_id) references kept_things", "constraint"),
    "a check of a new column": ("alter table messages add column mood text check (mood <> '')", "constraint"),
    "validated at once": (
        "alter table messages add constraint positive check (seq > 0) not valid;"
        "alter table messages validate constraint positive",
        "validate",
    ),
    "another type": ("alter table messages alter column seq type numeric", "type"),
    "another type that writes nothing": ("alter table virtual_try_ons alter column attempts type integer", "rewrite"),
    "a default that is computed for each row": (
        "alter table messages add column luck double precision not null default random()",
        "rewrite",
    ),
    "a stored column": (
        "alter table messages add column length int generated always as (length(content)) stored",
        "rewrite",
    ),
    "a new column without a default": ("alter table chats add column mood text not null", "new column"),
    "rows that are changed": ("update messages set content = content", "rows"),
    "rows that are removed": ("delete from messages where seq < 0", "rows"),
    "a column that is dropped": ("alter table wardrobe_items drop column worn_count", "drop"),
    "a table that is dropped": ("drop table saved_designers", "drop"),
    "a function that is dropped": ("drop function letter_pairs(text) cascade", "drop"),
    "a unique index that is dropped": ("drop index users_email_key_key", "drop"),
    "a table that is emptied": ("truncate saved_designers", "lock"),
    "a table that is locked": ("lock table messages in share mode", "lock"),
    "a table that is locked before something else": (
        "lock table messages in exclusive mode; alter table messages add column mood text",
        "lock",
    ),
    "a table that is put in order": ("cluster media using media_pkey", "lock"),
    "an index that is built anew": ("reindex table media", "lock"),
    "a default that is dropped": ("alter table wardrobe_items alter column worn_count drop default", "default"),
    "a table that goes elsewhere": ("create schema attic; alter table saved_designers set schema attic", "rename"),
    "a column with another name": ("alter table messages rename column content to words", "rename"),
    "a table with another name": ("alter table messages rename to utterances", "rename"),
}


@pytest.mark.parametrize("example", BAD)
def test_it_refuses(linter: tuple[Linter, dict[str, list[Finding]]], example: str) -> None:
    sql, rule = BAD[example]
    if "kept_things" in sql:
        sql = f"create table kept_things (id uuid primary key); {sql}"
    found = linter[0].lint(made_of(sql), keep=False)
    assert rule in [finding.rule for finding in found], found
    assert all(finding.rule in ADVICE for finding in found)


GOOD = {
    "a table with everything": (
        "create table moods (id text primary key, chat_id text not null references chats, mood text check (mood <> ''));"
        "create index on moods (chat_id); alter table moods alter column mood set not null; insert into moods select 'a', id, 'b' from chats"
    ),
    "a column": "alter table messages add column mood text",
    "a column with a default": "alter table messages add column is_loud boolean not null default false",
    "a constraint that is not valid": "alter table messages add constraint positive check (seq > 0) not valid",
    "a function": "create function louder(text) returns text language sql immutable as $$ select upper($1) $$",
}


@pytest.mark.parametrize("example", GOOD)
def test_it_lets_pass(linter: tuple[Linter, dict[str, list[Finding]]], example: str) -> None:
    assert linter[0].lint(made_of(GOOD[example]), keep=False) == []


def test_a_view_is_read_by_the_release_before(linter: tuple[Linter, dict[str, list[Finding]]]) -> None:
    lint = linter[0].lint
    assert lint(made_of("create view open_chats as select id from chats")) == []
    assert [one.rule for one in lint(made_of("drop view open_chats"), keep=False)] == ["drop"]


@pytest.mark.long
def test_not_null_comes_in_three_migrations_and_an_index_beside_people(ground: Ground) -> None:
    url = create_database(ground.url, f"threads_test_{os.getpid()}_expand")
    with linting(url) as linter:
        for _, migration in migrations():
            linter.lint(migration)
        steps = (
            "alter table media add constraint form_there check (form_id is not null) not valid",
            "alter table media validate constraint form_there",
            "alter table media alter column form_id set not null; alter table media drop constraint form_there",
        )
        assert [linter.lint(made_of(step)) for step in steps] == [[], [], []]
        built = SimpleNamespace(upgrade=lambda: create_index("media_form_idx", "media (form_id)"))
        assert linter.lint(built) == []
        assert linter.lint(SimpleNamespace(upgrade=lambda: drop_index("media_form_idx"))) == []
    ground.drop(url)


def test_what_is_dropped_is_named_raises_the_line_and_is_read_nowhere(
    linter: tuple[Linter, dict[str, list[Finding]]],
) -> None:
    lint = linter[0].lint
    drop, raises = "alter table wardrobe_items drop column worn_count", "update schema_line set line = line + 1"
    named = {"CONTRACTS": ("wardrobe_items.worn_count",)}
    assert [one.rule for one in lint(made_of(drop, **named), keep=False)] == ["drop"], "the line stays"
    assert [one.rule for one in lint(made_of(f"{drop};{raises}"), keep=False)] == ["drop"], "not named"
    assert [one.rule for one in lint(made_of(f"{drop};{raises}", **named), keep=False)] == ["still read"]
    unread = "alter table messages add column nobody_knows_it int"
    assert lint(made_of(unread)) == []
    drop, named = "alter table messages drop column nobody_knows_it", {"CONTRACTS": ("messages.nobody_knows_it",)}
    assert lint(made_of(f"{drop};{raises}", **named), keep=False) == []
    assert read_in("messages.client_id")


@pytest.mark.long
def test_an_index_is_built_while_another_runner_waits(ground: Ground, tmp_path: Path) -> None:
    url = ground.copy()
    copy = tmp_path / "migrations"
    subprocess.run(["cp", "-r", str(ROOT / "migrations"), str(copy)], check=True)
    (copy / "versions" / "9999_index.py").write_text(
        "from alembic import op\n"
        "from neural_threads.platform.db.concurrent_index import create_index\n"
        f"revision = 'an_index'\ndown_revision = '{newest()}'\n"
        "def upgrade():\n    op.execute('select pg_sleep(2)')\n"
        "    create_index('messages_sender_idx_2', 'messages (sender_id, id)')\n"
    )
    (tmp_path / "alembic.ini").write_text((ROOT / "alembic.ini").read_text())
    told: list[subprocess.CompletedProcess[str]] = []

    def run() -> None:
        told.append(alembic(url, "upgrade", "head", ini=tmp_path / "alembic.ini"))

    both = [threading.Thread(target=run) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(120)
    assert [one.returncode for one in told] == [0, 0], [one.stderr[-2000:] for one in told]
    with psycopg.connect(url) as line:
        valid = line.execute("select indisvalid from pg_index where indexrelid = 'messages_sender_idx_2'::regclass")
        assert valid.fetchone() == (True,)
    ground.drop(url)
