"""Create an order, change it, accept a quote."""

from .abandon import abandon_request
from .accept_quote import accept_quote
from .ask import ask
from .change import change_request

__all__ = ["abandon_request", "accept_quote", "ask", "change_request"]
