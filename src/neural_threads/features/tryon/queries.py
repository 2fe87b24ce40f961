"""Find try-ons. Only their owner finds them."""

import re

import msgspec

from neural_threads.features.accounts.enums import BodyShape
from neural_threads.features.accounts.shapes import Person
from neural_threads.platform.db import Db
from neural_threads.platform.db.composition import Sql, sql
from neural_threads.platform.db.keyset_paging import Keyset, page_size
from neural_threads.platform.vision.garment_templates import GarmentKind

from .shapes import Chosen, TryOnSearch, VirtualTryOn

COLUMNS = Sql("""
t.id, t.customer_id, t.body_shape, '/media/' || t.outfit_image_id as outfit_image_url,
'/media/' || t.result_image_id as result_image_url, t.is_processed, t.created_at,
'/media/' || t.person_image_id as person_image_url, t.landmarks, t.confidence, t.problem, t.is_kept,
t.suggested_body_shape, t.body_shape_confidence, coalesce(t.garment_kind, t.found_kind) as garment_kind,
coalesce(t.found_points, t.garment_points) as garment_points, t.skin_tone,
array(select '/media/' || l.image_id from try_on_layers l where l.try_on_id = t.id order by l.position) as layers,
t.is_photo_real, t.is_generated, t.photo_real_problem
""")

NEWEST = Keyset("t.created_at", "t.id")

PAGE = sql(
    """
select {columns}, {newest.column}
  from virtual_try_ons t
 where t.customer_id = %(me)s
   and (%(is_kept)s::bool is null or t.is_kept = %(is_kept)s::bool)
   and {newest.after}
 {newest.order}
""",
    columns=COLUMNS,
    newest=NEWEST,
)


async def try_ons_of(db: Db, me: Person, search: TryOnSearch) -> tuple[list[VirtualTryOn], str | None]:
    """Return a page of my try-ons, the newest first, and the cursor of the page after it."""
    scope = f"try-ons {me.id} {search.is_kept}"
    return await db.page(
        VirtualTryOn,
        PAGE,
        scope=scope,
        cursor=search.cursor,
        limit=page_size(search.limit),
        is_search=True,
        me=me.customer_id,
        is_kept=search.is_kept,
    )


async def try_on_for(db: Db, me: Person, id: str) -> VirtualTryOn:
    """Return one try-on of mine. NotFound for any other."""
    return await db.found(
        VirtualTryOn,
        sql("select {columns} from virtual_try_ons t where t.id = %(id)s and t.customer_id = %(me)s", columns=COLUMNS),
        id=id,
        me=me.customer_id,
    )


async def chosen_for(db: Db, me: Person, id: str) -> Chosen:
    """Return what one chose oneself for a try-on of mine, without what was found. NotFound for any other."""
    return await db.found(
        Chosen,
        """
        select t.garment_kind, t.garment_points,
               case when t.has_own_landmarks then t.landmarks end as landmarks
          from virtual_try_ons t where t.id = %(id)s and t.customer_id = %(me)s
        """,
        id=id,
        me=me.customer_id,
    )


class GarmentSource(msgspec.Struct, frozen=True, kw_only=True):
    """The source of a garment: the image to read, and words that may say what it is."""

    image_id: str
    category: str | None
    words: str

    @property
    def kind(self) -> GarmentKind | None:
        """The kind that the words say; that of the category where they say none."""
        return kind_of(self.category, self.words)


def kind_of(category: str | None, words: str) -> GarmentKind | None:
    """Return the kind of garment that words name, else the usual one of a category; None when neither tells."""
    return next((kind for pattern, kind in _WORDS if pattern.search(words)), None) or _CATEGORIES.get(category or "")


async def garment_sources(db: Db, user_id: str, image_ids: list[str]) -> dict[str, GarmentSource]:
    """Return what is known of images that are items of somebody's wardrobe, or designs that everybody sees.

    A cut-out that its owner did not hide is read instead of the image itself: that is quicker and surer.
    """
    rows = await db.all(
        _Known,
        """
        select m.public_id, coalesce(case when w.cutout_state = 'SHOWN' then w.cutout_id end, m.public_id) as image_id,
               w.category, concat_ws(' ', w.name, p.description) as words
          from media m
          left join lateral (
            select i.* from wardrobe_items i join customers c on c.id = i.customer_id
             where i.image_id = m.public_id and c.user_id = %(me)s limit 1
          ) w on true
          left join lateral (select description from portfolio_items i where i.image_id = m.public_id limit 1) p on true
         where m.public_id = any(%(ids)s::text[])
        """,
        me=user_id,
        ids=image_ids,
    )
    return {row.public_id: GarmentSource(image_id=row.image_id, category=row.category, words=row.words) for row in rows}


class _Known(msgspec.Struct, frozen=True, kw_only=True):
    public_id: str
    image_id: str
    category: str | None
    words: str


def _word(*words: str) -> "re.Pattern[str]":
    return re.compile(r"(?i)\b(?:" + "|".join(words) + r")s?\b")


# The order decides: "a jacket over a saree" is a saree, "kurta with dupatta" a kurta. A lone dupatta names nothing else.
_WORDS = (
    (_word("saree", "sari"), GarmentKind.SAREE),
    (_word("lehenga", "lehnga", "ghagra", "chaniya choli"), GarmentKind.LEHENGA),
    (_word("anarkali"), GarmentKind.ANARKALI),
    (_word("sherwani", "achkan", "bandhgala"), GarmentKind.SHERWANI),
    (_word("gown"), GarmentKind.GOWN),
    (_word("kurta", "kurti", "kameez", "salwar set", "sharara", "salwar suit", "tunic"), GarmentKind.KURTA),
    (_word("blazer", "jacket", "waistcoat", "coat", "bandi"), GarmentKind.JACKET),
    (_word("shirt", "t-shirt", "tee", "top", "sweater"), GarmentKind.SHIRT),
    (_word("blouse", "choli"), GarmentKind.BLOUSE),
    (_word("frock", "dress"), GarmentKind.DRESS),
    (_word("salwar", "patiala", "dhoti", "churidar"), GarmentKind.SALWAR),
    (_word("trouser", "pant", "jean", "palazzo"), GarmentKind.TROUSERS),
    (_word("skirt"), GarmentKind.SKIRT),
    (_word("dupatta", "stole", "shawl", "scarf"), GarmentKind.DUPATTA),
)
_CATEGORIES = {
    "UPPERWEAR": GarmentKind.SHIRT,
    "JACKET": GarmentKind.JACKET,
    "OUTERWEAR": GarmentKind.JACKET,
}


async def body_shape_of(db: Db, me: Person) -> BodyShape | None:
    """Return the body shape that I gave in my profile."""
    shape = await db.value("select body_shape from customers where id = %(me)s", me=me.customer_id)
    return BodyShape(shape) if shape else None
