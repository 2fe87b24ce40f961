"""Designers in the public catalogue, and the designers that a customer saved."""
