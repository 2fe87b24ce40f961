"""Every column that refers to an image. A test compares the list with the foreign keys of the database."""

from collections.abc import Sequence

from neural_threads.platform.db.composition import Sql

USES = (
    ("designers", "photo_id"),
    ("tailors", "photo_id"),
    ("portfolio_items", "image_id"),
    ("sample_works", "image_id"),
    ("messages", "image_id"),
    ("wardrobe_items", "image_id"),
    ("wardrobe_items", "cutout_id"),
    ("virtual_try_ons", "outfit_image_id"),
    ("virtual_try_ons", "person_image_id"),
    ("virtual_try_ons", "result_image_id"),
    ("try_on_layers", "image_id"),
    ("chatbot_messages", "image_id"),
    ("alteration_requests", "image_id"),
    ("design_requests", "image_id"),
    ("design_requests", "reference_image_id"),
    ("request_images", "image_id"),
)

SHOWN = USES[:4]
"""Of these, the places that everybody sees."""


def _any_of(places: Sequence[tuple[str, str]]) -> Sql:
    return Sql("(" + " or ".join(f"exists (select from {t} u where u.{c} = m.public_id)" for t, c in places) + ")")


# Of the row that the statement around it calls m.
IS_USED = _any_of(USES)
IS_SHOWN = _any_of(SHOWN)
