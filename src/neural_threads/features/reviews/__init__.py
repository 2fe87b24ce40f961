"""Reviews: one per customer and provider, one reply each, and the provider's rating."""
