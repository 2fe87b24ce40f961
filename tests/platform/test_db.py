"""The database tells after the commit, gives typed rows, and says "in a moment" instead of hanging."""

import asyncio
import time
from enum import StrEnum

import pytest

from neural_threads.platform.db import reading, transaction
from neural_threads.platform.errors import Unavailable
from neural_threads.platform.serialization.encode import encode
from neural_threads.platform.serialization.types import Moment, Shape
from tests.support.deadlines import within

pytestmark = pytest.mark.usefixtures("database")


class Mood(StrEnum):
    GLAD = "GLAD"


class Stitch(Shape, frozen=True, kw_only=True):
    colour: str
    sewn_at: Moment


class Cloth(Shape, frozen=True, kw_only=True):
    id: str
    mood: Mood
    stitches: list[Stitch]
    made_at: Moment
    note: str | None


ONE_CLOTH = """
select 'c1' as id, 'GLAD' as mood, %(note)s::text as note, timestamptz '2026-11-22 10:00:00.123456+00' as made_at,
       jsonb_build_array(jsonb_build_object('colour', 'rani', 'sewnAt', timestamptz '2026-11-22 09:00:00.5+00')) as stitches
"""


async def test_a_row_is_the_shape_that_goes_out():
    async with reading() as db:
        cloth = await db.one(Cloth, ONE_CLOTH, note=None)
    assert cloth.mood is Mood.GLAD
    assert encode(cloth) == (
        b'{"id":"c1","mood":"GLAD","stitches":[{"colour":"rani","sewnAt":"2026-11-22T09:00:00.500Z"}],'
        b'"madeAt":"2026-11-22T10:00:00.123Z","note":null}'
    )


async def test_nobody_is_told_before_the_commit_and_everybody_after_it():
    told = []

    async def tell() -> None:
        told.append("cora")

    async with transaction() as db:
        db.after_commit(tell)
        await db.execute("select 1")
        assert told == []
    assert told == ["cora"]


async def test_what_was_rolled_back_is_never_told():
    told = []

    async def tell() -> None:
        told.append("cora")

    with pytest.raises(RuntimeError):
        async with transaction() as db:
            db.after_commit(tell)
            raise RuntimeError("the thread broke")
    assert told == []


async def test_one_effect_that_fails_does_not_silence_the_next():
    told = []

    async def fail() -> None:
        raise RuntimeError("nobody home")

    async def tell() -> None:
        told.append("dina")

    async with transaction() as db:
        db.after_commit(fail)
        db.after_commit(tell)
    assert told == ["dina"]


@pytest.mark.case("I07")
async def test_a_statement_that_takes_too_long_is_cut_and_named_unavailable():
    with within(2), pytest.raises(Unavailable):
        async with reading() as db:
            await db.execute("set statement_timeout = 100")
            try:
                await db.execute("select pg_sleep(10)")
            finally:
                await db.execute("set statement_timeout = 5000")


@pytest.mark.long  # waits for seconds
async def test_the_ninth_at_a_pool_of_eight_waits_two_seconds_and_is_told_to_come_back():
    release = asyncio.Event()

    async def hold() -> None:
        async with reading():
            await release.wait()

    holders = [asyncio.create_task(hold()) for _ in range(8)]
    await asyncio.sleep(0.3)
    begun = time.monotonic()
    try:
        with within(3), pytest.raises(Unavailable) as refusal:
            async with reading():
                pass
        assert time.monotonic() - begun > 1.5
        assert refusal.value.retry_after == 2
    finally:
        release.set()
        await asyncio.gather(*holders)


@pytest.mark.case("I05")
@pytest.mark.parametrize("asking", [reading, transaction])
async def test_a_killed_connection_costs_one_request_and_no_more(asking):
    with pytest.raises(Unavailable):
        async with asking() as db:
            await db.execute("select pg_terminate_backend(pg_backend_pid())")
    async with asking() as db:
        assert await db.value("select 1") == 1


@pytest.mark.parametrize("asking", [reading, transaction])
async def test_a_server_that_takes_no_writes_yet_is_unavailable_and_asked_anew(asking):
    """As at a failover, where the address may lead to the standby a moment before it is the primary."""
    read_only = "set transaction read only" if asking is transaction else "set default_transaction_read_only = on"
    with pytest.raises(Unavailable) as refusal:
        async with asking() as db:
            await db.execute(read_only)
            await db.execute("create table nowhere (id int)")
    assert refusal.value.retry_after == 2
    for _ in range(10):
        async with asking() as db:
            assert await db.value("show transaction_read_only") == "off"


async def test_who_was_stopped_in_a_transaction_for_long_is_told_to_come_back():
    with pytest.raises(Unavailable):
        async with transaction() as db:
            await db.execute("set idle_in_transaction_session_timeout = 50")
            await asyncio.sleep(0.5)
            await db.execute("select 1")
    async with transaction() as db:
        assert await db.value("show idle_in_transaction_session_timeout") == "10s"


async def test_sessions_carry_their_timeouts_and_durable_commits():
    async with reading() as db:
        shown = [
            await db.value(f"show {name}")
            for name in ("statement_timeout", "lock_timeout", "synchronous_commit", "fsync")
        ]
    assert shown == ["5s", "2s", "on", "on"]


async def test_a_job_is_not_queued_where_nothing_commits_it_with_the_rows():
    async with reading() as db:
        with pytest.raises(RuntimeError, match="open a transaction"):
            await db.connection()
