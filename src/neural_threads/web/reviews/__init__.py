"""Reviews: the API, and the region that both kinds of profile show."""

from .api import handlers as api_handlers

handlers = [*api_handlers]
