"""Which trace the running work belongs to (W3C Trace Context): taken in at the door, put on every fact."""

import re
import secrets
from contextvars import ContextVar

_FORMAT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_current: ContextVar[str | None] = ContextVar("traceparent", default=None)


def current_traceparent() -> str | None:
    """Return the traceparent of the work that is running, or None outside any."""
    return _current.get()


def continue_trace(incoming: str | None) -> str:
    """Take over a valid incoming traceparent with a span of our own, or begin a new trace; return it."""
    trace_id = incoming.split("-")[1] if incoming and _FORMAT.fullmatch(incoming) else secrets.token_hex(16)
    value = f"00-{trace_id}-{secrets.token_hex(8)}-01"
    _current.set(value)
    return value


def current_trace_id() -> str | None:
    """Return the trace id of the work that is running: it may stand in logs and audit rows."""
    value = _current.get()
    return value.split("-")[1] if value else None
