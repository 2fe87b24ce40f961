"""Pages of the wardrobe: list, add, change and remove items."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.response import Redirect

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.media.flows import uploaded_files
from neural_threads.features.wardrobe.actions import change_item
from neural_threads.features.wardrobe.adding_flows import add
from neural_threads.features.wardrobe.looks import LookSearch, looks_of
from neural_threads.features.wardrobe.queries import count_wardrobe, item_for, providers_of, wardrobe_of
from neural_threads.features.wardrobe.shapes import CutoutState, Facts, ItemChange, NewItem, WardrobeItem
from neural_threads.features.wardrobe.wears import mark_worn, unmark_worn
from neural_threads.platform.colour.palette import shades, swatch_of
from neural_threads.platform.config import get_settings
from neural_threads.platform.db import Db, reading, transaction
from neural_threads.platform.errors import Conflict, Invalid, TooLarge, TooOften, WrongType
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.i18n import today
from neural_threads.platform.serialization.decode import decode_form
from neural_threads.platform.serialization.types import Shape
from neural_threads.web.http import role_guards
from neural_threads.web.http.form_key import client_id_of, key_of
from neural_threads.web.http.query import DoneNotice, InQuery
from neural_threads.web.http.request_context import RequestContext
from neural_threads.web.http.responses import status_of
from neural_threads.web.templates.render import fragment, page

from .api import remove
from .draft_forms import IMAGES, TOLD, Draft, change_of, choices, facts_of, read_drafts, typed_of
from .search_state import PATH, WardrobeSearchState

HttpRequest = Request[Any, Any, Any]
ONE = PATH + "/{piece_id:str}"
AT_ONCE = 12
"""Pictures that one form may bring."""
MOST_BYTES = AT_ONCE * 5_300_000
REGIONS = {"wardrobe": "wardrobe/region.html", "found": "wardrobe/results.html", "older": "wardrobe/cards.html"}
SHOWN = (Invalid, Conflict, TooOften, TooLarge, WrongType)
Trouble = Invalid | Conflict | TooOften | TooLarge | WrongType


class WardrobeNotice(DoneNotice, frozen=True, kw_only=True):
    """The same; with `add=yes` the form for new items is open."""

    add: str = ""


@get(PATH, include_in_schema=False, guards=[role_guards.customer])
async def wardrobe_page(
    visit: RequestContext, me: Person, look: InQuery[WardrobeSearchState], notice: InQuery[WardrobeNotice]
) -> Response[str]:
    """My pieces by kind and words; htmx gets only the region it replaces, or only what comes next."""
    return await _wardrobe(visit, me, look, notice)


@post(PATH, include_in_schema=False, status_code=200, guards=[role_guards.customer], request_max_body_size=MOST_BYTES)
async def post_items(request: HttpRequest, visit: RequestContext, me: Person) -> Response[Any]:
    """Hang up one piece for each picture; what cannot be stands in the form again, with everything that was typed."""
    form = list((await request.form()).multi_items())
    drafts, files, plain = read_drafts(form)
    try:
        result = plain.facts() if files else None
        if None in [draft.facts() for draft in drafts] or (files and result is None):
            raise Invalid(fields=_wrongs(drafts, plain))
        named = [draft.picture or "" for draft in drafts]
        images = await uploaded_files(me, files[:AT_ONCE], key=key_of(form), beside=named)
        drafts += [Draft(kept.url, plain.typed) for kept in images]
        if not drafts:
            raise Invalid(fields={IMAGES: _("Choose at least one picture.")})
        first = await _add_all(me, drafts, form)
    except SHOWN as error:
        state = WardrobeSearchState.from_query([])
        return await _wardrobe(visit, me, state, WardrobeNotice(), drafts, plain, trouble=error)
    return Redirect(f"{PATH}?done=added#piece-{first}", status_code=303)


@get(ONE, include_in_schema=False, guards=[role_guards.customer])
async def item_page(visit: RequestContext, me: Person, piece_id: str, after: InQuery[DoneNotice]) -> Response[str]:
    """Show one of my items: its details, what can be done with it, and how to remove it."""
    async with reading() as db:
        return await _item_page(db, visit, me, piece_id, done=after.done)


@post(ONE, include_in_schema=False, status_code=200, guards=[role_guards.customer])
async def post_item_change(request: HttpRequest, visit: RequestContext, me: Person, piece_id: str) -> Response[Any]:
    """Change what is known of it; what is left empty is known no longer."""
    fields = (*TOLD, "pattern", "price", "colors")
    form = {name: str(value) for name, value in (await request.form()).multi_items() if name in fields}
    async with transaction() as db:
        before = await item_for(db, me, piece_id)
        try:
            change = change_of(form, before)
        except Invalid as error:
            return await _item_page(db, visit, me, piece_id, error.fields, form)
        await change_item(db, me, piece_id, change)
    return Redirect(f"{PATH}?done=changed#piece-{piece_id}", status_code=303)


@get(f"{ONE}/card", include_in_schema=False, guards=[role_guards.customer])
async def item_card(visit: RequestContext, me: Person, piece_id: str) -> Response[str]:
    """Answer one card of the list for htmx, after its image was read."""
    async with reading() as db:
        items = [await item_for(db, me, piece_id)]
        providers = await providers_of(db, designs) if (designs := _designs(items)) else {}
    return fragment(
        visit,
        "wardrobe/cards.html",
        look=WardrobeSearchState.from_query([]),
        items=items,
        providers=providers,
        older=None,
        **_words(),
    )


@post(f"{ONE}/cutout", include_in_schema=False, guards=[role_guards.customer])
async def post_cutout(request: HttpRequest, me: Person, piece_id: str) -> Redirect:
    """Show a piece cut out, or with its ground."""
    form = decode_form(await request.form(), Cutout)
    async with transaction() as db:
        await change_item(db, me, piece_id, ItemChange(cutout_state=form.state))
    return Redirect(f"{PATH}/{piece_id}#read", status_code=303)


@post(f"{ONE}/suggestion", include_in_schema=False, guards=[role_guards.customer])
async def post_suggestion(request: HttpRequest, me: Person, piece_id: str) -> Redirect:
    """Take what the picture looks like, or put the suggestion away."""
    form = decode_form(await request.form(), Answer)
    async with transaction() as db:
        item = await item_for(db, me, piece_id)
        result = item.suggested if form.yes else None
        known = {name: value for name, value in msgspec.structs.asdict(result).items() if value} if result else {}
        await change_item(db, me, piece_id, ItemChange(suggested=None, **known))
    return Redirect(f"{PATH}/{piece_id}?done=changed", status_code=303)


@post(f"{ONE}/worn", include_in_schema=False, guards=[role_guards.customer])
async def post_item_worn(request: HttpRequest, me: Person, piece_id: str) -> Redirect:
    """Note that it was worn today or on a day before, or take that back."""
    form = decode_form(await request.form(), WornAnswer)
    async with transaction() as db:
        await (mark_worn if form.yes else unmark_worn)(db, me, [piece_id], form.worn_on)
    return Redirect(f"{PATH}/{piece_id}#worn", status_code=303)


class Cutout(Shape, frozen=True, kw_only=True):
    """The form that chooses how an item is shown."""

    state: CutoutState


class Answer(Shape, frozen=True, kw_only=True):
    """Yes or no."""

    yes: bool


class WornAnswer(Answer, frozen=True, kw_only=True):
    """The form that says whether an item was worn, and on which day if not today."""

    worn_on: date | None = None


@post(f"{ONE}/take-down", include_in_schema=False, guards=[role_guards.customer])
async def post_take_down(me: Person, piece_id: str) -> Redirect:
    """Take a piece down, without scripts: it was asked before, so it is done at once."""
    await remove(me, piece_id)
    return Redirect(f"{PATH}?done=down", status_code=303)


async def _add_all(me: Person, drafts: list[Draft], form: list[tuple[str, Any]]) -> str:
    """Each item by itself, so that the first ends up first; `drafts` keeps those that are not hung up yet."""
    first = ""
    while drafts:
        draft = drafts[-1]
        details = facts_of(draft.typed)
        payload = {name: getattr(details, name) for name in Facts.__struct_fields__}
        try:
            client_id = client_id_of(form, draft.shown, draft.typed)
            item, _is_new = await add(me, NewItem(image_url=draft.picture or "", client_id=client_id, **payload))
            first = item.id
        except Invalid as invalid:
            raise Invalid(fields={IMAGES: next(iter(invalid.fields.values()), invalid.message)}) from None
        drafts.pop()
    return first


async def _wardrobe(
    visit: RequestContext,
    me: Person,
    look: WardrobeSearchState,
    notice: WardrobeNotice,
    drafts: Sequence[Draft] = (),
    plain: Draft | None = None,
    *,
    trouble: Trouble | None = None,
) -> Response[str]:
    async with reading() as db:
        counts = await count_wardrobe(db, me, look.wanted)
        items, cursor = await wardrobe_of(db, me, look.search) if counts.fitting else ([], None)
        providers = await providers_of(db, designs) if (designs := _designs(items)) else {}
    answer = page(
        visit,
        REGIONS.get(visit.region, "wardrobe/wardrobe.html"),
        status_of(trouble) if trouble else 422 if look.wrong else 200,
        look=look,
        items=items,
        counts=counts,
        providers=providers,
        older=look.href(cursor=cursor) if cursor else None,
        is_adding=bool(trouble) or notice.add == "yes",
        done=notice.done,
        drafts=drafts,
        plain=plain or Draft(),
        wrong=trouble.fields if trouble else {},
        trouble=trouble.message if trouble and not trouble.fields else "",
        at_once=AT_ONCE,
        most_bytes=get_settings().upload_bytes,
        **_words(),
    )
    if visit.is_htmx and not look.wanted.cursor:
        answer.headers["HX-Push-Url"] = look.here
    return answer


async def _item_page(
    db: Db,
    visit: RequestContext,
    me: Person,
    item_id: str,
    wrong: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
    done: str = "",
) -> Response[str]:
    item = await item_for(db, me, item_id)
    providers = await providers_of(db, _designs([item])) if item.portfolio_item_id else {}
    looks, _cursor = await looks_of(db, me, LookSearch(item_id=item_id))
    return page(
        visit,
        "wardrobe/item.html",
        422 if wrong else 200,
        item=item,
        maker=providers.get(item.portfolio_item_id or ""),
        looks=looks,
        done=done,
        is_worn_today=item.last_worn_on == today(),
        today=today(),
        typed=form if form is not None else typed_of(item),
        wrong=wrong or {},
        place=f"{PATH}/{item.id}",
        **_words(),
    )


def _designs(items: Sequence[WardrobeItem]) -> list[str]:
    return [item.portfolio_item_id for item in items if item.portfolio_item_id]


def _wrongs(drafts: Sequence[Draft], plain: Draft) -> dict[str, str]:
    """Return what is wrong with the form, by the names that its fields have in it."""
    result = {f"{n}-{name}": words for n, draft in enumerate(drafts, 1) for name, words in draft.wrong.items()}
    return result | {f"0-{name}": words for name, words in plain.wrong.items()}


def _words() -> dict[str, Any]:
    return choices() | {"swatch_of": swatch_of, "shades": shades()}


handlers = [
    wardrobe_page,
    post_items,
    item_page,
    item_card,
    post_item_change,
    post_cutout,
    post_suggestion,
    post_item_worn,
    post_take_down,
]
