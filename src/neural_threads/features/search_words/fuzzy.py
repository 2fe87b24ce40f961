"""Match typed words with known words: exact, by prefix, or nearly spelled."""

from typing import Annotated

import msgspec
from msgspec import Meta

from neural_threads.platform.db import Db
from neural_threads.platform.db.composition import sql

from .kinds import Kind

MOST_BEGUN = 20
MOST_ALIKE = 5
MOST_WORDS = 8
"""More words than these are not looked at: nobody means them all."""


class Known(msgspec.Struct, frozen=True):
    """The known words that match one typed word; each list without those before it."""

    typed: str
    exact: bool
    begun: Annotated[list[str], Meta(description="known words that begin with it")]
    alike: Annotated[list[str], Meta(description="known words spelled nearly like it, the nearest first")]

    @property
    def tiers(self) -> tuple[list[str], list[str]]:
        """The words that stand for it: strictly, and more freely. Most freely: `meant_words`."""
        first = [self.typed] if self.exact else []
        return first, first + self.begun


# A word of one to three letters is like too many others. One letter changed in five ("kavia") leaves a third of the trigrams.
KNOWN = sql(
    """
select typed.word as typed,
       exists (select from search_words w where w.kind = %(kind)s::text and w.word = typed.word collate "C") as exact,
       array(select w.word::text from search_words w
              where w.kind = %(kind)s::text and w.word collate "C" > typed.word and starts_with(w.word, typed.word)
                and w.word < typed.word || chr(1114111) collate "C"
              order by w.word limit {most_begun}) as begun,
       array(select w.word::text from search_words w
              where w.kind = %(kind)s::text and w.word %% typed.word and length(typed.word) > 3
                and (similarity(w.word, typed.word) >= 0.35 or abs(length(w.word) - length(typed.word)) <= 1) and not starts_with(w.word, typed.word)
              order by similarity(w.word, typed.word) desc, w.word limit {most_alike}) as alike
  from unnest(words_of(%(text)s::text)) with ordinality as typed (word, place)
 order by place limit {most_words}
""",
    most_begun=MOST_BEGUN,
    most_alike=MOST_ALIKE,
    most_words=MOST_WORDS,
)


async def known_words(db: Db, kind: Kind, text: str) -> list[Known]:
    """Return what we know of each word of a search."""
    return await db.all(Known, KNOWN, kind=kind, text=text)


WORDS_OF_PROVIDER = """
select word from users u, unnest(words_of(u.name)) as word where u.id = %(user)s and u.role <> 'CUSTOMER'
union
select unnest(tsvector_to_array(i.search_words))
  from portfolio_items i join designers d on d.id = i.designer_id where d.user_id = %(user)s
"""

UNSAID = """
delete from search_words w
 where w.word = any(%(words)s::text[])
   and case w.kind
         when 'NAME' then not exists (select from designers d where strpos(d.search_name, w.word) > 0)
                      and not exists (select from tailors t where strpos(t.search_name, w.word) > 0)
         else not exists (select from portfolio_items i where i.search_words @@ quote_literal(w.word)::tsquery)
       end
"""


async def words_of_provider(db: Db, user_id: str) -> list[str]:
    """The words we learned from a provider's name and items; none of a customer."""
    return await db.all(str, WORDS_OF_PROVIDER, user=user_id)


async def forget_words(db: Db, words: list[str]) -> None:
    """Forget those of these words which no provider's name and no item says any longer."""
    await db.execute(UNSAID, words=words)
