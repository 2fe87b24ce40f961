"""Trying again with what was chosen before, pieces that an address names, and two looks side by side."""

import re

import pytest

from tests.factories.wardrobe import hung
from tests.support.people import People
from tests.support.sweeps import sweep
from tests.tryon.dressing import SHIRT, TROUSERS, drawn, finished, uploaded, wall, worn
from tests.tryon.test_page import HTML, PAGE, sent
from tests.tryon.test_post import BODY

pytestmark = pytest.mark.usefixtures("database")


def fields(form: str, name: str) -> list[str]:
    """Return the values of a form's fields of this name that are sent: hidden, or ticked."""
    tags = [tag for tag in re.findall(r"<input[^>]*>", form) if f'name="{name}"' in tag]
    sent_ones = [tag for tag in tags if " checked" in tag or 'type="hidden"' in tag]
    return [re.sub(r"&#34;", '"', found[1]) for tag in sent_ones if (found := re.search(r'value="([^"]*)"', tag))]


def plain(urls: list[str]) -> list[str]:
    return [url.partition("?")[0] for url in urls]


async def test_again_keeps_kind_layers_and_points(people: People) -> None:
    cora, odile = await people.customer(), await people.customer("Odile")
    trousers, shirt = await uploaded(cora, drawn(TROUSERS)), await uploaded(cora, drawn(SHIRT))
    moved = {"leftShoulder": {"x": 0.71, "y": 0.2}}
    look = await worn(
        cora,
        outfitImageUrl=shirt,
        layers=[trousers, shirt],
        garmentKind="SHIRT",
        garmentPoints=moved,
        personImageUrl=await uploaded(cora, wall()),
        landmarks=BODY,
    )
    assert (look["garmentKind"], plain(look["layers"])) == ("SHIRT", plain([trousers, shirt]))
    assert look["garmentPoints"]["leftShoulder"] == moved["leftShoulder"]
    assert len(look["garmentPoints"]) > 8, "the others are those that were found"
    form = (await cora.get(f"{PAGE}?again={look['id']}", headers=HTML)).text
    assert re.search(r'<option value="SHIRT"[^>]* selected', form)
    assert plain(fields(form, "layers")) == plain([trousers, shirt])
    names = ("chosenImageUrl", "sentPhotoUrl", "person", "landmarks", "garmentPoints")
    again = {name: fields(form, name)[0].replace("&amp;", "&") for name in names}
    layers = [url.replace("&amp;", "&") for url in fields(form, "layers")]
    answer = await sent(cora, **again, layers=layers, garmentKind="SHIRT")
    assert answer.status_code == 303, answer.text
    second = await finished(cora, answer.headers["location"].rpartition("/")[2])
    same = ("garmentKind", "garmentPoints", "landmarks", "problem")
    assert {name: second[name] for name in same} == {name: look[name] for name in same}
    assert plain(second["layers"]) == plain(look["layers"])
    assert (await odile.get(f"{PAGE}?again={look['id']}", headers=HTML)).status_code == 404


async def test_again_on_a_figure_keeps_shape_and_tone_and_says_what_it_was_taken_for(people: People) -> None:
    cora = await people.customer()
    look = await worn(cora, bodyShape="APPLE", skinTone="DEEP")
    assert (look["skinTone"], look["layers"], look["garmentKind"] is not None) == ("DEEP", [], True)
    form = (await cora.get(f"{PAGE}?again={look['id']}", headers=HTML)).text
    assert (fields(form, "bodyShape"), fields(form, "skinTone")) == (["APPLE"], ["DEEP"])
    assert fields(form, "garmentPoints") == [], "what was only found is found anew"
    shown = (await cora.get(f"{PAGE}/{look['id']}", headers=HTML)).text
    assert "We took it for:" in shown
    assert 'data-which="garment"' in shown
    assert 'data-which="person"' not in shown, "a figure's own points are exact"


