"""Heavy work outside the server's process, bounded in memory and time."""
