"""What is looked at again and again has a clock for each stretch between two looks.

So one that was missed stays missed whatever is done later. A stretch is known by the moment at which it began.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from services.monitoring.domain.klokken import End, Klok, moment_key


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody looked: when it must be done again, if it must."""

    op: datetime
    dag: date | None
    vervallen: bool = False


def stretches(first: Klok, looks: Iterable[Look]) -> Iterator[Klok]:
    """Give a clock for each stretch between two looks; one that gives no next day leaves none open."""
    found = {first.start: first}
    since: datetime | None = first.start
    for look in sorted(looks, key=lambda look: look.op):
        op = max(look.op, first.start)
        if since is not None:
            found[since] = replace(found[since], end=End(op, vervallen=look.vervallen))
        if look.dag:
            found[op] = replace(first, start=op, afgesproken=look.dag)
        since = op if look.dag else None
    for clock in found.values():
        yield replace(clock, sleutel=(moment_key(clock.start),))
