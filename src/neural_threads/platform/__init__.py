"""Floor 1: what every feature stands on. It knows no feature and no page."""
