"""“Contains these letters”: the pattern for `like`, whatever their case, accents and widths."""

from .composition import Sql


def contains(text: str = "%(search)s::text") -> Sql:
    """Return SQL for the pattern that a folded text must match to contain `text`; % and _ are only letters.

    The other side of `like` is folded as well: by `sought(…)`, or in a column that was stored so.
    """
    return Sql(rf"'%%' || regexp_replace(sought({text}), '([\\%%_])', '\\\1', 'g') || '%%'")
