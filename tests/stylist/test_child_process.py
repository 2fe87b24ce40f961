"""The local stylist answers in a child process: begun at the first question, replaced when it dies, gone with its server (case R14)."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import httpx
import psutil
import pytest

from tests.stylist.asking import CONVERSATIONS, SORRY, ask, asked, messages_in
from tests.support.deadlines import within
from tests.support.people import People, Person
from tests.support.processes import children_of, runs
from tests.support.server import Server, http_client

FreshServer = Callable[..., Awaitable[Server]]
PeopleAt = Callable[[Server], People]
MEMORY = 'threads_bounded_process_memory_bytes{name="stylist"}'


async def has_stylist(server: Server) -> bool:
    """True if the server's figures name the stylist's process."""
    async with http_client(server.url) as client:
        return MEMORY in (await client.get("/metrics")).text


async def stylist_of(server: Server, cora: Person) -> psutil.Process:
    """Have a question answered; the only child of the server, which answered it."""
    await asked(cora)
    [child] = children_of(server.pid, "spawn_main")
    return child


async def question_under_way(cora: Person) -> tuple[asyncio.Task[httpx.Response], str]:
    """Ask; the request that waits, and its conversation."""
    before = {each["id"] for each in (await cora.get(CONVERSATIONS)).json()["data"]}
    asking: asyncio.Task[httpx.Response] = asyncio.create_task(ask(cora))
    async with asyncio.timeout(60):
        while True:
            rows = (await cora.get(CONVERSATIONS)).json()["data"]
            if begun := [each for each in rows if each["id"] not in before and each["isAnswering"]]:
                return asking, begun[0]["id"]
            await asyncio.sleep(0.02)


@pytest.mark.long  # processes are looked at
async def test_it_begins_with_the_first_question_and_gives_way_to_the_server(
    fresh_server: FreshServer, people_at: PeopleAt
) -> None:
    server = await fresh_server()
    cora = await people_at(server).customer()
    assert (await cora.get("/customer/chatbot")).status_code == 200
    assert not await has_stylist(server)
    child = await stylist_of(server, cora)
    assert await has_stylist(server)
    assert child.nice() > psutil.Process(server.pid).nice()
    assert child.memory_info().rss < 120 * 1024 * 1024


@pytest.mark.long  # processes are killed
@pytest.mark.case("R14")
async def test_killed_in_the_middle_of_an_answer_another_one_answers(
    fresh_server: FreshServer, people_at: PeopleAt
) -> None:
    server = await fresh_server()
    cora = await people_at(server).customer()
    child = await stylist_of(server, cora)
    child.suspend()
    asking, conversation = await question_under_way(cora)
    await asyncio.sleep(0.3)  # The stopped process has the question now.
    child.kill()
    answer = await asking
    assert answer.status_code == 201, answer.text
    question, said = await messages_in(cora, conversation)
    assert (question["role"], said["role"]) == ("user", "assistant")
    assert said["content"] != SORRY
    (await stylist_of(server, cora)).kill()
    assert (await asked(cora))["response"] != SORRY, "between two questions nobody notices"


@pytest.mark.long  # processes are killed
@pytest.mark.case("R14")
async def test_if_the_second_dies_over_it_too_she_is_told_so(fresh_server: FreshServer, people_at: PeopleAt) -> None:
    server = await fresh_server()
    cora = await people_at(server).customer()
    (await stylist_of(server, cora)).suspend()
    asking, conversation = await question_under_way(cora)
    with within(60):
        while not asking.done():
            for child in children_of(server.pid, "spawn_main"):
                with suppress(psutil.NoSuchProcess):
                    child.kill()
            await asyncio.sleep(0.05)
    assert (await messages_in(cora, conversation))[-1]["content"] == SORRY
    assert (await asked(cora))["response"] != SORRY


@pytest.mark.long  # processes are killed
@pytest.mark.parametrize("politely", [True, pytest.param(False, marks=pytest.mark.long)])
async def test_it_goes_with_its_server(fresh_server: FreshServer, people_at: PeopleAt, politely: bool) -> None:
    server = await fresh_server()
    cora = await people_at(server).customer()
    child = await stylist_of(server, cora)
    if politely:
        await server.stop()
    else:
        server.kill()
    with within(10):
        while runs(child):
            await asyncio.sleep(0.1)


@pytest.mark.long
async def test_each_of_two_server_processes_has_its_own(fresh_server: FreshServer, people_at: PeopleAt) -> None:
    server = await fresh_server(is_forked=False, THREADS_PROCESSES="2")
    people = people_at(server)
    customers = [await people.customer() for _ in range(8)]
    for answer in await asyncio.gather(*(asked(cora) for cora in customers)):
        assert answer["response"] != SORRY
    family = children_of(server.pid, "")
    own = psutil.Process(server.pid).nice()
    assert 1 <= sum(one.nice() > own for one in family) <= 2
    await server.stop()
    with within(10):
        while any(runs(one) for one in family):
            await asyncio.sleep(0.1)
