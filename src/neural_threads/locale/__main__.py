"""`python -m neural_threads.locale`: collect what the program says, and bring every catalogue up to date."""

from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from neural_threads.platform.i18n import (
    DEFAULT_LOCALE,
    LOCALE_DIR,
    LOCALES,
    catalogue_path,
    missing_texts,
    read_catalogue,
)

ROOT = Path(__file__).parent.parent
# The style guide speaks to those who build, in English; its texts would only keep translators busy.
METHODS = [("web/styleguide/**", "ignore"), ("**.py", "python"), ("web/**.html", "jinja2")]
OPTIONS = {
    "web/**.html": {"trimmed": "true", "newstyle_gettext": "true", "silent": "false", "extensions": "jinja2.ext.do"}
}
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
WIDTH = 110
SINCE = datetime(2026, 11, 22, tzinfo=UTC)
"""A date that stays, so that only changed texts show as changes."""


def template() -> Catalog:
    """Every text of the program, in a steady order and without line numbers, so that diffs show texts alone."""
    result = Catalog(
        project="Neural Threads",
        version="1",
        charset="utf-8",
        fuzzy=False,
        header_comment="# What Neural Threads says.",
        creation_date=SINCE,
        revision_date=SINCE,
        last_translator="Neural Threads",
        language_team="Neural Threads",
        msgid_bugs_address="hello@neural-threads.example",
    )
    texts = extract_from_dir(
        str(ROOT), METHODS, OPTIONS, KEYWORDS, comment_tags=["For translators:"], strip_comment_tags=True
    )
    for filename, _line, text, comments, context in sorted(texts, key=lambda each: (each[0], each[1])):
        result.add(text, None, [(filename, 0)], auto_comments=comments, context=context)
    return result


def write(catalogue: Catalog, path: Path) -> None:
    """Return the catalogue as a .po or .pot file, without obsolete texts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(
            file,
            catalogue,
            width=WIDTH,
            omit_header=False,
            ignore_obsolete=True,
            include_lineno=False,
            sort_by_file=True,
        )


def main() -> None:
    """Write messages.pot, then update each language; what is new there is still empty."""
    result = template()
    write(result, LOCALE_DIR / "messages.pot")
    for code in LOCALES:
        if code != DEFAULT_LOCALE and catalogue_path(code).exists():
            catalogue = read_catalogue(catalogue_path(code), code)
            catalogue.update(result, no_fuzzy_matching=True)
            write(catalogue, catalogue_path(code))
            missing = len(missing_texts(code))
            print(f"{code}: {len(catalogue)} texts, {missing} to translate")


if __name__ == "__main__":
    main()
