"""Letters: only to those who asked, once, not at night, and without what was written."""

import asyncio
import re
from datetime import datetime
from email import message_from_bytes, policy

import pytest

from neural_threads.features.notifications import email_digest, jobs
from neural_threads.features.notifications.inbox import chat_was_read, notify_of_review
from neural_threads.features.notifications.jobs import is_night, mail_digest, mail_what_waits
from neural_threads.platform import mail
from neural_threads.platform.db import reading, transaction
from neural_threads.platform.i18n import HOME_ZONE
from neural_threads.platform.ids import new_id
from tests.notifications.test_notifying import chat_between
from tests.support.messages import message_from

pytestmark = pytest.mark.usefixtures("database")
HTML = {"Accept": "text/html"}


@pytest.fixture(autouse=True)
def daylight(monkeypatch):
    monkeypatch.setattr(jobs, "is_night", lambda _now: False)


def letters_to(one):
    """The letters about what waits that somebody got; the server beside us asks them to confirm their address as well."""
    found = [
        message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted(mail.outbox().glob("*.eml"))
    ]
    mine = [letter for letter in found if one.email in str(letter["To"])]
    return [letter for letter in mine if "/settings#notifications" in letter.get_content()]


async def wants(one, *types, verified=True):
    answer = await one.put("/api/notifications/settings", json={"byMail": list(types)})
    assert answer.status_code == 200, answer.text
    async with transaction() as db:
        await db.execute("update users set is_email_verified = %(v)s where id = %(id)s", id=one.id, v=verified)
        await db.execute(
            "update notification_settings set since = now() - interval '1 day' where user_id = %(id)s", id=one.id
        )


async def waits(one, minutes=20):
    """What somebody was told is so old."""
    async with transaction() as db:
        await db.execute(
            "update notifications set unread_since = now() - make_interval(mins => %(m)s) where user_id = %(id)s",
            id=one.id,
            m=minutes,
        )


async def mails_go_out():
    """The clock asks, and the server beside us sends what was queued."""
    await mail_what_waits.func()
    async with asyncio.timeout(60):
        while await digests_queued():
            await asyncio.sleep(0.05)


async def digests_queued():
    async with reading() as db:
        return await db.value("select count(*) from procrastinate_jobs where task_name = 'mail_digest'")


async def said(people, times=1):
    cora, dina = await people.customer("Cora"), await people.designer("Dina")
    chat_id = await chat_between(cora, dina)
    async with transaction() as db:
        for _ in range(times):
            await message_from(db, cora, chat_id)
    return cora, dina, chat_id


async def test_nobody_gets_letters_unasked(people):
    _cora, dina, _chat = await said(people)
    assert (await dina.get("/api/notifications/settings")).json()["data"]["byMail"] == []
    await waits(dina)
    await mails_go_out()
    assert letters_to(dina) == []


async def test_dina_is_written_to_once_until_she_looks(people):
    cora, dina, chat_id = await said(people, 3)
    await wants(dina, "MESSAGE")
    await mails_go_out()
    assert letters_to(dina) == [], "a quarter of an hour has not passed"
    await waits(dina)
    for _ in range(2):
        await mails_go_out()
    [letter] = letters_to(dina)
    assert letter["Subject"] == "3 new notifications"
    body = letter.get_content()
    assert "Cora sent you 3 messages." in body
    assert f"/designer/chats/{chat_id}" in body
    async with transaction() as db:
        await message_from(db, cora, chat_id)
    await waits(dina)
    await mails_go_out()
    assert len(letters_to(dina)) == 1, "she has not looked at the chat since"
    async with transaction() as db:
        await chat_was_read(db, reader_id=dina.id, chat_id=chat_id)
        await message_from(db, cora, chat_id)
    await waits(dina)
    await mails_go_out()
    assert len(letters_to(dina)) == 2


async def test_only_what_was_asked_for_in_one_letter(people):
    cora, dina, _chat = await said(people)
    async with transaction() as db:
        await notify_of_review(db, reader_id=dina.id, actor_id=cora.id, rating=5)
    await wants(dina, "REVIEW")
    await waits(dina)
    await mails_go_out()
    [letter] = letters_to(dina)
    assert "left you a review" in letter.get_content()
    assert "message" not in letter.get_content()


async def test_an_address_that_is_not_confirmed_gets_nothing(people):
    _cora, dina, _chat = await said(people)
    await wants(dina, "MESSAGE", verified=False)
    await waits(dina)
    await mails_go_out()
    assert letters_to(dina) == []


async def test_what_could_not_be_sent_is_sent_later_and_once_however_often_it_is_tried(people, monkeypatch):
    _cora, dina, _chat = await said(people)
    await wants(dina, "MESSAGE")
    await waits(dina)
    async with transaction() as db:
        claimed = {"user_id": dina.id, "ids": await email_digest.claim(db, dina.id), "mail_id": new_id()}

    async def broken(_letter):
        raise OSError("no post today")

    with monkeypatch.context() as patch:
        patch.setattr(mail, "send", broken)
        with pytest.raises(OSError, match="no post today"):
            await mail_digest.func(**claimed)
    assert letters_to(dina) == []
    for _ in range(2):
        await mail_digest.func(**claimed)
    assert len(letters_to(dina)) == 1


@pytest.mark.parametrize(("hour", "night"), [(21, False), (22, True), (3, True), (7, True), (8, False), (12, False)])
def test_nights_are_quiet(hour, night):
    assert is_night(datetime(2026, 11, 22, hour, 30, tzinfo=HOME_ZONE)) is night


async def wishes(one):
    return (await one.get("/api/notifications/settings")).json()["data"]


AT_FIRST = ["MESSAGE", "CHAT_REQUEST", "REVIEW", "ORDER_UPDATE"]


async def test_switches_work_without_scripts_too(people):
    dina = await people.designer()
    form = {"mail": ["MESSAGE", "REVIEW"], "push": ["MESSAGE"], "csrf_token": await dina.csrf()}
    answer = await dina.post("/notifications/wishes", data=form, headers=HTML)
    assert (answer.status_code, answer.headers["location"]) == (303, "/settings?saved=notifications#notifications")
    assert await wishes(dina) == {"byMail": ["MESSAGE", "REVIEW"], "byPush": ["MESSAGE"]}
    html = (await dina.get("/settings?saved=notifications", headers=HTML)).text
    assert "Your notification settings are saved." in html
    assert re.search(r'name="mail"\s+value="REVIEW"\s+checked', html)
    assert re.search(r'name="push"\s+value="REVIEW"(?!\s+checked)', html)
    await dina.post("/notifications/wishes", data={"csrf_token": await dina.csrf()}, headers=HTML)
    assert await wishes(dina) == {"byMail": [], "byPush": []}


async def test_what_is_not_named_stays(people):
    dina = await people.designer()
    assert await wishes(dina) == {"byMail": [], "byPush": AT_FIRST}
    await dina.put("/api/notifications/settings", json={"byMail": ["REVIEW"]})
    answer = await dina.put("/api/notifications/settings", json={"byPush": ["PROFILE_VIEW"]})
    assert answer.json()["data"] == {"byMail": ["REVIEW"], "byPush": ["PROFILE_VIEW"]}
    for wrong in ({"byMail": ["GOSSIP"]}, {"byPush": "MESSAGE"}, {"byPigeon": []}):
        assert (await dina.put("/api/notifications/settings", json=wrong)).status_code == 422
    assert (await people.anonymous().get("/api/notifications/settings")).status_code == 401
    assert await wishes(await people.customer("Odile")) == {"byMail": [], "byPush": AT_FIRST}
