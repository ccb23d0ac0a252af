"""What was heard of shelter in one casus, its clock, and what it adds to the counts.

Who asked, who was placed and who left are counted by client, a child as one by itself, in the month of what happened.
Where somebody is was never told.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Protocol
from uuid import UUID

from services.monitoring.domain.klokken import Klok, earliest, klok_of
from shared.events.opvang import (
    OpvangAangevraagd,
    OpvangBeeindigd,
    OpvangGeplaatst,
    OpvangGeweigerd,
    OpvangKlaargemeld,
    TraumascreeningGedaan,
)
from shared.events.payloads import Fact
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import TermijnSoort
from shared.rules.opvang import Doelgroep, OpvangEinde

Telling = tuple[str, datetime, str, str]
_ONZEKER = "opvangOnzekereVerblijfsstatus"


@dataclass(frozen=True, slots=True)
class Opvang:
    """All that is known of it in one casus: of what can happen once to a client the first fact counts."""

    aangevraagd: dict[UUID, OpvangAangevraagd] = field(default_factory=dict)  # by aanvraag
    geweigerd: dict[UUID, OpvangGeweigerd] = field(default_factory=dict)  # by client, and so on
    beeindigd: dict[UUID, OpvangBeeindigd] = field(default_factory=dict)
    gescreend: dict[UUID, TraumascreeningGedaan] = field(default_factory=dict)
    # Of which there can be several.
    geplaatst: list[OpvangGeplaatst] = field(default_factory=list)
    klaar: list[OpvangKlaargemeld] = field(default_factory=list)


class OfOpvang(Protocol):
    """What holds what was heard of shelter."""

    @property
    def opvang(self) -> Opvang: ...


_BY_ID: Mapping[type[Fact], tuple[str, str]] = MappingProxyType(
    {
        OpvangAangevraagd: ("aangevraagd", "aanvraag_id"),
        OpvangGeweigerd: ("geweigerd", "client_id"),
        OpvangBeeindigd: ("beeindigd", "client_id"),
        TraumascreeningGedaan: ("gescreend", "client_id"),
    }
)
_ALL: Mapping[type[Fact], str] = MappingProxyType({OpvangGeplaatst: "geplaatst", OpvangKlaargemeld: "klaar"})
HEARD = _BY_ID.keys() | _ALL.keys()


def take(opvang: Opvang, payload: Fact) -> bool:
    """Keep a fact of shelter, given in the order of time; say whether it was one."""
    if type(payload) in _BY_ID:
        name, key = _BY_ID[type(payload)]
        getattr(opvang, name).setdefault(getattr(payload, key), payload)
        return True
    if type(payload) in _ALL:
        getattr(opvang, _ALL[type(payload)]).append(payload)
        return True
    return False


def first_places(opvang: Opvang) -> Mapping[UUID, OpvangGeplaatst]:
    """Return the first place of each client; later ones are a doorstroom within the same stay."""
    told = sorted(opvang.geplaatst, key=lambda one: (one.doorstroom, one.geplaatst_op))
    found: dict[UUID, OpvangGeplaatst] = {}
    for one in told:
        found.setdefault(one.client_id, one)
    return found


def staying(opvang: Opvang) -> Mapping[UUID, datetime | None]:
    """Return when the stay of each client who was placed ended; None while it goes on."""
    return {
        client_id: opvang.beeindigd[client_id].beeindigd_op if client_id in opvang.beeindigd else None
        for client_id in first_places(opvang)
    }


# --- the clock ---------------------------------------------------------------------------------------------------


def opvang_klokken(heard: OfOpvang) -> Iterator[Klok]:
    """Give the term within which each child is screened for trauma; who has left is not screened any more."""
    for client_id, placed in first_places(heard.opvang).items():
        if placed.doelgroep is not Doelgroep.KIND:
            continue
        done, left = heard.opvang.gescreend.get(client_id), heard.opvang.beeindigd.get(client_id)
        end = earliest(
            max(placed.geplaatst_op, done.gescreend_op) if done else None,
            max(placed.geplaatst_op, left.beeindigd_op) if left else None,
        )
        yield klok_of(TermijnSoort.TRAUMASCREENING, placed, ref_id=client_id, start=placed.geplaatst_op, end=end)


# --- the counts --------------------------------------------------------------------------------------------------


def opvangtellingen(heard: OfOpvang) -> Iterator[Telling]:
    """Give every count of shelter."""
    opvang = heard.opvang
    for asked in opvang.aangevraagd.values():
        for client in asked.clienten:
            yield asked.gemeente_code, asked.aangevraagd_op, "opvangAangevraagd", client.doelgroep.value
            if client.onzekere_verblijfsstatus:
                yield asked.gemeente_code, asked.aangevraagd_op, _ONZEKER, "aangevraagd"
    yield from _of_places(opvang)
    for ready in opvang.klaar:
        yield ready.gemeente_code, ready.klaar_sinds, "opvangKlaarMaarNietUit", ""
    for refused in opvang.geweigerd.values():
        yield refused.gemeente_code, refused.geweigerd_op, "opvangGeweigerd", refused.reden.value
        if refused.onzekere_verblijfsstatus:
            yield refused.gemeente_code, refused.geweigerd_op, _ONZEKER, "geweigerd"
    yield from _of_ends(opvang)


def _of_places(opvang: Opvang) -> Iterator[Telling]:
    first = first_places(opvang)
    for placed in opvang.geplaatst:
        place = (placed.gemeente_code, placed.geplaatst_op)
        if placed is not first[placed.client_id]:
            yield *place, "opvangDoorgestroomd", placed.soort.value
            if placed.klaar_sinds:
                yield *place, "opvangKlaarNietUitDagen", _days(placed.klaar_sinds, placed.geplaatst_op)
            continue
        yield *place, "opvangGeplaatst", placed.soort.value
        yield *place, "opvangWachtdagen", _days(placed.aangevraagd_op, placed.geplaatst_op)
        if placed.onzekere_verblijfsstatus:
            yield *place, _ONZEKER, "geplaatst"


def _of_ends(opvang: Opvang) -> Iterator[Telling]:
    for ended in opvang.beeindigd.values():
        place = (ended.gemeente_code, ended.beeindigd_op)
        yield *place, "opvangBeeindigd", ended.einde.value
        if ended.onzekere_verblijfsstatus and ended.einde is OpvangEinde.ELDERS_GEPLAATST:
            yield *place, _ONZEKER, "elders-geplaatst"
        if ended.geplaatst_op:
            yield *place, "opvangVerblijfsdagen", _days(ended.geplaatst_op, ended.beeindigd_op)
        if ended.klaar_sinds:
            yield *place, "opvangKlaarNietUitDagen", _days(ended.klaar_sinds, ended.beeindigd_op)


def _days(start: datetime, end: datetime) -> str:
    return str(max((amsterdam_day(end) - amsterdam_day(start)).days, 0))
