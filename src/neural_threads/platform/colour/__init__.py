"""Colour: comparison in OKLab and names of colours."""
