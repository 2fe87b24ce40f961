"""The makers' own side: what they show to everybody, in which order, and what they say of themselves."""
