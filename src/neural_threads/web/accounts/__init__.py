"""The face of accounts: sign-up, sign-in, settings, and their API."""

from . import api, consents, pages, settings

handlers = [*api.handlers, *pages.handlers, *settings.handlers, *consents.handlers]

__all__ = ["handlers"]
