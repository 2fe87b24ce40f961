"""The stylist: conversations, and answers that name only what exists."""
