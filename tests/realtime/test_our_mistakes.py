"""A mistake of ours is logged and answered; it does not cost anybody the connection."""

import pytest


@pytest.mark.case("C20")
async def test_a_handler_that_breaks_is_answered(exchange, caplog):
    async with exchange.socket("cora") as cora:
        ack = await cora.ask("test-break")
        assert ack["error"]["code"] == "INTERNAL"
        assert (await cora.ask("test-echo"))["success"] is True
    assert "event_failed" in caplog.text


@pytest.mark.case("C21")
async def test_an_event_that_is_too_large_is_refused_by_our_own_emit(exchange, tell):
    async with exchange.socket("cora") as cora:
        with pytest.raises(ValueError, match="fetched by the API"):
            await tell("user:cora", "x" * 20_000)
        await cora.silence()
