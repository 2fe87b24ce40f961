"""The public catalogue: designers, tailors and designs."""
