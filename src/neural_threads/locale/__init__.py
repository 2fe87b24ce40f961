"""The texts of the interface in each language."""
