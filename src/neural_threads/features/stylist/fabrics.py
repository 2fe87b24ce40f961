"""Say which fabric suits the weather: "cotton or georgette for the monsoon?", "is velvet all right in this heat?".

Rain goes by how much water a fibre takes up (commercial moisture regain, ASTM D1909: polyester 0.4 %, cotton 7, linen 8.75,
viscose 11, silk 11, wool 13.6), and by how heavy the cloth is: what holds little water dries soonest. Georgette, chiffon and
net are mostly woven of polyester today. House rules, common in tailoring, for which we found no figure: the orders for heat
(plant fibres in plain weaves first, closed and coated cloth last) and for cold (wool and pile first, open weaves last).
Bengaluru's hot months are March to May; from June to October it rains (India Meteorological Department, normals 1991–2020).
"""

import re
from typing import Final

import msgspec

from .lexicon import words_set
from .permission import asks_leave
from .phrases import listed, say, value_name
from .shapes import LanguageCode
from .understanding import Understood

_BEST_FIRST: Final[dict[str, tuple[frozenset[str], ...]]] = {
    "rain": (
        frozenset({"synthetic"}), frozenset({"georgette", "chiffon", "net"}), frozenset({"satin"}), frozenset({"cotton"}),
        frozenset({"linen"}), frozenset({"denim"}), frozenset({"silk", "embroidered"}), frozenset({"wool", "velvet", "leather"}),
    ),
    "hot": (
        frozenset({"linen", "cotton"}), frozenset({"georgette", "chiffon"}), frozenset({"silk", "net"}), frozenset({"satin"}),
        frozenset({"denim"}), frozenset({"synthetic"}), frozenset({"embroidered"}), frozenset({"wool", "velvet", "leather"}),
    ),
    "cold": (
        frozenset({"wool"}), frozenset({"velvet", "leather"}), frozenset({"silk", "denim", "embroidered"}), frozenset({"synthetic"}),
        frozenset({"cotton", "satin"}), frozenset({"georgette"}), frozenset({"chiffon", "net", "linen"}),
    ),
}  # fmt: skip
_OR: Final = words_set(
    "or vs versus than ya yaa athva athava athawa illa illava alladhu allathu leda ledha या अथवा ಅಥವಾ ಇಲ್ಲ அல்லது இல்ல లేదా లేక"
)
_CLOTH: Final = words_set(
    "fabric fabrics material materials cloth kapda kapde kapada batte thuni tuni gudda batta कपड़ा कपड़े फैब्रिक ಬಟ್ಟೆ ಫ್ಯಾಬ್ರಿಕ್ துணி ఫ్యాబ్రిక్ బట్ట గుడ్డ"
)
_OTHER_ERRANDS: Final = ("designer", "tailor", "design", "show", "have", "closet", "missing", "unworn", "duplicate")
_MONTHS: Final = {
    "hot": re.compile(
        r"\b(?:in|this|of|for|by|an?)\s(?:(?:early|late|mid)\s)?(?:march|april|may(?!\s(?:be|not|look|feel|suit)))\b",
        re.IGNORECASE,
    ),
    "rain": re.compile(r"\b(?:june|july|august|september|october)\b", re.IGNORECASE),
}
_WELL, _BADLY = 2, 5
"""Of each order the fabrics before the one place are good, those from the other on are bad."""


def asks_about_fabric(result: Understood) -> bool:
    """Return True for a choice of two fabrics, and for "is velvet all right in this heat"."""
    return is_fabric_choice(result) or asks_leave_for_fabric(result)


def asks_leave_for_fabric(result: Understood) -> bool:
    """Return True when it is asked whether one fabric may be worn in a weather or month that is named."""
    is_of_one = len(_choices(result)) == 1 and not _is_other_errand(result)
    return is_of_one and bool(_weathers(result)) and asks_leave(result)


def is_fabric_choice(result: Understood) -> bool:
    """Return True when two fabrics are held against each other, and nothing is asked that the catalogue or a tailor answers."""
    if len(_choices(result)) < 2 or _is_other_errand(result):
        return False
    return bool((_OR | _CLOTH) & set(result.words)) or any(result.has("weather", kind) for kind in _BEST_FIRST)


def _is_other_errand(result: Understood) -> bool:
    return (
        result.has("cues", *_OTHER_ERRANDS) or result.has("skills") or result.has("care")
        or result.budget_max is not None or len(result.values.get("garments", [])) > 1
    )  # fmt: skip


def answer_fabric(result: Understood, language: LanguageCode) -> str:
    """Return which of the named fabrics suits the weather that was named, and why; for each weather when none was.

    Of one fabric whether it may be worn then, and what is better or worse.
    """
    named, weathers = _choices(result), _weathers(result)
    if len(named) == 1:
        return " ".join(_verdict(kind, named[0], language) for kind in weathers[:1])
    return " ".join(_advice(kind, named, language) for kind in weathers or _BEST_FIRST)


def _verdict(weather: str, fabric: str, language: LanguageCode) -> str:
    order, place = _BEST_FIRST[weather], _place(weather, fabric)
    verdict = "yes" if place < _WELL else "no" if place >= _BADLY else "maybe"
    others = [fabric, *(sorted(order[-1])[-1:] if verdict == "yes" else sorted(order[0]))]
    told = say(language, f"choose.{verdict}", fabric=value_name(language, "fabric", fabric))
    return f"{told} {_advice(weather, others, language)}"


def with_weather(result: Understood) -> Understood:
    """Return what was said, with the weather of a month that was named."""
    months = [] if result.has("weather") else _weathers(result)
    return msgspec.structs.replace(result, values={**result.values, "weather": months}) if months else result


def _weathers(result: Understood) -> list[str]:
    named = [kind for kind in _BEST_FIRST if result.has("weather", kind)]
    return named or [kind for kind, months in _MONTHS.items() if months.search(result.text)]


def _advice(weather: str, named: list[str], language: LanguageCode) -> str:
    places = {fabric: _place(weather, fabric) for fabric in named}
    best = [fabric for fabric in named if places[fabric] == min(places.values())]
    others = [fabric for fabric in named if fabric not in best]
    names = {"best": _names(best, language), "others": _names(others, language)}
    return say(language, f"choose.{weather}" if others else f"choose.{weather}_same", **names)


def _names(fabrics: list[str], language: LanguageCode) -> str:
    return listed(value_name(language, "fabric", fabric) for fabric in fabrics)


def _place(weather: str, fabric: str) -> int:
    return next(place for place, fabrics in enumerate(_BEST_FIRST[weather]) if fabric in fabrics)


def _choices(result: Understood) -> list[str]:
    return list(dict.fromkeys([*result.values.get("fabrics", []), *sorted(result.unwanted.get("fabrics", ()))]))
