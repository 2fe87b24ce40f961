"""What a form creates has the key of its page, so that two presses create it once."""

from alembic import op

revision = "2026_11_28_21_form_keys"
down_revision = "2026_11_28_23_what_was_read"
branch_labels = None
depends_on = None

OWNERS = {
    "saved_replies": "user_id",
    "virtual_try_ons": "customer_id",
    "wardrobe_looks": "customer_id",
}


def upgrade() -> None:
    for table, owner in OWNERS.items():
        op.execute(f"alter table {table} add column client_id uuid")
        op.execute(
            f"create unique index {table}_client_id_key on {table} ({owner}, client_id) where client_id is not null"
        )


def downgrade() -> None:
    for table in OWNERS:
        op.execute(f"alter table {table} drop column client_id")
