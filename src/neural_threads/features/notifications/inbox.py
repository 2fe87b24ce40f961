"""Write notifications, and mark them read."""

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import msgspec

from neural_threads.features.accounts.shapes import Person
from neural_threads.platform.db import Db
from neural_threads.platform.db.composition import Sql, sql
from neural_threads.platform.errors import NotFound
from neural_threads.platform.i18n import LazyText, pick_locale, use_language
from neural_threads.platform.i18n import lazy_gettext as _
from neural_threads.platform.ids import new_id
from neural_threads.platform.realtime import emit, is_online, user_room
from neural_threads.platform.serialization.encode import encode
from neural_threads.platform.tracing import carrier

from .jobs import PUSH_OF_NOTIFICATION, push_after_commit, push_now
from .preferences import BY_PUSH
from .queries import ACTOR, FIELDS
from .shapes import NOTIFICATION, NOTIFICATIONS_READ, NotificationType, Seen, Stored

OUR_PATH = re.compile(r"\A~?/(?:[A-Za-z0-9_-][A-Za-z0-9_/.=&-]*)?(?:\?[A-Za-z0-9_=&-]*)?(?:#[A-Za-z0-9_-]*)?\Z")

NEW_MESSAGE = (_("New message"), _("%(who)s sent you a message."), _("%(who)s sent you %(count)s messages."))
NEW_CHAT = (_("New chat"), _("%(who)s started a chat with you."))
NEW_REVIEW = (_("New review"), _("%(who)s left you a review with %(rating)s of 5 stars."))
NEW_VIEW = (
    _("Your profile was viewed"),
    _("%(who)s viewed your profile."),
    _("%(count)s people viewed your profile."),
)

INSERT = Sql("""
insert into notifications as n (id, user_id, type, title, message, link, chat_id, actor_id, details, created_at, unread_since)
select %(notification_id)s, r.id, %(type)s, %(title)s, %(message)s,
       case when %(link)s like '~/%%' then '/' || lower(r.role) || substr(%(link)s, 2) else %(link)s end,
       %(chat)s, %(actor)s, %(details)s::text::jsonb, clock_timestamp(), clock_timestamp()
  from reader r
""")

# What is still unseen is counted on; what was seen begins anew.
AGAIN = """
on conflict {seen} do update
   set count = case when n.is_read then 1 else n.count + 1 end,
       message = case when n.is_read then excluded.message else %(more)s end,
       unread_since = case when n.is_read then excluded.created_at else n.unread_since end,
       mailed_at = case when n.is_read then null else n.mailed_at end,
       actor_id = excluded.actor_id, link = excluded.link, details = excluded.details,
       is_read = false, created_at = excluded.created_at, updated_at = excluded.created_at
"""
SAME_CHAT = sql(AGAIN, seen=Sql("(user_id, chat_id) where type = 'MESSAGE'"))
SAME_VIEWED = sql(AGAIN, seen=Sql("(user_id) where type = 'PROFILE_VIEW' and not is_read"))


def _parts(reader: Sql, again: Sql) -> Sql:
    """Return the parts `reader`, `kept` and `notification` of a statement that tells somebody; `reader` is the expression of their id.

    The lock, which the foreign key takes anyway, has PostgreSQL look again whether they are still there: the statement may
    have waited for a chat since it began.
    """
    return sql(
        """
reader as (
  select u.id, u.role, coalesce(c.language_preference, d.language_preference, t.language_preference) as language
    from users u
    left join customers c on c.user_id = u.id
    left join designers d on d.user_id = u.id
    left join tailors t on t.user_id = u.id
   where u.id = {reader} and u.deleted_at is null
     for key share of u
), kept as ({insert} {again} returning n.*
), notification as (
  select {fields}, r.language,
         n.type = any({by_push}) and exists (select from push_subscriptions where user_id = r.id) as wants_push
    from kept n cross join reader r left join notification_settings s on s.user_id = r.id {actor}
)
""",
        reader=reader,
        insert=INSERT,
        again=again,
        fields=FIELDS,
        by_push=BY_PUSH,
        actor=ACTOR,
    )


