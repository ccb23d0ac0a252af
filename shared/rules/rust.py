"""When people are left in peace: the quiet hours of a receiver of mail, in Dutch time.

Nothing is stored of it: whoever delivers asks at the moment of delivering, so that another setting or a new holiday
holds at once. What is acute does not ask.
"""

from dataclasses import dataclass
from datetime import datetime, time

from shared.rules.calendar import AMSTERDAM, Kalender, free_reason
from shared.rules.settings import RuleSettings


@dataclass(frozen=True, slots=True)
class Rust:
    """From when until when nobody is mailed, in Dutch time; the same twice is never, on a working day.

    ``van`` after ``tot`` is a night. A day that is no werkdag is quiet as a whole.
    """

    van: time
    tot: time


def is_quiet(rust: Rust, now: datetime, rules: RuleSettings) -> bool:
    """Say whether a receiver is left in peace now. Raises ``ValueError`` for a moment without a time zone."""
    if now.tzinfo is None:
        raise ValueError("rust geldt op een tijdstip met een tijdzone")
    local = now.astimezone(AMSTERDAM)
    if free_reason(local.date(), Kalender.WERKDAG, rules) is not None:
        return True
    clock = local.time()
    if rust.van <= rust.tot:
        return rust.van <= clock < rust.tot
    return clock >= rust.van or clock < rust.tot
