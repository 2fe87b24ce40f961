"""Export of a person's data."""

from .api import handlers

__all__ = ["handlers"]
