"""Accounts: sign-up, sign-in and settings as pages, and the API."""

from . import api, consents, pages, settings

handlers = [*api.handlers, *pages.handlers, *settings.handlers, *consents.handlers]

__all__ = ["handlers"]
