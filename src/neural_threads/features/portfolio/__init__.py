"""A provider's portfolio: items, their order, their prices."""
