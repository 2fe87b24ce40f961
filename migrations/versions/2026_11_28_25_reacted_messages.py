"""Every message with reactions has a `reaction_seq`: those from before it was counted get 0, which is no change to fetch."""

from alembic import op

revision = "2026_11_28_25_reacted_messages"
down_revision = "2026_11_28_21_mailed_links"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        update messages m set reaction_seq = 0
         where m.reaction_seq is null and exists (select from message_reactions r where r.message_id = m.id)
        """
    )


def downgrade() -> None:
    op.execute("update messages set reaction_seq = null where reaction_seq = 0")
