"""The form of a new request: to whom, what, and with which picture."""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.response import Redirect
from msgspec import Meta

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.chat.makers import MakerSearch, WhichMakers, makers_for
from neural_threads.features.requests.actions import ask
from neural_threads.features.requests.kinds import ALTERATION, DESIGN, Kind
from neural_threads.features.requests.queries import maker_for_request, pieces_of, works_of
from neural_threads.features.requests.shapes import MOST_PICTURES, NewAlteration, NewDesign, PictureUrl, Pins
from neural_threads.features.tryon.showing import look_for_request
from neural_threads.platform import limits
from neural_threads.platform.db import reading, transaction
from neural_threads.platform.errors import Conflict, Invalid, TooLarge, TooOften, WrongType
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.ids import new_id
from neural_threads.platform.media_address import PrivatePicture
from neural_threads.platform.wire import Id, Incoming, Text, decode_form, decode_query
from neural_threads.web import guards
from neural_threads.web.guards import Visit
from neural_threads.web.media.upload import uploaded_files
from neural_threads.web.render import page

from .words import desk_of_customer

Question = Request[Any, Any, Any]
IMAGES = "imageUrls"
MOST_BYTES = MOST_PICTURES * 5_500_000
"""Of a form that was sent without scripts, with its files in it."""
NEW = {kind.path: f"/customer/{kind.path}/new" for kind in (ALTERATION, DESIGN)}


class To(Incoming, frozen=True, kw_only=True):
    """Who is asked, about which piece or look, from which chat."""

    tailor_id: Id | None = None
    designer_id: Id | None = None
    wardrobe_item_id: Id | None = None
    chat_id: Id | None = None
    try_on_id: Id | None = None
    search: Annotated[Text, Meta(max_length=100)] | None = None

    def maker_of(self, kind: Kind) -> str | None:
        """The id of the maker, if one is named."""
        return self.tailor_id if kind is ALTERATION else self.designer_id


class Wish(Incoming, frozen=True, kw_only=True):
    """What the form sends. `key` was made with the page, so that two presses are one request."""

    tailor_id: Id | None = None
    designer_id: Id | None = None
    chat_id: Id | None = None
    description: Text = ""
    piece: Id | None = None
    reference: PictureUrl | None = None
    image_urls: Annotated[list[PictureUrl], Meta(max_length=20)] = msgspec.field(default_factory=list)
    pins: Annotated[Text, Meta(max_length=10_000)] = "[]"
    key: Id
    csrf_token: str = msgspec.field(default="", name="csrf_token")

    @property
    def to(self) -> To:
        """Who is asked."""
        return To(tailor_id=self.tailor_id, designer_id=self.designer_id, chat_id=self.chat_id)

    def draft(self, kind: Kind, piece_url: str | None) -> NewAlteration | NewDesign:
        """The request that is meant; Invalid with every field at fault. Pins belong to the piece, so it comes first."""
        images = [*([piece_url] if piece_url else []), *self.image_urls]
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


@get(list(NEW.values()), include_in_schema=False, guards=[guards.customer])
async def new_request_page(request: Question, visit: Visit, me: Person) -> Response[str]:
    """The form, alone for a sheet; without a maker, first a choice of makers."""
    kind = _kind_at(request)
    to = decode_query(request.query_params.multi_items(), To)
    maker_id = to.maker_of(kind)
    if maker_id is None:
        return await _choose(visit, me, kind, to)
    typed: dict[str, Any] = {"key": new_id(), "piece": to.wardrobe_item_id or ""}
    if to.try_on_id:
        async with reading() as db:
            look = await look_for_request(db, me, to.try_on_id)
        typed |= {
            "piece": to.wardrobe_item_id or look.wardrobe_item_id or "",
            IMAGES: [look.image_url] if look.image_url else [],
        }
    return await _form(visit, me, kind, to, typed)


@post(
    list(NEW.values()),
    include_in_schema=False,
    status_code=200,
    guards=[guards.customer],
    request_max_body_size=MOST_BYTES,
)
async def post_new_request(request: Question, visit: Visit, me: Person) -> Response[Any]:
    """Send it; what went wrong stands in the form, with everything that was typed."""
    kind = _kind_at(request)
    form = await request.form()
    typed = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    wish = decode_form(typed, Wish)
    try:
        files = [file for file in form.getall(IMAGES, []) if isinstance(file, UploadFile)][:MOST_PICTURES]
        sent = [kept.url for kept in await uploaded_files(me, files)]
        wish = msgspec.structs.replace(wish, image_urls=[*wish.image_urls, *sent])
        draft = wish.draft(kind, await _picture_of_piece(me, wish))
        await limits.hit("requests", me.id)
        async with transaction() as db:
            asked, _is_new = await ask(db, me, draft, key=wish.key)
    except (Invalid, Conflict, TooOften, TooLarge, WrongType) as error:
        return await _form(visit, me, kind, wish.to, dict(typed) | {IMAGES: wish.image_urls}, error)
    if visit.is_htmx:
        return Response(None, status_code=204)
    place = f"/customer/chats/{wish.chat_id}#latest" if wish.chat_id else f"{desk_of_customer(kind).place}/{asked.id}"
    return Redirect(place, status_code=303)


async def _picture_of_piece(me: Person, wish: Wish) -> str | None:
    """The chosen piece's picture, when others are sent beside it; alone it comes by itself."""
    if not wish.piece or not wish.image_urls:
        return None
    async with reading() as db:
        pieces = await pieces_of(db, me, wish.piece)
    return next((str(piece.image_url) for piece in pieces if piece.id == wish.piece), None)


async def _choose(visit: Visit, me: Person, kind: Kind, to: To) -> Response[str]:
    show = WhichMakers.TAILORS if kind is ALTERATION else WhichMakers.DESIGNERS
    async with reading() as db:
        makers = await makers_for(db, me, MakerSearch(search=to.search, show=show))
        piece = next(iter(await pieces_of(db, me, to.wardrobe_item_id)), None) if to.wardrobe_item_id else None
    piece = piece if piece and piece.id == to.wardrobe_item_id else None
    template = "orders/makers.html" if visit.is_htmx else "orders/choose.html"
    return page(visit, template, kind=kind, to=to, makers=makers, piece=piece, place=NEW[kind.path])


async def _form(
    visit: Visit,
    me: Person,
    kind: Kind,
    to: To,
    typed: Mapping[str, Any],
    error: Invalid | Conflict | TooOften | TooLarge | WrongType | None = None,
) -> Response[str]:
    async with reading() as db:
        maker = await maker_for_request(db, kind, to.maker_of(kind) or "")
        pieces = await pieces_of(db, me, typed.get("piece") or "")
        works = await works_of(db, kind, maker.id)
    status = 200 if error is None else 429 if isinstance(error, TooOften) else 422
    return page(
        visit,
        "orders/form.html" if visit.is_htmx else "orders/new.html",
        status,
        kind=kind,
        to=to,
        maker=maker,
        pieces=pieces,
        works=works,
        typed=typed,
        images=[PrivatePicture(url.partition("?")[0]) for url in typed.get(IMAGES, [])],
        most_pictures=MOST_PICTURES,
        wrong=error.fields if error else {},
        trouble=error.message if error and not error.fields else "",
        place=NEW[kind.path],
        back=desk_of_customer(kind).place,
    )


def _kind_at(request: Question) -> Kind:
    return ALTERATION if request.url.path == NEW[ALTERATION.path] else DESIGN


handlers = [new_request_page, post_new_request]
