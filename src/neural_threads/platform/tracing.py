"""Traces by OpenTelemetry: request, statements, job and event under one id, where THREADS_TRACES names a collector.

Without that setting nothing of OpenTelemetry is loaded and `span` costs a comparison. Spans carry names of routes, tasks and
events, texts of statements with their placeholders, and names of errors; never values, words of people, tokens or addresses.
"""

import asyncio
import logging
import os
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any, Literal

import structlog

log = structlog.get_logger(__name__)

Kind = Literal["server", "client", "producer", "consumer"]
CARRIER = "traceparent"
"""The argument of a queued job that names the span in which it was queued, as W3C's Trace Context writes it."""
LAST_WORDS = 2.0
"""Seconds that the collector has for the last spans when the process ends."""
MOST_TEXT = 2_000

_api: Any = None
_tracer: Any = None
_provider: Any = None
_id_to_use: ContextVar[str] = ContextVar("id_to_use", default="")
_NOTHING: AbstractContextManager[None] = nullcontext()


def start(url: str, share: float) -> None:
    """Trace this share (0 to 1) of all requests from now on; spans go to the OTLP collector at `url`. "" traces nothing."""
    global _api, _tracer, _provider
    if not url:
        return
    from opentelemetry import trace
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
    from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased

    class Ids(RandomIdGenerator):
        """A trace begins under the id that its request has already, where it has one."""

        def generate_trace_id(self) -> int:
            return int(_id_to_use.get() or "0", 16) or super().generate_trace_id()

    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)  # _Exporter says it once instead.
    _provider = TracerProvider(
        resource=Resource.create({"service.name": "neural-threads", "service.instance.id": str(os.getpid())}),
        sampler=ParentBased(TraceIdRatioBased(share)),
        id_generator=Ids(),
        shutdown_on_exit=False,
    )
    exporter: Any = _Exporter(OTLPSpanExporter(endpoint=url, timeout=5))
    _provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=1_000))
    _api, _tracer = trace, _provider.get_tracer("neural_threads")


async def stop() -> None:
    """Send what is left, for two seconds at most."""
    global _tracer, _provider
    provider, _provider, _tracer = _provider, None, None
    if provider is not None:
        # A thread of its own: the loop's would be waited for at exit, however long the collector takes.
        ending = threading.Thread(target=provider.shutdown, daemon=True)
        ending.start()
        await asyncio.to_thread(ending.join, LAST_WORDS)


def span(name: str, kind: Kind, *, parent: str = "", id: str = "", **attributes: Any) -> AbstractContextManager[Any]:
    """Return the context of a piece of work that begins a trace, or goes on with that of `parent` (see `carrier`).

    `id`: 32 hexadecimal digits by which a new trace shall be known.
    """
    if _tracer is None:
        return _NOTHING
    _id_to_use.set(id)
    return _begun(name, kind, attributes, _remote(parent))


def inner_span(name: str, kind: Kind, **attributes: Any) -> AbstractContextManager[Any]:
    """Return the context of a part of the work under way; where nothing is traced, it is not either."""
    if _tracer is None or not _api.get_current_span().is_recording():
        return _NOTHING
    return _begun(name, kind, attributes, None)


def statement_span(text: str) -> AbstractContextManager[Any]:
    """Return the context of one statement, which must have placeholders in place of values."""
    if _tracer is None or not _api.get_current_span().is_recording():
        return _NOTHING
    word = text.split(None, 1)[0].lower()
    attributes = {"db.system.name": "postgresql", "db.query.text": text[:MOST_TEXT]}
    return _begun(word, "client", attributes, None)


def trace_id() -> str:
    """The id of the trace under way, 32 hexadecimal digits; "" when there is none."""
    context = _context()
    return f"{context.trace_id:032x}" if context else ""


def carrier() -> dict[str, str]:
    """Return the argument by which a job's trace goes on with this one; nothing where nothing is traced."""
    context = _context()
    if context is None:
        return {}
    return {CARRIER: f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"}


def _context() -> Any:
    if _tracer is None:
        return None
    context = _api.get_current_span().get_span_context()
    return context if context.is_valid else None


def _remote(parent: str) -> Any:
    """The context that a carrier names; an empty one, in which a trace begins, when it names none."""
    from opentelemetry.context import Context
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    return TraceContextTextMapPropagator().extract({CARRIER: parent}, Context())


@contextmanager
def _begun(name: str, kind: Kind, attributes: dict[str, Any], context: Any) -> Iterator[Any]:
    """A span around some work. Of an error it keeps the class only: the text may quote what somebody wrote."""
    with _tracer.start_as_current_span(
        name,
        context,
        kind=getattr(_api.SpanKind, kind.upper()),
        attributes=attributes,
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        try:
            yield span
        except BaseException as error:
            span.set_attribute("error.type", type(error).__name__)
            span.set_status(_api.StatusCode.ERROR)
            raise


class _Exporter:
    """Sends spans to the collector; says once when it is away, and once when it is back."""

    def __init__(self, exporter: Any) -> None:
        self._exporter = exporter
        self._is_away = False

    def export(self, spans: Any) -> Any:
        """Send these; those that cannot be sent are lost."""
        result = self._exporter.export(spans)
        if self._is_away != (result.name != "SUCCESS"):
            self._is_away = not self._is_away
            log.warning("traces_not_sent" if self._is_away else "traces_sent_again")
        return result

    def shutdown(self) -> None:
        """End."""
        self._exporter.shutdown()

    def force_flush(self, _timeout_millis: int = 0) -> bool:
        """Nothing is kept back here."""
        return True
