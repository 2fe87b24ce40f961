"""Looking through all designers' pieces: by category, price, language and words, however these are spelled."""
