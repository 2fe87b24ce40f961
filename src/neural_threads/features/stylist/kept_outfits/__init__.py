"""Outfits of the stylist's answers: kept, changed item by item, and sent into a chat."""
