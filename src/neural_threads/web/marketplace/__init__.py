"""Finding a designer: the API, the pages, and the answers kept ready for visitors."""

from .api import handlers as api_handlers
from .pages import handlers as page_handlers

handlers = [*api_handlers, *page_handlers]
