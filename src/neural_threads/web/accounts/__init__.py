"""Accounts: sign-up, sign-in and settings as pages, and the API."""

from . import api, pages, settings

handlers = [*api.handlers, *pages.handlers, *settings.handlers]

__all__ = ["handlers"]
