"""Telling people: in their language, once, only when it is so."""

import asyncio
from uuid import uuid4

import pytest

from neural_threads.features.accounts.queries import person_of
from neural_threads.features.notifications import inbox
from neural_threads.features.notifications.inbox import (
    chat_was_read,
    mark_link_read,
    notify,
    notify_of_chat,
    notify_of_profile_view,
    notify_of_review,
    read_all_notifications,
    read_notification,
)
from neural_threads.features.notifications.queries import notifications_of, unread_by_type, unread_count
from neural_threads.features.notifications.shapes import NOTIFICATION, NotificationSearch, NotificationType, Seen
from neural_threads.platform.db import reading, transaction
from neural_threads.platform.errors import NotFound
from neural_threads.platform.i18n import lazy_gettext, use_language
from neural_threads.platform.ids import new_id
from tests.support.messages import message_from

pytestmark = pytest.mark.usefixtures("database")
ORDER = NotificationType.ORDER_UPDATE


async def person(one):
    async with reading() as db:
        found = await person_of(db, one.id)
    assert found is not None
    return found


async def told_to(one, **wanted):
    me = await person(one)
    async with reading() as db:
        found, _cursor = await notifications_of(db, me, NotificationSearch(**wanted))
    return found


async def unread_of(one):
    me = await person(one)
    async with reading() as db:
        return await unread_count(db, me)


async def chat_between(customer, provider):
    """A chat, made where the tests of chats are not concerned."""
    chat_id, me, them = new_id(), await person(customer), await person(provider)
    async with transaction() as db:
        await db.execute(
            "insert into chats (id, customer_id, designer_id, tailor_id) values (%(id)s, %(c)s, %(d)s, %(t)s)",
            id=chat_id,
            c=me.customer_id,
            d=them.designer_id,
            t=them.tailor_id,
        )
    return chat_id


@pytest.fixture
def heard(monkeypatch):
    """What the sockets are given to tell, as (room, event, payload)."""
    said = []

    def emit(room, event, payload, **_options):
        async def tell():
            said.append((room, event, payload))

        return tell

    monkeypatch.setattr(inbox, "emit", emit)
    return said


async def test_tariq_is_told_that_cora_opened_a_chat(people, heard):
    cora, tariq = await people.customer("Cora"), await people.tailor("Tariq")
    chat_id = await chat_between(cora, tariq)
    async with transaction() as db:
        await notify_of_chat(db, reader_id=tariq.id, actor_id=cora.id, chat_id=chat_id)
        assert heard == [], "nobody hears before the commit"
    [told] = await told_to(tariq)
    assert told.type == NotificationType.CHAT_REQUEST
    assert told.message == "Cora started a chat with you."
    assert told.link == f"/tailor/chats/{chat_id}"
    assert told.actor.name == "Cora"
    assert heard == [(f"user:{tariq.id}", NOTIFICATION, told)]
    assert await told_to(cora) == []


async def test_what_is_rolled_back_is_told_to_nobody(people, heard):
    cora, tariq = await people.customer(), await people.tailor()
    with pytest.raises(RuntimeError):
        async with transaction() as db:
            await notify(db, tariq.id, ORDER, title=lazy_gettext("A"), message=lazy_gettext("B"), actor_id=cora.id)
            raise RuntimeError
    assert await told_to(tariq) == []
    assert heard == []


@pytest.mark.long  # a table is filled
@pytest.mark.case("G22")
async def test_a_thousand_messages_are_one_notification_that_counts(people):
    cora, dina = await people.customer("Cora"), await people.designer("Dina")
    chat_id = await chat_between(cora, dina)
    for _ in range(50):
        async with transaction() as db:
            for _ in range(20):
                await message_from(db, cora, chat_id)
    [told] = await told_to(dina)
    assert told.count == 1000
    assert told.message == "Cora sent you 1,000 messages."
    assert await unread_of(dina) == 1


async def test_messages_that_come_at_once_are_all_counted(people):
    cora, dina = await people.customer(), await people.designer()
    chat_id = await chat_between(cora, dina)

    async def say():
        async with transaction() as db:
            await message_from(db, cora, chat_id)

    await asyncio.gather(*(say() for _ in range(8)))
    [told] = await told_to(dina)
    assert told.count == 8


async def test_each_chat_has_its_own(people):
    cora, odile, dina = await people.customer(), await people.customer("Odile"), await people.designer()
    async with transaction() as db:
        for customer in (cora, odile):
            chat_id = await chat_between(customer, dina)
            await message_from(db, customer, chat_id)
    assert [told.actor.name for told in await told_to(dina)] == ["Odile", "Cora"]


async def test_it_vanishes_when_the_chat_is_read(people, heard):
    cora, dina = await people.customer(), await people.designer()
    chat_id = await chat_between(cora, dina)
    async with transaction() as db:
        await notify_of_chat(db, reader_id=dina.id, actor_id=cora.id, chat_id=chat_id)
        await message_from(db, cora, chat_id)
    both = {told.id for told in await told_to(dina)}
    heard.clear()
    async with transaction() as db:
        await chat_was_read(db, reader_id=dina.id, chat_id=chat_id)
    assert [(told.type, told.is_read) for told in await told_to(dina)] == [(NotificationType.CHAT_REQUEST, True)]
    assert await unread_of(dina) == 0
    [(room, event, payload)] = heard
    assert (room, event.name, set(payload.ids)) == (f"user:{dina.id}", "notifications-read", both)


