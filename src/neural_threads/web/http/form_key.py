"""Make a form that creates something safe to send twice: the key of its page and what it says name what it creates."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid5

KEY = "key"
"""The hidden field, see `form_key` in shell/forms.html."""


def key_of(form: Iterable[tuple[str, Any]]) -> str:
    """Return the key of a form; an empty one when it has none."""
    return next((value for name, value in form if name == KEY and isinstance(value, str)), "")


def client_id_of(form: Iterable[tuple[str, Any]], *content: object) -> UUID | None:
    """Return the id of what this form creates: the same for the same key and content, another for any other content.

    Files count by the images that they became: the same file again is the same image, see `uploaded_files`. None for a
    form without a key.
    """
    try:
        return uuid5(UUID(key_of(form)), repr(content))
    except ValueError:
        return None
