"""Leaving: taking along what is one's own, and being forgotten."""
