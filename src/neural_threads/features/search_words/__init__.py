"""The words that searches know, and the nearest of them to what somebody typed."""
