"""The developer's machine: set-up, and a private PostgreSQL. The floors do not use it."""
