"""GET /api/chatbot/wardrobe: the newest first, by kind and words, page by page."""

import random

import pytest

from neural_threads.features.wardrobe.queries import count_wardrobe
from neural_threads.platform.db import Db, reading, transaction
from neural_threads.platform.ids import new_id
from tests.factories.orders import person, picture
from tests.factories.wardrobe import PLACE, names
from tests.support.people import People, Person

pytestmark = pytest.mark.usefixtures("database")


async def rail(owner: Person, *items: tuple[str, str | None, str, str, str | None]) -> None:
    """Pieces by their rows alone: category, subcategory, name, colour and brand."""
    image = await picture(owner)
    async with transaction() as db:
        for place, (category, subcategory, name, color, brand) in enumerate(items):
            await db.execute(
                """
                insert into wardrobe_items (id, customer_id, image_id, category, subcategory, name, color, brand, created_at)
                select %(id)s, c.id, %(image)s, %(category)s, %(sub)s, %(name)s, %(color)s, %(brand)s,
                       now() + %(place)s * interval '1 second'
                  from customers c where c.user_id = %(owner)s
                """,
                id=new_id(),
                image=image,
                category=category,
                sub=subcategory,
                name=name,
                color=color,
                brand=brand,
                place=place,
                owner=owner.id,
            )


PIECES = (
    ("DRESS", "BRIDAL", "Garba lehenga", "orange", "Dina Rao"),
    ("DRESS", "ETHNIC", "Haldi saree", "haldi", None),
    ("SHOES", None, "Crème 100% juttis", "cream", "Needledust"),
    ("BAG", "CASUAL", "ಚೀಲ", "indigo", None),
)


async def test_by_kind_and_by_words(people: People) -> None:
    cora, odile = await people.customer(), await people.customer("Odile")
    await rail(cora, *PIECES)
    await rail(odile, ("DRESS", "BRIDAL", "Odile's own", "white", None))
    assert await names(cora) == ["ಚೀಲ", "Crème 100% juttis", "Haldi saree", "Garba lehenga"]
    assert await names(cora, "category=DRESS") == ["Haldi saree", "Garba lehenga"]
    assert await names(cora, "subcategory=BRIDAL,CASUAL") == ["ಚೀಲ", "Garba lehenga"]
    assert await names(cora, "category=DRESS&subcategory=CASUAL") == []
    for words, found in {
        "LEHENGA": ["Garba lehenga"], "creme": ["Crème 100% juttis"], "dina": ["Garba lehenga"], "indigo": ["ಚೀಲ"],
        "ಚೀಲ": ["ಚೀಲ"], "100%25": ["Crème 100% juttis"], "_": [], "%25": ["Crème 100% juttis"],
        "juttis  100%25": ["Crème 100% juttis"], "juttis garba": [],
    }.items():  # fmt: skip
        assert await names(cora, f"search={words}") == found, words
    async with reading() as db:
        counts = await count_wardrobe(db, await person(cora))
    assert counts.total == 4
    assert counts.categories == {"DRESS": 2, "SHOES": 1, "BAG": 1}
    assert counts.subcategories == {"BRIDAL": 1, "ETHNIC": 1, "CASUAL": 1}


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("sari sarees saari seere ಸೀರೆ చీర", {"Amma's peacock saree"}),
        ("ammas+saree amma's+saree amma’s+sari AMMAS", {"Amma's peacock saree"}),
        ("pants trouser ಪ್ಯಾಂಟ್", {"Linen trousers", "Grey pant"}),
        ("skirt skirts ಲಂಗ", {"Long skirt"}),
        ("shirt shirts शर्ट", {"Work shirts"}),
        ("jutti juttis", {"Gold juttis"}),
        ("bangles", {"Glass bangle"}),
        ("ammaz skirtish", set()),
    ],
)
async def test_everyday_words_plurals_and_apostrophes(people: People, typed: str, found: set[str]) -> None:
    cora = await people.customer()
    things = (
        "Amma's peacock saree",
        "Linen trousers",
        "Grey pant",
        "Long skirt",
        "Work shirts",
        "Gold juttis",
        "Glass bangle",
    )
    await rail(cora, *[("ACCESSORIES", None, name, None, "Panther") for name in things[:1]])  # type: ignore[list-item]
    await rail(cora, *[("ACCESSORIES", None, name, "red", None) for name in things[1:]])
    for words in typed.split():
        assert set(await names(cora, f"search={words}")) == found, words


async def test_page_by_page_each_item_once(people: People) -> None:
    cora, odile = await people.customer(), await people.customer("Odile")
    await rail(cora, *[("DRESS", "CASUAL", f"Dress {n}", "red", None) for n in range(7)])
    seen, query = [], "limit=3"
    for _page in range(3):
        answer = (await cora.get(f"{PLACE}?{query}")).json()
        seen += [item["name"] for item in answer["data"]["items"]]
        query = f"limit=3&cursor={answer['nextCursor']}"
    assert (seen, answer["hasMore"]) == ([f"Dress {n}" for n in range(6, -1, -1)], False)
    cursor = (await cora.get(f"{PLACE}?limit=3")).json()["nextCursor"]
    for who, query in ((odile, f"cursor={cursor}"), (cora, f"cursor={cursor}&search=red"), (cora, "cursor=x")):
        refused = await who.get(f"{PLACE}?{query}")
        assert (refused.status_code, refused.json()["error"]["code"]) == (422, "INVALID_CURSOR")
    for query in ("limit=0", "limit=x", "category=HAT", "subcategory=SPORTSWEAR"):
        assert (await cora.get(f"{PLACE}?{query}")).status_code == 422, query
    assert len(await names(cora, "limit=1000")) == 7


async def test_the_longest_words_fit_into_the_index(people: People, db: Db) -> None:
    """Some letters are a whole sentence when they are written out, and an entry of an index holds 2,704 bytes."""
    letters = [chr(code) for code in (*range(0xFDF0, 0xFDFC), *range(0xFC5E, 0xFC64), *range(0x3300, 0x3358))]
    words = "".join(random.Random(7).choices(letters, k=240))
    cora = await people.customer()
    await rail(cora, ("DRESS", None, words[:120], words[120:180], words[180:]))
    length = await db.value(
        """
        select length(i.search_text) from wardrobe_items i join customers c on c.id = i.customer_id
         where c.user_id = %(owner)s
        """,
        owner=cora.id,
    )
    assert length > 700
