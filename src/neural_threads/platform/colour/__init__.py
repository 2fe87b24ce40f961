"""Colours as people sort and name them: wardrobe, stylist and try-on share this."""
