"""Requests: what each event was, and a name under which a repeated request is the same one."""

from alembic import op

revision = "2026_11_22_09_requests"
down_revision = "2026_11_22_08_notifications"
branch_labels = None
depends_on = None

UP = """
alter table request_events
  add column what text not null default 'MOVED' check (what in ('ASKED', 'MOVED', 'QUOTED', 'QUOTE_ACCEPTED', 'NOTED'));
alter table request_events alter column what drop default;

alter table alteration_requests
  add column idempotency_key text,
  add column fingerprint bytea,
  add column late_told_on date,
  add unique (customer_id, idempotency_key);
alter table design_requests
  add column idempotency_key text,
  add column fingerprint bytea,
  add column late_told_on date,
  add unique (customer_id, idempotency_key);

-- Who waits for whom: counted at every new request, listed first.
create index alteration_requests_open_idx on alteration_requests (customer_id) where status in ('PENDING', 'ACCEPTED', 'IN_PROGRESS');
create index design_requests_open_idx on design_requests (customer_id) where status in ('PENDING', 'ACCEPTED', 'IN_PROGRESS');
-- What may have become late.
create index alteration_requests_promised_idx on alteration_requests (promised_date) where status = 'IN_PROGRESS' and late_told_on is null;
create index design_requests_promised_idx on design_requests (promised_date) where status = 'IN_PROGRESS' and late_told_on is null;
"""

DOWN = """
drop index design_requests_promised_idx, alteration_requests_promised_idx, design_requests_open_idx, alteration_requests_open_idx;
alter table design_requests drop column late_told_on, drop column fingerprint, drop column idempotency_key;
alter table alteration_requests drop column late_told_on, drop column fingerprint, drop column idempotency_key;
alter table request_events drop column what;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
