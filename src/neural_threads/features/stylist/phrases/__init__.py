"""The sentences of the answers, as data: one file a language, "key = sentence". Read when a language is first spoken."""

from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from importlib import resources

from neural_threads.features.stylist.shapes import LanguageCode


@cache
def sentences(language: LanguageCode) -> dict[str, str]:
    """Return all sentences of a language by their keys."""
    text = resources.files(__package__).joinpath(f"{language}.txt").read_text("utf-8")
    lines = (line.partition(" = ") for line in text.splitlines() if line and not line.startswith("#"))
    return {key.strip(): sentence for key, _, sentence in lines}


def say(language: LanguageCode, key: str, **names: object) -> str:
    """Return the sentence with the names put in; an English one that begins with a name begins with a capital."""
    sentence = sentences(language)[key]
    begins_with_name = sentence.startswith("{")
    for name, value in names.items():
        sentence = sentence.replace("{" + name + "}", str(value))
    return sentence[:1].upper() + sentence[1:] if begins_with_name and language == "en" else sentence


def can_say(language: LanguageCode, key: str) -> bool:
    """Return True when there is such a sentence."""
    return key in sentences(language)


def value_name(language: LanguageCode, kind: str, value: str) -> str:
    """Return the name of a value ("colour", "red"); of a garment that has none, "such item"."""
    known = sentences(language)
    return known.get(f"{kind}.{value}") or known.get(f"{kind}.other") or value


def listed(names: Iterable[str]) -> str:
    """Return the names with commas between them, each once."""
    return ", ".join(dict.fromkeys(names))


def rupees(amount: Decimal | int) -> str:
    """Return an amount as Indians write it: ₹1,25,000."""
    digits = str(int(amount))
    head, tail = digits[:-3], digits[-3:]
    groups: list[str] = []
    while head:
        groups.insert(0, head[-2:])
        head = head[:-2]
    return "₹" + ",".join([*groups, tail])
