"""The face of the first pages: a customer's home and a maker's."""

from . import customer, maker

handlers = [*customer.handlers, *maker.handlers]

__all__ = ["handlers"]
