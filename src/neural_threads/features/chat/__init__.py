"""Talking: one chat for a customer and a maker, its messages in an order without a gap, and what each has read."""
