"""Chats, as programs and as people see them."""

from . import api, finding, pages, saved_replies, sharing, sockets

handlers = [*api.handlers, *pages.handlers, *finding.handlers, *saved_replies.handlers, *sharing.handlers]

__all__ = ["handlers", "sockets"]
