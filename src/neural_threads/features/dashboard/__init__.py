"""The first page of each role: what there is, what is new, what waits. Owns no table."""
