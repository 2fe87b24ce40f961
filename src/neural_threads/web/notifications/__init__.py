"""Notifications: the API, the page, the bell and the preferences."""

from .api import handlers as api_handlers
from .pages import handlers as page_handlers
from .preferences import handlers as settings_handlers

handlers = [*api_handlers, *page_handlers, *settings_handlers]
