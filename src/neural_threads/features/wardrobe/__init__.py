"""The wardrobe: a customer's own pieces, and designs that they keep among them."""
