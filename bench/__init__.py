"""Load, measured honestly: a generator of its own, the physical limit beside it, and misses printed as misses."""
