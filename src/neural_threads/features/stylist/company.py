"""Read which garment a message wants company for: of "which dupatta goes with my lehenga" the lehenga."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from .garments import garment_of, is_near_colour
from .lexicon import Match, words_set
from .shapes import OwnedItem
from .understanding import Understood

_BEFORE: Final = words_set("with for on over under alongside match matches matching suit suits")
_BEHIND: Final = words_set(
    "saath sath sang jote jothe jotege jothege jate kooda kuda udan udane odu kalipi tho thoti toti to meeda mida "
    "meedaki paina mele mela mel pe par upar "
    "liye lie vaste ge gagi gaagi ku kku ukku ki kosam साथ संग लिए लिये ऊपर पर ಜೊತೆ ಜೊತೆಗೆ ಜತೆ ಜತೆಗೆ ಮೇಲೆ ಗೆ உடன் "
    "கூட மேல மேலே తో తోటి కలిపి మీద మీదకి పైన కోసం కి"
)
_ALSO: Final = words_set("kooda kuda")
"""In Tamil "with", in Telugu "too"."""
_GENITIVES: Final = words_set("ke ki ka के की का inda ge ಗೆ")
_ENDINGS: Final = {
    "kn": ("ge", "gey", "ಗೆ", "ಕ್ಕೆ", "kke", "ಗಾಗಿ", "gaagi"),
    "ta": ("kku", "ku", "udan", "odu", "oda", "க்கு", "கு", "உடன்", "ுடன்", "ோடு", "ோட"),
    "te": ("ki", "ku", "tho", "to", "కి", "కు", "తో", "లోకి"),
}
_JOINERS: Final = words_set("and n aur or और ಮತ್ತು mattu matthu மற்றும் matrum మరియు mariyu")
_MATCHES: Final = frozenset(
    words_set("match matches matching मैच मैचिंग ಮ್ಯಾಚ್ ಮ್ಯಾಚಿಂಗ್ மேட்ச் மேட்சிங் பொருந்தும் మ్యాచ్ మ్యాచింగ్")
    | {"match karega", "match hoga"}
)
"""Words for colours that also say only that things go together."""
_OR: Final = words_set("or ya yaa athva athava illa illai illana alladhu leda ledha या अथवा ಅಥವಾ அல்லது లేదా లేక vs")


def fixed_garments(result: Understood) -> list[Match]:
    """Return where the garments stand that others are to go with; none of a choice ("saree or lehenga")."""
    wanted = set(result.values.get("garments", []))
    spots = [match for match in result.matches if match.kind == "garments" and match.value in wanted]
    asked = _asked(spots, result)
    rest = [spot for spot in spots if spot.value not in asked]
    if _OR & set(result.words) and len(spots) > 1:
        return []
    if asked:
        return rest
    named = {item.start for item in result.items}
    return [spot for spot in rest if spot.start in named or _is_company_for(spot, spots, result)]


def asked_kinds(result: Understood) -> list[str]:
    """Return the garments that are to go with the fixed ones."""
    fixed = {spot.value for spot in fixed_garments(result)}
    return [kind for kind in result.values.get("garments", []) if kind not in fixed] if fixed else []


def asks_for_colours(result: Understood) -> bool:
    """Return True for "which colour of dupatta", not for "which dupatta matches"."""
    return any(m.kind == "cues" and m.value == "colour" and m.form not in _MATCHES for m in result.matches)


def fixed_items(wardrobe: Sequence[OwnedItem], said: Understood) -> tuple[frozenset[str], ...]:
    """Return for each garment that others are to go with the ids of the asker's pieces of it.

    Of a colour that is named only the pieces in it, if there are any; of a garment of which she has none nothing.
    """
    garments = [garment_of(item) for item in wardrobe]
    colours = {kind: colour for colour, kind in coloured_garments(said)}
    result: list[frozenset[str]] = []
    for spot in fixed_garments(said):
        named = next((item.ids for item in said.items if item.start == spot.start), None)
        owned = [g for g in garments if g.is_of(spot.value)]
        tinted = [g for g in owned if is_near_colour(g.colour, (colours.get(spot.value, ""),))]
        result.append(named or frozenset(g.item.id for g in tinted or owned))
    return tuple(ids for ids in result if ids)


def coloured_garments(result: Understood) -> list[tuple[str, str]]:
    """Return garments with the colour that stands before them: "my red leather jacket"."""
    return [
        (colour.value, garment.value)
        for colour in result.matches
        for garment in result.matches
        if colour.kind == "colours" and garment.kind == "garments" and 0 <= garment.start - colour.end <= 1
        and not result.has("cues", "colour") and garment.value in result.values.get("garments", [])
        and colour.value in result.values.get("colours", [])
    ]  # fmt: skip


def _asked(spots: list[Match], result: Understood) -> set[str]:
    """Return the garments behind a "which", and those that "and" adds to them."""
    asked = set(result.asked_garments)
    for one, other in pairwise(spots):
        between = result.words[one.end : other.start]
        if one.value in asked and between and _JOINERS.issuperset(between):
            asked.add(other.value)
    return asked - {spot.value for spot in spots if any(spot.start == item.start for item in result.items)}


def _is_company_for(spot: Match, spots: list[Match], result: Understood) -> bool:
    """Return True for "with my X", "X ke saath", "X-ge"."""
    begin = max([other.end for other in spots if other.end <= spot.start], default=0)
    if result.language == "en" and _BEFORE & set(result.words[max(begin, spot.start - 4) : spot.start]):
        return True
    behind = [word for word in result.words[spot.end : spot.end + 2] if word not in _GENITIVES]
    if result.language == "en":  # "Saree ke saath" may be all that is not English.
        return result.words[spot.end : spot.end + 2] in (["ke", "saath"], ["ke", "sath"])
    if behind and behind[0] in _BEHIND and not (result.language == "te" and behind[0] in _ALSO):
        return True
    typed = result.words[spot.end - 1]
    return typed.endswith(_ENDINGS.get(result.language, ())) and len(typed) > len(spot.form.split()[-1])
