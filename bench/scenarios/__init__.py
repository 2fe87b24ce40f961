"""Scenarios: one module each, with `run(stage)`."""
