"""A worker that is killed in the middle of a look, and the next one, which makes it."""

import asyncio
from functools import cache

import pytest

from tests.jobs.conftest import house_on, remove, until
from tests.support.cluster import Ground
from tests.tryon.dressing import KURTA, PATH, SHIRT, TROUSERS, drawn, uploaded

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("database")]


@cache
def large_photo() -> bytes:
    """A JPEG of twelve megapixels with nobody in it: a look on it takes seconds."""
    import pyvips

    noise = pyvips.Image.gaussnoise(3000, 4000, mean=128, sigma=18).cast("uchar")
    data: bytes = noise.bandjoin([noise, noise]).copy(interpretation="srgb").jpegsave_buffer(Q=50)
    return data


async def test_a_look_whose_worker_is_killed_in_the_middle_is_made_by_the_next(ground: Ground) -> None:
    house = await house_on(ground, apart=True)
    try:
        cora, odile = await house.people.customer("Cora"), await house.people.customer("Odile")
        pieces = [await uploaded(cora, drawn(each, 960)) for each in (TROUSERS, KURTA, SHIRT)]
        body = {"outfitImageUrl": pieces[-1], "layers": pieces, "personImageUrl": await uploaded(cora, large_photo())}
        asked = asyncio.create_task(cora.post(PATH, json=body))
        in_the_middle = "select id from virtual_try_ons where started_at is not null and not is_processed"
        [(id,)] = await until(lambda: house.sql(in_the_middle))
        house.worker.kill()
        assert house.sql(in_the_middle), "it was killed in the middle"
        look = (await asked).json()["data"]
        assert (look["id"], look["isProcessed"], look["resultImageUrl"]) == (id, False, None)
        assert "being made" in (await cora.get(f"/customer/virtual-tryon/{id}", headers={"Accept": "text/html"})).text
        await house.worker.start()
        # A claim outlives the longest look (75 s), and lost ones are found every minute.
        await until(lambda: house.sql("select 1 from virtual_try_ons where id = %s and is_processed", id), 180)
        done = (await cora.get(f"{PATH}/{id}")).json()["data"]
        assert (await cora.get(done["resultImageUrl"])).status_code == 200
        told = (await cora.get("/api/notifications")).json()["data"]
        assert [one["link"] for one in told] == [f"/customer/virtual-tryon/{id}"], "told once"
        assert house.sql("select attempts from virtual_try_ons where id = %s", id) == [(2,)]
        assert (await odile.get(f"{PATH}/{id}")).status_code == 404
        leftovers = [path.name for path in (house.server.data_dir / "media").rglob("try-on-*")]
        assert leftovers == [], "copies of her photo are not left behind"
    finally:
        await remove(ground, house)
