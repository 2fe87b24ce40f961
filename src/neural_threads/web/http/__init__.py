"""HTTP for every feature: authentication, CSRF, cookies, requests, responses, headers, caches."""
