"""Pages of the portfolio: add, change, reorder and remove items."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.response import Redirect
from msgspec import structs

from neural_threads.features.accounts.shapes import Budget, Person
from neural_threads.features.media.flows import uploaded_files
from neural_threads.features.portfolio.actions import add_item, change_item, move_item, remove_item
from neural_threads.features.portfolio.kinds import PortfolioKind
from neural_threads.features.portfolio.queries import items_of, own_item
from neural_threads.features.portfolio.shapes import (
    MOST_ITEMS,
    NewPortfolioItem,
    NewSample,
    PortfolioCategory,
    Words,
    label,
    prices_problem,
)
from neural_threads.platform.config import get_settings
from neural_threads.platform.db import reading, transaction
from neural_threads.platform.errors import Conflict, Invalid, TooLarge, TooOften, WrongType
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.serialization.decode import decode_form
from neural_threads.platform.serialization.types import Id, Incoming
from neural_threads.web.catalog.filters import budget_in_words
from neural_threads.web.http.form_key import KEY, key_of
from neural_threads.web.http.query import DoneNotice, InQuery
from neural_threads.web.http.request_context import RequestContext
from neural_threads.web.http.responses import status_of
from neural_threads.web.providers.area import ITEMS, ProviderArea, provider_area_of
from neural_threads.web.templates.render import page

HttpRequest = Request[Any, Any, Any]
AT_ONCE = 12
"""Pictures that one form may bring."""
MOST_BYTES = AT_ONCE * 5_300_000
ONE = [f"{place}/{{piece_id:str}}" for place in ITEMS]
SHOWN = (Invalid, Conflict, TooOften, TooLarge, WrongType)
Trouble = Invalid | Conflict | TooOften | TooLarge | WrongType


class SampleForm(Incoming, frozen=True, kw_only=True):
    """The form of a sample; an empty field clears its value."""

    description: Words = ""


class ItemForm(SampleForm, frozen=True, kw_only=True):
    """The form of a portfolio item."""

    category: PortfolioCategory
    budget_min: Budget | None = None
    budget_max: Budget | None = None

    def problems(self) -> Mapping[str, str]:
        return prices_problem(self.budget_min, self.budget_max)


class Step(Incoming, frozen=True, kw_only=True):
    """One press of a button that moves a piece."""

    id: Id
    step: int
    csrf_token: str = msgspec.field(default="", name="csrf_token")


@get(ITEMS, include_in_schema=False)
async def portfolio_page(
    request: HttpRequest, visit: RequestContext, me: Person, after: InQuery[DoneNotice]
) -> Response[str]:
    """Show my portfolio, in my order, and the form for a new item."""
    return await _portfolio(visit, me, provider_area_of(request, me), said_before=after.done)


@post(ITEMS, include_in_schema=False, status_code=200, request_max_body_size=MOST_BYTES)
async def post_items(request: HttpRequest, visit: RequestContext, me: Person) -> Response[Any]:
    """Hang up one piece for each picture; what is said goes with all of them."""
    side = provider_area_of(request, me)
    form = list((await request.form()).multi_items())
    fields = _typed(form)
    images = [value for name, value in form if name == "pictures" and isinstance(value, str) and value]
    try:
        words = decode_form(fields, ItemForm if side.is_designer else SampleForm)
        files = [value for name, value in form if name == "pictures" and isinstance(value, UploadFile)]
        sent = await uploaded_files(me, files[:AT_ONCE], key=key_of(form), beside=images)
        images += [kept.url for kept in sent]
        await _add_all(me, side.portfolio, images, words)
    except SHOWN as error:
        return await _portfolio(visit, me, side, error, form=fields, images=images)
    return Redirect(f"{side.portfolio.place}?done=shown", status_code=303)


@get(ONE, include_in_schema=False)
async def item_page(request: HttpRequest, visit: RequestContext, me: Person, piece_id: str) -> Response[str]:
    """Show one of my portfolio items with its form."""
    return await _item_page(visit, me, provider_area_of(request, me), piece_id)


@post(ONE, include_in_schema=False, status_code=200)
async def post_item_change(request: HttpRequest, visit: RequestContext, me: Person, piece_id: str) -> Response[Any]:
    """Change its words and prices."""
    side = provider_area_of(request, me)
    form = _typed((await request.form()).multi_items())
    try:
        words = decode_form(form, ItemForm if side.is_designer else SampleForm)
        async with transaction() as db:
            await change_item(db, me, side.portfolio, piece_id, side.portfolio.change(**structs.asdict(words)))
    except Invalid as error:
        return await _item_page(visit, me, side, piece_id, error, form)
    return Redirect(f"{side.portfolio.place}?done=changed#piece-{piece_id}", status_code=303)


@post([f"{place}/take-down" for place in ONE], include_in_schema=False)
async def post_removal(request: HttpRequest, me: Person, piece_id: str) -> Redirect:
    """Show it no longer."""
    side = provider_area_of(request, me)
    async with transaction() as db:
        await remove_item(db, me, side.portfolio, piece_id)
    return Redirect(f"{side.portfolio.place}?done=down", status_code=303)


@post([f"{place}/order" for place in ITEMS], include_in_schema=False)
async def post_step(request: HttpRequest, me: Person) -> Redirect:
    """Move one piece, without scripts."""
    side = provider_area_of(request, me)
    form = decode_form(await request.form(), Step)
    async with transaction() as db:
        await move_item(db, me, side.portfolio, form.id, form.step)
    return Redirect(f"{side.portfolio.place}#piece-{form.id}", status_code=303)


async def _add_all(me: Person, portfolio: PortfolioKind, images: list[str], words: SampleForm) -> None:
    if not images:
        raise Invalid(fields={"pictures": _("Choose at least one picture.")})
    drafts: list[NewPortfolioItem | NewSample] = [
        portfolio.new(image_url=url, **structs.asdict(words)) for url in dict.fromkeys(images[:AT_ONCE])
    ]
    try:
        async with transaction() as db:
            for draft in reversed(drafts):  # Each is placed before the others, so that the first chosen ends up first.
                await add_item(db, me, portfolio, draft)
    except Invalid as error:
        raise Invalid(fields={"pictures": next(iter(error.fields.values()), error.message)}) from None


async def _portfolio(
    visit: RequestContext,
    me: Person,
    side: ProviderArea,
    error: Trouble | None = None,
    *,
    form: Mapping[str, str] | None = None,
    images: Iterable[str] = (),
    said_before: str = "",
) -> Response[str]:
    async with reading() as db:
        items = await items_of(db, me, side.portfolio)
    return page(
        visit,
        "portfolio/portfolio.html",
        status_of(error) if error else 200,
        side=side,
        here=side.portfolio.place,
        pieces=items,
        most=MOST_ITEMS,
        at_once=AT_ONCE,
        most_bytes=get_settings().upload_bytes,
        kept=list(images),
        done=said_before,
        **_facts(error, form or {}),
    )


async def _item_page(
    visit: RequestContext,
    me: Person,
    side: ProviderArea,
    item_id: str,
    error: Invalid | None = None,
    form: Mapping[str, str] | None = None,
) -> Response[str]:
    async with reading() as db:
        item = await own_item(db, me, side.portfolio, item_id)
    return page(
        visit,
        "portfolio/item.html",
        422 if error else 200,
        side=side,
        piece=item,
        here=f"{side.portfolio.place}/{item.id}",
        **_facts(error, form if form is not None else _shown(item)),
    )


def _facts(error: Trouble | None, form: Mapping[str, str]) -> dict[str, Any]:
    return {
        "typed": form,
        "wrong": error.fields if error else {},
        "trouble": error.message if error and not error.fields else "",
        "categories": [(category, label(category)) for category in PortfolioCategory],
        "said": label,
        "budget_in_words": budget_in_words,
    }


def _typed(form: Iterable[tuple[str, Any]]) -> dict[str, str]:
    apart = ("csrf_token", "pictures", KEY)
    return {name: value for name, value in form if isinstance(value, str) and name not in apart}


def _shown(item: Any) -> dict[str, str]:
    """An item as its form shows it."""
    shown = {"description": item.description, "category": getattr(item, "category", "")}
    for field, name in (("budget_min", "budgetMin"), ("budget_max", "budgetMax")):
        price = getattr(item, field, None)
        shown[name] = "" if price is None else f"{price:.2f}".removesuffix(".00")
    return shown


handlers = [portfolio_page, post_items, item_page, post_item_change, post_removal, post_step]
