"""Export of a person's data as one ZIP."""
