"""What devices are told: encrypted for them alone, signed by us, by day, once, and only where somebody switched it on."""

import asyncio
import time
from datetime import datetime, timedelta

import pytest
import pytest_asyncio
from http_ece import ECEException
from py_vapid import Vapid02
from py_vapid.jwt import decode

from neural_threads.features.chat.actions import send_message
from neural_threads.features.chat.shapes import NewMessage
from neural_threads.features.notifications import inbox, jobs, web_push
from neural_threads.features.notifications.inbox import chat_was_read, notify_of_review
from neural_threads.features.notifications.jobs import forget_silent_devices, push_news
from neural_threads.features.notifications.push_devices import tell_this_device
from neural_threads.features.notifications.shapes import NewPushDevice
from neural_threads.platform import web_push as push
from neural_threads.platform.config import get_settings
from neural_threads.platform.db import in_transaction, reading, transaction
from neural_threads.platform.i18n import HOME_ZONE
from neural_threads.platform.serialization.decode import decode_json
from neural_threads.platform.serialization.encode import encode
from tests.support.messages import message_from
from tests.support.push_service import PushService

from .test_notifying import chat_between, person

pytestmark = pytest.mark.usefixtures("database")
# Long after today, so that the server beside us leaves alone what is to be tried later.
NOON = datetime(2035, 6, 15, 12, 0, tzinfo=HOME_ZONE)


@pytest_asyncio.fixture(loop_scope="session")
async def service(monkeypatch):
    """A push service that we know."""
    async with PushService() as service:
        monkeypatch.setenv("THREADS_PUSH_SERVICES", service.origin)
        get_settings.cache_clear()
        yield service
    monkeypatch.undo()
    get_settings.cache_clear()


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """It is noon, until the test says otherwise."""
    now = [NOON]
    monkeypatch.setattr(web_push, "_now", lambda: now[0])
    return now


async def session_of(one):
    async with reading() as db:
        return await db.value(
            "select id from sessions where user_id = %(id)s order by created_at desc limit 1", id=one.id
        )


async def switched_on(one, browser):
    async with transaction() as db:
        wanted = decode_json(encode(browser.subscription), NewPushDevice)
        device, _new = await tell_this_device(db, await person(one), await session_of(one), wanted)
    return device


async def told_of_message(people, cora=None, dina=None):
    """Dina's devices are switched on only afterwards, so that the server beside us has nothing to do with them."""
    cora, dina = cora or await people.customer("Cora"), dina or await people.designer("Dina")
    chat_id = await chat_between(cora, dina)
    async with transaction() as db:
        await message_from(db, cora, chat_id)
    return cora, dina, chat_id


async def newest(one):
    async with reading() as db:
        return await db.value(
            "select id from notifications where user_id = %(id)s order by created_at desc limit 1", id=one.id
        )


async def work(one, **more):
    await push_news.func(user_id=one.id, notification_id=await newest(one), **more)


async def waiting(one):
    """Jobs for this person's devices: when, and about what. They are taken away, so that nobody works them."""
    async with transaction() as db:
        return await db.all(
            dict,
            "delete from procrastinate_jobs where task_name = 'push_news' and args->>'user_id' = %(id)s"
            " returning jsonb_build_object('at', scheduled_at, 'args', args)",
            id=one.id,
        )


async def test_a_phone_is_told_who_wrote_and_not_what(people, service):
    _cora, dina, chat_id = await told_of_message(people)
    phone = service.browser()
    await switched_on(dina, phone)
    await work(dina)
    [handed] = service.handed
    id = await newest(dina)
    assert phone.reads(handed.body) == {
        "tag": id,
        "title": "New message",
        "body": "Cora sent you a message.",
        "url": f"/designer/chats/{chat_id}",
        "lang": "en",
    }
    headers = handed.headers
    assert (headers["topic"], headers["urgency"], headers["content-encoding"]) == (id, "high", "aes128gcm")
    assert int(headers["ttl"]) == 10 * 3600, "what could not be delivered by ten at night is not delivered"
    assert Vapid02.verify(headers["authorization"])
    token, key = headers["authorization"].removeprefix("vapid t=").split(",k=")
    claims = decode(token, key)
    assert (key, claims["aud"]) == (push.public_key(), service.origin)
    assert claims["sub"].startswith("mailto:")
    assert claims["exp"] < time.time() + 24 * 3600
    with pytest.raises(ECEException):
        service.browser().reads(handed.body)


async def test_it_is_said_in_the_readers_language(people, service):
    cora = await people.customer("Cora")
    dina = await people.designer("Dina", languages=["KANNADA"])
    await told_of_message(people, cora, dina)
    phone = service.browser()
    await switched_on(dina, phone)
    await dina.put("/api/users/profile", json={"languagePreference": "KANNADA"})
    await work(dina)
    said = phone.reads(service.handed[0].body)
    assert said["lang"] == "kn"
    assert said["title"] != "New message"


