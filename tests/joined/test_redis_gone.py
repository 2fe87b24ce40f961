"""R6: Redis killed or frozen: nothing is lost, no request is 200 ms slower, and everything is as before when it is back."""

import statistics
from typing import Any

import pytest

from tests.joined.test_two_processes import joined, until
from tests.support.deadlines import slowness, within

pytestmark = pytest.mark.long


@pytest.mark.case("C19", "I08")
@pytest.mark.parametrize("how", ["killed", "frozen"])
async def test_nothing_is_lost_and_nobody_waits(house: Any, line_at: Any, how: str) -> None:
    await joined(house)
    dina = await line_at(house.sockets, house.dina)
    usual = statistics.median([(await house.say(house.cora, f"before {n}"))[1] for n in range(5)])
    await until(lambda: len(dina.all("receive-message")) == 5)
    (house.redis.kill if how == "killed" else house.redis.freeze)()
    try:
        took = [(await house.say(house.cora, f"{how} {n}"))[1] for n in range(25)]
        with within(5):
            await until(lambda: lost(house), 20)
        assert (await house.dina.post("/api/auth/logout")).status_code == 200
        with within(3):
            await until(lambda: not dina.client.connected, 12)
    finally:
        house.redis.start() if how == "killed" else house.redis.thaw()
    assert max(took) - usual < 0.2 * slowness(), [round(one, 3) for one in took]
    with within(6):
        await joined(house)
    assert house.redis.subscribers("threads:events") == 2
    odile = await line_at(house.sockets, house.cora)
    said, _ = await house.say(house.cora, "after")
    assert said["seq"] == 31
    await until(lambda: said in odile.all("receive-message"))
    page = (await house.cora.get("/api/chat/messages", params={"chatId": house.chat, "limit": 50})).json()
    assert [message["seq"] for message in page["data"]] == list(range(1, 32))


async def lost(house: Any) -> bool:
    """Return True if the process of the sockets knows that it hears nothing."""
    return (await house.health(house.sockets))["redis"] == "away"


async def test_what_was_missed_is_told_by_a_beat_once_redis_is_back(house: Any, line_at: Any) -> None:
    await joined(house)
    dina = await line_at(house.sockets, house.dina)
    house.redis.kill()
    try:
        said, _ = await house.say(house.cora, "missed")
        await until(lambda: lost(house))
        assert dina.all("receive-message") == []
    finally:
        house.redis.start()
    await until(lambda: dina.all("chat-beat"), 8)
    assert {"chatId": house.chat, "lastSeq": said["seq"], "reactionSeq": 0} in dina.all("chat-beat")[-1]["chats"]
