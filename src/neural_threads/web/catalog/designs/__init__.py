"""Designs: the API and the page."""

from .api import handlers as api_handlers
from .pages import handlers as page_handlers

handlers = [*api_handlers, *page_handlers]