def _statement(again: Sql) -> Sql:
    return sql("with {parts} select * from notification", parts=_parts(Sql("%(reader)s"), again))


ANEW, ABOUT_VIEWS = _statement(Sql()), _statement(SAME_VIEWED)


async def notify(
    db: Db,
    reader_id: str,
    type: NotificationType,
    *,
    title: LazyText,
    message: LazyText,
    link: str | None = None,
    actor_id: str | None = None,
    chat_id: str | None = None,
    more: LazyText | None = None,
    details: Mapping[str, str | int] | None = None,
) -> None:
    """Tell somebody something, in the caller's transaction; their open pages hear of it after the commit.

    `title` and `message` may use %(who)s (the actor), %(count)s and the `details`: %(price)s is said in rupees, %(day)s
    as a date. `link` is a path of ours; below the reader's own home it begins with `~/`. Nobody is told of what they
    did themselves, and nobody who has left is told anything. `more` is the message when one unread notification
    stands for several happenings, as PROFILE_VIEW does. For a message see `NOTIFICATION_OF_MESSAGE`.
    """
    if actor_id == reader_id:
        return
    if link is not None and not OUR_PATH.fullmatch(link):
        raise ValueError(f"{link!r} is not a path of ours")
    sql = ABOUT_VIEWS if type is NotificationType.PROFILE_VIEW else ANEW
    stored = await db.maybe(
        Stored,
        sql,
        reader=reader_id,
        **_values(
            type, title=title, message=message, link=link, actor_id=actor_id, chat_id=chat_id, details=details or {}
        ),
        **({} if sql is ANEW else {"more": (more or message).text}),
    )
    if stored is not None:
        _tell(db, stored)
        if stored.wants_push:
            await push_after_commit(db, reader_id, stored.id)


def _values(
    type: NotificationType,
    *,
    title: LazyText,
    message: LazyText,
    link: str | None,
    actor_id: str | None,
    chat_id: str | None,
    details: Mapping[str, str | int],
) -> dict[str, Any]:
    return {
        "notification_id": new_id(),
        "type": type,
        "title": title.text,
        "message": message.text,
        "link": link,
        "chat": chat_id,
        "actor": actor_id,
        "details": encode(details).decode(),
    }


def _tell(db: Db, stored: Stored) -> None:
    with use_language(pick_locale(stored.language)):
        db.after_commit(emit(user_room(stored.user_id), NOTIFICATION, stored.told()))


async def notify_of_chat(db: Db, *, reader_id: str, actor_id: str, chat_id: str) -> None:
    """A customer opened a chat with this provider. Call it only when the chat is new."""
    title, message = NEW_CHAT
    await notify(
        db,
        reader_id,
        NotificationType.CHAT_REQUEST,
        title=title,
        message=message,
        link=f"~/chats/{chat_id}",
        actor_id=actor_id,
        chat_id=chat_id,
    )


async def notify_of_review(db: Db, *, reader_id: str, actor_id: str, rating: int, link: str | None = None) -> None:
    """A customer reviewed this provider; `link` leads to where the provider reads it."""
    title, message = NEW_REVIEW
    await notify(
        db,
        reader_id,
        NotificationType.REVIEW,
        title=title,
        message=message,
        link=link,
        actor_id=actor_id,
        details={"rating": rating},
    )


async def notify_of_profile_view(
    db: Db, viewer: Person | None, *, designer_id: str | None = None, tailor_id: str | None = None
) -> None:
    """A customer looked at this provider's profile. Counted once per viewer and day; visitors and providers are not."""
    if viewer is None or viewer.is_provider:
        return
    reader_id = await db.value(
        """
        insert into profile_views (user_id, viewer_id, day)
        select user_id, %(viewer)s, (now() at time zone 'Asia/Kolkata')::date
          from (select user_id from designers where id = %(designer)s::text
                union all select user_id from tailors where id = %(tailor)s::text) maker
        on conflict do nothing
        returning user_id
        """,
        designer=designer_id,
        tailor=tailor_id,
        viewer=viewer.id,
    )
    if reader_id is not None:
        title, message, more = NEW_VIEW
        await notify(
            db,
            reader_id,
            NotificationType.PROFILE_VIEW,
            title=title,
            message=message,
            more=more,
            actor_id=viewer.id,
        )


