"""Refuses migrations that would hold up people, or break the release before, which runs beside the new one for a while.

Nothing is read off the text of a migration. It runs on a real database, in which event triggers compare the catalogs after each
statement with those before it and look at the locks that are held; so SQL that is put together, DO blocks and whatever
PostgreSQL does by itself are seen as well.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import psycopg
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

from neural_threads.platform.db.migrations import ROOT

ADVICE = {
    "index": "An index on a table that exists is built CONCURRENTLY, in an autocommit_block: else nobody can write until it is done.",
    "not null": "First a check (x is not null) NOT VALID, in a later migration VALIDATE, then SET NOT NULL: else it reads the table while nobody may use it.",
    "constraint": "A check or foreign key on a table that exists is added NOT VALID and validated by a later migration.",
    "validate": "VALIDATE CONSTRAINT belongs into a migration of its own: here the table is locked for everybody meanwhile.",
    "type": "A column keeps its type: add another one, fill it, read it, and drop the old one in a later release.",
    "rewrite": "This writes the whole table anew while nobody may use it.",
    "new column": "A new column that is NOT NULL has a default: the release before inserts rows without it.",
    "rows": "Rows of a table that is in use are changed in batches by a job, not by the migration, which locks them until its end.",
    "drop": "The release before still reads it. Once no release does: CONTRACTS names it, and the migration adds one to schema_line.",
    "lock": "LOCK, TRUNCATE, CLUSTER and REINDEX hold up everybody who writes until the migration ends.",
    "default": "The release before inserts rows without this column: its default stays until no release needs it.",
    "rename": "The release before still knows it by its old name: add the new one beside it, and drop the old one later.",
    "still read": "This release itself still reads what the migration drops.",
}
"""Each rule, and what to do instead."""
_CONTRACTED = ("drop", "rename")

_WATCH = """
create schema lint;
create table lint.findings (number int generated always as identity, rule text, what text);
create table lint.tables (id oid, name text);
create table lint.columns (id oid, number int2, name text, type text, is_needed boolean, has_default boolean);
create table lint.locked (id oid);
create table lint.constraints (id oid, is_valid boolean, table_id oid, definition text);
create table lint.indexes (id oid, is_unique boolean);
create table lint.functions (id oid);

create view lint.ours as
  select c.oid as id, c.relname::text as name from pg_class c
   where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace and c.relname not in ('spatial_ref_sys', 'alembic_version');
create view lint.columns_now as
  select a.attrelid as id, a.attnum as number, a.attname::text as name, format_type(a.atttypid, a.atttypmod) as type,
         a.attnotnull as is_needed, a.atthasdef or a.attidentity <> '' as has_default
    from pg_attribute a join lint.ours t on t.id = a.attrelid where a.attnum > 0 and not a.attisdropped;
create view lint.constraints_now as
  select c.oid as id, c.convalidated as is_valid, c.conrelid as table_id, pg_get_constraintdef(c.oid) as definition, c.conname as name
    from pg_constraint c join lint.ours t on t.id = c.conrelid where c.contype in ('c', 'f');
create view lint.indexes_now as
  select i.indexrelid as id, i.indisunique as is_unique, i.indrelid as table_id from pg_index i join lint.ours t on t.id = i.indrelid;

