"""“Contains these letters” or “these words”: patterns for `like`, whatever their case, accents and widths."""

from .composition import Sql


def contains(text: str = "%(search)s::text") -> Sql:
    """Return SQL for the pattern that a folded text must match to contain `text`; % and _ are only letters.

    The other side of `like` is folded as well: by `sought(…)`, or in a column that was stored so.
    """
    return Sql(rf"'%%' || regexp_replace(sought({text}), '([\\%%_])', '\\\1', 'g') || '%%'")


def contains_words(text: str = "%(search)s::text") -> Sql:
    """Return SQL for the right side of `like` that a folded text matches if it contains each word of `text`, in any order.

    No subquery, so that the planner knows the patterns when it plans for these values.
    """
    patterns = rf"regexp_replace({contains(f'trim({text})')}, '\s+', '%% %%', 'g')"
    return Sql(f"all (string_to_array({patterns}, ' '))")
