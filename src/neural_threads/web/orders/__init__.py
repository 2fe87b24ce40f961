"""Requests: the API of both kinds, the customer's pages and the maker's."""

from .api import handlers as api_handlers

handlers = [*api_handlers]
