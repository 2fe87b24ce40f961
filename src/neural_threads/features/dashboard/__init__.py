"""The home page of each role. Read models only; no table belongs to it."""
