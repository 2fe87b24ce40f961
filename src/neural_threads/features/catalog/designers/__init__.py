"""Finding a designer: the catalogue that everybody may look at, and what each person saves from it."""
