"""Accounts: sign-up, sign-in, sessions, profiles, passwords."""
