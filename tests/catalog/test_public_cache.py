"""What is kept for visitors: true as long as it is kept, small, and gone the moment the catalogue changes."""

import asyncio
import random
import re
from collections.abc import Awaitable, Callable
from secrets import token_hex
from typing import Any

import psycopg
import pytest

from neural_threads.features.catalog.counts import FACETS, Kind, fold_counts
from neural_threads.platform.cache import PublicCache
from neural_threads.platform.db import Db, configure
from neural_threads.platform.db.prepared_statements import StatementConnection
from tests.catalog.conftest import Studio, hang, praise, soon
from tests.support.people import Anonymous, People
from tests.support.server import Server

Connection = psycopg.Connection[Any]
NewStudio = Callable[..., Studio]


async def test_browsers_ask_whether_it_still_holds(people: People, new_studio: NewStudio) -> None:
    name = f"Dina {token_hex(4)}"  # whom no test before counts among the results
    dina = new_studio(name)
    visitor = people.anonymous()
    for path in (f"/api/designers?search={name}&limit=3", f"/api/designers/{dina.id}"):
        first = await visitor.get(path)
        assert first.headers["Cache-Control"] == "public, no-cache"
        assert first.headers["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors" in first.headers["Content-Security-Policy"]
        again = await visitor.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        other = await visitor.get(path, headers={"If-None-Match": '"something-else"'})
        assert (other.status_code, other.content) == (200, first.content)


CHANGES: dict[str, Callable[[Connection, Studio], object]] = {
    "a name": lambda desk, s: desk.execute("update users set name = 'Dina Shetty' where id = %s", [s.user_id]),
    "a bio": lambda desk, s: desk.execute("update designers set bio = 'I weave.' where id = %s", [s.id]),
    "a price": lambda desk, s: desk.execute("update portfolio_items set budget_max = 7 where designer_id = %s", [s.id]),
    "a new piece": lambda desk, s: hang(desk, s.id, 1, 2),
    "a piece less": lambda desk, s: desk.execute("delete from portfolio_items where designer_id = %s", [s.id]),
    "a review": lambda desk, s: praise(desk, s.id, 5, "Lovely."),
    "a departure": lambda desk, s: desk.execute("delete from users where id = %s", [s.user_id]),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_any_change_is_seen_at_once(people: People, new_studio: NewStudio, desk: Connection, change: str) -> None:
    dina = new_studio("Dina", pieces=((1, 3),))
    visitor = people.anonymous()
    path = f"/api/designers/{dina.id}"

    async def is_kept() -> bool:
        before = (await visitor.get(path)).text
        return before == (await visitor.get(path)).text and "Dina" in before

    assert await soon(is_kept)
    before = (await visitor.get(path)).text
    CHANGES[change](desk, dina)

    async def is_new() -> bool:
        return (await visitor.get(path)).text != before

    assert await soon(is_new, within=0.5)


async def test_a_tailor_who_learns_a_language_is_in_the_list_of_those_who_speak_it(
    people: People, new_shop: Callable[..., Any], desk: Connection
) -> None:
    name = f"Tariq {token_hex(4)}"
    tariq = new_shop(name)
    path = f"/api/tailors?search={name}&language=TAMIL"

    async def found() -> int:
        return len((await people.anonymous().get(path)).json()["data"])

    assert await found() == 0
    desk.execute("update tailors set languages = array_append(languages, 'TAMIL') where id = %s", [tariq.id])

    async def is_found() -> bool:
        return await found() == 1

    assert await soon(is_found, within=0.5)


async def test_whoever_is_signed_in_sees_at_once_that_another_is_called_so(
    people: People, new_studio: NewStudio
) -> None:
    cora, name = await people.customer(), token_hex(4)
    new_studio(f"Dina {name}")

    async def found() -> tuple[int, int]:
        told = (await cora.get(f"/api/designers?search={name}")).json()
        return told["pagination"]["total"], len(told["data"])

    async def is_counted_with_its_page(many: int) -> bool:
        return await found() == (many, many)

    assert await soon(lambda: is_counted_with_its_page(1), within=0.5)
    new_studio(f"Kavya {name}")
    assert await soon(lambda: is_counted_with_its_page(2), within=0.5)


async def test_a_reviewer_who_renames_herself_is_seen_at_once(
    people: People, new_studio: NewStudio, desk: Connection
) -> None:
    dina = new_studio("Dina")
    customer = praise(desk, dina.id, 5, "Lovely.")
    visitor = people.anonymous()
    await visitor.get(f"/api/designers/{dina.id}")
    desk.execute(
        "update users set name = 'Deleted user' from customers c where c.user_id = users.id and c.id = %s", [customer]
    )

    async def is_new() -> bool:
        shown = (await visitor.get(f"/api/designers/{dina.id}")).json()["data"]
        return bool(shown["reviews"][0]["customerName"] == "Deleted user")

    assert await soon(is_new, within=0.5)


async def test_prices_follow_the_portfolio(people: People, new_studio: NewStudio, desk: Connection) -> None:
    dina, kavya = new_studio("Dina"), new_studio("Kavya")

    def budgets(studio: Studio) -> str:
        [[found]] = desk.execute("select budgets::text from designers where id = %s", [studio.id]).fetchall()
        return str(found)

    item = hang(desk, dina.id, 10, 20)
    hang(desk, dina.id, 15, 40)
    hang(desk, dina.id, None, None)
    assert budgets(dina) == "{[10.00,40.00]}"
    desk.execute("update portfolio_items set designer_id = %s, budget_max = null where id = %s", [kavya.id, item])
    assert (budgets(dina), budgets(kavya)) == ("{[15.00,40.00]}", "{[10.00,)}")
    desk.execute("delete from portfolio_items where designer_id in (%s, %s)", [dina.id, kavya.id])
    assert (budgets(dina), budgets(kavya)) == ("{}", "{}")


async def is_still_kept(visitor: Anonymous, path: str, metrics: Callable[[], Awaitable[float]]) -> bool:
    """Return True if the answer to `path` needs no look into the database."""
    before = await metrics()
    await visitor.get(path)
    return await metrics() == before


async def test_a_new_bio_is_forgotten_where_it_stands_and_nowhere_else(
    people: People, server: Server, new_studio: NewStudio, desk: Connection
) -> None:
    dina, kavya = new_studio(f"Dina {token_hex(6)}"), new_studio(f"Kavya {token_hex(6)}")
    visitor = people.anonymous()
    hers = [f"/api/designers/{dina.id}", f"/api/designers?search={dina.name.split()[1]}"]
    others = [f"/api/reviews?designerId={kavya.id}", f"/api/designers?search={kavya.name.split()[1]}", "/api/tailors"]

    async def misses() -> float:
        text = (await visitor.get("/metrics")).text
        return float(re.findall(r'threads_public_answers\{place="missed"\} (\S+)', text)[0])

    async def all_kept() -> bool:
        return all([await is_still_kept(visitor, path, misses) for path in hers + others])

    assert await soon(all_kept, within=5)
    desk.execute("update designers set bio = 'I weave.' where id = %s", [dina.id])

    async def is_new() -> bool:
        return "I weave." in (await visitor.get(hers[0])).text

    assert await soon(is_new)
    assert "I weave." in (await visitor.get(hers[1])).text
    assert all([await is_still_kept(visitor, path, misses) for path in others])


async def test_dina_sees_her_own_change_at_once(people: People) -> None:
    dina, visitor = await people.designer("Dina"), people.anonymous()
    path = f"/api/designers/{(await dina.me())['designer']['id']}"
    for n in range(10):
        await visitor.get(path)
        assert (await dina.put("/api/users/profile", json={"bio": f"Bio {n}"})).status_code == 200
        assert f"Bio {n}" in (await visitor.get(path)).text


async def test_the_counts_are_those_of_a_recount(new_studio: NewStudio, new_shop: Any, desk: Connection) -> None:
    """Whatever happens to providers, and however often the changes are folded together."""
    chance = random.Random(14)
    niches = ["BRIDAL", "CASUAL", "FORMAL"]
    studios = [new_studio(f"Dina {n}", niches=tuple(chance.sample(niches, 2))) for n in range(6)]
    shops = [new_shop(f"Tariq {n}", skills=("HEMMING", "STITCHING")) for n in range(4)]
    for _ in range(3):
        one, shop = chance.choice(studios), chance.choice(shops)
        desk.execute("update designers set design_niches = %s where id = %s", [chance.sample(niches, 1), one.id])
        desk.execute("update tailors set location = 'COMMERCIAL_STREET', skills = '{HEMMING}' where id = %s", [shop.id])
        desk.execute("update users set deleted_at = now() where id = %s", [chance.choice(studios).user_id])
        desk.execute("delete from users where id = %s", [chance.choice(shops).user_id])
        async with await StatementConnection.connect(desk.info.dsn, autocommit=True) as connection:
            await configure(connection)
            await fold_counts(Db(connection))
        for kind, counted in COUNTED.items():
            [[recount]] = desk.execute(counted).fetchall()
            assert desk.execute(FACETS[kind]).fetchone() == (recount,)


COUNTED = {
    Kind.DESIGNER: """select jsonb_object_agg(value, many) from (
        select value, count(*) as many from designers d, unnest(d.design_niches || d.languages || d.location) as value
         where d.search_name is not null group by value) counted""",
    Kind.TAILOR: """select jsonb_object_agg(value, many) from (
        select value, count(*) as many from tailors t, unnest(t.skills || t.location) as value
         where t.search_name is not null group by value) counted""",
}


# The keeping itself


async def kept_by(catalogue: PublicCache, key: str, answer: str, size: int = 1) -> str:
    async def find() -> str:
        return answer

    return str(await catalogue.remember(key, find, lambda _: size))


@pytest.fixture
async def listening(dsn: str) -> Any:
    """A catalogue that hears this worker's database."""
    catalogue = PublicCache(room=800)
    task = asyncio.create_task(catalogue.listen(dsn))
    async with asyncio.timeout(30):
        while not catalogue.is_listening:
            await asyncio.sleep(0.01)
    yield catalogue
    task.cancel()


async def test_an_answer_is_found_once_until_something_changes(listening: PublicCache, desk: Connection) -> None:
    assert await kept_by(listening, "a", "first") == "first"
    assert await kept_by(listening, "a", "second") == "first"
    desk.execute("notify catalogue")

    async def forgotten() -> bool:
        return listening.kept("a") is None

    assert await soon(forgotten)
    assert await kept_by(listening, "a", "third") == "third"


async def test_an_answer_older_than_a_change_is_not_kept(listening: PublicCache) -> None:
    async def slow() -> str:
        listening.drop()  # somebody changed something while we were reading
        return "old"

    assert await listening.remember("a", slow, len) == "old"
    assert listening.kept("a") is None


async def test_a_word_forgets_what_it_concerns_even_while_it_is_read(listening: PublicCache) -> None:
    async def find(during: str = "") -> str:
        if during:
            listening.forget(during)
        return "answer"

    for key, words in {"a": ["dina", "designers"], "b": ["kavya", "designers"], "c": ["tailors"]}.items():
        await listening.remember(key, find, len, lambda _, words=words: words)
    await listening.remember("d", find, len)
    assert [key for key in "abcd" if listening.kept(key)] == list("abcd")
    listening.forget("dina")
    assert [key for key in "abcd" if listening.kept(key)] == list("bc"), "d did not say what concerns it"
    listening.forget("designers")
    assert [key for key in "abcd" if listening.kept(key)] == ["c"]
    await listening.remember("e", lambda: find("dina"), len, lambda _: ["dina"])
    await listening.remember("f", lambda: find("kavya"), len, lambda _: ["dina"])
    assert [key for key in "ef" if listening.kept(key)] == ["f"]


async def test_the_one_unused_for_longest_goes_first(listening: PublicCache) -> None:
    for key in "abcdefgh":
        await kept_by(listening, key, key, size=100)
    assert listening.kept("a") == "a"
    await kept_by(listening, "i", "i", size=100)
    assert [key for key in "abcdefghi" if listening.kept(key)] == list("acdefghi")
    await kept_by(listening, "large", "large", size=101)
    assert listening.kept("large") is None, "one answer may not push out all others"


async def test_who_cannot_hear_keeps_nothing() -> None:
    deaf = PublicCache()
    assert await kept_by(deaf, "a", "first") == "first"
    assert await kept_by(deaf, "a", "second") == "second"


async def test_a_broken_line_forgets_everything_and_is_mended(listening: PublicCache, desk: Connection) -> None:
    await kept_by(listening, "a", "first")
    desk.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where query ilike '%listen catalogue%' and pid <> pg_backend_pid()"
    )

    async def is_deaf() -> bool:
        return not listening.is_listening and listening.kept("a") is None

    async def hears() -> bool:
        return listening.is_listening

    assert await soon(is_deaf)
    assert await soon(hears, within=5)
