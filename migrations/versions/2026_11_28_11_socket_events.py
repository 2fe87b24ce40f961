"""What processes tell each other's sockets without Redis, for a minute; and no addresses in jobs that failed."""

from alembic import op

revision = "2026_11_28_11_socket_events"
down_revision = "2026_11_28_01_wardrobe_kinds"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Unlogged: these are hints, and a crash that loses them also ends the sockets they were for.
    op.execute(
        """
        create unlogged table socket_events (
          id bigint generated always as identity primary key,
          body text not null,
          created_at timestamptz not null default now()
        )
        """
    )
    op.execute(
        """
        update procrastinate_jobs set args = '{}'
         where task_name = 'mail_reset' and status in ('failed', 'aborted', 'cancelled') and args ? 'email'
        """
    )


def downgrade() -> None:
    op.execute("drop table socket_events")
