"""Create an order, change it, accept a quote."""

from .abandon import abandon_order
from .accept_quote import accept_quote
from .ask import ask, rows_of
from .change import change_order

__all__ = ["abandon_order", "accept_quote", "ask", "change_order", "rows_of"]
