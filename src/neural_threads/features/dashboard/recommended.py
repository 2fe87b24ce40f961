"""Five designers for a customer: by rating, then by how well they fit; each with the reason."""

from collections.abc import Sequence

import msgspec

from neural_threads.features.accounts.enums import Language, Niche, label
from neural_threads.features.accounts.shapes import Person
from neural_threads.features.catalog.designers.queries import CARD
from neural_threads.features.catalog.designers.shapes import Designer
from neural_threads.platform.db import Db
from neural_threads.platform.db.composition import Sql, sql
from neural_threads.platform.db.rows import json_decoder
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.i18n import ngettext, number

SHOWN = 5
# Among how many of the best rated we look, so that the cost does not grow with the catalogue.
CANDIDATES = 300

# Ratings are compared as they are shown, with one decimal. A style that somebody typed is a niche if it is called like one.
RECOMMENDED = sql(
    """
with wearer as materialized (
  select k.language_preference as language, k.budget_min, k.budget_max,
         array(select upper(s) from unnest(k.style_preferences) s) as styles
    from customers k where k.id = %(customer)s
),
best as materialized (
  select d.* from designers d where d.search_name is not null
   order by d.rating desc, d.review_count desc, d.id limit {candidates}
),
fitting as materialized (
  select best.id, round(best.rating::numeric, 1) as rated, best.review_count,
         array(select n from unnest(best.design_niches) n where n = any (wearer.styles)) as styles,
         wearer.language = any (best.languages) as speaks,
         num_nonnulls(wearer.budget_min, wearer.budget_max) > 0
           and best.budgets && numrange(wearer.budget_min, wearer.budget_max, '[]') as is_affordable
    from best cross join wearer
),
page as materialized (
  select *, row_number() over (order by rated desc, 2 * cardinality(styles) + speaks::int + is_affordable::int desc,
                                        review_count desc, id) as place
    from fitting order by place limit {shown}
)
select convert_to(coalesce(json_agg(json_build_object('designer', {card}, 'styles', page.styles, 'speaks', page.speaks,
                                                      'isAffordable', page.is_affordable) order by page.place), '[]')::text, 'UTF8')
  from page join designers d using (id) join users u on u.id = d.user_id
""",
    candidates=CANDIDATES,
    shown=SHOWN,
    card=Sql(CARD),
)


class Recommended(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A designer, and what of their profile fits mine."""

    designer: Designer
    styles: list[Niche]
    speaks: bool
    is_affordable: bool

    def why(self, language: Language) -> str:
        """The reason for this one, in a sentence. English is spoken by nearly everybody, so it is no reason."""
        speaks = self.speaks and language is not Language.ENGLISH
        details = {"styles": ", ".join(label(style) for style in self.styles[:2]), "language": label(language)}
        return self._reason(speaks) % details

    def _reason(self, speaks: bool) -> str:
        if self.styles and self.is_affordable:
            return _("Makes what you like to wear (%(styles)s) within your budget.")
        if self.styles and speaks:
            return _("Makes what you like to wear (%(styles)s) and speaks %(language)s.")
        if self.styles:
            return _("Makes what you like to wear: %(styles)s.")
        if self.is_affordable and speaks:
            return _("Has designs within your budget and speaks %(language)s.")
        if self.is_affordable:
            return _("Has designs within your budget.")
        if speaks:
            return _("Speaks %(language)s with you.")
        return self._loved()

    def _loved(self) -> str:
        many = self.designer.review_count
        if not many:
            return _("New here: be the first to write a review.")
        words = ngettext("Rated %(rating)s by %(count)s customer.", "Rated %(rating)s by %(count)s customers.", many)
        return words % {"rating": f"{self.designer.rating:.1f}", "count": number(many)}


async def recommended_for(db: Db, me: Person) -> Sequence[Recommended]:
    """At most five, the best first."""
    return _found.decode((await db.all(bytes, RECOMMENDED, customer=me.customer_id))[0])


_found = json_decoder(list[Recommended])
