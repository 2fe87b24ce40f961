"""JSON, forms and query strings: types, reading them strictly, and writing them."""
