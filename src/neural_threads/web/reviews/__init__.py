"""Reviews: the API, the pages, and the region that both kinds of profile show."""

from .api import handlers as api_handlers
from .pages import handlers as page_handlers

handlers = [*api_handlers, *page_handlers]
