"""Each table is written by the one feature that docs/schema.md names, and read by none below it."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "neural_threads"

# Names that statements fill in, with the tables they may stand for.
PARTS = {
    "kind.table": {"alteration_requests", "design_requests"},
    "order.kind.table": {"alteration_requests", "design_requests"},
    "portfolio.table": {"portfolio_items", "sample_works"},
    "table": {"customers", "designers", "tailors"},
}

# Reads of a table whose feature stands above the reader, or beside it.
READS_UPWARDS = {
    ("search_words", "portfolio_items"): "forgets the words that no item says any longer",
    ("media", "portfolio_items"): "what everybody sees, says references.py",
    ("media", "sample_works"): "what everybody sees, says references.py",
    ("kept_forms", "sessions"): "a kept form lives as long as the session that wrote it",
    ("kept_forms", "users"): "a form is kept for whoever the session belonged to",
    ("chat", "wardrobe_items"): "what a customer can share",
    ("wardrobe", "alteration_requests"): "an item is at the tailor while its alteration is under way",
}

WRITES = re.compile(r"\b(?:insert\s+into|update|delete\s+from|truncate)\s+([a-z_]+|\{[a-z_.]+\})")
READS = re.compile(r"\b(?:from|join)\s+([a-z_]+)")
SUBQUERIES = re.compile(
    r"(?:\bwith|,)\s+(?:recursive\s+)?([a-z_]+)(?:\s*\([^)]*\))?\s+as\s+(?:materialized\s+|not materialized\s+)?\("
)


def owners() -> dict[str, str]:
    """Return the feature of each table, as the page has it."""
    rows = re.findall(r"^\| ([a-z_/]+) \| (`.*`) \|$", (ROOT / "docs" / "schema.md").read_text(), re.M)
    return {table: feature for feature, tables in rows for table in re.findall(r"`(\w+)`", tables)}


def order_of_features() -> dict[str, int]:
    """Return how high each feature stands, as the import contracts have it."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    [layers] = [one["layers"] for one in contracts if one.get("containers") == ["neural_threads.features"]]
    return {name: -height for height, layer in enumerate(layers) for name in re.findall(r"\w+", layer)}


def statements() -> Iterator[tuple[Path, str]]:
    """Return every text of the program that looks like SQL, with the file it stands in."""
    for path in sorted(
        [*SOURCE.glob("features/**/*.py"), *SOURCE.glob("web/**/*.py"), *SOURCE.glob("platform/**/*.py")]
    ):
        for node in ast.walk(ast.parse(path.read_text())):
            text = _text(node)
            if text and re.search(r"\b(?:select|insert into|update|delete from|join)\b", text):
                yield path.relative_to(SOURCE), text


def _text(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else "{" + ast.unparse(part.value) + "}"
            for part in node.values
            if isinstance(part, ast.Constant | ast.FormattedValue)
        )
    return None


def room_of(path: Path) -> str:
    return path.parts[1] if path.parts[0] == "features" else "/".join(path.parts[:2])


def test_every_table_has_one_owner(dsn: str) -> None:
    with psycopg.connect(dsn) as connection:
        rows = connection.execute(
            """
            select table_name from information_schema.tables
             where table_schema = 'public' and table_type = 'BASE TABLE' and table_name not like 'procrastinate%'
               and table_name not in ('alembic_version', 'schema_line', 'spatial_ref_sys')
            """
        ).fetchall()
    assert sorted(owners()) == sorted(table for (table,) in rows)


def test_only_its_owner_writes_a_table() -> None:
    owner, found = owners(), 0
    for path, text in statements():
        for name in WRITES.findall(text):
            tables = PARTS[name[1:-1]] if name.startswith("{") and name[1:-1] in PARTS else {name}
            for table in tables & owner.keys():
                found += 1
                assert room_of(path) in (owner[table], "account_deletion"), f"{path} writes {table}"
    assert found > 80


def test_what_a_statement_fills_in_is_known() -> None:
    for path, text in statements():
        for name in WRITES.findall(text):
            assert not name.startswith("{") or name[1:-1] in PARTS, f"{path}: {name}"


def test_a_feature_reads_only_what_stands_below_it() -> None:
    owner, heights, seen = owners(), order_of_features(), set()
    for path, text in statements():
        if path.parts[0] != "features":
            continue
        reader = room_of(path)
        for table in set(READS.findall(text)) - set(SUBQUERIES.findall(text)):
            if table not in owner or owner[table] == reader:
                continue
            if heights.get(owner[table], -99) >= heights[reader]:
                seen.add((reader, table))
    assert seen == READS_UPWARDS.keys()


@pytest.mark.parametrize("floor", ["web"])
def test_the_web_floor_writes_no_sql(floor: str) -> None:
    said = [
        f"{path}: {name}"
        for path, text in statements()
        if path.parts[0] == floor
        for name in READS.findall(text)
        if name in owners()
    ]
    assert said == []
