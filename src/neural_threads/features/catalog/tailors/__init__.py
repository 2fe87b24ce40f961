"""Tailors in the public catalogue."""
