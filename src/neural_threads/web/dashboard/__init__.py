"""Home pages of customers and providers."""

from . import customer, provider

handlers = [*customer.handlers, *provider.handlers]

__all__ = ["handlers"]
