"""Pages of looks: list, create and change them, and note the days on which they were worn."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.wardrobe.looks import (
    Look,
    LookChange,
    LookSearch,
    NewLook,
    NewPart,
    change_look,
    look_for,
    looks_of,
    make_look,
    remove_look,
)
from neural_threads.features.wardrobe.queries import item_for, wardrobe_of
from neural_threads.features.wardrobe.shapes import WardrobeItem, WardrobeSearch, label
from neural_threads.features.wardrobe.wears import mark_worn
from neural_threads.platform.db import Db, reading, transaction
from neural_threads.platform.errors import Invalid, NotFound
from neural_threads.platform.serialization.decode import decode_json
from neural_threads.platform.serialization.encode import encode
from neural_threads.web.http import role_guards
from neural_threads.web.http.form_key import client_id_of
from neural_threads.web.http.query import DoneNotice, FromCursor, InQuery, PageQuery
from neural_threads.web.http.request_context import RequestContext
from neural_threads.web.templates.render import page

PLACE = "/customer/wardrobe/looks"
ONE = PLACE + "/{look_id:str}"
OFFERED = 100
HttpRequest = Request[Any, Any, Any]


@get(PLACE, include_in_schema=False, guards=[role_guards.customer])
async def looks_page(
    visit: RequestContext, me: Person, position: InQuery[FromCursor], after: InQuery[DoneNotice]
) -> Response[str]:
    """All looks, the newest first."""
    target = LookSearch(limit=OFFERED, cursor=position.cursor or None)
    async with reading() as db:
        looks, cursor = await looks_of(db, me, target)
    return page(visit, "wardrobe/looks.html", looks=looks, older=cursor, done=after.done, place=PLACE, said_kind=label)


class NewLookLink(PageQuery, frozen=True, kw_only=True):
    """The item of mine that is chosen already."""

    item_id: str = ""


@get(PLACE + "/new", include_in_schema=False, guards=[role_guards.customer])
async def new_look_page(visit: RequestContext, me: Person, link: InQuery[NewLookLink]) -> Response[str]:
    """Choose pieces; `itemId` in the address is chosen already."""
    async with reading() as db:
        if link.item_id:
            await item_for(db, me, link.item_id)
        return await _form(db, visit, me, parts={link.item_id: ""} if link.item_id else {})


@post(PLACE + "/new", include_in_schema=False, status_code=200, guards=[role_guards.customer])
async def post_new_look(request: HttpRequest, visit: RequestContext, me: Person) -> Response[Any]:
    """Keep it; what cannot be stands in the form again."""
    form = list((await request.form()).multi_items())
    name, parts = _read(form)
    client_id = client_id_of(form, name, parts)
    async with transaction() as db:
        try:
            new = decode_json(encode({"name": name, "parts": _parts(parts)}), NewLook)
            look = await make_look(db, me, new, client_id=client_id)
        except Invalid as invalid:
            return await _form(db, visit, me, name=name, parts=parts, wrong=invalid.fields)
    return Redirect(f"{PLACE}/{look.id}?done=made", status_code=303)


@get(ONE, include_in_schema=False, guards=[role_guards.customer])
async def look_page(visit: RequestContext, me: Person, look_id: str, after: InQuery[DoneNotice]) -> Response[str]:
    """Show one look: its items, the part of each, and its name."""
    async with reading() as db:
        look = await look_for(db, me, look_id)
        parts = {part.item_id: part.part or "" for part in look.parts}
        return await _form(db, visit, me, name=look.name, parts=parts, look=look, done=after.done)


@post(ONE, include_in_schema=False, status_code=200, guards=[role_guards.customer])
async def post_look_change(request: HttpRequest, visit: RequestContext, me: Person, look_id: str) -> Response[Any]:
    """Its name and its pieces as the form has them."""
    name, parts = _read((await request.form()).multi_items())
    async with transaction() as db:
        look = await look_for(db, me, look_id)
        try:
            change = decode_json(encode({"name": name, "parts": _parts(parts)}), LookChange)
            await change_look(db, me, look_id, change)
        except Invalid as invalid:
            return await _form(db, visit, me, name=name, parts=parts, look=look, wrong=invalid.fields)
    return Redirect(f"{PLACE}/{look_id}?done=changed", status_code=303)


@post(f"{ONE}/worn", include_in_schema=False, guards=[role_guards.customer])
async def post_look_worn_today(me: Person, look_id: str) -> Redirect:
    """Note today for each of its pieces."""
    async with transaction() as db:
        look = await look_for(db, me, look_id)
        await mark_worn(db, me, [part.item_id for part in look.parts])
    return Redirect(f"{PLACE}?done=worn#look-{look_id}", status_code=303)


@post(f"{ONE}/take-apart", include_in_schema=False, guards=[role_guards.customer])
async def post_take_apart(me: Person, look_id: str) -> Redirect:
    """Remove the look; its pieces stay."""
    async with transaction() as db:
        await remove_look(db, me, look_id)
    return Redirect(f"{PLACE}?done=apart", status_code=303)


def _read(form: Iterable[tuple[str, Any]]) -> tuple[str, dict[str, str]]:
    """The name, and the chosen items with what each is in the look."""
    pairs = list(form)
    values = {name: str(value) for name, value in pairs if name != "item"}
    chosen = [str(value) for name, value in pairs if name == "item"]
    return values.get("name", ""), {id: values.get(f"part-{id}", "") for id in chosen}


def _parts(parts: Mapping[str, str]) -> list[NewPart]:
    return [NewPart(item_id=id, part=words.strip() or None) for id, words in parts.items()]


async def _form(
    db: Db,
    visit: RequestContext,
    me: Person,
    *,
    name: str = "",
    parts: Mapping[str, str],
    look: Look | None = None,
    wrong: Mapping[str, str] | None = None,
    done: str = "",
) -> Response[str]:
    items, _cursor = await wardrobe_of(db, me, WardrobeSearch(limit=OFFERED))
    return page(
        visit,
        "wardrobe/look.html",
        422 if wrong else 200,
        look=look,
        name=name,
        parts=parts,
        items=await _chosen_first(db, me, items, parts),
        wrong=wrong or {},
        done=done,
        place=PLACE,
        said_kind=label,
    )


async def _chosen_first(db: Db, me: Person, items: list[WardrobeItem], parts: Mapping[str, str]) -> list[WardrobeItem]:
    """The chosen items before the others, also those that hang too far back to be offered. One that is gone is left out."""
    offered = {item.id: item for item in items}
    chosen = []
    for id in parts:
        with suppress(NotFound):
            chosen.append(offered.pop(id) if id in offered else await item_for(db, me, id))
    return [*chosen, *offered.values()]


handlers = [
    looks_page,
    new_look_page,
    post_new_look,
    look_page,
    post_look_change,
    post_look_worn_today,
    post_take_apart,
]