async def test_the_job_commits_with_the_notification(people, service):
    cora, dina = await people.customer("Cora"), await people.designer("Dina")
    chat_id = await chat_between(cora, dina)
    await switched_on(dina, service.browser())

    async def queued(db):
        return await db.value(
            "select count(*) from procrastinate_jobs where args->>'user_id' = %(id)s and task_name = 'push_news'",
            id=dina.id,
        )

    with pytest.raises(ZeroDivisionError):
        async with transaction() as db:
            await message_from(db, cora, chat_id)
            assert await queued(db) == 1
            raise ZeroDivisionError
    async with reading() as db:
        assert await queued(db) == 0


async def test_who_did_not_switch_it_on_is_not_told(people, service):
    cora, dina = await people.customer("Cora"), await people.designer("Dina")
    await switched_on(cora, service.browser("coras"))
    await told_of_message(people, cora, dina)
    assert await waiting(dina) == []
    await work(dina)
    assert service.handed == []


async def test_a_type_that_is_off_stays_quiet(people, service):
    cora, dina, _chat = await told_of_message(people)
    await switched_on(dina, service.browser())
    await dina.put("/api/notifications/settings", json={"byPush": ["REVIEW"]})
    await work(dina)
    assert service.handed == []
    async with transaction() as db:
        await message_from(db, cora, _chat)
    assert await waiting(dina) == [], "no job is made either"


async def test_ten_messages_are_one_push_until_more_come(people, service):
    cora, dina, chat_id = await told_of_message(people)
    phone = service.browser()
    device = await switched_on(dina, phone)
    for _ in range(10):
        await work(dina)
    assert len(service.handed) == 1
    async with transaction() as db:
        await db.execute("delete from push_subscriptions where id = %(id)s", id=device.id)
        for _ in range(2):
            await message_from(db, cora, chat_id)
    await switched_on(dina, phone)
    await work(dina)
    first, second = (phone.reads(one.body) for one in service.handed)
    assert second["body"] == "Cora sent you 3 messages."
    assert second["tag"] == first["tag"], "it takes the place of the first"


async def test_what_was_looked_at_is_not_told(people, service):
    _cora, dina, chat_id = await told_of_message(people)
    await switched_on(dina, service.browser())
    id = await newest(dina)
    async with transaction() as db:
        await chat_was_read(db, reader_id=dina.id, chat_id=chat_id)
    await push_news.func(user_id=dina.id, notification_id=id)
    assert service.handed == []


async def test_odiles_phone_is_not_told_what_dina_is(people, service):
    odile = await people.customer("Odile")
    _cora, dina, _chat = await told_of_message(people)
    await switched_on(odile, service.browser("odiles"))
    await push_news.func(user_id=odile.id, notification_id=await newest(dina))
    await work(dina)
    assert service.handed == []


@pytest.mark.parametrize("hour", [22, 2, 7])
async def test_nights_are_quiet_and_it_is_told_in_the_morning(people, service, clock, hour):
    _cora, dina, _chat = await told_of_message(people)
    await switched_on(dina, service.browser())
    clock[0] = NOON.replace(hour=hour)
    await work(dina)
    assert service.handed == []
    [job] = await waiting(dina)
    morning = datetime.fromisoformat(job["at"]).astimezone(HOME_ZONE)
    assert (morning.hour, morning.minute, morning.day) == (8, 0, 16 if hour == 22 else 15)
    clock[0] = morning
    await work(dina)
    assert len(service.handed) == 1


@pytest.mark.parametrize("answer", ["410 Gone", "404 Not Found"])
async def test_a_device_that_is_gone_is_forgotten(people, service, answer):
    _cora, dina, _chat = await told_of_message(people)
    await switched_on(dina, service.browser())
    service.answers.append(answer)
    await work(dina)
    async with reading() as db:
        assert await db.value("select count(*) from push_subscriptions where user_id = %(id)s", id=dina.id) == 0
    assert await waiting(dina) == []


async def test_a_busy_service_is_asked_again_only_so_often_and_only_for_that_device(people, service):
    _cora, dina, _chat = await told_of_message(people)
    phone, laptop = service.browser("phone"), service.browser("laptop")
    await switched_on(dina, phone)
    other = await dina.another_device()
    await switched_on(dina, laptop)
    await other.close()
    service.answers.append("500 Oh")
    await work(dina)
    assert len(service.handed) == 2
    refused = service.handed[0].path
    attempts = [NOON]
    for answer in ["429 Slow\r\nRetry-After: 300", "503 Later", "500 Oh", "502 Bad"]:
        [job] = await waiting(dina)
        attempts.append(datetime.fromisoformat(job["at"]))
        del job["args"]["user_id"], job["args"]["notification_id"]
        service.answers.append(answer)
        await work(dina, **job["args"])
        assert service.handed[-1].path == refused
    assert await waiting(dina) == [], "five times are enough"
    assert [at - NOON for at in attempts[1:]] == [timedelta(seconds=s) for s in (20, 300, 80, 160)]
    assert len(service.handed) == 6


