"""Statements are put together from the program's own parts, and from nothing that a person wrote."""

import pytest

from neural_threads.features.orders.kinds import ALTERATION
from neural_threads.platform.db.composition import Sql, comma_separated, sql


def test_names_numbers_and_fragments_go_in() -> None:
    alive = Sql("s.ended_at is null")
    statement = sql(
        "select {columns} from {kind.table} s where {alive} and s.{kind.provider_id} = %(me)s limit {most}",
        columns=comma_separated([Sql("s.id"), Sql("s.notes")]),
        kind=ALTERATION,
        alive=alive,
        most=5,
    )
    assert statement == (
        "select s.id, s.notes from alteration_requests s where s.ended_at is null and s.tailor_id = %(me)s limit 5"
    )
    assert isinstance(statement, Sql)


def test_braces_that_stand_for_themselves_are_doubled() -> None:
    assert sql("select '{{}}'::jsonb as {name}", name="facts") == "select '{}'::jsonb as facts"


@pytest.mark.parametrize(
    "text",
    ["users; drop table users", "id or true", "'x'", "users--", "a.b.c", "", "Users", "naïve", "1", "id\n", 'a"b'],
)
def test_what_a_person_could_have_written_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="name of a table or column"):
        sql("select {column} from users", column=text)


@pytest.mark.parametrize("part", [True, 1.5, None, b"id", ("id",)])
def test_other_things_are_refused(part: object) -> None:
    with pytest.raises(ValueError, match="name of a table or column"):
        sql("select {column} from users", column=part)  # type: ignore[arg-type]


def test_a_missing_part_is_an_error() -> None:
    with pytest.raises(KeyError, match="table"):
        sql("select id from {table}")
