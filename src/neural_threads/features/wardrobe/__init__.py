"""The wardrobe: a customer's own items and saved designs."""
