"""Images: receive, re-encode, resize, store and sign."""
