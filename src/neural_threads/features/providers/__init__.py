"""The profile of a designer or tailor."""
