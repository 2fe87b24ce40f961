"""The public front page."""

from .pages import handlers

__all__ = ["handlers"]
