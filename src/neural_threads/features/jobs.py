"""Every background job of the product. Server and worker import this module, and nothing else, to know them.

A feature with jobs has a module `jobs.py`, which stands here; a test looks for others.
"""

from .account_deletion import jobs as departure
from .accounts import jobs as accounts
from .media import jobs as media
from .notifications import jobs as notifications
from .orders import jobs as requests
from .wardrobe import jobs as wardrobe

MODULES = (accounts, departure, media, notifications, requests, wardrobe)
