"""Tokens, signatures, passwords, CSRF, client addresses and rate limits."""
