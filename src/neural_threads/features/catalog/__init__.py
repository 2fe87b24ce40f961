"""The public catalogue: designers, tailors and designs, the designers that a customer saved, and counts."""
