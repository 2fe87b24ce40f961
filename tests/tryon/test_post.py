"""POST /api/virtual-tryon: what is asked for, what comes back, and what is refused."""

from typing import Any

import pytest

from tests.factories.wardrobe import design_of, hung
from tests.support.people import People
from tests.tryon.dressing import PATH, SHIRT, TROUSERS, asked, drawn, pixels, uploaded, wall, worn

pytestmark = pytest.mark.usefixtures("database")

BODY = {
    "leftShoulder": {"x": 0.62, "y": 0.25},
    "rightShoulder": {"x": 0.38, "y": 0.25},
    "leftHip": {"x": 0.57, "y": 0.55},
    "rightHip": {"x": 0.43, "y": 0.55},
}


async def test_cora_tries_a_kurta_on_the_figure_of_her_shape(people: People) -> None:
    cora = await people.customer(bodyShape="PEAR")
    look = await worn(cora, garmentKind="KURTA", skinTone="BROWN")
    assert (look["bodyShape"], look["confidence"], look["problem"], look["isKept"]) == ("PEAR", 1.0, None, False)
    assert look["personImageUrl"] is None
    assert look["landmarks"]["leftShoulder"]["x"] > look["landmarks"]["rightShoulder"]["x"]
    assert "sig=" in look["resultImageUrl"]
    image = await pixels(cora, look["resultImageUrl"])
    assert image.shape == (1365, 1024, 3)
    chest = image[480:520, 460:560].reshape(-1, 3).mean(axis=0)
    assert chest[2] > chest[0] + 20, "an indigo kurta lies over the chest"


async def test_what_is_sent_as_null_is_as_if_it_were_left_out(people: People) -> None:
    cora = await people.customer(bodyShape="APPLE")
    optional = ("bodyShape", "personImageUrl", "landmarks", "layers", "garmentKind", "garmentPoints", "skinTone")
    look = await worn(cora, **dict.fromkeys(optional))
    assert (look["bodyShape"], look["layers"], look["personImageUrl"]) == ("APPLE", [], None)


async def test_a_photo_without_a_person_is_never_refused(people: People) -> None:
    cora = await people.customer()
    look = await worn(cora, personImageUrl=await uploaded(cora, wall()))
    assert look["problem"] == "NO_PERSON"
    assert look["confidence"] < 0.5
    assert look["suggestedBodyShape"] is None
    assert set(look["landmarks"]) >= {"leftShoulder", "rightShoulder", "leftHip", "rightHip"}
    assert (await pixels(cora, look["resultImageUrl"])).shape == (640, 480, 3)


