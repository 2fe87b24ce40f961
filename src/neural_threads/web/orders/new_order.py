"""The form of a new order: provider, description, images."""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.response import Redirect
from msgspec import Meta

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.chat.provider_picker import ProviderSearch, WhichProviders, providers_for
from neural_threads.features.media.flows import uploaded_files
from neural_threads.features.orders.actions import ask, rows_of
from neural_threads.features.orders.errors import IdempotencyConflict
from neural_threads.features.orders.kinds import ALTERATION, DESIGN, Kind
from neural_threads.features.orders.pickers import items_of, provider_for_order, works_of
from neural_threads.features.orders.shapes import MOST_IMAGES, ImageUrl, NewAlteration, NewDesign, Pins
from neural_threads.features.tryon.showing import look_for_request
from neural_threads.platform.db import in_transaction, reading
from neural_threads.platform.errors import Conflict, Invalid, TooLarge, TooOften, WrongType
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.ids import new_id
from neural_threads.platform.images.signed_url import PrivateImage
from neural_threads.platform.security import rate_limits
from neural_threads.platform.serialization.decode import decode_form
from neural_threads.platform.serialization.types import Id, Incoming, Text
from neural_threads.web.http import role_guards
from neural_threads.web.http.form_key import KEY, key_of
from neural_threads.web.http.query import InQuery
from neural_threads.web.http.request_context import RequestContext
from neural_threads.web.templates.render import page

from .labels import order_list_of_customer

HttpRequest = Request[Any, Any, Any]
IMAGES = "imageUrls"
MOST_BYTES = MOST_IMAGES * 5_500_000
"""Of a form that was sent without scripts, with its files in it."""
NEW = {kind.path: f"/customer/{kind.path}/new" for kind in (ALTERATION, DESIGN)}


class To(Incoming, frozen=True, kw_only=True):
    """The provider who is asked, about which item or look, from which chat."""

    tailor_id: Id | None = None
    designer_id: Id | None = None
    wardrobe_item_id: Id | None = None
    chat_id: Id | None = None
    try_on_id: Id | None = None
    search: Annotated[Text, Meta(max_length=100)] | None = None

    def provider_of(self, kind: Kind) -> str | None:
        """The id of the provider, if one is named."""
        return self.tailor_id if kind is ALTERATION else self.designer_id


class OrderDraft(Incoming, frozen=True, kw_only=True):
    """The form of a new order. `key` was made with the page, so that a form sent twice makes one order."""

    tailor_id: Id | None = None
    designer_id: Id | None = None
    chat_id: Id | None = None
    description: Text = ""
    piece: Id | None = None
    reference: ImageUrl | None = None
    image_urls: Annotated[list[ImageUrl], Meta(max_length=20)] = msgspec.field(default_factory=list)
    pins: Annotated[Text, Meta(max_length=10_000)] = "[]"
    key: Id
    csrf_token: str = msgspec.field(default="", name="csrf_token")

    @property
    def to(self) -> To:
        """The provider who is asked."""
        return To(tailor_id=self.tailor_id, designer_id=self.designer_id, chat_id=self.chat_id)

    def draft(self, kind: Kind, item_url: str | None) -> NewAlteration | NewDesign:
        """The request that is meant; Invalid with every field at fault. Pins belong to the item, so it comes first."""
        images = [*([item_url] if item_url else []), *self.image_urls]
        given: dict[str, Any] = {"description": self.description, "wardrobeItemId": self.piece or ""}
        draft: NewAlteration | NewDesign
        if kind is ALTERATION:
            images += [self.reference] if self.reference else []
            draft = decode_form({**given, "tailorId": self.tailor_id or "", IMAGES: images}, NewAlteration)
        else:
            more = {"designerId": self.designer_id, "chatId": self.chat_id, "referenceImageUrl": self.reference}
            named = {name: value or "" for name, value in more.items()}
            draft = decode_form({**given, **named, IMAGES: images}, NewDesign)
        return msgspec.structs.replace(draft, pins=self._pins() if self.piece else [])

    def _pins(self) -> Pins:
        try:
            return msgspec.json.decode(self.pins, type=Pins)
        except msgspec.DecodeError:
            raise Invalid(fields={"pins": _("We could not read the marks. Please set them again.")}) from None


