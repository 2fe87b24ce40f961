"""Deleting an account: the API and its pages."""

from . import api, pages

handlers = [*api.handlers, *pages.handlers]

__all__ = ["handlers"]
