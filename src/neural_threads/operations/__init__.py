"""Commands of operators: the parent of several server processes, check, backup and restore drill. No floor imports it."""
