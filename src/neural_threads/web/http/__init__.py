"""What every handler shares with HTTP."""
