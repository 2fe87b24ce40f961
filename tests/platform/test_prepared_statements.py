"""Statements are prepared for those who come again, BEGIN travels along, and whatever breaks leaves a sound connection."""

import asyncio

import pytest
from psycopg import errors

from neural_threads.platform.db import Db, configure, reading, transaction
from neural_threads.platform.db.prepared_statements import MOST_KEPT, StatementConnection

pytestmark = pytest.mark.usefixtures("database")

KEPT = "select count(*) from pg_prepared_statements where name like 'threads_%%'"


async def test_what_comes_again_is_prepared_and_what_came_once_is_not():
    async with reading() as db:
        before = await db.value(KEPT)
        assert [await db.value("select %(a)s::int + %(b)s::int + %(a)s::int", a=3, b=4) for _ in range(3)] == [10] * 3
        assert await db.value("select 'only once'") == "only once"
        assert await db.value(KEPT) - before == 2  # The sum, and this question itself.


async def test_many_statements_do_not_pile_up_and_each_keeps_its_answer():
    async with reading() as db:
        for _ in range(2):
            for number in range(MOST_KEPT + 20):
                for _ in range(2):
                    assert await db.value(f"select {number} * %(n)s::int", n=2) == 2 * number
        assert await db.value(KEPT) <= MOST_KEPT


async def test_values_of_another_type_find_a_statement_of_their_own():
    async with reading() as db:
        for value in (1, 2, 3_000_000_000, 2, 9_000_000_000_000_000_000, 1):
            for _ in range(3):
                assert await db.value("select %(n)s + 0", n=value) == value


async def test_behind_a_pooler_nothing_is_prepared(database):
    async with await StatementConnection.connect(database, autocommit=True) as connection:
        await configure(connection, pooler=True)
        db = Db(connection)
        assert [await db.value("select %(a)s::text", a="silk") for _ in range(4)] == ["silk"] * 4
        assert await db.value(KEPT) == 0


async def test_tables_that_change_under_a_statement_cost_one_request():
    async with reading() as db:
        await db.execute("create temporary table bolt (id int)")
        try:
            for _ in range(3):
                await db.all(int, "select * from bolt")
            await db.execute("alter table bolt add colour text")
            with pytest.raises(errors.FeatureNotSupported):
                await db.all(int, "select * from bolt")
            assert await db.all(int, "select * from bolt") == []
        finally:
            await db.execute("drop table bolt")


@pytest.mark.parametrize("times", [1, 3])
async def test_the_first_statement_is_in_the_transaction_whether_prepared_or_not(times):
    for _ in range(times):
        async with transaction() as db:
            first = await db.value("select pg_current_xact_id()::text")
            assert await db.value("select pg_current_xact_id()::text") == first


async def test_a_first_statement_that_fails_is_undone_and_named():
    with pytest.raises(errors.DivisionByZero):
        async with transaction() as db:
            await db.value("select 1 / %(zero)s::int", zero=0)
    async with transaction() as db:
        assert await db.value("select 1") == 1


async def test_what_followed_an_error_is_not_taken_for_committed():
    told = []

    async def tell() -> None:
        told.append("cora")

    with pytest.raises(errors.InFailedSqlTransaction):
        async with transaction() as db:
            db.after_commit(tell)
            with pytest.raises(errors.DivisionByZero):
                await db.execute("select 1 / 0")
    assert told == []


@pytest.mark.parametrize("first", [True, False])
async def test_who_goes_away_in_the_middle_leaves_a_connection_that_works(first):
    async def wait_long() -> None:
        async with transaction() as db:
            if not first:
                await db.execute("select 1")
            await db.execute("select pg_sleep(4)")

    async with asyncio.timeout(3):
        waiting = [asyncio.create_task(wait_long()) for _ in range(8)]
        await asyncio.sleep(0.3)
        for one in waiting:
            one.cancel()
        assert [type(one) for one in await asyncio.gather(*waiting, return_exceptions=True)] == [
            asyncio.CancelledError
        ] * 8
        for _ in range(8):
            async with transaction() as db:
                assert await db.value("select 1") == 1


async def test_a_cursor_works_in_the_same_transaction():
    async with transaction() as db:
        cursor = await (await db.connection()).execute("select pg_current_xact_id()::text")
        [own] = await cursor.fetchone()
        assert await db.value("select pg_current_xact_id()::text") == own


async def test_percent_signs_mean_themselves():
    async with reading() as db:
        assert await db.value("select '100 %%' like %(like)s and 7 %% 4 = 3", like="100 %") is True
