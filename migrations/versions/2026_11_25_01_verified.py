"""A review is verified by finished work, so finishing work changes what the catalogue shows."""

from alembic import op

revision = "2026_11_25_01_verified"
down_revision = "2026_11_22_11_letters"
branch_labels = None
depends_on = None

UP = """
create trigger design_requests_tell_catalogue after update of status on design_requests
  for each row when (new.status = 'COMPLETED' and old.status <> 'COMPLETED') execute function tell_catalogue();
create trigger alteration_requests_tell_catalogue after update of status on alteration_requests
  for each row when (new.status = 'COMPLETED' and old.status <> 'COMPLETED') execute function tell_catalogue();
"""

DOWN = """
drop trigger alteration_requests_tell_catalogue on alteration_requests;
drop trigger design_requests_tell_catalogue on design_requests;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
