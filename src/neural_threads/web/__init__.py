"""Floor 3: HTTP, sockets and pages, one package per feature and the shared ones beside them."""
