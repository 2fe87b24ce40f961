"""Texts about orders: for the viewer, for notifications, and for the history."""

from neural_threads.features.accounts.deleted_user import shown_name
from neural_threads.platform.i18n import LazyText, lazy_gettext, promise_date, rupees
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.serialization.text import isolated

from .kinds import ALTERATION, Kind
from .lifecycle import EventType, OrderStatus, Side
from .shapes import Event, Order

_S = OrderStatus

STATUS: dict[OrderStatus, LazyText] = {
    _S.PENDING: lazy_gettext("Waiting"),
    _S.ACCEPTED: lazy_gettext("Accepted"),
    _S.IN_PROGRESS: lazy_gettext("In progress"),
    _S.COMPLETED: lazy_gettext("Completed"),
    _S.REJECTED: lazy_gettext("Declined"),
    _S.CANCELLED: lazy_gettext("Cancelled"),
}


def status_label(status: OrderStatus) -> str:
    """A status in one word or two."""
    return str(STATUS[status])


# To whoever looks


def status_message(order: Order, side: Side) -> str:
    """Return where it stands and what comes next, as this side should hear it."""
    details = {"maker": shown_name(order.maker.name), "customer": shown_name(order.customer.name)}
    if order.quoted_price is not None:
        details["price"] = rupees(order.quoted_price)
    if order.promised_date is not None:
        details["day"] = promise_date(order.promised_date)
    sentence = _for_customer(order) if side is Side.CUSTOMER else _for_provider(order)
    return sentence % details


def _for_customer(order: Order) -> str:
    if order.is_late:
        return _("%(maker)s is late: it was promised for %(day)s. Ask in the chat what happened.")
    if order.status.is_quotable and order.is_binding:
        if order.quote_accepted_at is None:
            return _("%(maker)s quotes %(price)s, ready by %(day)s. Accept the quote so that work can start.")
        return _("You agreed on %(price)s, ready by %(day)s. Now %(maker)s can start work.")
    match order.status:
        case _S.PENDING if order.quoted_price is not None:
            return _("%(maker)s quotes %(price)s and has not accepted the request yet.")
        case _S.PENDING:
            return _("Waiting for an answer from %(maker)s.")
        case _S.ACCEPTED if order.quoted_price is not None:
            return _("%(maker)s accepted your request for %(price)s.")
        case _S.ACCEPTED:
            return _("%(maker)s accepted your request.")
        case _S.IN_PROGRESS if order.promised_date:
            return _("%(maker)s is working on it. Promised for %(day)s.")
        case _S.IN_PROGRESS:
            return _("%(maker)s is working on it.")
        case _S.COMPLETED:
            return _("%(maker)s completed your request.")
        case _S.REJECTED:
            return _("%(maker)s declined your request.")
        case _ if order.maker.is_deleted:
            return _("This request is cancelled, because the account of the designer or tailor was deleted.")
        case _:
            return _("You cancelled this request.")


def _for_provider(order: Order) -> str:
    if order.is_late:
        return _("This is late: you promised it for %(day)s. Tell %(customer)s what happened.")
    if order.status.is_quotable and order.is_binding:
        if order.quote_accepted_at is None:
            return _("You quoted %(price)s, ready by %(day)s. Waiting for %(customer)s to accept.")
        return _("%(customer)s accepted your quote: %(price)s, ready by %(day)s.")
    match order.status:
        case _S.PENDING if order.quoted_price is not None:
            return _("You quoted %(price)s. %(customer)s is waiting for you to accept the request.")
        case _S.PENDING:
            return _("%(customer)s is waiting for your answer.")
        case _S.ACCEPTED:
            return _("You accepted this request. Start work when you are ready.")
        case _S.IN_PROGRESS if order.promised_date:
            return _("You are working on it. You promised it for %(day)s.")
        case _S.IN_PROGRESS:
            return _("You are working on it.")
        case _S.COMPLETED:
            return _("You completed this request.")
        case _S.REJECTED:
            return _("You declined this request.")
        case _:
            return _("%(customer)s cancelled this request.")


# In the history

