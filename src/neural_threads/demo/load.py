"""Loading the demo: images first, then all rows in one transaction; a second time there is nothing to do."""

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import psycopg

from neural_threads.demo.cast import PASSWORD
from neural_threads.platform.config import Settings

if TYPE_CHECKING:
    from neural_threads.demo.art import Drawn
    from neural_threads.demo.world import World

# Parents before their children.
TABLES = (
    "users", "media", "customers", "designers", "tailors", "portfolio_items", "sample_works", "reviews", "saved_designers", "chats",
    "messages", "wardrobe_items", "wardrobe_wears", "wardrobe_looks", "wardrobe_look_parts", "design_requests", "alteration_requests", "request_images", "request_events", "profile_views", "notifications",
    "chatbot_conversations", "chatbot_messages", "kept_outfits",
)  # fmt: skip
LOCK = 0x7468726561  # of advisory locks: two starts at once load one demo


def load(settings: Settings) -> None:
    """Draw what is not drawn, store what is not stored, and say so."""
    with psycopg.connect(settings.database_url) as db:
        if _is_there(db) and _images_are_there(db, settings):
            return
        db.execute("select pg_advisory_xact_lock(%s)", [LOCK])
        _fill(db, settings)


def _is_there(db: psycopg.Connection[Any]) -> bool:
    row = db.execute("select exists (select from users where lower(email) = 'cora@example.com')").fetchone()
    return bool(row and row[0])


def _images_are_there(db: psycopg.Connection[Any], settings: Settings) -> bool:
    from neural_threads.platform.images.folder import Folder

    store = Folder(settings.media_dir)
    rows = db.execute("select public_id from media where public_id like 'demo/%'").fetchall()
    return all(store.original(row[0]).exists() for row in rows)


def _fill(db: psycopg.Connection[Any], settings: Settings) -> None:
    from neural_threads.demo.art import draw_all
    from neural_threads.demo.rows import copy_rows
    from neural_threads.demo.world import build
    from neural_threads.platform.security.passwords import hash_password

    was_there = _is_there(db)
    world = build(asyncio.run(hash_password(PASSWORD)), datetime.now(UTC))
    print("Drawing the demo's pictures. This happens once and takes about a minute.", flush=True)
    drawn = draw_all(world.pictures, settings.media_dir)
    if was_there:
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
            sha256=one.sha256,
        )
