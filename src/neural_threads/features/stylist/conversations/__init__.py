"""Conversations with the stylist: what is asked, the answer under way, and what is kept of both."""
