"""Tailors: the API, the list, the map and the profile."""

from .api import handlers as api_handlers
from .pages import handlers as page_handlers

handlers = [*api_handlers, *page_handlers]
