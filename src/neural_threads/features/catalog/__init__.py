"""The public catalogue: designers, tailors and designs. Read models; only web imports them."""
