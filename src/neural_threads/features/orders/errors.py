"""Errors of orders."""

from neural_threads.features.orders.lifecycle import OrderStatus
from neural_threads.features.orders.messages import status_label
from neural_threads.platform.errors import Conflict, Forbidden, Invalid, TooOften
from neural_threads.platform.i18n import gettext as _


class InvalidTransition(Conflict):
    """No such move from where it stands, which is in `fields`."""

    code = "INVALID_TRANSITION"

    def __init__(self, status: OrderStatus) -> None:
        sentence = _("This is not possible while the status of the request is “%(status)s”.") % {
            "status": status_label(status)
        }
        super().__init__(sentence, fields={"status": status.value})


class QuoteFrozen(Conflict):
    """Price and date stand once the work has begun."""

    code = "QUOTE_FROZEN"

    def __init__(self, status: OrderStatus) -> None:
        super().__init__(_("The price and the date can no longer be changed."), fields={"status": status.value})


class QuoteNotAccepted(Conflict):
    """A binding offer waits for the customer."""

    code = "QUOTE_NOT_ACCEPTED"

    def sentence(self) -> str:
        return _("The customer has not accepted your quote yet. Wait for that before you start work.")


class QuoteChanged(Conflict):
    """Not the offer that the customer saw."""

    code = "QUOTE_CHANGED"

    def sentence(self) -> str:
        return _("The quote has changed. Please check it again before you accept.")


class NoQuote(Conflict):
    """Nothing to accept."""

    code = "NO_QUOTE"

    def sentence(self) -> str:
        return _("There is no quote to accept yet.")


class NotAllowedForSide(Forbidden):
    """The other side decides that."""

    def sentence(self) -> str:
        return _("Only the other person can do that.")


class TooManyOpen(TooOften):
    """The customer has as many open orders as are allowed."""

    code = "TOO_MANY_OPEN_REQUESTS"

    def sentence(self) -> str:
        return _("You have many open requests. Wait until some are finished, or cancel those you no longer need.")


class IdempotencyConflict(Conflict):
    """The name of the request stands for another one already."""

    code = "IDEMPOTENCY_CONFLICT"

    def sentence(self) -> str:
        return _("A different request was already sent with this key. Use a new key.")


class WrongChat(Invalid):
    """A chat of these two is needed."""

    def __init__(self) -> None:
        sentence = _("This chat is with somebody else. Choose the right chat.")
        super().__init__(sentence, code="CHAT_MISMATCH", fields={"chatId": sentence})
