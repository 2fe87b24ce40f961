"""Every background job of the product. Server and worker import this module, and nothing else, to know them.

A feature with jobs has a module `jobs.py`, which stands here; a test looks for others.
"""

from .accounts import jobs as accounts
from .departure import jobs as departure
from .media import jobs as media
from .notifications import jobs as notifications
from .requests import jobs as requests
from .wardrobe import jobs as wardrobe

MODULES = (accounts, departure, media, notifications, requests, wardrobe)
