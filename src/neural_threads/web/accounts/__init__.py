"""The face of accounts: sign-up, sign-in, settings, and their API."""

from . import api, pages, settings

handlers = [*api.handlers, *pages.handlers, *settings.handlers]

__all__ = ["handlers"]
