"""Numbers: exact percentiles, targets, and whether they were met."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


def percentile(ordered: Sequence[float], share: float) -> float:
    """The nearest-rank percentile of sorted values: an observed value, never one in between. 0 when there are none."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


def spread(seconds: Sequence[float]) -> dict[str, float]:
    """p50, p95, p99 and the worst of these times, in milliseconds."""
    ordered = sorted(seconds)
    shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
    return {name: round(percentile(ordered, share) * 1000, 2) for name, share in shares.items()}


@dataclass(frozen=True)
class Verdict:
    """One promised figure: what was promised, what was measured, and whether it was kept."""

    figure: str
    target: str
    measured: str
    is_met: bool
    if_alone: str = ""
    """What the CPU that it took would have allowed, had nobody else used the machine; an estimate, never a verdict."""

    def as_json(self) -> dict[str, Any]:
        """For the results file."""
        return asdict(self)


def at_least(figure: str, target: float, measured: float, unit: str = "", if_alone: float | None = None) -> Verdict:
    """A figure that must not be lower."""
    alone = "" if if_alone is None else f"{said(if_alone)}{unit}"
    return Verdict(figure, f">= {said(target)}{unit}", f"{said(measured)}{unit}", measured >= target, alone)


def share(part: dict[str, Any], whole: dict[str, Any]) -> tuple[float, float]:
    """Return how many percent of the second row's rate the first reached: measured, and by the CPU that each took."""
    by_cpu = part.get("rate_if_alone", 0) / (whole.get("rate_if_alone", 0) or math.inf)
    return 100 * part["rate"] / (whole["rate"] or math.inf), 100 * by_cpu


def at_most(figure: str, target: float, measured: float, unit: str = "") -> Verdict:
    """A figure that must not be higher."""
    return Verdict(figure, f"<= {said(target)}{unit}", f"{said(measured)}{unit}", measured <= target)


def said(value: float) -> str:
    """A number as one would say it: three digits are enough."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
