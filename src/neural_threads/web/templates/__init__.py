"""Templates: the Jinja environment, filters, navigation, static assets."""
