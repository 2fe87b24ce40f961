"""What each command of `neural-threads` does; `__main__` reads the command line and finds the database."""
