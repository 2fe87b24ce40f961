"""What was said, folded once when it is said, so that no search has to fold it again (docs/decisions/0019-searching-chats.md)."""

from alembic import op

revision = "2026_11_27_01_words_said"
down_revision = "2026_11_27_02_push"
branch_labels = None
depends_on = None

UP = """
drop index messages_content_idx;
alter table messages add column plain_content text generated always as (sought(content)) stored;
"""

DOWN = """
alter table messages drop column plain_content;
create index messages_content_idx on messages using gin (sought(content) gin_trgm_ops) with (gin_pending_list_limit = 256)
  where content <> '';
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
