"""The wardrobe: its API and its pages."""

from .api import handlers as api_handlers

handlers = [*api_handlers]
