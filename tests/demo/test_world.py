"""The demo world: the same for everybody, consistent to the last star, loaded once."""

import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from neural_threads.demo import cast, load
from neural_threads.demo.load import TABLES
from neural_threads.demo.rows import World
from neural_threads.demo.shops import shops
from neural_threads.demo.world import build
from neural_threads.platform.config import Settings
from neural_threads.platform.images.folder import Folder
from tests.support.cluster import Ground
from tests.support.deadlines import slowness
from tests.support.processes import runs
from tests.support.server import Server

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def world() -> World:
    return build("hash", NOON)


@pytest.fixture(scope="module")
def loaded(ground: Ground) -> Iterator[str]:
    url = ground.copy(demo=True)
    yield url
    ground.drop(url)


@pytest.fixture
def db(loaded: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(loaded) as connection:
        yield connection


def test_it_is_the_same_each_time(world: World) -> None:
    again = build("hash", NOON)
    assert {table: list(map(repr, rows)) for table, rows in again.tables.items()} == {
        table: list(map(repr, rows)) for table, rows in world.tables.items()
    }
    assert [image.public_id for image in again.pictures] == [image.public_id for image in world.pictures]


def test_every_table_is_loaded_and_no_id_comes_twice(world: World) -> None:
    assert set(world.tables) <= set(TABLES)
    for table, rows in world.tables.items():
        ids = [row["id"] for row in rows if "id" in row]
        assert len(ids) == len(set(ids)), table


def test_the_cast_is_there(world: World) -> None:
    assert Counter(row["role"] for row in world.tables["users"]) == {"CUSTOMER": 42, "DESIGNER": 60, "TAILOR": 60}
    assert {star.email for star in cast.STARS} <= {row["email"] for row in world.tables["users"]}
    assert len(cast.LONGEST_NAME) == 60
    assert any("\u0c80" <= letter <= "\u0cff" for shop in shops() for letter in shop.bio)
    assert [row["photo_id"] for row in world.tables["designers"] if row["user_id"] == _user(cast.WITHOUT_IMAGE)] == [
        None
    ]


def test_shops_are_full_and_stand_near_the_two_streets() -> None:
    for shop in shops():
        assert len(shop.pieces) in ((4, 5, 6) if shop.role == "DESIGNER" else (3,)), shop.name
        assert len({item.picture for item in shop.pieces}) == len(shop.pieces)
        assert all(0 < item.least <= item.most for item in shop.pieces if shop.role == "DESIGNER")
        if shop.role == "TAILOR":
            latitude, longitude = cast.PLACES[shop.location]
            assert abs(shop.position[0] - latitude) < 0.012
            assert abs(shop.position[1] - longitude) < 0.012
    bios = Counter(shop.bio for shop in shops())
    assert bios.most_common(1)[0][1] == 1, "two shops say the same of themselves"


def test_dina_is_the_best_known_designer(world: World) -> None:
    best = max(
        world.tables["designers"],
        key=lambda row: (row["rating_sum"] / max(row["review_count"], 1), row["review_count"]),
    )
    assert best["user_id"] == _user("Dina Rao")
    assert not [
        r
        for r in world.tables["reviews"]
        if r["customer_id"] == _customer("Cora Fernandes") and r["designer_id"] == best["id"]
    ]


def test_chats_are_told_in_order_and_end_a_few_minutes_ago(world: World) -> None:
    for chat in world.tables["chats"]:
        said = [row for row in world.tables["messages"] if row["chat_id"] == chat["id"]]
        assert [row["seq"] for row in said] == list(range(1, chat["last_seq"] + 1))
        times = [row["created_at"] for row in said]
        assert times == sorted(set(times))
        assert times[-1] == chat["updated_at"] < NOON
        assert all(
            row["read_by"] != row["sender_id"] and row["is_read"] == (row["read_at"] is not None) for row in said
        )
        assert all(row["read_at"] is None or row["created_at"] <= row["read_at"] <= NOON for row in said)
    newest = max(world.tables["chats"], key=lambda row: row["updated_at"])
    assert (NOON - newest["updated_at"]).total_seconds() < 600


@pytest.mark.long  # the demo world is loaded
def test_ratings_equal_a_recount(db: psycopg.Connection[Any]) -> None:
    for table, column in (("designers", "designer_id"), ("tailors", "tailor_id")):
        wrong = db.execute(f"""
            select m.id from {table} m left join reviews r on r.{column} = m.id
             group by m.id having m.rating_sum <> coalesce(sum(r.rating), 0) or m.review_count <> count(r.id)
        """).fetchall()  # type: ignore[arg-type]
        assert wrong == []


@pytest.mark.long  # the demo world is loaded
def test_every_image_that_is_shown_lies_in_the_folder(db: psycopg.Connection[Any], ground: Ground) -> None:
    store = Folder(ground.demo_media)
    names = [row[0] for row in db.execute("select public_id from media")]
    assert len(names) > 400
    assert all(store.original(name).stat().st_size > 1000 for name in names)


@pytest.mark.long  # the demo world is loaded
def test_a_second_load_finds_nothing_to_do(
    loaded: str, ground: Ground, own_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(database_url=loaded, data_dir=own_folder, media_store=str(ground.demo_media))
    load(settings)
    began = time.perf_counter()
    load(settings)
    assert time.perf_counter() - began < 0.3 * slowness()
    assert capsys.readouterr().out == ""


@pytest.mark.long  # the demo world is loaded
async def test_cora_signs_in_and_sees_dina_first(demo_server: Server) -> None:
    import httpx

    async with httpx.AsyncClient(base_url=demo_server.url) as client:
        token = (await client.get("/api/security/csrf")).json()["data"]["token"]
        login = {"email": "cora@example.com", "password": cast.PASSWORD}
        answer = await client.post("/api/auth/login", json=login, headers={"X-CSRF-Token": token})
        assert answer.status_code == 200
        found = (await client.get("/api/designers")).json()
        assert found["pagination"]["total"] == 60
        assert found["data"][0]["name"] == "Dina Rao"
        image = await client.get(found["data"][0]["portfolioItems"][0]["imageUrl"], params={"w": 400})
        assert image.status_code == 200


def _user(name: str) -> str:
    from neural_threads.demo.world import user_id

    return user_id(name)


def _customer(name: str) -> str:
    from neural_threads.demo.rows import demo_id

    return demo_id("customer", name)


@pytest.mark.long
async def test_a_server_with_the_demo_serves_before_its_images_are_drawn(ground: Ground) -> None:
    """What is asked for is drawn next; when the server stops, so does the drawing."""
    import httpx

    server = Server(ground.copy(demo=False), ground.new_folder("beside"), draws_demo=True)
    try:
        await server.start()
        children = psutil.Process(server.pid).children(recursive=True)
        async with httpx.AsyncClient(base_url=server.url, timeout=120) as client:
            found = (await client.get("/api/designers", params={"page": 5})).json()["data"]
            image = await client.get(found[-1]["portfolioItems"][-1]["imageUrl"], params={"w": 400})
        originals = Folder(server.data_dir / "media").root / "originals"
        drawn = sum(path.is_file() for path in originals.rglob("*"))
        log = server.log.read_text()
    finally:
        await server.stop()
        ground.drop(server.dsn)
    assert image.status_code == 200
    assert drawn < 400
    assert "of 503 are there" in log
    assert children
    assert not [child for child in children if runs(child)]
