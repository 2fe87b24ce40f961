"""Chats: the API, the pages and the socket events."""

from . import api, pages, sockets
from .saved_replies import pages as saved_replies
from .search import pages as search
from .share import pages as share

handlers = [*api.handlers, *pages.handlers, *search.handlers, *saved_replies.handlers, *share.handlers]

__all__ = ["handlers", "sockets"]
