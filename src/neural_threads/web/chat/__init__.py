"""Chats, as programs and as people see them."""

from . import api, pages, sockets
from .saved_replies import pages as saved_replies
from .search import pages as search
from .share import pages as share

handlers = [*api.handlers, *pages.handlers, *search.handlers, *saved_replies.handlers, *share.handlers]

__all__ = ["handlers", "sockets"]