# Of a message

# The parts of the statement that stores a message: its part `told` has the id of the reader, or no row where nobody is to be
# told. `notification` is a `Stored`, `push` the id of the job that tells the reader's devices. The values are `notification_values`'s.
NOTIFICATION_OF_MESSAGE = sql(
    """
{parts}, push as (select {push_job} as job from notification n where n.wants_push)
""",
    parts=_parts(Sql("(select reader_id from told)"), SAME_CHAT),
    push_job=PUSH_OF_NOTIFICATION,
)


def notification_values(*, actor_id: str, chat_id: str) -> dict[str, Any]:
    """Return the values of `NOTIFICATION_OF_MESSAGE`. However many messages come before the reader looks, a chat has one notification."""
    title, message, more = NEW_MESSAGE
    link, type = f"~/chats/{chat_id}", NotificationType.MESSAGE
    values = _values(type, title=title, message=message, link=link, actor_id=actor_id, chat_id=chat_id, details={})
    return {**values, "more": more.text, "push_context": encode(carrier()).decode()}


def notify_of_message(db: Db, notification: Stored, push_job: int | None) -> None:
    """Tell the reader's open pages of a message after the commit, and their devices now if they have no page open."""
    _tell(db, notification)
    if push_job is not None and not is_online(notification.user_id):
        db.after_commit(partial(push_now, push_job))


# Having looked


async def chat_was_read(db: Db, *, reader_id: str, chat_id: str, left: int = 0) -> None:
    """The reader looked at the chat. `left`: how many messages they still have not read."""
    gone = await db.all(
        str,
        """
        with messages as (
          delete from notifications
           where user_id = %(reader)s and chat_id = %(chat)s and type = 'MESSAGE' and %(left)s = 0
          returning id
        ), requests as (
          update notifications set is_read = true, updated_at = now()
           where user_id = %(reader)s and chat_id = %(chat)s and type = 'CHAT_REQUEST' and not is_read
          returning id
        )
        select id from messages union all select id from requests
        """,
        reader=reader_id,
        chat=chat_id,
        left=left,
    )
    _tell_seen(db, reader_id, gone)


async def mark_link_read(db: Db, me: Person, link: str) -> None:
    """I looked at this page of ours: whatever led there is handled."""
    seen = await db.all(
        str,
        """
        update notifications set is_read = true, updated_at = now()
         where user_id = %(me)s and not is_read and link = %(link)s
        returning id
        """,
        me=me.id,
        link=link,
    )
    _tell_seen(db, me.id, seen)


class Reading(msgspec.Struct, frozen=True):
    """A notification at the moment it is read."""

    link: str | None
    was_read: bool


async def read_notification(db: Db, me: Person, id: str) -> str | None:
    """Note that I read this one; twice is once. Answers where it leads. NotFound when it is nobody's or another's."""
    rows = await db.all(
        Reading,
        """
        with mine as (select id, link, is_read from notifications where id = %(id)s and user_id = %(me)s for update),
        noted as (update notifications n set is_read = true, updated_at = now() from mine where n.id = mine.id and not mine.is_read)
        select link, is_read as was_read from mine
        """,
        id=id,
        me=me.id,
    )
    if not rows:
        raise NotFound
    _tell_seen(db, me.id, [] if rows[0].was_read else [id])
    return rows[0].link


async def read_all_notifications(db: Db, me: Person) -> int:
    """Note that I read everything. Answers how many there were."""
    many = await db.execute(
        "update notifications set is_read = true, updated_at = now() where user_id = %(me)s and not is_read", me=me.id
    )
    if many:
        db.after_commit(emit(user_room(me.id), NOTIFICATIONS_READ, Seen()))
    return many


def _tell_seen(db: Db, reader_id: str, ids: Sequence[str]) -> None:
    if ids:
        db.after_commit(emit(user_room(reader_id), NOTIFICATIONS_READ, Seen(ids=tuple(ids))))
