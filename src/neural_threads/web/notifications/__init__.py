"""What one was told: the API, the page and the bell on every page."""

from .api import handlers as api_handlers
from .pages import handlers as page_handlers
from .preferences import handlers as settings_handlers

handlers = [*api_handlers, *page_handlers, *settings_handlers]