-- Tables that nobody else may write to now.
create view lint.locked_now as
  select t.id from lint.tables t where exists (
    select from pg_locks where pid = pg_backend_pid() and relation = t.id and granted
       and mode in ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'));

create function lint.remember() returns void language sql as $$
  delete from lint.columns;
  insert into lint.columns select id, number, name, type, is_needed, has_default from lint.columns_now;
  delete from lint.constraints;
  insert into lint.constraints select id, is_valid, table_id, definition from lint.constraints_now;
  delete from lint.indexes;
  insert into lint.indexes select id, is_unique from lint.indexes_now;
$$;

-- Tables, functions and views count as known when the migration begins; what it makes itself, nobody uses yet.
create function lint.begin_migration() returns void language sql as $$
  delete from lint.findings;
  delete from lint.tables;
  insert into lint.tables select id, name from lint.ours;
  delete from lint.functions;
  insert into lint.functions select oid from pg_proc where pronamespace = 'public'::regnamespace;
  insert into lint.functions select oid from pg_class where relnamespace = 'public'::regnamespace and relkind in ('v', 'm');
  delete from lint.locked;
  select lint.remember();
$$;

create function lint.is_locked(which oid, modes text[]) returns boolean language sql as $$
  select exists (select from pg_locks where pid = pg_backend_pid() and relation = which and mode = any(modes) and granted);
$$;

-- What is locked before a statement that changes the catalogue, and was not after the last one, was locked by something else.
create function lint.note_locks() returns void language sql as $$
  insert into lint.findings (rule, what)
  select 'lock', t.name from lint.tables t join lint.locked_now using (id) where t.id not in (select id from lint.locked);
  insert into lint.locked select id from lint.locked_now;
$$;
create function lint.look_before() returns event_trigger language plpgsql as $$
begin
  perform lint.note_locks();
end $$;

create function lint.look() returns event_trigger language plpgsql as $$
begin
  insert into lint.findings (rule, what)
  select 'rename', t.name from lint.tables t join lint.ours o using (id) where o.name <> t.name
  union all
  select 'rename', t.name from lint.tables t join pg_class c on c.oid = t.id where c.relnamespace <> 'public'::regnamespace
  union all
  select 'default', t.name || '.' || c.name
    from lint.tables t join lint.columns c using (id) join lint.columns_now n using (id, number)
   where c.is_needed and n.is_needed and c.has_default and not n.has_default
  union all
  select case when n.name <> c.name then 'rename' when n.type <> c.type then 'type' else 'not null' end, t.name || '.' || c.name
    from lint.tables t join lint.columns c using (id) join lint.columns_now n using (id, number)
   where n.name <> c.name or n.type <> c.type
      or n.is_needed and not c.is_needed and not exists (
           select from lint.constraints k where k.table_id = t.id and k.is_valid and k.definition = format('CHECK ((%I IS NOT NULL))', c.name))
  union all
  select 'new column', t.name || '.' || n.name
    from lint.tables t join lint.columns_now n using (id) left join lint.columns c using (id, number)
   where c.id is null and n.is_needed and not n.has_default
  union all
  select 'constraint', t.name || ': ' || n.definition
    from lint.constraints_now n join lint.tables t on t.id = n.table_id left join lint.constraints c on c.id = n.id
   where c.id is null and n.is_valid
  union all
  select 'validate', t.name || ': ' || n.definition
    from lint.constraints_now n join lint.tables t on t.id = n.table_id join lint.constraints c on c.id = n.id
   where n.is_valid and not c.is_valid and lint.is_locked(t.id, '{ShareRowExclusiveLock,ExclusiveLock,AccessExclusiveLock}')
  union all
  select 'index', t.name || ': ' || n.id::regclass
    from lint.indexes_now n join lint.tables t on t.id = n.table_id left join lint.indexes c on c.id = n.id
   where c.id is null and lint.is_locked(t.id, '{ShareLock,ShareRowExclusiveLock,ExclusiveLock,AccessExclusiveLock}');
  insert into lint.locked select id from lint.locked_now;
  perform lint.remember();
end $$;

create function lint.look_at_rewrite() returns event_trigger language plpgsql as $$
begin
  insert into lint.findings (rule, what)
  select 'rewrite', name from lint.tables where id = pg_event_trigger_table_rewrite_oid();
end $$;

create function lint.look_at_drop() returns event_trigger language plpgsql as $$
begin
  insert into lint.findings (rule, what)
  select 'drop', replace(d.object_identity, 'public.', '')
    from pg_event_trigger_dropped_objects() d
   where d.object_type = 'table' and d.objid in (select id from lint.tables)
      or d.object_type = 'table column' and d.objid in (select id from lint.tables)
      or d.object_type in ('function', 'procedure', 'view', 'materialized view') and d.objid in (select id from lint.functions)
      or d.object_type = 'index' and d.objid in (select id from lint.indexes where is_unique);
end $$;

create event trigger lint_look_before on ddl_command_start execute function lint.look_before();
create event trigger lint_look on ddl_command_end execute function lint.look();
create event trigger lint_look_at_rewrite on table_rewrite execute function lint.look_at_rewrite();
create event trigger lint_look_at_drop on sql_drop execute function lint.look_at_drop();
"""
_LOCKS = "select lint.note_locks()"
_ROWS = """
select 'rows', t.name from lint.tables t
 where t.name <> 'schema_line' and lint.is_locked(t.id, '{RowExclusiveLock}') order by t.name
"""
_LINE = "select case when to_regclass('public.schema_line') is null then 0 else 1 end"


class Finding(NamedTuple):
    """One reason to refuse a migration."""

    rule: str
    what: str

    def __str__(self) -> str:
        return f"{self.what}: {ADVICE[self.rule]}"


class Linter:
    """Runs migrations on an empty database of its own, in their order, and tells what is wrong with each."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._context = MigrationContext.configure(connection, opts={"transaction_per_migration": True})

    def lint(self, migration: Any, *, keep: bool = True) -> list[Finding]:
        """Run `upgrade` of a migration; what it did is undone if not `keep`."""
        findings: list[Finding] = []
        try:
            with Operations.context(self._context), self._context.begin_transaction(_per_migration=True):
                self._run("select lint.begin_migration()")
                before = self._line()
                migration.upgrade()
                self._run(_LOCKS)
                rows = [*self._run("select rule, what from lint.findings order by number"), *self._run(_ROWS)]
                findings = [Finding(*row) for row in rows]
                is_contracting = self._line() > before
                if not keep:
                    raise _Undone
        except _Undone:
            pass
        contracts = getattr(migration, "CONTRACTS", ()) if is_contracting else ()
        return list(dict.fromkeys(_judged(findings, contracts)))

    def _line(self) -> int:
        if self._run(_LINE) == [(0,)]:
            return 0
        return int(self._run("select line from schema_line")[0][0])

    def _run(self, sql: str) -> list[Any]:
        result = self._connection.exec_driver_sql(sql)
        return [tuple(row) for row in result] if result.returns_rows else []


class _Undone(Exception):
    pass


def _judged(findings: Iterable[Finding], contracts: tuple[str, ...]) -> Iterator[Finding]:
    for finding in findings:
        if finding.rule not in _CONTRACTED or finding.what not in contracts:
            yield finding
        elif places := read_in(finding.what):
            yield Finding("still read", f"{finding.what} (in {', '.join(places)})")


@contextmanager
def linting(url: str) -> Iterator[Linter]:
    """A linter on this database, which only a superuser of it may do; what watches is there until the database goes."""
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(url), poolclass=NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(_WATCH.replace("%", "%%"))
        connection.commit()
        yield Linter(connection)
    engine.dispose()


def migrations() -> list[tuple[str, ModuleType]]:
    """Every migration that there is, the oldest first."""
    scripts = ScriptDirectory(str(ROOT / "migrations"))
    return [(one.revision, one.module) for one in reversed(list(scripts.walk_revisions()))]


def read_in(what: str) -> list[str]:
    """Return the files of ours with a text that names a table and its column (`table.column`), or the table."""
    words = [re.compile(rf"\b{re.escape(word)}\b") for word in what.split("(")[0].split(".")]
    return [path for path, texts in _texts() if any(all(word.search(text) for word in words) for text in texts)]


@cache
def _texts() -> list[tuple[str, list[str]]]:
    folder = ROOT / "src" / "neural_threads"
    return [(path.relative_to(folder).as_posix(), _strings(path)) for path in sorted(folder.rglob("*.py"))]


def _strings(path: Path) -> list[str]:
    nodes = ast.walk(ast.parse(path.read_text()))
    return [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
