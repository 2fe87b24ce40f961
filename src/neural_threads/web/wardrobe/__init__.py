"""The wardrobe: its API and its pages."""

from .api import handlers as api_handlers
from .looks_api import handlers as look_handlers
from .looks_pages import handlers as look_page_handlers
from .pages import handlers as page_handlers
from .saved_designs import handlers as heart_handlers

handlers = [*api_handlers, *page_handlers, *heart_handlers, *look_handlers, *look_page_handlers]