async def test_a_refusal_is_final_and_a_detour_is_not_taken(people, service):
    _cora, dina, _chat = await told_of_message(people)
    await switched_on(dina, service.browser())
    service.answers.append(f"307 Elsewhere\r\nLocation: {service.origin}/inner")
    await work(dina)
    assert [one.path for one in service.handed] == ["/send/one"]
    assert await waiting(dina) == []


async def test_a_service_that_is_not_there_is_asked_later(people, service):
    _cora, dina, _chat = await told_of_message(people)
    await switched_on(dina, service.browser())
    await service.__aexit__()
    await work(dina)
    assert len(await waiting(dina)) == 1


async def test_a_service_that_left_the_list_is_asked_no_more(people, service, monkeypatch):
    _cora, dina, _chat = await told_of_message(people)
    await switched_on(dina, service.browser())
    monkeypatch.setenv("THREADS_PUSH_SERVICES", "push.example.com")
    get_settings.cache_clear()
    await work(dina)
    assert service.handed == []
    assert await waiting(dina) == []


async def test_who_has_a_page_open_gets_time_to_look(people, service, monkeypatch):
    cora, dina = await people.customer("Cora"), await people.designer("Dina")
    await switched_on(dina, service.browser())
    monkeypatch.setattr(jobs, "is_online", lambda _user: True)
    with pytest.raises(ZeroDivisionError):
        async with transaction() as db:
            await notify_of_review(db, reader_id=dina.id, actor_id=cora.id, rating=5)
            wait = await db.value(
                "select scheduled_at - now() from procrastinate_jobs where args->>'user_id' = %(id)s and task_name = 'push_news'",
                id=dina.id,
            )
            assert timedelta(seconds=5) < wait < timedelta(seconds=12)
            raise ZeroDivisionError


async def send(one, chat_id):
    me, draft = await person(one), NewMessage(chat_id=chat_id, content="Is it ready?")
    message, _is_new = await in_transaction(lambda db: send_message(db, me, draft), row=chat_id, is_one_statement=True)
    return message


async def test_a_message_its_notification_and_its_push_are_one_transaction(people, service, monkeypatch):
    cora, dina = await people.customer("Cora"), await people.designer("Dina")
    chat_id = await chat_between(cora, dina)
    await switched_on(dina, service.browser())
    monkeypatch.setattr(inbox, "is_online", lambda _user: True)
    message = await send(cora, chat_id)
    async with reading() as db:
        [written] = await db.all(
            dict,
            """
            select jsonb_build_object('by', array[m.xmin::text, n.xmin::text, j.xmin::text, c.xmin::text],
                                      'wait', extract(epoch from j.scheduled_at - m.created_at))
              from messages m join chats c on c.id = m.chat_id join notifications n on n.chat_id = m.chat_id
              join procrastinate_jobs j on j.args->>'notification_id' = n.id where m.id = %(id)s
            """,
            id=message.id,
        )
    assert len(set(written["by"])) == 1
    assert 5 < written["wait"] < 12, "Dina has a page open, and time to look"
    assert len(await waiting(dina)) == 1


async def test_who_has_no_page_open_is_told_of_a_message_at_once(people, service):
    cora, dina = await people.customer("Cora"), await people.designer("Dina")
    chat_id = await chat_between(cora, dina)
    await switched_on(dina, service.browser())
    await send(cora, chat_id)
    async with asyncio.timeout(4):  # A worker that is not told looks for itself every five seconds.
        while await to_be_told_soon(dina):
            await asyncio.sleep(0.05)


async def to_be_told_soon(one):
    """Whether a push waits for its turn; not one that waits for the morning."""
    async with reading() as db:
        return await db.value(
            "select exists (select from procrastinate_jobs where task_name = 'push_news' and status = 'todo'"
            " and args->>'user_id' = %(id)s and (scheduled_at is null or scheduled_at < now() + interval '1 minute'))",
            id=one.id,
        )


async def test_a_sign_in_that_grew_old_is_told_nothing_and_forgotten(people, service):
    _cora, dina, _chat = await told_of_message(people)
    await switched_on(dina, service.browser())
    async with transaction() as db:
        await db.execute(
            "update sessions set created_at = now() - interval '40 days', last_used_at = now() - interval '8 days'"
            " where user_id = %(id)s",
            id=dina.id,
        )
    await work(dina)
    assert service.handed == []
    await forget_silent_devices.func()
    async with reading() as db:
        assert await db.value("select count(*) from push_subscriptions where user_id = %(id)s", id=dina.id) == 0
