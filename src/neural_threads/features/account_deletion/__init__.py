"""Delete an account: what is erased, what stays anonymously, and what happens to open orders."""
