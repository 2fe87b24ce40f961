"""The layout of every page: components, styles, scripts and their files."""

from .files import handlers

__all__ = ["handlers"]
