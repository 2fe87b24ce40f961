"""Forms that were refused because the session had ended: their fields are kept for the person who wrote them."""
