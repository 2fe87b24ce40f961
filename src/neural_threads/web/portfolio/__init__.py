"""The provider's portfolio: the API and the page on which items are added, changed and put in order."""

from . import api, pages

handlers = [*api.handlers, *pages.handlers]