@pytest.mark.long  # a wardrobe is filled
@pytest.mark.parametrize("link", sweep(["items={0},{1},{2}", "item={0}&item={1}&item={2}", "item={0}&items={1},{2}"]))
async def test_an_outfit_is_worn_with_the_lowest_item_first(people: People, link: str) -> None:
    cora = await people.customer()
    jacket = await hung(cora, drawn(), name="Bandhgala", category="JACKET")
    trousers = await hung(cora, drawn(TROUSERS), name="Striped trousers", category="BOTTOMWEAR")
    shirt = await hung(cora, drawn(SHIRT), name="Rani shirt", category="UPPERWEAR")
    for number in range(26):  # so that the chosen ones are not among the newest
        await hung(cora, name=f"Dress {number}")
    form = (await cora.get(f"{PAGE}?{link.format(jacket['id'], trousers['id'], shirt['id'])}", headers=HTML)).text
    assert sorted(fields(form, "item")) == sorted(piece["id"] for piece in (jacket, trousers, shirt))
    answer = await sent(cora, item=fields(form, "item"), person="figure")
    look = await finished(cora, answer.headers["location"].rpartition("/")[2])
    assert plain(look["layers"]) == plain([trousers["imageUrl"], shirt["imageUrl"], jacket["imageUrl"]])
    assert plain([look["outfitImageUrl"]]) == plain([jacket["imageUrl"]])


async def test_shoes_and_jewellery_of_an_outfit_are_left_out(people: People) -> None:
    cora, odile = await people.customer(), await people.customer("Odile")
    shoes = await hung(cora, name="Mojari", category="SHOES")
    bangles = await hung(cora, name="Bangles", category="ACCESSORIES")
    dupatta = await hung(cora, name="Silk dupatta", category="ACCESSORIES")
    kurta, hers = await hung(cora, drawn(), name="Kurta", category="UPPERWEAR"), await hung(odile, drawn())
    ids = ",".join(piece["id"] for piece in (shoes, bangles, dupatta, kurta, hers))
    form = (await cora.get(f"{PAGE}?items={ids}", headers=HTML)).text
    assert sorted(fields(form, "item")) == sorted([dupatta["id"], kurta["id"]])
    assert "Shoes, bags and jewellery are left out" in form
    refused = await sent(cora, item=[shoes["id"], bangles["id"]], person="figure")
    assert refused.status_code == 422
    assert "cannot be tried on" in refused.text


async def test_two_looks_lie_side_by_side(people: People) -> None:
    cora, odile = await people.customer(), await people.customer("Odile")
    first, second = await worn(cora), await worn(cora, bodyShape="PEAR")
    both = (await cora.get(f"{PAGE}/compare?look={first['id']}&look={second['id']}", headers=HTML)).text
    for look in (first, second):
        assert look["resultImageUrl"].partition("?")[0] in both
        assert f'href="{PAGE}/{look["id"]}"' in both
    one = (await cora.get(f"{PAGE}/compare?look={first['id']}", headers=HTML)).text
    assert f"compare?look={first['id']}&amp;look={second['id']}" in one
    assert "Choose a look to begin with" in (await cora.get(f"{PAGE}/compare", headers=HTML)).text
    assert f'name="look" value="{first["id"]}"' in (await cora.get(PAGE, headers=HTML)).text
    for names in (f"look={first['id']}", f"look={(await worn(odile))['id']}&look={first['id']}"):
        assert (await odile.get(f"{PAGE}/compare?{names}", headers=HTML)).status_code == 404
    assert (
        "There is no other look yet"
        in (await (await people.customer("Asha")).get(f"{PAGE}/compare", headers=HTML)).text
    )


async def test_the_page_shows_what_to_wear_for_a_photo(people: People) -> None:
    cora = await people.customer()
    form = (await cora.get(PAGE, headers=HTML)).text
    for name in ("close", "wide"):
        assert f"{PAGE}/examples/{name}" in form
        assert (await cora.get(f"{PAGE}/examples/{name}")).headers["content-type"].startswith("image/svg+xml")
    assert (await cora.get(f"{PAGE}/examples/other")).status_code == 404
