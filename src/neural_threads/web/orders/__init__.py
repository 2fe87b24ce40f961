"""Orders: the API of both kinds, the customer's pages and the provider's."""

from neural_threads.features.orders import overdue as overdue  # so that the worker knows its job

from .api import handlers as api_handlers
from .detail import handlers as detail_handlers
from .job_card import handlers as job_card_handlers
from .listing import handlers as listing_handlers
from .new_order import handlers as new_order_handlers

handlers = [*api_handlers, *listing_handlers, *detail_handlers, *job_card_handlers, *new_order_handlers]
