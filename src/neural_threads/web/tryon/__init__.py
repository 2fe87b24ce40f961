"""Try-on: its API and its page."""

from neural_threads.features.tryon import jobs as _jobs  # noqa: F401 - importing registers the jobs

from .api import handlers as api_handlers

handlers = [*api_handlers]
