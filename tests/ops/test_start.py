"""Starting: ready soon, healthy, and the log says so."""

import httpx

from tests.support.server import Server


async def test_the_server_is_ready_and_alive(server: Server) -> None:
    async with httpx.AsyncClient(base_url=server.url) as visitor:
        assert (await visitor.get("/ready")).status_code == 200
        assert (await visitor.get("/health")).status_code == 200
