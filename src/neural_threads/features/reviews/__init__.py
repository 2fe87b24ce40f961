"""What customers say about makers: one review each, one reply to it, and a rating that always equals a recount."""
