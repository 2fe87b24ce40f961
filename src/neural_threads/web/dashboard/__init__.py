"""The face of the first pages: a customer's home and a maker's."""

from . import customer, provider

handlers = [*customer.handlers, *provider.handlers]

__all__ = ["handlers"]
