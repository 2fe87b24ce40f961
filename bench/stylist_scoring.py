"""Whether an answer of the stylist meets the conditions of a situation (bench/stylist/README.md)."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from neural_threads.platform.folding import script_of

SET = Path(__file__).parent / "stylist"
HONEST = ("designer", "tailor", "design")
GROUPS: dict[str, Callable[[dict[str, Any]], bool]] = {
    "all": lambda row: True,
    "English": lambda row: row["language"] == "en",
    "Indian scripts": lambda row: row["language"] != "en" and row["script"] == "native",
    "romanised or mixed": lambda row: row["script"] in ("roman", "mixed"),
}


@dataclass(frozen=True)
class Verdict:
    """Whether a situation holds; which conditions failed; how many yielded because nobody in the catalogue fits."""

    holds: bool
    failed: tuple[str, ...]
    yielded: int


def situations(path: Path = SET / "situations.jsonl") -> list[dict[str, Any]]:
    """Return the situations of a file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def wardrobes(path: Path = SET / "wardrobes.json") -> dict[str, list[dict[str, Any]]]:
    """Return the wardrobes by their keys."""
    found: dict[str, list[dict[str, Any]]] = json.loads(path.read_text("utf-8"))
    return found


def judge(row: dict[str, Any], segments: Sequence[dict[str, Any]], exists: Callable[[dict[str, Any]], bool]) -> Verdict:
    """Judge an answer's segments (as JSON). `exists`: whether the catalogue has anybody who fits a condition."""
    failed, yielded = [], 0
    for condition in row["must"]:
        if meets(condition, segments):
            continue
        if condition.get("segment") in HONEST and not exists(condition) and _is_honest(condition, segments):
            yielded += 1
        else:
            failed.append(f"must {json.dumps(condition, ensure_ascii=False)[:120]}")
    failed += [
        f"avoid {json.dumps(condition, ensure_ascii=False)[:120]}"
        for condition in row["avoid"]
        if meets(condition, segments)
    ]
    return Verdict(not failed, tuple(failed), yielded)


def _is_honest(condition: dict[str, Any], segments: Sequence[dict[str, Any]]) -> bool:
    """Return True when words stand in the place of cards that nobody could fill."""
    return bool(prose(segments)) and not any(segment["type"] == condition["segment"] for segment in segments)


def meets(condition: dict[str, Any], segments: Sequence[dict[str, Any]]) -> bool:
    """Return True when the answer meets one condition."""
    items = [item for segment in segments if segment["type"] == "outfit" for item in segment["items"]]
    names = {item["name"] for item in items}
    if "segment" in condition:
        return _has_segment(condition, segments)
    if "items_any" in condition:
        return bool(names & set(condition["items_any"]))
    if "items_all" in condition:
        return set(condition["items_all"]) <= names
    if "categories_all" in condition:
        return set(condition["categories_all"]) <= {item["category"] for item in items}
    if "text_any" in condition:
        text = everything(segments).lower()
        return any(word.lower() in text for word in condition["text_any"])
    if "answer_language" in condition:
        return (script_of(prose(segments)) or "en") == condition["answer_language"]
    if "max_price" in condition:
        return all(
            segment["price"] is not None and segment["price"] <= condition["max_price"]
            for segment in segments
            if segment["type"] == "design"
        )
    raise ValueError(f"unknown condition: {condition}")


def _has_segment(condition: dict[str, Any], segments: Sequence[dict[str, Any]]) -> bool:
    found = [segment for segment in segments if segment["type"] == condition["segment"]]
    return bool(found) and all(fits(condition, segment) for segment in found)


def fits(condition: dict[str, Any], facts: dict[str, Any]) -> bool:
    """Return True when a card has the niche, skill, location and language of a condition."""
    return all(
        wanted in (facts.get(plural) or [facts.get("category") if name == "niche" else facts.get(name)])
        for name, plural in (
            ("niche", "niches"),
            ("skill", "skills"),
            ("location", "locations"),
            ("language", "languages"),
        )
        if (wanted := condition.get(name))
    )


def prose(segments: Sequence[dict[str, Any]]) -> str:
    """Return the sentences of an answer."""
    parts = [segment.get("text") or segment.get("why") or "" for segment in segments]
    return " ".join(part for part in parts if part)


def everything(segments: Sequence[dict[str, Any]]) -> str:
    """Return all words of an answer: sentences, names of items, of people and designs, choices."""
    return prose(segments) + " " + " ".join(_texts(segments))


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, part in value.items():
            if name not in ("id", "type", "imageUrl", "cutoutUrl", "category", "userId", "designerId", "profilePhoto"):
                yield from _texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)


def shares(rows: Sequence[dict[str, Any]], verdicts: Sequence[Verdict]) -> dict[str, tuple[float, int]]:
    """Return the share that holds and the number of situations, by group, intent and language."""
    keys: dict[str, Callable[[dict[str, Any]], bool]] = dict(GROUPS)
    for field in ("intent", "language", "script"):
        for value in sorted({row[field] for row in rows}):
            keys[f"{field}: {value}"] = lambda row, field=field, value=value: row[field] == value  # type: ignore[misc]
    counted = {}
    for name, belongs in keys.items():
        held = [verdict.holds for row, verdict in zip(rows, verdicts, strict=True) if belongs(row)]
        if held:
            counted[name] = (sum(held) / len(held), len(held))
    return counted
