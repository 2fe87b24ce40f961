"""What every answer and every request of the web has in common."""
