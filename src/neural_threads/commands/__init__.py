"""The commands of `neural-threads`, one function each; `__main__` reads the command line and finds the database."""
