"""Photo-real looks: a model draws the person in the garment, and the person's own face is laid back."""
