"""Third-party works that the product uses, and their licences."""

from .pages import handlers

__all__ = ["handlers"]
