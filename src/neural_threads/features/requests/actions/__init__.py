"""What people do with requests: a customer asks, either side changes, a customer accepts an offer."""

from .accept_quote import accept_quote
from .ask import ask
from .change import change_request

__all__ = ["accept_quote", "ask", "change_request"]
