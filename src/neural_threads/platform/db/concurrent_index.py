"""Indexes for migrations of tables that are in use: built while everybody goes on reading and writing."""

from alembic import op


def create_index(name: str, on: str, *, unique: bool = False) -> None:
    """Build an index in the middle of a migration: `create_index("messages_x_idx", "messages (chat_id, x)")`.

    What the migration did before is committed. A build that broke off leaves an index that nobody uses, so the next try
    removes it first. It waits for every transaction that is under way, and locks nobody out meanwhile.
    """
    with op.get_context().autocommit_block():
        op.execute("set lock_timeout = 0")
        op.execute(f"drop index concurrently if exists {name}")
        op.execute(f"create {'unique ' if unique else ''}index concurrently {name} on {on}")
        op.execute("set lock_timeout = '4s'")


def drop_index(name: str) -> None:
    """Remove an index, waiting for whoever reads it."""
    with op.get_context().autocommit_block():
        op.execute(f"drop index concurrently if exists {name}")
