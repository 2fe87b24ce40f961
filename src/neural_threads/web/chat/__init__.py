"""Chats, as programs and as people see them."""

from . import api, pages, sockets

handlers = [*api.handlers, *pages.handlers]

__all__ = ["handlers", "sockets"]
