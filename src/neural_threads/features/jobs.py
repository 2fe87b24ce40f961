"""Every background job of the product. Server and worker import this module, and nothing else, to know them.

A feature with jobs has a module `jobs.py`, which stands here; a test looks for others.
"""

from .account_deletion import jobs as account_deletion
from .accounts import jobs as accounts
from .catalog import jobs as catalog
from .kept_forms import jobs as kept_forms
from .media import jobs as media
from .notifications import jobs as notifications
from .orders import jobs as orders
from .stylist import jobs as stylist
from .tryon import jobs as tryon
from .wardrobe import jobs as wardrobe

MODULES = (account_deletion, accounts, catalog, kept_forms, media, notifications, orders, stylist, tryon, wardrobe)
