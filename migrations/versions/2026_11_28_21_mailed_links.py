"""Links that a newer one replaced are remembered for a while, and accounts of before that share a mailbox are known."""

from alembic import op
from sqlalchemy import text

from neural_threads.features.accounts.shapes import email_key

revision = "2026_11_28_21_mailed_links"
down_revision = "2026_11_28_21_form_keys"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        create table replaced_links (
          token       bytea primary key,      -- sha256 of what stands in the mail, as in users and password_resets
          user_id     text not null references users on delete cascade,
          created_at  timestamptz not null default now()
        )
        """
    )
    op.execute("create index replaced_links_user_id_idx on replaced_links (user_id)")
    op.execute("alter table users add column shared_mailbox text")
    op.execute("create index users_shared_mailbox_idx on users (shared_mailbox) where shared_mailbox is not null")
    _find_shared_mailboxes()


def _find_shared_mailboxes() -> None:
    """Give each account its normal form as its key; one whose key an older account has is noted to share its mailbox."""
    connection = op.get_bind()
    rows = connection.execute(
        text(
            "select id, email, email_key from users where deleted_at is null"
            " and (email ~ '[^ -~]' or lower(email) like '%@%xn--%') order by created_at, id"
        )
    ).fetchall()
    for id, email, stored in rows:
        key = email_key(email)
        if key == stored:
            continue
        is_taken = connection.execute(text("select 1 from users where email_key = :key"), {"key": key}).first()
        column = "shared_mailbox" if is_taken else "email_key"
        connection.execute(text(f"update users set {column} = :key where id = :id"), {"id": id, "key": key})  # noqa: S608 - ours


def downgrade() -> None:
    op.execute("alter table users drop column shared_mailbox")
    op.execute("drop table replaced_links")