_MOVED: dict[OrderStatus, LazyText] = {
    _S.ACCEPTED: lazy_gettext("%(who)s accepted the request"),
    _S.REJECTED: lazy_gettext("%(who)s declined the request"),
    _S.IN_PROGRESS: lazy_gettext("%(who)s started work"),
    _S.COMPLETED: lazy_gettext("%(who)s completed the request"),
    _S.CANCELLED: lazy_gettext("%(who)s cancelled the request"),
}


def event_sentence(event: Event) -> str:
    """Return who did what."""
    details = {"who": isolated(shown_name(event.actor_name or _("Somebody")))}
    if event.quoted_price is not None:
        details["price"] = rupees(event.quoted_price)
    if event.promised_date is not None:
        details["day"] = promise_date(event.promised_date)
    return _event_words(event) % details


def _event_words(event: Event) -> str:
    match event.what:
        case EventType.ASKED:
            return _("%(who)s sent the request")
        case EventType.NOTED:
            return _("%(who)s left a note")
        case EventType.QUOTE_ACCEPTED if event.quoted_price is not None and event.promised_date:
            return _("%(who)s accepted the quote: %(price)s, ready by %(day)s")
        case EventType.QUOTE_ACCEPTED if event.quoted_price is not None:
            return _("%(who)s accepted the price: %(price)s")
        case EventType.QUOTE_ACCEPTED:
            return _("%(who)s accepted the quote")
        case EventType.QUOTED if event.quoted_price is not None and event.promised_date:
            return _("%(who)s quoted %(price)s, ready by %(day)s")
        case EventType.QUOTED if event.quoted_price is not None:
            return _("%(who)s quoted %(price)s")
        case EventType.QUOTED:
            return _("%(who)s changed the quote")
        case _:
            return str(_MOVED[event.to_status])


# To whoever is told of a change

_TITLES = {True: lazy_gettext("Alteration request"), False: lazy_gettext("Design request")}
_NEW = {
    True: lazy_gettext("%(who)s asks you to alter something."),
    False: lazy_gettext("%(who)s asks you for a design."),
}
_TOLD: dict[OrderStatus, LazyText] = {
    _S.ACCEPTED: lazy_gettext("%(who)s accepted your request."),
    _S.REJECTED: lazy_gettext("%(who)s declined your request."),
    _S.IN_PROGRESS: lazy_gettext("%(who)s started work on your request."),
    _S.COMPLETED: lazy_gettext("%(who)s completed your request."),
    _S.CANCELLED: lazy_gettext("%(who)s cancelled the request."),
}
_QUOTED = {
    True: lazy_gettext("%(who)s quotes %(price)s, ready by %(day)s."),
    False: lazy_gettext("%(who)s quotes %(price)s."),
}
_ACCEPTED_WITH_QUOTE = {
    True: lazy_gettext("%(who)s accepted your request and quotes %(price)s, ready by %(day)s."),
    False: lazy_gettext("%(who)s accepted your request for %(price)s."),
}
_QUOTE_ACCEPTED = {
    True: lazy_gettext("%(who)s accepted your quote: %(price)s, ready by %(day)s."),
    False: lazy_gettext("%(who)s accepted your price: %(price)s."),
}
LATE = lazy_gettext("%(who)s promised it for %(day)s and has not finished yet. Ask in the chat what happened.")


def title_for(kind: Kind) -> LazyText:
    """Return what the request is called above the sentence."""
    return _TITLES[kind is ALTERATION]


def news_of(kind: Kind, event: Event) -> LazyText:
    """Return what the other side is told; the caller gives price and day."""
    is_binding = event.promised_date is not None
    is_priced = event.quoted_price is not None
    match event.what:
        case EventType.ASKED:
            return _NEW[kind is ALTERATION]
        case EventType.QUOTE_ACCEPTED:
            return _QUOTE_ACCEPTED[is_binding]
        case EventType.MOVED if event.to_status is _S.ACCEPTED and is_priced:
            return _ACCEPTED_WITH_QUOTE[is_binding]
        case EventType.MOVED:
            return _TOLD[event.to_status]
        case EventType.QUOTED if is_priced:
            return _QUOTED[is_binding]
        case EventType.QUOTED:
            return lazy_gettext("%(who)s changed the quote.")
        case _:
            return lazy_gettext("%(who)s left you a note.")
