"""Floor 2: what the product does, one package per subject. No package here knows a web framework."""
