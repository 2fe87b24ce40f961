"""Reactions counted within their chat, so that whoever missed some can ask for exactly those."""

from alembic import op

revision = "2026_11_27_01_reactions"
down_revision = "2026_11_25_14_designs"
branch_labels = None
depends_on = None

UP = """
-- Counts up with every change of a reaction, under the chat row's lock; a message keeps the number of its last change.
alter table chats add column reaction_seq bigint not null default 0;
alter table messages add column reaction_seq bigint;
create index messages_reaction_seq_idx on messages (chat_id, reaction_seq) where reaction_seq is not null;
"""

DOWN = """
drop index messages_reaction_seq_idx;
alter table messages drop column reaction_seq;
alter table chats drop column reaction_seq;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