@get(list(NEW.values()), include_in_schema=False, guards=[role_guards.customer])
async def new_order_page(request: HttpRequest, visit: RequestContext, me: Person, to: InQuery[To]) -> Response[str]:
    """The form, alone for a sheet; without a provider, first a choice of providers."""
    kind = _kind_at(request)
    provider_id = to.provider_of(kind)
    if provider_id is None:
        return await _choose(visit, me, kind, to)
    form: dict[str, Any] = {"key": new_id(), "piece": to.wardrobe_item_id or ""}
    if to.try_on_id:
        async with reading() as db:
            look = await look_for_request(db, me, to.try_on_id)
        form |= {
            "piece": to.wardrobe_item_id or look.wardrobe_item_id or "",
            IMAGES: [look.image_url] if look.image_url else [],
        }
    return await _form(visit, me, kind, to, form)


@post(
    list(NEW.values()),
    include_in_schema=False,
    status_code=200,
    guards=[role_guards.customer],
    request_max_body_size=MOST_BYTES,
)
async def post_new_order(request: HttpRequest, visit: RequestContext, me: Person) -> Response[Any]:
    """Send it; what went wrong stands in the form, with everything that was typed."""
    kind = _kind_at(request)
    form = await request.form()
    fields = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    if not key_of(fields):
        fields.append((KEY, new_id()))
    wish = decode_form(fields, OrderDraft)
    try:
        files = [file for file in form.getall(IMAGES, []) if isinstance(file, UploadFile)][:MOST_IMAGES]
        sent = [kept.url for kept in await uploaded_files(me, files, key=wish.key, beside=wish.image_urls)]
        wish = msgspec.structs.replace(wish, image_urls=[*wish.image_urls, *sent])
        draft = wish.draft(kind, await _image_of_item(me, wish))
        await rate_limits.hit("requests", me.id)
        target, _is_new = await in_transaction(lambda db: ask(db, me, draft, key=wish.key), rows=rows_of(draft))
    except IdempotencyConflict:  # Stop, or Back, and then other words: both may be meant, so that is asked.
        sentence = _(
            "You have sent a request with this form already, with other words. Send this one only if you want both."
        )
        again = dict(fields) | {IMAGES: wish.image_urls, "key": new_id()}
        return await _form(visit, me, kind, wish.to, again, Conflict(sentence))
    except (Invalid, Conflict, TooOften, TooLarge, WrongType) as error:
        return await _form(visit, me, kind, wish.to, dict(fields) | {IMAGES: wish.image_urls}, error)
    if visit.is_htmx:
        return Response(None, status_code=204)
    place = (
        f"/customer/chats/{wish.chat_id}#latest"
        if wish.chat_id
        else f"{order_list_of_customer(kind).place}/{target.id}"
    )
    return Redirect(place, status_code=303)


async def _image_of_item(me: Person, wish: OrderDraft) -> str | None:
    """The chosen item's image, when others are sent beside it; alone it comes by itself."""
    if not wish.piece or not wish.image_urls:
        return None
    async with reading() as db:
        items = await items_of(db, me, wish.piece)
    return next((str(item.image_url) for item in items if item.id == wish.piece), None)


async def _choose(visit: RequestContext, me: Person, kind: Kind, to: To) -> Response[str]:
    show = WhichProviders.TAILORS if kind is ALTERATION else WhichProviders.DESIGNERS
    async with reading() as db:
        providers = await providers_for(db, me, ProviderSearch(search=to.search, show=show))
        item = next(iter(await items_of(db, me, to.wardrobe_item_id)), None) if to.wardrobe_item_id else None
    item = item if item and item.id == to.wardrobe_item_id else None
    template = "orders/choose_provider.html" if visit.is_htmx else "orders/choose.html"
    return page(visit, template, kind=kind, to=to, providers=providers, piece=item, place=NEW[kind.path])


async def _form(
    visit: RequestContext,
    me: Person,
    kind: Kind,
    to: To,
    form: Mapping[str, Any],
    error: Invalid | Conflict | TooOften | TooLarge | WrongType | None = None,
) -> Response[str]:
    async with reading() as db:
        provider = await provider_for_order(db, kind, to.provider_of(kind) or "")
        items = await items_of(db, me, form.get("piece") or "")
        works = await works_of(db, kind, provider.id)
    status = 200 if error is None else 429 if isinstance(error, TooOften) else 422
    return page(
        visit,
        "orders/form.html" if visit.is_htmx else "orders/new.html",
        status,
        kind=kind,
        to=to,
        maker=provider,
        pieces=items,
        works=works,
        typed=form,
        images=[PrivateImage(url.partition("?")[0]) for url in form.get(IMAGES, [])],
        most_pictures=MOST_IMAGES,
        wrong=error.fields if error else {},
        trouble=error.message if error and not error.fields else "",
        place=NEW[kind.path],
        back=order_list_of_customer(kind).place,
    )


def _kind_at(request: HttpRequest) -> Kind:
    return ALTERATION if request.url.path == NEW[ALTERATION.path] else DESIGN


handlers = [new_order_page, post_new_order]
