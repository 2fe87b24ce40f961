"""Outfits of the stylist's answers: keep one, swap single items, send it into a chat."""
