"""What operators run: several server processes, the check of an installation. Commands of `__main__`; no floor imports it."""
