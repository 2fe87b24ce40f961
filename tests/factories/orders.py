"""Cora asks, Tariq sews, Dina designs, Odile looks on: what the tests of orders share."""

from datetime import timedelta
from typing import Any

from neural_threads.features.accounts.queries import person_of
from neural_threads.features.orders.actions import ask
from neural_threads.features.orders.kinds import ALTERATION, DESIGN, Kind
from neural_threads.features.orders.shapes import NewAlteration, NewDesign
from neural_threads.platform.db import reading, transaction
from neural_threads.platform.i18n import today
from neural_threads.platform.ids import new_id

KINDS = {"alterations": ALTERATION, "design-requests": DESIGN}
SOON = (today() + timedelta(days=12)).isoformat()
LATER = (today() + timedelta(days=20)).isoformat()


async def person(one: Any) -> Any:
    """The person as actions want them."""
    async with reading() as db:
        found = await person_of(db, one.id)
    assert found is not None
    return found


async def provider_of(people: Any, kind: Kind, name: str = "") -> Any:
    """Somebody who can be asked for this kind."""
    return await (people.tailor(name or "Tariq") if kind is ALTERATION else people.designer(name or "Dina"))


def draft_for(
    kind: Kind, provider: Any, description: str = "Take the kurta in", **more: Any
) -> NewAlteration | NewDesign:
    """What Cora asks; `maker` is a Person of features.accounts."""
    if kind is ALTERATION:
        return NewAlteration(tailor_id=provider.tailor_id, description=description, **more)
    return NewDesign(designer_id=provider.designer_id, description=description, **more)


async def asked(kind: Kind, cora: Any, provider: Any, status: str = "PENDING", **columns: Any) -> Any:
    """A request that stands there already."""
    async with transaction() as db:
        request, _new = await ask(db, cora, draft_for(kind, provider))
        sets = ", ".join(f"{name} = %({name})s" for name in ["status", *columns])
        await db.execute(f"update {kind.table} set {sets} where id = %(id)s", id=request.id, status=status, **columns)
        return request


def body_for(kind: Kind, provider: Any, **more: Any) -> dict[str, Any]:
    """The JSON of a new request; `maker` is a Person of features.accounts."""
    key = "tailorId" if kind is ALTERATION else "designerId"
    return {key: provider.role_id, "description": "Take the kurta in", **more}


async def picture(owner: Any, visibility: str = "private") -> str:
    """A picture that belongs to somebody; only its row."""
    name = new_id()
    async with transaction() as db:
        await db.execute(
            """
            insert into media (public_id, owner_id, visibility, content_type, width, height, bytes)
            values (%(id)s, %(owner)s, %(visibility)s, 'image/jpeg', 800, 1000, 1000)
            """,
            id=name,
            owner=owner.id,
            visibility=visibility,
        )
    return name


async def chat_between(cora: Any, provider: Any) -> str:
    """A chat of these two."""
    id = new_id()
    async with transaction() as db:
        await db.execute(
            "insert into chats (id, customer_id, designer_id, tailor_id) values (%(id)s, %(c)s, %(d)s, %(t)s)",
            id=id,
            c=cora.customer_id,
            d=provider.designer_id,
            t=provider.tailor_id,
        )
    return id


async def told_to(one: Any) -> list[Any]:
    """(title, message, link) of everything that somebody was told, the oldest first."""
    answer = await one.get("/api/notifications?limit=100")
    return [(told["title"], told["message"], told["link"]) for told in reversed(answer.json()["data"])]


async def item_of(owner: Any) -> str:
    """A piece of somebody's wardrobe; only its rows."""
    image, id = await picture(owner), new_id()
    async with transaction() as db:
        await db.execute(
            """
            insert into wardrobe_items (id, customer_id, image_id, category)
            values (%(id)s, (select id from customers where user_id = %(owner)s), %(image)s, 'DRESS')
            """,
            id=id,
            owner=owner.id,
            image=image,
        )
    return id
