"""Compare two fabrics for the weather: "cotton or georgette for the monsoon?".

Rain goes by how much water a fibre takes up (commercial moisture regain, ASTM D1909: polyester 0.4 %, cotton 7, linen 8.75,
viscose 11, silk 11, wool 13.6), and by how heavy the cloth is: what holds little water dries soonest. Georgette, chiffon and
net are mostly woven of polyester today. House rules, common in tailoring, for which we found no figure: the orders for heat
(plant fibres in plain weaves first, closed and coated cloth last) and for cold (wool and pile first, open weaves last).
"""

from typing import Final

from .lexicon import words_set
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


def is_fabric_choice(result: Understood) -> bool:
    """Return True when two fabrics are held against each other, and nothing is asked that the catalogue or a tailor answers."""
    if len(_choices(result)) < 2 or result.has("cues", *_OTHER_ERRANDS) or result.has("skills") or result.has("care"):
        return False
    if result.budget_max is not None or len(result.values.get("garments", [])) > 1:
        return False
    return bool((_OR | _CLOTH) & set(result.words)) or any(result.has("weather", kind) for kind in _BEST_FIRST)


def answer_fabric(result: Understood, language: LanguageCode) -> str:
    """Return which of the named fabrics suits the weather that was named, and why; for each weather when none was."""
    named = _choices(result)
    weather = [kind for kind in _BEST_FIRST if result.has("weather", kind)]
    return " ".join(_advice(kind, named, language) for kind in weather or _BEST_FIRST)


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
