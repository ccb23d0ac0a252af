"""Which trace the running work belongs to (W3C Trace Context): taken in at the door, put on every fact."""

import re
import secrets
from contextvars import ContextVar
from dataclasses import dataclass

_FORMAT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_current: ContextVar[str | None] = ContextVar("traceparent", default=None)
_parent: ContextVar[str | None] = ContextVar("parent_span", default=None)


@dataclass(frozen=True, slots=True)
class Span:
    """Where the running work stands in its trace; ``parent_id`` is the span of whoever called us."""

    trace_id: str
    span_id: str
    parent_id: str | None


def current_traceparent() -> str | None:
    """Return the traceparent of the work that is running, or None outside any."""
    return _current.get()


def continue_trace(incoming: str | None) -> str:
    """Take over a valid incoming traceparent with a span of our own, or begin a new trace; return it."""
    taken = incoming.split("-") if incoming and _FORMAT.fullmatch(incoming) else None
    trace_id = taken[1] if taken else secrets.token_hex(16)
    _parent.set(taken[2] if taken else None)
    value = f"00-{trace_id}-{secrets.token_hex(8)}-01"
    _current.set(value)
    return value


def current_span() -> Span | None:
    """Return the span of the work that is running, or None outside any."""
    value = _current.get()
    if value is None:
        return None
    _, trace_id, span_id, _ = value.split("-")
    return Span(trace_id, span_id, _parent.get())
