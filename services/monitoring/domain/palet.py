"""What was heard of help under an overdracht, and what one casus adds to its figures.

A figure that names a municipality of which only the first fact tells counts where help was asked. Help that was asked
and not there counts by group and phase together: who buys help must know for whom, and when in its course.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from shared.events.palet import InzetBeeindigd, InzetGestart, InzetGevraagd, InzetGeweigerd, LacuneVastgesteld
from shared.events.payloads import Fact
from shared.rules.calendar import amsterdam_day

Telling = tuple[str, datetime, str, str]


@dataclass(frozen=True, slots=True)
class Palet:
    """All that is known of it in one casus, by the id of the thing; the first fact about a thing counts."""

    gevraagd: dict[UUID, InzetGevraagd] = field(default_factory=dict)
    gestart: dict[UUID, InzetGestart] = field(default_factory=dict)
    geweigerd: dict[UUID, InzetGeweigerd] = field(default_factory=dict)
    beeindigd: dict[UUID, InzetBeeindigd] = field(default_factory=dict)
    lacunes: dict[UUID, LacuneVastgesteld] = field(default_factory=dict)


_BY_ID: Mapping[type[Fact], tuple[str, str]] = MappingProxyType(
    {
        InzetGevraagd: ("gevraagd", "inzet_id"),
        InzetGestart: ("gestart", "inzet_id"),
        InzetGeweigerd: ("geweigerd", "inzet_id"),
        InzetBeeindigd: ("beeindigd", "inzet_id"),
        LacuneVastgesteld: ("lacunes", "lacune_id"),
    }
)


def take_hulp(palet: Palet, payload: Fact) -> bool:
    """Keep a fact of help, given in the order of time; say whether it was one."""
    kept = _BY_ID.get(type(payload))
    if kept is None:
        return False
    name, key = kept
    getattr(palet, name).setdefault(getattr(payload, key), payload)
    return True


def palettellingen(palet: Palet) -> Iterator[Telling]:
    """Give every count of help, each in the month of its own moment."""
    for asked in palet.gevraagd.values():
        yield asked.gemeente_code, asked.gevraagd_op, "hulpGevraagdPerDoelgroep", asked.doelgroep.value
        yield asked.gemeente_code, asked.gevraagd_op, "hulpGevraagdPerFase", asked.fase.value
        yield from _of_what_came(palet, asked)
    for missing in palet.lacunes.values():
        place = (missing.gemeente_code, missing.vastgesteld_op)
        yield *place, "lacunesPerDoelgroepEnFase", f"{missing.doelgroep.value}/{missing.fase.value}"
        yield *place, "lacunesPerReden", missing.reden.value


def _of_what_came(palet: Palet, asked: InzetGevraagd) -> Iterator[Telling]:
    started = palet.gestart.get(asked.inzet_id)
    if started:
        days = max((amsterdam_day(started.gestart_op) - amsterdam_day(asked.gevraagd_op)).days, 0)
        yield asked.gemeente_code, started.gestart_op, "dagenTotHulp", str(days)
    refused = palet.geweigerd.get(asked.inzet_id)
    if refused:
        yield asked.gemeente_code, refused.geweigerd_op, "hulpGeweigerdPerReden", refused.reden.value
    ended = palet.beeindigd.get(asked.inzet_id)
    if ended:
        afloop = ended.afbreking.value if ended.afbreking else "afgerond"
        yield asked.gemeente_code, ended.beeindigd_op, "hulpPerAfloop", afloop
