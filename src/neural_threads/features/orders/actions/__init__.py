"""What people do with requests: a customer asks, either side changes, a customer accepts an offer."""

from .abandon import abandon_request
from .accept_quote import accept_quote
from .ask import ask
from .change import change_request

__all__ = ["abandon_request", "accept_quote", "ask", "change_request"]
