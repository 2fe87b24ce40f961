"""Orders: request bodies and answers."""

import math
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from neural_threads.features.accounts.enums import Location
from neural_threads.features.accounts.shapes import Person
from neural_threads.platform.db.keyset_paging import Limit
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.i18n import today
from neural_threads.platform.images.signed_url import PrivateImage
from neural_threads.platform.serialization.types import NO_NUL, RUPEES, VISIBLE, Id, Incoming, Moment, Shape, Text

from .kinds import ALTERATION, DESIGN, Kind
from .lifecycle import EventType, OrderStatus, Side, moves_from

MOST_IMAGES = 6
Description = Annotated[str, Meta(pattern=NO_NUL, min_length=1, max_length=5000, extra=VISIBLE)]
Notes = Annotated[str, Meta(pattern=NO_NUL, max_length=5000)]
Price = Annotated[float, Meta(ge=0, le=9_999_999_999, extra=RUPEES)]
Fraction = Annotated[float, Meta(ge=0, le=1)]
ImageUrl = Annotated[str, Meta(pattern=NO_NUL, min_length=1, max_length=1000)]


class Pin(Shape, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A mark on the first picture: where, in fractions of its width and height, and what is to be done there."""

    x: Fraction
    y: Fraction
    note: Annotated[str, Meta(pattern=NO_NUL, max_length=200)] = ""


Pins = Annotated[list[Pin], Meta(max_length=20)]


# What goes out


class Party(Shape, frozen=True, kw_only=True):
    """One of the two; `id` is that of their customer, designer or tailor row."""

    id: str
    user_id: str
    name: str
    location: Location | None
    avatar_url: str | None
    is_deleted: bool


class Event(Shape, frozen=True, kw_only=True):
    """Something that happened to a request: who, when, from where to where, with what price, date and note."""

    id: str
    what: EventType
    actor_id: str | None
    actor_name: str | None
    from_status: OrderStatus | None
    to_status: OrderStatus
    note: str | None
    quoted_price: Decimal | None
    promised_date: date | None
    created_at: Moment
    sentence: str = ""


class Order(Shape, frozen=True, kw_only=True):
    """The common fields of alterations and design requests. Prices in INR; a price with a date is a binding quote."""

    id: str
    customer_id: str
    description: str
    image_url: PrivateImage | None
    image_urls: list[PrivateImage]
    pins: list[Pin]
    wardrobe_item_id: str | None
    status: OrderStatus
    status_message: str = ""
    quoted_price: Decimal | None
    promised_date: date | None
    quote_accepted_at: Moment | None
    notes: str | None
    created_at: Moment
    updated_at: Moment
    customer: Party
    events: list[Event] | UnsetType = UNSET

    @property
    def kind(self) -> Kind:
        """The kind of order."""
        raise NotImplementedError

    @property
    def maker(self) -> Party:
        """The provider who is asked."""
        raise NotImplementedError

    @property
    def is_binding(self) -> bool:
        """True if there is an offer that the customer must accept before the work begins."""
        return self.quoted_price is not None and self.promised_date is not None

    @property
    def waits_for_acceptance(self) -> bool:
        """True if the customer has an offer to decide about."""
        return self.status.is_quotable and self.is_binding and self.quote_accepted_at is None

    @property
    def is_late(self) -> bool:
        """True if a promise was broken and the work is not done."""
        return self.is_promised and self.promised_date is not None and self.promised_date < today()

    @property
    def is_promised(self) -> bool:
        """True if a day stands, by agreement or because the work has begun, and the work is not done."""
        if self.promised_date is None:
            return False
        is_agreed = self.status is OrderStatus.ACCEPTED and self.quote_accepted_at is not None
        return is_agreed or self.status is OrderStatus.IN_PROGRESS

    def side_of(self, me: Person) -> Side:
        """Return which of the two I am."""
        return Side.CUSTOMER if me.customer_id == self.customer_id else Side.PROVIDER

    def party(self, side: Side) -> Party:
        """The one on this side."""
        return self.customer if side is Side.CUSTOMER else self.maker

    def moves_for(self, side: Side) -> list[OrderStatus]:
        """Return where this side may move it now."""
        moves = moves_from(self.status, side)
        return [to for to in moves if not (to is OrderStatus.IN_PROGRESS and self.waits_for_acceptance)]


class AlterationRequest(Order, frozen=True, kw_only=True):
    """A customer asks a tailor to alter something."""

    tailor_id: str
    tailor: Party

    @property
    def kind(self) -> Kind:
        return ALTERATION

    @property
    def maker(self) -> Party:
        return self.tailor


class DesignRequest(Order, frozen=True, kw_only=True):
    """A customer asks a designer for something of their own; made in a chat, it has that chat's id."""

    designer_id: str
    designer: Party
    reference_image_url: PrivateImage | None
    chat_id: str | None

    @property
    def kind(self) -> Kind:
        return DESIGN

    @property
    def maker(self) -> Party:
        return self.designer


# What comes in


class NewOrder(Incoming, frozen=True, kw_only=True):
    """A new order of a customer, with up to six images; pins belong to the first."""

    description: Description
    image_url: ImageUrl | None = None
    image_urls: Annotated[list[ImageUrl], Meta(max_length=MOST_IMAGES)] = msgspec.field(default_factory=list)
    pins: Pins = msgspec.field(default_factory=list)
    wardrobe_item_id: Id | None = None

    def problems(self) -> Mapping[str, str]:
        if len(self.pictures) > MOST_IMAGES:
            return {"imageUrls": _("Choose at most six pictures.")}
        return {}

    @property
    def pictures(self) -> list[str]:
        """Every image once; `imageUrl` comes first."""
        first = [self.image_url] if self.image_url else []
        return list(dict.fromkeys([*first, *self.image_urls]))


class NewAlteration(NewOrder, frozen=True, kw_only=True):
    """A new alteration, asked of a tailor."""

    tailor_id: Id


class NewDesign(NewOrder, frozen=True, kw_only=True):
    """A new design request, asked of a designer."""

    designer_id: Id
    reference_image_url: ImageUrl | None = None
    chat_id: Id | None = None


class OrderChange(Incoming, frozen=True, kw_only=True):
    """A change by one side; fields left out stay. `ifStatus`: only if the order still has this status."""

    status: OrderStatus | UnsetType = UNSET
    quoted_price: Price | UnsetType = UNSET
    promised_date: date | UnsetType | None = UNSET
    notes: Notes | UnsetType | None = UNSET
    if_status: OrderStatus | UnsetType = UNSET

    def problems(self) -> Mapping[str, str]:
        wrong: dict[str, str] = {}
        if not isinstance(self.quoted_price, UnsetType) and not _is_money(self.quoted_price):
            wrong["quotedPrice"] = _("Write an amount in rupees, such as 1500 or 1500.50.")
        if isinstance(self.promised_date, date) and self.promised_date < today():
            wrong["promisedDate"] = _("Choose today or a later date.")
        if self.is_empty:
            wrong["status"] = _("Change at least one field.")
        return wrong

    @property
    def is_empty(self) -> bool:
        """True if nothing is to change."""
        return all(given is UNSET for given in (self.status, self.quoted_price, self.promised_date, self.notes))

    @property
    def price(self) -> Decimal | None:
        """The price that is given, exactly."""
        return None if isinstance(self.quoted_price, UnsetType) else Decimal(str(self.quoted_price)).quantize(PAISA)


class QuoteAcceptance(Incoming, frozen=True, kw_only=True):
    """The quote that the customer saw. Without price and date: the present one."""

    quoted_price: Price | None = None
    promised_date: date | None = None

    def fits(self, order: Order) -> bool:
        """Return True if it is the offer that stands."""
        return (self.quoted_price is None or Decimal(str(self.quoted_price)) == order.quoted_price) and (
            self.promised_date is None or self.promised_date == order.promised_date
        )


class Due(StrEnum):
    """A time within which a promised order that is not done is due; the week begins tomorrow."""

    LATE = "LATE"
    TODAY = "TODAY"
    WEEK = "WEEK"


class OrderSearch(Incoming, frozen=True, kw_only=True):
    """A search in one's orders: with any of these statuses, due then, containing these words."""

    status: tuple[OrderStatus, ...] = ()
    due: Due | None = None
    search: Annotated[Text, Meta(max_length=100)] = ""
    limit: Limit | None = None
    cursor: Annotated[Text, Meta(max_length=500)] | None = None


PAISA = Decimal("0.01")


def _is_money(price: float) -> bool:
    return math.isfinite(price) and Decimal(str(price)) == Decimal(str(price)).quantize(PAISA)
