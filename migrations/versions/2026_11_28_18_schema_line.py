"""The compatible line: which earlier programs can work on this schema (platform/db/migrations.py)."""

from alembic import op

revision = "2026_11_28_18_schema_line"
down_revision = "2026_11_28_17_try_on"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        create table schema_line (
          line     integer not null,
          only_row boolean primary key default true check (only_row)
        );
        insert into schema_line (line) values (1)
        """
    )


def downgrade() -> None:
    op.execute("drop table schema_line")
