"""Try-on: its API and its page."""

from neural_threads.features.tryon import jobs as _jobs  # noqa: F401 - importing registers the jobs

from .api import handlers as api_handlers
from .live import handlers as live_handlers
from .pages import handlers as page_handlers

handlers = [*api_handlers, *page_handlers, *live_handlers]
