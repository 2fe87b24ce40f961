"""Finding a designer or a tailor: the API, the pages, and the answers kept ready for visitors."""

from .api import handlers as api_handlers
from .pages import handlers as page_handlers
from .tailors_api import handlers as tailor_api_handlers
from .tailors_pages import handlers as tailor_page_handlers

handlers = [*api_handlers, *page_handlers, *tailor_api_handlers, *tailor_page_handlers]
