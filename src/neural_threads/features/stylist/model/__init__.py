"""The stylist's answer by a language model: it may only point at numbers that it was offered."""