async def test_it_stays_while_messages_are_left(people):
    cora, dina = await people.customer(), await people.designer()
    chat_id = await chat_between(cora, dina)
    async with transaction() as db:
        await message_from(db, cora, chat_id)
        await chat_was_read(db, reader_id=dina.id, chat_id=chat_id, left=1)
    assert len(await told_to(dina, unread_only=True)) == 1


async def test_a_read_one_becomes_new_with_the_next_message(people):
    cora, dina = await people.customer("Cora"), await people.designer()
    chat_id = await chat_between(cora, dina)
    for _ in range(3):
        async with transaction() as db:
            await message_from(db, cora, chat_id)
    [told] = await told_to(dina)
    async with transaction() as db:
        await read_notification(db, await person(dina), told.id)
        await message_from(db, cora, chat_id)
    [again] = await told_to(dina)
    assert (again.id, again.count, again.is_read) == (told.id, 1, False)
    assert again.message == "Cora sent you a message."


async def test_another_persons_reading_changes_nothing(people):
    cora, odile, dina = await people.customer(), await people.customer("Odile"), await people.designer()
    chat_id = await chat_between(cora, dina)
    async with transaction() as db:
        await message_from(db, cora, chat_id)
        await chat_was_read(db, reader_id=odile.id, chat_id=chat_id)
        await mark_link_read(db, await person(odile), f"/designer/chats/{chat_id}")
        await read_all_notifications(db, await person(odile))
    assert await unread_of(dina) == 1


async def test_a_profile_view_counts_once_per_viewer_and_day(people):
    cora, odile, dina = await people.customer("Cora"), await people.customer("Odile"), await people.designer()
    provider = await person(dina)
    for viewer in (cora, cora, odile, cora):
        async with transaction() as db:
            await notify_of_profile_view(db, await person(viewer), designer_id=provider.designer_id)
    [told] = await told_to(dina)
    assert (told.count, told.message) == (2, "2 people viewed your profile.")


async def test_two_looks_at_the_same_moment_are_one(people):
    cora, tariq = await people.customer(), await people.tailor()
    viewer, provider = await person(cora), await person(tariq)

    async def look():
        async with transaction() as db:
            await notify_of_profile_view(db, viewer, tailor_id=provider.tailor_id)

    await asyncio.gather(*(look() for _ in range(6)))
    [told] = await told_to(tariq)
    assert told.count == 1


async def test_visitors_providers_and_oneself_are_not_told_of(people):
    dina, tariq = await people.designer(), await people.tailor()
    provider = await person(dina)
    async with transaction() as db:
        await notify_of_profile_view(db, None, designer_id=provider.designer_id)
        await notify_of_profile_view(db, await person(tariq), designer_id=provider.designer_id)
        await notify_of_review(db, reader_id=dina.id, actor_id=dina.id, rating=5)
    assert await told_to(dina) == []


async def test_it_is_said_in_the_readers_language(people, monkeypatch):
    cora = await people.customer("Cora")
    dina = await people.designer("Dina", languages=["HINDI"])
    async with transaction() as db:
        await notify_of_review(db, reader_id=dina.id, actor_id=cora.id, rating=4)
    words = {"%(who)s left you a review with %(rating)s of 5 stars.": "%(who)s: %(rating)s/5 ★"}
    monkeypatch.setattr("neural_threads.features.notifications.shapes.gettext", lambda text: words.get(text, text))
    [told] = await told_to(dina)
    assert told.message == "Cora: 4/5 ★"


async def test_prices_and_days_are_said_as_people_say_them(people):
    cora, tariq = await people.customer(), await people.tailor("Tariq")
    async with transaction() as db:
        await notify(
            db,
            cora.id,
            ORDER,
            title=lazy_gettext("Quote"),
            message=lazy_gettext("%(who)s: %(price)s, %(day)s"),
            actor_id=tariq.id,
            link="~/alterations/c1",
            details={"price": "18500.00", "day": "2026-12-04"},
        )
    with use_language("en"):
        [told] = await told_to(cora)
    assert told.message == "Tariq: ₹18,500, Fri 4 Dec"
    assert told.link == "/customer/alterations/c1"


@pytest.mark.case("G24")
@pytest.mark.parametrize(
    "link",
    ["//evil.example", "javascript:alert(1)", "https://evil.example", "/\\evil.example", "/a\nb", "~", "/%2f%2fx"],
)
async def test_a_link_that_leads_away_is_impossible(people, link):
    dina = await people.designer()
    async with transaction() as db:
        with pytest.raises(ValueError):
            await notify(db, dina.id, ORDER, title=lazy_gettext("A"), message=lazy_gettext("B"), link=link)


