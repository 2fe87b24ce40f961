"""An OTLP collector on loopback: it keeps the spans that it is sent, or answers 503."""

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from .answering_server import AnsweringServer, write_whole


@dataclass(frozen=True)
class Span:
    """One span as it was sent."""

    name: str
    trace_id: str
    id: str
    parent_id: str
    is_failed: bool
    attributes: dict[str, Any]


class TraceCollector(AnsweringServer):
    """`async with TraceCollector() as collector:`; `mode` "honest" keeps what comes, "busy" refuses it."""

    def __init__(self) -> None:
        super().__init__()
        self.spans: list[Span] = []
        self.bodies: list[bytes] = []
        self.refused = 0

    @property
    def address(self) -> str:
        """What THREADS_TRACES has to be."""
        return f"{self.origin}/v1/traces"

    async def answer_request(
        self, writer: asyncio.StreamWriter, first: str, headers: dict[str, str], body: bytes
    ) -> None:
        assert first.startswith("POST /v1/traces "), first
        if self.next_mode() != "honest":
            self.refused += 1
            await write_whole(writer, b"", status="503 Service Unavailable")
            return
        self.bodies.append(body)
        self.spans += read_spans(body)
        await write_whole(writer, b"", kind="application/x-protobuf")

    async def until(self, names: Iterable[str], seconds: float = 60) -> list[Span]:
        """Wait for a trace with spans of all these names; answers its spans."""
        names, deadline = set(names), time.monotonic() + seconds
        while True:
            for trace in {span.trace_id for span in self.spans}:
                spans = [span for span in self.spans if span.trace_id == trace]
                if names <= {span.name for span in spans}:
                    return spans
            assert time.monotonic() < deadline, sorted({span.name for span in self.spans})
            await asyncio.sleep(0.05)


def read_spans(body: bytes) -> list[Span]:
    """The spans of one request of the exporter."""
    request = ExportTraceServiceRequest.FromString(body)
    return [
        Span(
            name=span.name,
            trace_id=span.trace_id.hex(),
            id=span.span_id.hex(),
            parent_id=span.parent_span_id.hex(),
            is_failed=span.status.code == 2,
            attributes={
                pair.key: getattr(pair.value, pair.value.WhichOneof("value") or "string_value")
                for pair in span.attributes
            },
        )
        for resource in request.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]
