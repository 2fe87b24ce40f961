"""GET, POST, PUT and DELETE /api/chatbot/looks: items that are worn together."""

from litestar import delete, get, post, put

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.wardrobe.looks import (
    Look,
    LookChange,
    LookSearch,
    NewLook,
    change_look,
    look_for,
    looks_of,
    make_look,
    remove_look,
)
from neural_threads.features.wardrobe.wears import mark_worn
from neural_threads.platform.db import reading, transaction
from neural_threads.platform.errors import NotFound
from neural_threads.web.http import role_guards
from neural_threads.web.http.query import InQuery
from neural_threads.web.http.responses import Page, Reply, created, ok, page_of

from .api import Worn

PLACE = "/api/chatbot/looks"
ONE = PLACE + "/{look_id:str}"


@get(PLACE, summary="My looks", guards=[role_guards.customer])
async def get_looks(me: Person, search: InQuery[LookSearch]) -> Reply[Page[Look]]:
    """The newest first; with `itemId` those that a piece is part of."""
    async with reading() as db:
        looks, cursor = await looks_of(db, me, search)
    return ok(page_of(looks, cursor))


@post(PLACE, summary="Keep pieces as a look", guards=[role_guards.customer], refusals=(NotFound,))
async def post_look(me: Person, data: NewLook) -> Reply[Look]:
    """At most twelve pieces of one's own, each with what it is in the look, as "blouse"."""
    async with transaction() as db:
        return created(await make_look(db, me, data))


@get(ONE, summary="One look of mine", guards=[role_guards.customer])
async def get_look(me: Person, look_id: str) -> Reply[Look]:
    """The look with its parts in order."""
    async with reading() as db:
        return ok(await look_for(db, me, look_id))


@put(ONE, summary="Change a look", guards=[role_guards.customer])
async def put_look(me: Person, look_id: str, data: LookChange) -> Reply[Look]:
    """Its name, or its parts, which are replaced together."""
    async with transaction() as db:
        return ok(await change_look(db, me, look_id, data))


@delete(ONE, summary="Take a look apart", status_code=200, guards=[role_guards.customer])
async def delete_look(me: Person, look_id: str) -> Reply[None]:
    """Its pieces stay in the wardrobe."""
    async with transaction() as db:
        await remove_look(db, me, look_id)
    return ok()


@post(ONE + "/worn", summary="I wore this look", status_code=200, guards=[role_guards.customer])
async def post_look_worn(me: Person, look_id: str, data: Worn) -> Reply[Look]:
    """Counts for each of its pieces, on `wornOn` or today."""
    async with transaction() as db:
        look = await look_for(db, me, look_id)
        await mark_worn(db, me, [part.item_id for part in look.parts], data.worn_on)
    return ok(look)


handlers = [get_looks, post_look, get_look, put_look, delete_look, post_look_worn]
