"""Saved replies of providers."""
