"""The try-on page: choose garments and a person, see the look, keep or delete it. It works without scripts."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.background_tasks import BackgroundTask
from litestar.response import Redirect
from markupsafe import Markup
from msgspec import Meta

from neural_threads.features.accounts.enums import BodyShape, label
from neural_threads.features.accounts.shapes import Person
from neural_threads.features.catalog.designs.queries import designs_of
from neural_threads.features.tryon.actions import forget_photos, keep_try_on
from neural_threads.features.tryon.figures import TONES, Example, SkinTone, example_svg, figure_of, figure_svg
from neural_threads.features.tryon.flows import USUAL_SHAPE, USUAL_TONE, start_try_on, warm_up
from neural_threads.features.tryon.jobs import queue_try_on
from neural_threads.features.tryon.queries import body_shape_of, chosen_for, try_on_for, try_ons_of
from neural_threads.features.tryon.shapes import (
    MOST_LAYERS,
    TryOnSearch,
    VirtualTryOn,
    garment_point_labels,
    not_drawn_label,
    option_label,
    point_labels,
    sure_label,
)
from neural_threads.features.tryon.showing import SharedLook, share_look
from neural_threads.features.wardrobe.queries import items_of, wardrobe_of
from neural_threads.features.wardrobe.shapes import WardrobeCategory, WardrobeItem, WardrobeSearch
from neural_threads.features.wardrobe.shapes import label as said_category
from neural_threads.platform.config import get_settings
from neural_threads.platform.db import Db, reading, transaction
from neural_threads.platform.errors import Conflict, Invalid, NotFound, TooLarge, TooOften, WrongType
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.security.rate_limits import hit
from neural_threads.platform.serialization.encode import encode
from neural_threads.platform.serialization.types import Incoming, Text
from neural_threads.platform.vision.garment_templates import GarmentKind
from neural_threads.web.http import role_guards
from neural_threads.web.http.form_key import client_id_of
from neural_threads.web.http.query import DoneNotice, InQuery, PageQuery
from neural_threads.web.http.request_context import RequestContext
from neural_threads.web.http.responses import status_of
from neural_threads.web.templates.render import page

from .api import remove
from .forms import FIGURE, NOT_CLOTH, PHOTO, TryOnForm, TryOnLink, form_of_look, is_cloth, read_form, try_on_from
from .live import live_config, with_live_preview
from .photo_real import count_photo_real, note_consent, photo_real_facts
from .sharing import read_share, share_facts

PAGE = "/customer/virtual-tryon"
ONE = PAGE + "/{try_on_id:str}"
MOST_BYTES = 2 * 5_500_000
OFFERED = 24
HISTORY = 12
COMPARED = 2
SHOWN = (Invalid, Conflict, TooOften, TooLarge, WrongType, NotFound)
HttpRequest = Request[Any, Any, Any]


class HistorySearch(Incoming, frozen=True, kw_only=True):
    """The try-ons below the form: all, or those that are kept; from a cursor on."""

    is_kept: bool | None = None
    cursor: Annotated[Text, Meta(max_length=500)] | None = None


@get(PAGE, include_in_schema=False, guards=[role_guards.customer])
async def tryon_page(
    visit: RequestContext,
    me: Person,
    link: InQuery[TryOnLink],
    history: InQuery[HistorySearch],
    after: InQuery[DoneNotice],
) -> Response[str]:
    """The form, and what I have tried on. What the address names is chosen already: see TryOnLink."""
    async with reading() as db:
        form = await form_of_look(db, me, link.again) if link.again else TryOnForm()
        if not link.again:
            form = msgspec.structs.replace(form, item=list(dict.fromkeys([*link.item, *link.items]))[:MOST_LAYERS])
        if link.person in (FIGURE, PHOTO):
            form = msgspec.structs.replace(form, person=link.person)
        if link.design and (designs := await designs_of(db, me, [link.design])):
            form = msgspec.structs.replace(form, chosen_image_url=str(designs[0].image_url))
        answer = await _page(db, visit, me, form, history, done=after.done)
    answer.background = BackgroundTask(warm_up)
    return answer


@post(PAGE, include_in_schema=False, status_code=200, guards=[role_guards.customer], request_max_body_size=MOST_BYTES)
async def post_tryon(request: HttpRequest, visit: RequestContext, me: Person) -> Response[Any]:
    """Try it on; what is wrong stands in the form again, with everything that was chosen."""
    form = TryOnForm()
    try:
        pairs = list((await request.form()).multi_items())
        form = await read_form(pairs, me)
        await hit("tryons", me.id)
        async with reading() as db:
            wish = await try_on_from(db, me, form)
        await count_photo_real(me, wish)
        await note_consent(me, form, wish)
        look = await start_try_on(me, wish, queue_try_on, client_id=client_id_of(pairs, wish))
    except SHOWN as error:
        async with reading() as db:
            return await _page(db, visit, me, form, HistorySearch(), error)
    return Redirect(f"{PAGE}/{look.id}", status_code=303)


@get(ONE, include_in_schema=False, guards=[role_guards.customer])
async def look_page(visit: RequestContext, me: Person, try_on_id: str, after: InQuery[DoneNotice]) -> Response[str]:
    """Show one look, before and after, and what can be done with it."""
    async with reading() as db:
        return await _look(db, visit, me, try_on_id, after.done)


class CompareLink(PageQuery, frozen=True, kw_only=True):
    """The ids of the looks to show side by side: the first two count."""

    look: list[str] = msgspec.field(default_factory=list)


@get(f"{PAGE}/compare", include_in_schema=False, guards=[role_guards.customer])
async def compare_page(visit: RequestContext, me: Person, compared: InQuery[CompareLink]) -> Response[str]:
    """Two looks of mine side by side; with fewer named, those to choose from."""
    names = list(dict.fromkeys(compared.look))[:COMPARED]
    async with reading() as db:
        looks = [await try_on_for(db, me, name) for name in names]
        others, _more = await try_ons_of(db, me, TryOnSearch(limit=HISTORY))
    finished = [look for look in others if look.result_image_url and look.id not in names]
    return page(visit, "tryon/compare.html", looks=looks, others=finished, place=PAGE)


@post(f"{ONE}/share", include_in_schema=False, status_code=200, guards=[role_guards.customer])
async def post_share(request: HttpRequest, visit: RequestContext, me: Person, try_on_id: str) -> Response[Any]:
    """Send the look into a chat of mine, and go there."""
    wish = SharedLook()
    try:
        wish = read_share((await request.form()).multi_items())
        await hit("messages", me.id)
        async with transaction() as db:
            message = await share_look(db, me, try_on_id, wish)
    except (Invalid, TooOften) as error:
        async with reading() as db:
            return await _look(db, visit, me, try_on_id, trouble=error, chat_id=wish.chat_id)
    return Redirect(f"/customer/chats/{message.chat_id}#latest", status_code=303)


async def _look(
    db: Db,
    visit: RequestContext,
    me: Person,
    try_on_id: str,
    done: str = "",
    *,
    trouble: Any = None,
    chat_id: str | None = None,
) -> Response[str]:
    look = await try_on_for(db, me, try_on_id)
    tone = look.skin_tone or USUAL_TONE
    shape = look.body_shape or USUAL_SHAPE
    return page(
        visit,
        "tryon/look.html",
        status_of(trouble) if trouble else 200,
        look=look,
        problem=option_label(look.problem) if look.problem else "",
        not_drawn=not_drawn_label(look.photo_real_problem) if look.photo_real_problem else "",
        figure=f"{PAGE}/figures/{shape}/{tone}",
        place=PAGE,
        said=label,
        kinds=[(kind, option_label(kind)) for kind in GarmentKind],
        done=done,
        points=await _points(db, me, look),
        found=_("We took it for: %(kind)s.") % {"kind": option_label(look.garment_kind)} if look.garment_kind else "",
        sure=sure_label(look.body_shape_confidence),
        wrong=trouble.fields if trouble else {},
        trouble=trouble.message if trouble and not trouble.fields else "",
        **await share_facts(db, me, chat_id),
    )


@post(f"{ONE}/keep", include_in_schema=False, guards=[role_guards.customer])
async def post_keep(request: HttpRequest, me: Person, try_on_id: str) -> Redirect:
    """Keep it for longer than thirty days, or no longer."""
    is_kept = (await request.form()).get("isKept") == "true"
    async with transaction() as db:
        await keep_try_on(db, me, try_on_id, is_kept)
    return Redirect(f"{PAGE}/{try_on_id}?done={'kept' if is_kept else 'unkept'}", status_code=303)


@post(f"{ONE}/delete", include_in_schema=False, guards=[role_guards.customer])
async def post_delete(me: Person, try_on_id: str) -> Redirect:
    """Delete it: it was asked before."""
    await remove(me, try_on_id)
    return Redirect(f"{PAGE}?done=deleted#looks", status_code=303)


@post(f"{PAGE}/forget-photos", include_in_schema=False, guards=[role_guards.customer])
async def post_forget(me: Person) -> Redirect:
    """Delete all photos and every look made from one."""
    async with transaction() as db:
        await forget_photos(db, me)
    return Redirect(f"{PAGE}?done=forgotten#looks", status_code=303)


class FigureLink(PageQuery, frozen=True, kw_only=True):
    """With `alone` it is drawn without its ground."""

    alone: str | None = None


@get(PAGE + "/figures/{shape:str}/{tone:str}", include_in_schema=False, guards=[role_guards.customer])
async def figure_image(shape: str, tone: str, drawn: InQuery[FigureLink]) -> Response[str]:
    """A drawn figure as SVG."""
    if shape not in list(BodyShape) or tone not in list(SkinTone):
        raise NotFound
    svg = figure_svg(figure_of(BodyShape(shape)), TONES[SkinTone(tone)], "all" if drawn.alone is None else "person")
    headers = {"Cache-Control": "private, max-age=86400"}
    return Response(svg, media_type="image/svg+xml", headers=headers)


async def _offered(db: Db, me: Person, chosen: list[str]) -> tuple[list[WardrobeItem], bool]:
    """Return the pieces to choose from, the chosen ones first, and True when one of these is nothing to try on."""
    named = await items_of(db, me, chosen)
    cloth = tuple(category for category in WardrobeCategory if category not in NOT_CLOTH)
    newest, _more = await wardrobe_of(db, me, WardrobeSearch(limit=OFFERED, category=cloth))
    first = [item for item in named if is_cloth(item)]
    ids = {item.id for item in first}
    return first + [item for item in newest if is_cloth(item) and item.id not in ids], len(first) < len(named)


async def _points(db: Db, me: Person, look: VirtualTryOn) -> dict[str, Any]:
    """Return what is needed to move points: where they are, their names, and those that were moved before."""
    chosen = await chosen_for(db, me, look.id)
    return {
        "kind": chosen.garment_kind or "",
        "person": _script(look.landmarks),
        "garment": _script(look.garment_points),
        "person_names": _script(point_labels()),
        "garment_names": _script(garment_point_labels()),
        "landmarks": encode(chosen.landmarks).decode() if chosen.landmarks else "",
        "garment_points": encode(chosen.garment_points).decode() if chosen.garment_points else "",
    }


@get(PAGE + "/examples/{name:str}", include_in_schema=False, guards=[role_guards.customer])
async def example_image(name: str) -> Response[str]:
    """A drawing of how to be dressed for a photo, as SVG."""
    if name not in list(Example):
        raise NotFound
    svg = example_svg(Example(name), TONES[USUAL_TONE])
    return Response(svg, media_type="image/svg+xml", headers={"Cache-Control": "private, max-age=86400"})


def _script(value: object) -> Markup:
    """JSON for a script element: nothing in it can end that."""
    return Markup(encode(value).decode().replace("<", "\\u003c"))  # noqa: S704 - escaped by hand


async def _page(
    db: Db,
    visit: RequestContext,
    me: Person,
    form: TryOnForm,
    history: HistorySearch,
    trouble: Any = None,
    *,
    done: str = "",
) -> Response[str]:
    items, left_out = await _offered(db, me, form.item)
    looks, cursor = await try_ons_of(db, me, TryOnSearch(is_kept=history.is_kept, cursor=history.cursor, limit=HISTORY))
    body_shape = form.body_shape or await body_shape_of(db, me)
    answer = page(
        visit,
        "tryon/tryon.html",
        status_of(trouble) if trouble else 200,
        form=form,
        body_shape=body_shape or USUAL_SHAPE,
        tone=form.skin_tone or USUAL_TONE,
        tones=[(tone, TONES[tone], option_label(tone)) for tone in SkinTone],
        shapes=list(BodyShape),
        is_photo=form.person == PHOTO,
        items=items,
        left_out=left_out,
        looks=looks,
        is_kept=history.is_kept,
        older=_older(history, cursor),
        kinds=[(kind, option_label(kind)) for kind in GarmentKind],
        said=label,
        said_category=said_category,
        wrong=trouble.fields if trouble else {},
        trouble=trouble.message if trouble and not trouble.fields else "",
        done=done,
        most_bytes=get_settings().upload_bytes,
        place=PAGE,
        live=live_config(),
        photo_real=await photo_real_facts(db, me),
    )
    return with_live_preview(answer, visit)


def _older(history: HistorySearch, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    kept = "" if history.is_kept is None else f"isKept={str(history.is_kept).lower()}&"
    return f"{PAGE}?{kept}cursor={cursor}#looks"


handlers = [
    tryon_page,
    post_tryon,
    look_page,
    post_share,
    post_keep,
    post_delete,
    post_forget,
    figure_image,
    example_image,
    compare_page,
]
