"""The face of accounts: sign-up, sign-in, settings, and their API."""

from . import api

handlers = [*api.handlers]

__all__ = ["handlers"]
