"""Removing one's own pictures, bounds per person, and what the sweeper takes (cases F15-F17)."""

import os
import time
from pathlib import Path

import pytest

from neural_threads.features.media.jobs import sweep_pictures, sweep_uploads
from neural_threads.features.media.references import USES
from neural_threads.platform.config import get_settings
from neural_threads.platform.db import Db
from tests.conftest import FreshServer
from tests.media.bad_files import jpeg
from tests.media.test_upload import kept, stored, upload
from tests.support.people import People, Person


async def test_every_column_that_names_an_image_is_known(db: Db) -> None:
    columns = await db.all(
        str,
        """
        select c.conrelid::regclass || '.' || a.attname
          from pg_constraint c
          join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
         where c.contype = 'f' and c.confrelid = 'media'::regclass
        """,
    )
    assert sorted(columns) == sorted(f"{table}.{column}" for table, column in USES)


async def test_cora_removes_her_image(people: People, db: Db, own_folder: Path) -> None:
    cora = await people.customer()
    public_id = await kept(cora, jpeg())
    assert (own_folder / "media" / "derived" / public_id).is_dir()
    answer = await cora.delete(f"/api/upload/{public_id}")
    assert (answer.status_code, answer.json()) == (200, {"success": True})
    assert await db.value("select count(*) from media where public_id = %(id)s", id=public_id) == 0
    assert not (own_folder / "media" / "originals" / public_id).exists()
    assert not (own_folder / "media" / "derived" / public_id).exists()
    assert (await cora.delete(f"/api/upload/{public_id}")).status_code == 404


@pytest.mark.case("F16")
async def test_odile_cannot_remove_it(people: People, own_folder: Path) -> None:
    cora, odile = await people.customer(), await people.customer(name="Odile")
    public_id = await kept(cora, jpeg())
    assert (await odile.delete(f"/api/upload/{public_id}")).status_code == 404
    assert stored(own_folder, public_id)
    assert (await people.anonymous().delete(f"/api/upload/{public_id}")).status_code == 401


@pytest.mark.case("F16")
@pytest.mark.parametrize("name", ["..%2f..%2fsecret.key", "u", "u/", "u%2F", "%2e%2e", "a%00b", "u/../../x", "x" * 300])
async def test_names_that_are_none(people: People, name: str) -> None:
    cora = await people.customer()
    assert (await cora.delete(f"/api/upload/{name}")).status_code in (404, 405)


@pytest.mark.case("F16")
async def test_an_escaped_slash_is_a_slash(people: People) -> None:
    cora = await people.customer()
    public_id = await kept(cora, jpeg())
    assert (await cora.delete(f"/api/upload/{public_id.replace('/', '%2F')}")).status_code == 200


@pytest.mark.case("F17")
async def test_an_image_that_a_message_shows_stays(people: People, own_folder: Path) -> None:
    cora, dina = await people.customer(), await people.designer()
    profile = (await dina.get("/api/users/profile")).json()["data"]["designer"]["id"]
    chat = (await cora.post("/api/chat", json={"designerId": profile})).json()["data"]["id"]
    public_id = await kept(cora, jpeg())
    said = await cora.post("/api/chat/messages", json={"chatId": chat, "imageUrl": f"/media/{public_id}"})
    assert said.status_code == 201, said.text
    answer = await cora.delete(f"/api/upload/{public_id}")
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "IN_USE"
    assert stored(own_folder, public_id)


@pytest.mark.long  # a server is started
@pytest.mark.case("F15")
async def test_and_the_limit_per_hour(fresh_server: FreshServer, people_at) -> None:
    few = await fresh_server(THREADS_QUOTA_FILES="2", THREADS_RATE_LIMITS="on", THREADS_LIMITS="uploads=4/hour")
    cora = await people_at(few).customer()
    assert [(await upload(cora, jpeg())).status_code for _ in range(2)] == [201, 201]
    over = await upload(cora, jpeg())
    assert over.status_code == 409
    assert over.json()["error"]["code"] == "QUOTA"
    await upload(cora, jpeg())
    often = await upload(cora, jpeg())
    assert often.status_code == 429
    assert 0 < int(often.headers["retry-after"]) <= 3600
    images = [path for path in (few.data_dir / "media").rglob("*") if path.is_file() and "derived" not in path.parts]
    assert len(images) == 2


@pytest.mark.long  # a server is started
@pytest.mark.case("F15")
async def test_bytes_are_counted_too(fresh_server: FreshServer, people_at) -> None:
    small = await fresh_server(THREADS_QUOTA_BYTES="4000")
    cora = await people_at(small).customer()
    answers = [(await upload(cora, jpeg())).status_code for _ in range(3)]
    assert answers[0] == 201
    assert answers[-1] == 409


@pytest.fixture
def in_this_process(database: str, own_folder: Path) -> None:
    get_settings.cache_clear()


@pytest.mark.case("F14")
async def test_halves_are_swept_after_an_hour(in_this_process: None, own_folder: Path) -> None:
    incoming = own_folder / "media" / "incoming"
    incoming.mkdir(parents=True, exist_ok=True)
    old, young = incoming / "old.ready", incoming / "young"
    for path in (old, young):
        path.write_bytes(b"half")
    os.utime(old, (time.time() - 3700,) * 2)
    await sweep_uploads.func()
    assert not old.exists()
    assert young.exists()
    young.unlink()


async def test_the_sweeper_takes_what_nobody_used_and_nothing_else(
    in_this_process: None, people: People, db: Db, own_folder: Path
) -> None:
    cora = await people.customer()
    used, unused, young = [await kept(cora, jpeg()) for _ in range(3)]
    await db.execute(
        "update media set created_at = now() - interval '8 days' where public_id = any(%(ids)s::text[])",
        ids=[used, unused],
    )
    await _wears(db, cora, used)
    lost = own_folder / "media" / "originals" / "u" / "00" / ("a" * 24)
    lost.parent.mkdir(parents=True, exist_ok=True)
    lost.write_bytes(b"no row knows me")
    os.utime(lost, (time.time() - 90_000,) * 2)
    await sweep_pictures.func()
    left = await db.all(str, "select public_id from media where owner_id = %(me)s", me=cora.id)
    assert sorted(left) == sorted([used, young])
    assert not (own_folder / "media" / "originals" / unused).exists()
    assert not lost.exists()
    assert stored(own_folder, used)
    assert stored(own_folder, young)


async def _wears(db: Db, cora: Person, public_id: str) -> None:
    await db.execute(
        """
        insert into wardrobe_items (id, customer_id, image_id, category)
        select %(id)s, c.id, %(image)s, 'DRESS' from customers c where c.user_id = %(me)s
        """,
        id=f"w{public_id[-20:]}",
        image=public_id,
        me=cora.id,
    )
