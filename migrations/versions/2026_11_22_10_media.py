"""Pictures: found by whatever uses them, so that one may be let go without reading whole tables."""

from alembic import op

revision = "2026_11_22_10_media"
down_revision = "2026_11_22_09_requests"
branch_labels = None
depends_on = None

UP = """
create index virtual_try_ons_outfit_image_id_idx on virtual_try_ons (outfit_image_id);
create index virtual_try_ons_person_image_id_idx on virtual_try_ons (person_image_id) where person_image_id is not null;
create index virtual_try_ons_result_image_id_idx on virtual_try_ons (result_image_id) where result_image_id is not null;
create index chatbot_messages_image_id_idx on chatbot_messages (image_id) where image_id is not null;
create index alteration_requests_image_id_idx on alteration_requests (image_id) where image_id is not null;
create index design_requests_image_id_idx on design_requests (image_id) where image_id is not null;
create index design_requests_reference_image_id_idx on design_requests (reference_image_id) where reference_image_id is not null;
-- Uploads that nobody used, oldest first.
create index media_created_at_idx on media (created_at) where public_id like 'u/%';
"""

DOWN = """
drop index media_created_at_idx, design_requests_reference_image_id_idx, design_requests_image_id_idx,
  alteration_requests_image_id_idx, chatbot_messages_image_id_idx, virtual_try_ons_result_image_id_idx,
  virtual_try_ons_person_image_id_idx, virtual_try_ons_outfit_image_id_idx;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
