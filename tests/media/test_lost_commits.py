"""The line to PostgreSQL breaks at the COMMIT that keeps a picture: whoever has its row has its file."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import NamedTuple

import psycopg
import pytest

from tests.factories.wardrobe import RANI, hung
from tests.media.bad_files import jpeg
from tests.support.cluster import Ground
from tests.support.lost_commits import LosingProxy, Loss
from tests.support.people import People, Person
from tests.support.server import Server
from tests.tryon.dressing import PATH, drawn, uploaded

pytestmark = pytest.mark.long  # programs are started

PeopleAt = Callable[[Server], People]
PICTURE, CUTOUT = "image/(png|jpeg|webp)", '"share"'


class House(NamedTuple):
    """A server whose way to its database can be broken, and somebody who is there."""

    server: Server
    proxy: LosingProxy
    dsn: str
    cora: Person

    def rows(self) -> set[str]:
        """The pictures that the database knows."""
        with psycopg.connect(self.dsn) as line:
            return {name for (name,) in line.execute("select public_id from media").fetchall()}

    def files(self) -> set[str]:
        """The pictures that are on the disk."""
        folder = self.server.data_dir / "media" / "originals"
        return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}

    async def until_given_up(self) -> None:
        """Wait until the job that met the broken line was put back into the queue, or has ended."""
        async with asyncio.timeout(60):
            await self.proxy.lost.wait()
            with psycopg.connect(self.dsn, autocommit=True) as line:
                while line.execute("select from procrastinate_jobs where status = 'doing'").fetchone():
                    await asyncio.sleep(0.1)


@asynccontextmanager
async def house(ground: Ground, people_at: PeopleAt) -> AsyncIterator[House]:
    dsn = ground.copy()
    proxy = LosingProxy(dsn)
    server = Server(await proxy.open(), ground.new_folder("lost-commits"), is_forked=True)
    try:
        await server.start()
        yield House(server, proxy, dsn, await people_at(server).customer("Cora"))
    finally:
        await server.stop()
        await proxy.close()
        ground.drop(dsn)


@pytest.mark.case("E25")
@pytest.mark.parametrize("loss", Loss)
async def test_an_upload_whose_commit_is_lost_never_leaves_a_row_without_its_file(
    ground: Ground, people_at: PeopleAt, loss: Loss
) -> None:
    async with house(ground, people_at) as h:
        h.proxy.lose(loss, PICTURE)
        answer = await h.cora.post("/api/upload", files={"file": ("a.jpg", jpeg(), "image/jpeg")})
        assert answer.status_code == 503, answer.text
        assert h.proxy.lost.is_set()
        assert len(h.rows()) == (loss is Loss.ANSWER)
        assert h.rows() <= h.files(), "a picture has lost its file"
        again = await h.cora.post("/api/upload", files={"file": ("a.jpg", jpeg(), "image/jpeg")})
        assert again.status_code == 201, "and the next one is received as ever"
        assert (await h.cora.get(again.json()["data"]["url"])).status_code == 200


async def test_an_upload_that_fails_before_its_commit_leaves_nothing(ground: Ground, people_at: PeopleAt) -> None:
    async with house(ground, people_at) as h:
        with psycopg.connect(h.dsn, autocommit=True) as line:
            line.execute("alter table media add constraint full_up check (bytes < 1) not valid")
        answer = await h.cora.post("/api/upload", files={"file": ("a.jpg", jpeg(), "image/jpeg")})
        assert answer.status_code == 500, answer.text
        assert (h.rows(), h.files()) == (set(), set())


@pytest.mark.parametrize("loss", Loss)
async def test_a_cut_out_whose_commit_is_lost_never_leaves_a_row_without_its_file(
    ground: Ground, people_at: PeopleAt, loss: Loss
) -> None:
    async with house(ground, people_at) as h:
        h.proxy.lose(loss, CUTOUT)
        item = await hung(h.cora, RANI)
        await h.until_given_up()
        assert len(h.rows()) == (2 if loss is Loss.ANSWER else 1)
        assert h.rows() <= h.files(), "a cut-out has lost its file"
        if loss is Loss.ANSWER:
            shown = (await h.cora.get(f"/api/chatbot/wardrobe/{item['id']}")).json()["data"]
            assert (await h.cora.get(shown["cutoutUrl"])).status_code == 200


@pytest.mark.parametrize("loss", Loss)
async def test_a_look_whose_commit_is_lost_never_leaves_a_row_without_its_file(
    ground: Ground, people_at: PeopleAt, loss: Loss
) -> None:
    async with house(ground, people_at) as h:
        outfit = await uploaded(h.cora, drawn())
        h.proxy.lose(loss, PICTURE)
        answer = await h.cora.post(PATH, json={"outfitImageUrl": outfit})
        assert answer.status_code in (201, 503), answer.text
        await h.until_given_up()
        assert len(h.rows()) == (2 if loss is Loss.ANSWER else 1)
        assert h.rows() <= h.files(), "a look has lost its file"
