"""POST /api/virtual-tryon: what is asked for, what comes back, and what is refused."""

from typing import Any

import pytest

from tests.support.people import People
from tests.tryon.dressing import KURTA, PATH, TROUSERS, asked, drawn, pixels, uploaded, wall, worn
from tests.wardrobe.wearing import design_of, hung

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
    picture = await pixels(cora, look["resultImageUrl"])
    assert picture.shape == (1365, 1024, 3)
    chest = picture[480:520, 460:560].reshape(-1, 3).mean(axis=0)
    assert chest[2] > chest[0] + 20, "an indigo kurta lies over the chest"
