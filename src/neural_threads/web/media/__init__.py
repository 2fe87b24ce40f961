"""Serving pictures."""

from .api import handlers

__all__ = ["handlers"]
