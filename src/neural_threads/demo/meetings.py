"""Chats, saved designers, orders and notifications of the demo, dated relative to now."""

from datetime import datetime, timedelta
from typing import Any

from neural_threads.demo import cast
from neural_threads.demo.commissions import add_orders
from neural_threads.demo.rows import World, demo_id, demo_uuid, user_id
from neural_threads.demo.shops import Shop, shops
from neural_threads.demo.talks import CORA, ODILE, TALKS, Talk, small_talk
from neural_threads.features.notifications.inbox import NEW_CHAT, NEW_MESSAGE, NEW_REVIEW, NEW_VIEW

SAVED = {
    CORA: ("Dina Rao", "Kavya Iyer", "Ishaan Shetty", "Meera Gowda", "Lakshmi Narayanan", "Ananya Hegde", "Zoya Merchant", "Aditi Sen"),
    ODILE: ("Dina Rao", "Thomas Kurian", "Ananya Hegde"),
}  # fmt: skip


def add_meetings(world: World, now: datetime) -> None:
    """Everything that depends on the clock."""
    by_name = {shop.name: shop for shop in shops()}
    small = [
        small_talk(customer, provider, number)
        for number, customer in enumerate(cast.CUSTOMERS[2:32])
        for provider in [("Dina Rao", "Tariq Khan", "Ishaan Shetty", "Kavya Iyer", "Selvi Murugan")[number % 5]]
    ]
    for talk in (*TALKS, *small):
        _chat(world, talk, by_name[talk.maker], now)
    for customer, names in SAVED.items():
        for place, name in enumerate(names):
            world.add(
                "saved_designers",
                customer_id=demo_id("customer", customer),
                designer_id=by_name[name].id,
                created_at=now - timedelta(days=20 - place, minutes=11 * place),
            )
    add_orders(world, by_name, now)
    _told(world, CORA, now)


def _chat(world: World, talk: Talk, shop: Shop, now: datetime) -> None:
    chat, customer, provider = demo_id("chat", talk.customer, talk.maker), user_id(talk.customer), user_id(talk.maker)
    times = [now - timedelta(minutes=line.ago) for line in talk.lines]
    seen = len(talk.lines) - talk.unread
    customer_spoke = talk.lines[-1].by_customer
    world.add(
        "chats",
        id=chat,
        customer_id=demo_id("customer", talk.customer),
        designer_id=shop.id if shop.role == "DESIGNER" else None,
        tailor_id=shop.id if shop.role == "TAILOR" else None,
        last_seq=len(talk.lines),
        customer_read_seq=len(talk.lines) if customer_spoke else seen,
        provider_read_seq=seen if customer_spoke else len(talk.lines),
        created_at=times[0] - timedelta(minutes=1),
        updated_at=times[-1],
    )
    for seq, (line, said_at) in enumerate(zip(talk.lines, times, strict=True), 1):
        sender, reader = (customer, provider) if line.by_customer else (provider, customer)
        is_read = seq <= seen
        read_at = min(said_at + timedelta(minutes=2), times[seq] if seq < len(times) else now)
        world.add(
            "messages",
            id=demo_id("message", talk.customer, talk.maker, seq),
            chat_id=chat,
            seq=seq,
            client_id=demo_uuid(talk.customer, talk.maker, seq),
            sender_id=sender,
            content=line.text,
            image_id=shop.pieces[line.picture].picture.public_id if line.picture is not None else None,
            is_read=is_read,
            read_at=read_at if is_read else None,
            read_by=reader if is_read else None,
            created_at=said_at,
        )
    if talk.unread:
        reader, sender, home = (
            (provider, customer, shop.role.lower()) if customer_spoke else (customer, provider, "customer")
        )
        title, message, more = NEW_MESSAGE
        _notice(world, reader, "MESSAGE", title.text, (more if talk.unread > 1 else message).text, times[-1], actor=sender,
                link=f"/{home}/chats/{chat}", chat=chat, count=talk.unread)  # fmt: skip
    title, message = NEW_CHAT
    _notice(world, provider, "CHAT_REQUEST", title.text, message.text, times[0], actor=customer,
            link=f"/{shop.role.lower()}/chats/{chat}", chat=chat, is_read=True)  # fmt: skip


def _told(world: World, cora: str, now: datetime) -> None:
    dina, title_view, many = user_id("Dina Rao"), NEW_VIEW[0], NEW_VIEW[2]
    viewers = cast.CUSTOMERS[2:9]
    day = now.date()
    for viewer in viewers:
        world.add("profile_views", user_id=dina, viewer_id=user_id(viewer), day=day)
    _notice(
        world,
        dina,
        "PROFILE_VIEW",
        title_view.text,
        many.text,
        now - timedelta(minutes=25),
        actor=user_id(viewers[-1]),
        count=len(viewers),
    )
    latest = max(
        (row for row in world.tables["reviews"] if row["designer_id"] == demo_id("designer", "Dina Rao")),
        key=lambda row: row["created_at"],
    )
    author = next(name for name in cast.CUSTOMERS if demo_id("customer", name) == latest["customer_id"])
    title, message = NEW_REVIEW
    _notice(world, dina, "REVIEW", title.text, message.text, latest["created_at"], actor=user_id(author),
            details={"rating": latest["rating"]}, is_read=True)  # fmt: skip


def _notice(world: World, reader: str, kind: str, title: str, message: str, when: datetime, *, actor: str, link: str | None = None,
            chat: str | None = None, count: int = 1, is_read: bool = False, details: dict[str, Any] | None = None) -> None:  # fmt: skip
    from psycopg.types.json import Jsonb

    world.add(
        "notifications",
        id=demo_id("notification", reader, kind, link, when.isoformat() if kind == "REVIEW" else ""),
        user_id=reader,
        type=kind,
        title=title,
        message=message,
        link=link,
        chat_id=chat,
        actor_id=actor,
        details=Jsonb(details or {}),
        count=count,
        is_read=is_read,
        created_at=when,
        updated_at=when,
    )
