"""Conversations with the stylist: questions, the answer that is being composed, and the stored messages."""
