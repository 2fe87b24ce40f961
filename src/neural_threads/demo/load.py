"""Loading the demo: all rows in one transaction, and the images before them or, beside a server, after them.

A second time there is nothing to do.
"""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import psycopg

from neural_threads.demo.cast import PASSWORD
from neural_threads.platform.config import Settings

if TYPE_CHECKING:
    from neural_threads.demo.art import Drawn
    from neural_threads.demo.rows import World

# Parents before their children.
TABLES = (
    "users", "media", "customers", "designers", "tailors", "portfolio_items", "sample_works", "reviews", "saved_designers", "chats",
    "messages", "wardrobe_items", "wardrobe_wears", "wardrobe_looks", "wardrobe_look_parts", "design_requests", "alteration_requests", "request_images", "request_events", "profile_views", "notifications",
    "chatbot_conversations", "chatbot_messages", "kept_outfits",
)  # fmt: skip
EVERY = 5.0
"""Seconds between two lines that say how far the drawing is."""
LOCK = 0x7468726561  # of advisory locks: two starts at once load one demo


def load(settings: Settings) -> None:
    """Draw what is not drawn, store what is not stored, and say so."""
    _load(settings, draws=True)


@contextmanager
def beside(settings: Settings) -> Iterator[None]:
    """Store what is not stored; as long as the block lasts, a process of its own draws what is not drawn."""
    _load(settings, draws=False)
    with psycopg.connect(settings.database_url) as db:
        is_drawn = _images_are_there(db, settings)
    if is_drawn:
        yield
        return
    from neural_threads.platform.images.folder import Folder

    Folder(settings.media_dir).wishes.mkdir(parents=True, exist_ok=True)  # from now on images are waited for
    drawing = subprocess.Popen([sys.executable, "-P", "-m", "neural_threads", "demo", "--draw"])
    try:
        yield
    finally:
        drawing.terminate()
        try:
            drawing.wait(5)
        except subprocess.TimeoutExpired:
            drawing.kill()


def draw(settings: Settings) -> None:
    """Draw what is not drawn, what a page waits for first, and say how far it is. Ends with the process that started it."""
    from neural_threads.demo.art import draw_on
    from neural_threads.demo.world import build

    parent = os.getppid()
    os.nice(10)  # whoever looks at pages goes first
    images = list(dict.fromkeys(build("", datetime.now(UTC)).pictures))
    done, result = sum(_is_drawn(one.public_id, settings) for one in images), time.monotonic()
    print(f"Drawing the demo's pictures beside the server: {done} of {len(images)} are there.", flush=True)
    with psycopg.connect(settings.database_url, autocommit=True) as db:
        for one in draw_on(images, settings.media_dir):
            if os.getppid() != parent:
                return
            if one is not None:
                done += 1
                sql = "update media set bytes = %s, sha256 = %s where public_id = %s"
                db.execute(sql, [one.size, one.sha256, one.public_id])
            if time.monotonic() - result >= EVERY and done < len(images):
                result = time.monotonic()
                print(f"{done} of {len(images)} pictures are drawn.", flush=True)
    print(f"All {len(images)} pictures of the demo are drawn.", flush=True)


def _load(settings: Settings, *, draws: bool) -> None:
    with psycopg.connect(settings.database_url) as db:
        if _is_there(db) and (not draws or _images_are_there(db, settings)):
            return
        db.execute("select pg_advisory_xact_lock(%s)", [LOCK])
        _fill(db, settings, draws=draws)


def _is_there(db: psycopg.Connection[Any]) -> bool:
    row = db.execute("select exists (select from users where lower(email) = 'cora@example.com')").fetchone()
    return bool(row and row[0])


def _images_are_there(db: psycopg.Connection[Any], settings: Settings) -> bool:
    rows = db.execute("select public_id from media where public_id like 'demo/%'").fetchall()
    return all(_is_drawn(row[0], settings) for row in rows)


def _is_drawn(public_id: str, settings: Settings) -> bool:
    from neural_threads.platform.images.folder import Folder

    return Folder(settings.media_dir).original(public_id).exists()


def _fill(db: psycopg.Connection[Any], settings: Settings, *, draws: bool) -> None:
    from neural_threads.demo.art import Drawn, draw_all
    from neural_threads.demo.rows import copy_rows
    from neural_threads.demo.world import build
    from neural_threads.platform.security.passwords import hash_password

    was_there = _is_there(db)
    world = build(asyncio.run(hash_password(PASSWORD)), datetime.now(UTC))
    if draws:
        print("Drawing the demo's pictures. This happens once and takes about a minute.", flush=True)
        drawn = draw_all(world.pictures, settings.media_dir)
    else:  # What they will weigh is written down when they are drawn.
        drawn = [Drawn(one.public_id, *one.size, 0, b"") for one in dict.fromkeys(world.pictures)]
    if was_there or _is_there(db):
        return
    _hang(world, drawn)
    for table in TABLES:
        copy_rows(db, table, world.tables.get(table, []))
    db.commit()
    db.autocommit = True
    db.execute("analyze")
    print(f"The demo world is ready: {len(world.tables['users'])} people, {len(drawn)} pictures.", flush=True)


def _hang(world: "World", drawn: "list[Drawn]") -> None:
    """The rows of the images, now that their sizes are known."""
    for one in drawn:
        owner, visibility = world.owners[one.public_id]
        world.add(
            "media",
            public_id=one.public_id,
            owner_id=owner,
            visibility=visibility,
            content_type=one.content_type,
            width=one.width,
            height=one.height,
            bytes=one.size,
            sha256=one.sha256 or None,
        )
