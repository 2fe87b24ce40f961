"""All designers' portfolio items in one search: by category, price, language and words."""
