"""Colours: how they are measured, and which go together."""