async def test_the_name_of_somebody_who_left_is_not_kept(people):
    cora, dina = await people.customer("Cora Canary"), await people.designer()
    async with transaction() as db:
        await notify_of_review(db, reader_id=dina.id, actor_id=cora.id, rating=4)
        await db.execute("update users set name = 'Deleted user', deleted_at = now() where id = %(id)s", id=cora.id)
    [told] = await told_to(dina)
    assert told.message == "Deleted user left you a review with 4 of 5 stars."
    async with reading() as db:
        kept = await db.value("select n::text from notifications n where user_id = %(id)s", id=dina.id)
    assert "Canary" not in kept


async def test_nobody_who_has_left_is_told_anything(people):
    cora, dina = await people.customer(), await people.designer()
    async with transaction() as db:
        await db.execute("update users set deleted_at = now() where id = %(id)s", id=dina.id)
        await notify_of_review(db, reader_id=dina.id, actor_id=cora.id, rating=4)
        assert await db.value("select count(*) from notifications where user_id = %(id)s", id=dina.id) == 0


async def test_seeing_a_page_handles_what_led_there(people, heard):
    cora, tariq = await people.customer(), await people.tailor()
    words = {"title": lazy_gettext("A"), "message": lazy_gettext("B"), "actor_id": tariq.id}
    async with transaction() as db:
        await notify(db, cora.id, ORDER, link="~/alterations/c1", **words)
        await notify(db, cora.id, ORDER, link="~/alterations/c2", **words)
    heard.clear()
    async with transaction() as db:
        await mark_link_read(db, await person(cora), "/customer/alterations/c1")
    assert [told.link for told in await told_to(cora, unread_only=True)] == ["/customer/alterations/c2"]
    assert len(heard) == 1
    async with transaction() as db:
        await mark_link_read(db, await person(cora), "/customer/alterations/c1")
    assert len(heard) == 1, "nothing was left to vanish"


async def test_reading_everything_is_told_once(people, heard):
    cora, dina = await people.customer(), await people.designer()
    async with transaction() as db:
        await notify_of_review(db, reader_id=dina.id, actor_id=cora.id, rating=4)
    heard.clear()
    for _ in range(2):
        async with transaction() as db:
            await read_all_notifications(db, await person(dina))
    assert [(room, payload) for room, _event, payload in heard] == [(f"user:{dina.id}", Seen())]
    assert await unread_of(dina) == 0


async def test_odile_cannot_read_what_dina_was_told(people):
    cora, odile, dina = await people.customer(), await people.customer("Odile"), await people.designer()
    async with transaction() as db:
        await notify_of_review(db, reader_id=dina.id, actor_id=cora.id, rating=4)
    [told] = await told_to(dina)
    async with transaction() as db:
        with pytest.raises(NotFound):
            await read_notification(db, await person(odile), told.id)
    assert await unread_of(dina) == 1
    async with reading() as db:
        assert await unread_by_type(db, await person(dina)) == {NotificationType.REVIEW: 1}


async def test_looking_at_a_profile_is_told_whichever_way(people):
    cora, odile, dina = await people.customer("Cora"), await people.customer("Odile"), await people.designer()
    provider = await person(dina)
    assert (await cora.get(f"/api/designers/{provider.designer_id}")).status_code == 200
    assert (await odile.get(f"/customer/designers/{provider.designer_id}")).status_code == 200
    assert (await people.anonymous().get(f"/api/designers/{provider.designer_id}")).status_code == 200
    assert (await dina.get(f"/api/designers/{provider.designer_id}")).status_code == 200
    [told] = await told_to(dina)
    assert (told.type, told.count) == (NotificationType.PROFILE_VIEW, 2)


@pytest.mark.case("E01", "E20")
async def test_what_the_chat_tells(people):
    """E01, E20 and G22 as the reader sees them."""
    cora, dina = await people.customer("Cora"), await people.designer()
    provider = await person(dina)
    opened = await asyncio.gather(
        *(cora.post("/api/chat", json={"designerId": provider.designer_id}) for _ in range(20))
    )
    chat_id = opened[0].json()["data"]["id"]
    assert [told.type for told in await told_to(dina)] == [NotificationType.CHAT_REQUEST]
    body = {"chatId": chat_id, "content": "Hello", "clientId": str(uuid4())}
    await asyncio.gather(*(cora.post("/api/chat/messages", json=body) for _ in range(10)))
    [told, _chat] = await told_to(dina)
    assert (told.type, told.count) == (NotificationType.MESSAGE, 1)
    for n in range(5):
        await cora.post("/api/chat/messages", json=body | {"clientId": str(uuid4()), "content": f"{n}"})
    assert (await told_to(dina))[0].count == 6
    assert await unread_of(dina) == 2
    await dina.post(f"/api/chat/{chat_id}/read", json={"upToSeq": 5})
    assert (await told_to(dina))[0].type == NotificationType.MESSAGE
    await dina.post(f"/api/chat/{chat_id}/read", json={"upToSeq": 6})
    assert await unread_of(dina) == 0
    assert NotificationType.MESSAGE not in [told.type for told in await told_to(dina)]
    assert await told_to(cora) == []
