"""Uploaded images: who may see them, and where they are used."""
