"""The face of leaving: the export, the page that says what will be erased, and the goodbye."""

from . import api, pages

handlers = [*api.handlers, *pages.handlers]

__all__ = ["handlers"]
