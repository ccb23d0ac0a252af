"""How the house logs: one JSON line an event, with a name and ids from an allow-list; nothing else gets through.

A field that is not on the list is dropped and its name is put in ``dropped``: a log line can then not carry
a person, also not by accident.
"""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

ALLOWED = frozenset(
    {
        "event", "level", "timestamp", "room", "melding_id", "casus_id", "dossier_id", "dienst_id", "overdracht_id",
        "event_id", "event_type", "termijn_id", "monitormoment_id", "advies_id", "voorstel_id", "abonnement_id",
        "bericht_id", "stream", "entry_id", "attempt", "attempts", "count", "status", "method", "route",
        "duration_ms", "error_type", "error_place", "sequence", "expected", "task", "worker", "trace_id", "reason",
        "soort", "stap", "lag", "port", "name", "bijlage_id", "import_id", "levering_id",
    }
)  # fmt: skip


def _only_allowed(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    dropped = sorted(set(event) - ALLOWED - {"exception"})
    kept = {key: value for key, value in event.items() if key in ALLOWED}
    if dropped:
        kept["dropped"] = dropped
    return kept


def configure_logging(room: str, level: str = "INFO") -> None:
    """Send every log line of this process to standard output as JSON."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _only_allowed,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(room=room)
    # Libraries may put values of a statement in their messages: only their warnings' names get out.
    logging.basicConfig(level=logging.CRITICAL, force=True)


def get_logger() -> Any:  # structlog's bound logger has no useful static type
    """Return the logger of this process."""
    return structlog.get_logger()


def where(error: BaseException) -> str:
    """Return the file and line at which an error was raised: enough to find it, without its text."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename.rsplit('/', 2)[-1]}:{trace.tb_lineno}" if trace else "?"
