"""The failure that every command may end with."""


class CannotServe(Exception):
    """A command cannot run; the message says why in a sentence."""
