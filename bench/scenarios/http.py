"""What HTTP itself costs: /health of the product, and the same bytes from a bare ASGI application."""

from bench.context import Stage
from bench.database import cloned
from bench.http_client import request
from bench.servers import app, bare


def run(stage: Stage) -> None:
    """No promise; it says how much of a request is ours before a feature does anything."""
    options, folder = stage.options, stage.here.folder
    with cloned(stage.here, options.designers, options.messages) as database:
        with app(database.url, folder) as server:
            asked = [request("GET", "/health")]
            health = stage.report.row("/health", stage.closed(server, asked, stage.watching(database, server)))
        with bare(health["bytes_each"], folder) as server:
            stage.report.row("bare ASGI", stage.closed(server, asked, stage.watching(database, server)))
