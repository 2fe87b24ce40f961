"""SQL statements that erase a person's data. Each may run twice."""

import msgspec

from neural_threads.features.accounts.deleted_user import NAMELESS
from neural_threads.features.accounts.shapes import email_key
from neural_threads.features.search_words.fuzzy import forget_words, words_of_provider
from neural_threads.platform.db import Db
from neural_threads.platform.db.composition import Sql, sql

_CUSTOMER = Sql("(select id from customers where user_id = %(me)s)")
_DESIGNER = Sql("(select id from designers where user_id = %(me)s)")
_TAILOR = Sql("(select id from tailors where user_id = %(me)s)")
_IMAGES = Sql("(select public_id from media where owner_id = %(me)s)")

# In this order: what shows an image goes before the images. Also what others keep of them: a provider's item that was
# saved into somebody's wardrobe is the provider's image. Messages, requests and reviews only lose the image.
ERASED = (
    # Counted like any change of a reaction, so that the others' pages take note.
    """
    with mine as (
      select m.id, m.chat_id, row_number() over (partition by m.chat_id order by m.seq) as nth
        from messages m where m.id in (select message_id from message_reactions where user_id = %(me)s)
    ), counted as (
      update chats c set reaction_seq = c.reaction_seq + (select count(*) from mine where mine.chat_id = c.id)
       where c.id in (select chat_id from mine)
      returning c.id, c.reaction_seq - (select count(*) from mine where mine.chat_id = c.id) as before
    )
    update messages m set reaction_seq = counted.before + mine.nth
      from mine join counted on counted.id = mine.chat_id where m.id = mine.id
    """,
    "delete from message_reactions where user_id = %(me)s",
    sql(
        "delete from virtual_try_ons where customer_id in {customer} or outfit_image_id in {images}",
        customer=_CUSTOMER,
        images=_IMAGES,
    ),
    sql("delete from chatbot_answers where customer_id in {customer}", customer=_CUSTOMER),
    sql("delete from chatbot_messages where customer_id in {customer}", customer=_CUSTOMER),
    sql("delete from chatbot_conversations where customer_id in {customer}", customer=_CUSTOMER),
    sql("delete from wardrobe_looks where customer_id in {customer}", customer=_CUSTOMER),
    sql(
        "delete from wardrobe_items where customer_id in {customer} or image_id in {images}",
        customer=_CUSTOMER,
        images=_IMAGES,
    ),
    sql(
        "delete from portfolio_items where designer_id in {designer} or image_id in {images}",
        designer=_DESIGNER,
        images=_IMAGES,
    ),
    sql("delete from sample_works where tailor_id in {tailor} or image_id in {images}", tailor=_TAILOR, images=_IMAGES),
    sql(
        "delete from saved_designers where customer_id in {customer} or designer_id in {designer}",
        customer=_CUSTOMER,
        designer=_DESIGNER,
    ),
    "delete from consents where user_id = %(me)s",
    "delete from saved_replies where user_id = %(me)s",
    "delete from notifications where user_id = %(me)s",
    "delete from notification_settings where user_id = %(me)s",
    "delete from push_subscriptions where user_id = %(me)s",
    "delete from profile_views where user_id = %(me)s or viewer_id = %(me)s",
    "delete from kept_forms where user_id = %(me)s",
    "delete from password_resets where user_id = %(me)s",
    "delete from replaced_links where user_id = %(me)s",
    "delete from sessions where user_id = %(me)s",
    sql("update alteration_requests set idempotency_key = null where customer_id in {customer}", customer=_CUSTOMER),
    sql("update design_requests set idempotency_key = null where customer_id in {customer}", customer=_CUSTOMER),
    """
    update customers
       set gender = null, location = null, style_preferences = '{}', body_shape = null, language_preference = 'ENGLISH',
           budget_min = null, budget_max = null, shares_style = false, shares_body_shape = false, shares_budget = false,
           updated_at = now()
     where user_id = %(me)s
    """,
    """
    update designers
       set bio = '', years_of_experience = 0, design_niches = '{}', languages = '{}', language_preference = 'ENGLISH',
           phone = null, photo_id = null, updated_at = now()
     where user_id = %(me)s
    """,
    """
    update tailors
       set bio = '', years_of_experience = 0, skills = '{}', languages = '{}', language_preference = 'ENGLISH',
           phone = null, photo_id = null, address = null, position = null, updated_at = now()
     where user_id = %(me)s
    """,
)

# The address is free again: it is unique, and this one nobody can have.
SCRUBBED = """
update users
   set email = 'deleted-' || id || '@invalid', password_hash = '', name = %(nameless)s, age = null,
       is_email_verified = false, email_verify_token = null, email_verify_until = null, shared_mailbox = null,
       deleted_at = coalesce(deleted_at, now()), updated_at = now()
 where id = %(me)s
"""

# Accounts of before may share a mailbox; the oldest that is left has its normal form now.
HANDED_ON = """
update users set email_key = shared_mailbox, shared_mailbox = null, updated_at = now()
 where id = (select id from users where shared_mailbox = %(key)s order by created_at, id limit 1)
   and not exists (select from users where email_key = %(key)s)
"""

# Jobs that failed stay in the queue, and one that is being worked may be tried again; letters are asked for by address.
FORGOTTEN_JOBS = """
with mine as (
  select id, status from procrastinate_jobs
   where args->>'user_id' = %(me)s or lower(args->>'email') in (lower(%(email)s), %(key)s)
     for update
), blanked as (
  update procrastinate_jobs j set args = jsonb_build_object('email', '') from mine
   where j.id = mine.id and mine.status = 'doing' and j.args ? 'email'
)
delete from procrastinate_jobs j using mine where j.id = mine.id and mine.status <> 'doing'
"""


class Leaver(msgspec.Struct, frozen=True):
    """Whoever leaves, as they were."""

    email: str


async def erase(db: Db, user_id: str) -> tuple[str, list[str]]:
    """Erase everything that is only theirs. Answers the address they had, and the names of their images."""
    leaver = await db.one(Leaver, "select email from users where id = %(me)s for no key update", me=user_id)
    words = await words_of_provider(db, user_id)
    for statement in ERASED:
        await db.execute(statement, me=user_id)
    images = await db.all(str, "delete from media where owner_id = %(me)s returning public_id", me=user_id)
    await db.execute(FORGOTTEN_JOBS, me=user_id, email=leaver.email, key=email_key(leaver.email))
    await db.execute(SCRUBBED, me=user_id, nameless=NAMELESS)
    await db.execute(HANDED_ON, key=email_key(leaver.email))
    await forget_words(db, words)
    return leaver.email, images
