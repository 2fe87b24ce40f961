"""Rotation, whatever order tokens come back in: at most one live token, one direct predecessor, or the end."""

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from neural_threads.features.accounts.sessions import Device, refresh_access_token, rotate_refresh_token, start_session
from neural_threads.platform.db import transaction
from neural_threads.platform.ids import new_id
from neural_threads.platform.security.tokens import new_refresh_token

DEVICE = Device("a test", "127.0.0.1")
STEPS = st.lists(
    st.tuples(st.sampled_from(["renew", "look"]), st.integers(0, 3), st.sampled_from([0, 4, 11])), max_size=8
)


class Model(msgspec.Struct):
    """What the promise says, in a few lines."""

    tokens: list[str]
    rotated: int = 0
    """Seconds since the last rotation."""
    alive: bool = True

    def accepts(self, back: int) -> bool:
        fits = back == 0 or (back == 1 and self.rotated < 10)
        self.alive = self.alive and fits
        return self.alive


@pytest.fixture
async def somebody(people):
    return (await people.customer()).id


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
async def test_tokens_come_back_in_any_order(database, somebody, steps):
    async with transaction() as db:
        held = await start_session(db, somebody, DEVICE)
    model = Model([held.refresh])
    for verb, back, seconds in steps:
        await grow_older(held.session_id, seconds)
        model.rotated += seconds
        back = min(back, len(model.tokens) - 1)
        token = model.tokens[-1 - back]
        expected = model.accepts(back)
        async with transaction() as db:
            found = await (rotate_refresh_token if verb == "renew" else refresh_access_token)(db, token)
        assert (found is not None) is expected
        if found and verb == "look":
            assert found.refresh == token
        elif found and back == 1:
            assert found.refresh == model.tokens[-1], "two tabs get the same successor"
        elif found:
            model.tokens.append(found.refresh)
            model.rotated = 0
    async with transaction() as db:
        sql = "select ended_at is null from sessions where id = %(id)s"
        assert await db.value(sql, id=held.session_id) is model.alive


async def grow_older(session_id, seconds):
    async with transaction() as db:
        sql = "update sessions set rotated_at = rotated_at - make_interval(secs => %(s)s) where id = %(id)s"
        await db.execute(sql, s=seconds, id=session_id)


async def test_an_unknown_session_is_nobodys(database):
    async with transaction() as db:
        assert await rotate_refresh_token(db, new_refresh_token(new_id())) is None
