"""HTTP: authentication, CSRF, parsing, headers, caching and errors of all requests."""
