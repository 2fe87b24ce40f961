"""Share an item in a chat."""
