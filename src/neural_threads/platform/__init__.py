"""Floor 1: services that know no feature and no page."""