async def test_her_own_points_are_used_as_she_gave_them(people: People) -> None:
    cora = await people.customer()
    image = await uploaded(cora, wall())
    look = await worn(cora, personImageUrl=image, landmarks=BODY, garmentKind="KURTA")
    assert look["landmarks"] == BODY
    assert (look["problem"], look["confidence"] >= 0.5) == (None, True)
    picture, before = await pixels(cora, look["resultImageUrl"]), (200, 190, 170)
    assert abs(picture[300, 240].astype(int) - before).max() > 40, "the garment lies between shoulders and hips"
    assert abs(picture[40:80, 10:60].astype(int) - before).max() < 12, "the corner is as it was"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"landmarks": BODY | {"leftHip": {"x": 0.57, "y": 0.1}, "rightHip": {"x": 0.43, "y": 0.1}}}, "landmarks"),
        ({"landmarks": BODY | {"leftShoulder": {"x": 1.2, "y": 0.25}}}, "landmarks"),
        ({"landmarks": BODY | {"leftShoulder": {"x": 0.385, "y": 0.25}}}, "landmarks"),
        ({"landmarks": BODY | {"tail": {"x": 0.5, "y": 0.5}}}, "landmarks"),
        ({"landmarks": {"leftShoulder": {"x": 0.6, "y": 0.2}}}, "landmarks"),
        ({"landmarks": BODY | {"leftHip": {"x": "0.5", "y": 0.5}}}, "landmarks"),
        ({"garmentPoints": {"tail": {"x": 0.5, "y": 0.5}}}, "garmentPoints"),
        ({"garmentPoints": {"leftShoulder": {"x": 2, "y": 0.5}}}, "garmentPoints"),
        ({"bodyShape": "PLUM"}, "bodyShape"),
        ({"garmentKind": "kurta"}, "garmentKind"),
        ({"skinTone": "GREEN"}, "skinTone"),
        ({"layers": ["/media/u/aa/bb"]}, "layers"),
        ({"layers": ["x"] * 7}, "layers"),
        ({"personImageUrl": "/media/u/aa/bb"}, "personImageUrl"),
        ({"personImageUrl": ""}, "personImageUrl"),
        ({"outfitImageUrl": "https://elsewhere.example/a.png"}, "outfitImageUrl"),
        ({"outfitImageUrl": None}, "outfitImageUrl"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_what_cannot_be_tried_on(people: People, changed: dict[str, Any], field: str) -> None:
    cora = await people.customer()
    body = {"outfitImageUrl": await uploaded(cora, drawn()), "personImageUrl": await uploaded(cora, wall())} | changed
    answer = await cora.post(PATH, json=body)
    assert answer.status_code == 422, answer.text
    assert set(answer.json()["error"]["fields"]) == {field}
    assert (await cora.get(PATH)).json()["data"] == []


async def test_a_part_of_the_landmarks_is_named(people: People) -> None:
    cora = await people.customer()
    garment, person = await uploaded(cora, drawn()), await uploaded(cora, drawn())
    for wrong, part in [
        ({name: place for name, place in BODY.items() if name != "rightHip"}, "(rightHip)"),
        (BODY | {"leftHip": {"x": 0.5}}, "(leftHip.y)"),
        (BODY | {"leftHip": {"x": "0.5", "y": 0.5}}, "(leftHip.x)"),
    ]:
        answer = await cora.post(PATH, json={"outfitImageUrl": garment, "personImageUrl": person, "landmarks": wrong})
        assert answer.status_code == 422
        assert answer.json()["error"]["fields"]["landmarks"].endswith(part), answer.text


async def test_landmarks_without_a_photo_belong_to_nothing(people: People) -> None:
    cora = await people.customer()
    answer = await cora.post(PATH, json={"outfitImageUrl": await uploaded(cora, drawn()), "landmarks": BODY})
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (422, ["landmarks"])


async def test_a_wardrobe_item_and_a_design_can_be_tried_on(people: People) -> None:
    cora, dina = await people.customer(), await people.designer()
    item = await hung(cora, drawn(), name="Blue kurta")
    await design_of(dina, "Silk saree")
    design = (await cora.get("/api/designs")).json()["data"][0]
    for url in (item["imageUrl"], design["imageUrl"]):
        assert (await worn(cora, outfitImageUrl=url))["resultImageUrl"]


@pytest.mark.long  # many pictures are drawn
async def test_layers_lie_over_each_other(people: People) -> None:
    cora = await people.customer()
    trousers, shirt = await uploaded(cora, drawn(TROUSERS)), await uploaded(cora, drawn(SHIRT))
    look = await worn(cora, outfitImageUrl=shirt, layers=[trousers, shirt], garmentKind="SHIRT")
    alone = await worn(cora, outfitImageUrl=shirt, garmentKind="SHIRT")
    both, one = await pixels(cora, look["resultImageUrl"]), await pixels(cora, alone["resultImageUrl"])
    assert (abs(both.astype(int) - one).max(axis=2) > 60).mean() > 0.01
    assert abs(both[500, 512].astype(int) - one[500, 512]).max() < 60, "the shirt is on top"


async def test_odile_cannot_use_coras_images(people: People) -> None:
    cora, odile = await people.customer(), await people.customer("Odile")
    hers, own = await uploaded(cora, drawn()), await uploaded(odile, drawn())
    for body in (
        {"outfitImageUrl": hers},
        {"outfitImageUrl": own, "personImageUrl": hers},
        {"outfitImageUrl": own, "layers": [hers]},
    ):
        assert (await odile.post(PATH, json=body)).status_code == 422


async def test_providers_and_visitors_try_nothing_on(people: People) -> None:
    dina = await people.designer()
    assert (await dina.post(PATH, json={"outfitImageUrl": "x"})).status_code == 403
    assert (await people.anonymous().post(PATH, json={"outfitImageUrl": "x"})).status_code == 401


@pytest.mark.long  # many pictures are drawn
async def test_every_kind_gives_a_look(people: People) -> None:
    cora = await people.customer()
    url = await uploaded(cora, drawn())
    looks = [
        await asked(cora, outfitImageUrl=url, garmentKind=kind) for kind in ("SKIRT", "DUPATTA", "SAREE", "SALWAR")
    ]
    assert [(await worn(cora, outfitImageUrl=url, garmentKind="GOWN"))["problem"], len(looks)] == [None, 4]
