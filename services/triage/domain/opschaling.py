"""Scaling up: a table or centre at which partners act together, who is there, who directs, and how it ends.

A table is never where a casus ends: the local field is a party from the start, and ending says who goes on.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from services.triage.domain.actie import Eigenaar
from services.triage.domain.errors import OutOfOrderError
from services.triage.domain.fouten import Fout, refuse
from shared.events.behandeling import OpschalingBeeindigd, OpschalingGestart
from shared.events.payloads import Fact
from shared.rules.behandelcodes import OpschalingSoort
from shared.rules.opschaling import DEELNEMERS, DeelnemerSoort, Onderdeel, visible


class OpschalingStatus(StrEnum):
    GESTART = "gestart"
    LOPEND = "lopend"
    AFGESCHAALD = "afgeschaald"


class OpschalingActie(StrEnum):
    DEELNEMER = "deelnemer"
    VERTREK = "vertrek"
    PROCESREGIE = "procesregie"
    PLANNEN = "overleg-plannen"
    HOUDEN = "overleg-houden"
    ACTIE = "actie-afspreken"
    AFSCHALEN = "afschalen"


_S, _A = OpschalingStatus, OpschalingActie

# None: refused. What was agreed is carried out also after the table has ended: an actie has a machine of its own.
TRANSITIONS: Mapping[tuple[OpschalingStatus, OpschalingActie], OpschalingStatus | None] = MappingProxyType(
    {
        (_S.GESTART, _A.DEELNEMER): _S.GESTART,
        (_S.GESTART, _A.VERTREK): _S.GESTART,
        (_S.GESTART, _A.PROCESREGIE): _S.GESTART,
        (_S.GESTART, _A.PLANNEN): _S.GESTART,
        (_S.GESTART, _A.HOUDEN): _S.LOPEND,
        (_S.GESTART, _A.ACTIE): _S.LOPEND,
        (_S.GESTART, _A.AFSCHALEN): _S.AFGESCHAALD,
        (_S.LOPEND, _A.DEELNEMER): _S.LOPEND,
        (_S.LOPEND, _A.VERTREK): _S.LOPEND,
        (_S.LOPEND, _A.PROCESREGIE): _S.LOPEND,
        (_S.LOPEND, _A.PLANNEN): _S.LOPEND,
        (_S.LOPEND, _A.HOUDEN): _S.LOPEND,
        (_S.LOPEND, _A.ACTIE): _S.LOPEND,
        (_S.LOPEND, _A.AFSCHALEN): _S.AFGESCHAALD,
        (_S.AFGESCHAALD, _A.DEELNEMER): None,
        (_S.AFGESCHAALD, _A.VERTREK): None,
        (_S.AFGESCHAALD, _A.PROCESREGIE): None,
        (_S.AFGESCHAALD, _A.PLANNEN): None,
        (_S.AFGESCHAALD, _A.HOUDEN): None,
        (_S.AFGESCHAALD, _A.ACTIE): None,
        (_S.AFGESCHAALD, _A.AFSCHALEN): None,
    }
)

_OPEN = (
    "Deelnemers, procesregie, overleggen en acties kunnen worden vastgelegd, en er kan worden afgeschaald met een "
    "vervolg."
)
MAY_NOW: Mapping[OpschalingStatus, str] = MappingProxyType(
    {
        _S.GESTART: f"Deze opschaling is gestart. {_OPEN}",
        _S.LOPEND: f"Deze opschaling loopt. {_OPEN}",
        _S.AFGESCHAALD: (
            "Deze opschaling is afgeschaald. Wat is afgesproken kan nog worden afgerond; opnieuw opschalen kan met een "
            "nieuwe opschaling."
        ),
    }
)
_VAST = "Het lokale veld blijft altijd deelnemer: een tafel is nooit het eindpunt van een casus."


@dataclass(frozen=True, slots=True)
class TekstDeel:
    """A text, and the part of what is said at a table to which it belongs: who may see that part may see it."""

    onderdeel: Onderdeel
    tekst: str


@dataclass(frozen=True, slots=True)
class Deelnemer:
    """Who takes part; without ``mag_zien`` he sees all that his kind may see."""

    id: UUID
    soort: DeelnemerSoort
    organisatie_id: str
    functie: str | None
    naam: str | None
    mag_zien: frozenset[Onderdeel] | None
    vertrokken_op: datetime | None = None

    @property
    def ziet(self) -> frozenset[Onderdeel]:
        """Return the parts that he may see: who has left sees nothing."""
        return frozenset() if self.vertrokken_op else visible(self.soort, self.mag_zien)


@dataclass(frozen=True, slots=True)
class Procesregie:
    """Which organisation directs the process, since when."""

    id: UUID
    organisatie_id: str
    soort: DeelnemerSoort
    vanaf: datetime


class VervolgSoort(StrEnum):
    """Who goes on when a table ends."""

    LOKAAL_VELD = "lokaal-veld"
    OPSCHALING = "opschaling"


@dataclass(frozen=True, slots=True)
class Vervolg:
    """Who goes on: the local field (which organisation), or another table."""

    soort: VervolgSoort
    organisatie_id: str | None = None
    opschaling_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Meegegeven:
    """An open actie that goes along, and who carries it out from now on when that changes."""

    actie_id: UUID
    eigenaar: Eigenaar | None = None


@dataclass(frozen=True, slots=True)
class Afschaling:
    vervolg: Vervolg
    motivering: str
    overdragen: tuple[Meegegeven, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opschaling:
    id: UUID
    melding_id: UUID
    casus_id: UUID
    gemeente_code: str
    soort: OpschalingSoort
    status: OpschalingStatus
    versie: int
    gestart_op: datetime
    aanleiding: str
    inhoud: tuple[TekstDeel, ...]
    deelnemers: tuple[Deelnemer, ...]
    procesregie: tuple[Procesregie, ...]  # the last one directs now
    afschaling: Afschaling | None = None
    afgeschaald_op: datetime | None = None


Step = tuple[Opschaling, tuple[Fact, ...]]


def next_status(status: OpschalingStatus, actie: OpschalingActie) -> OpschalingStatus:
    """Return the state after a step; raises ``OutOfOrderError`` with what may be done instead."""
    after = TRANSITIONS[status, actie]
    if after is None:
        raise OutOfOrderError(MAY_NOW[status])
    return after


def start(new: Opschaling) -> Step:
    """Return a new opschaling and what it tells; raises ``InvoerError`` for participants that cannot be."""
    refuse(deelnemer_faults(new.deelnemers, "/deelnemers"))
    fact = OpschalingGestart(
        opschaling_id=new.id,
        melding_id=new.melding_id,
        gemeente_code=new.gemeente_code,
        soort=new.soort,
        gestart_op=new.gestart_op,
    )
    return new, (fact,)


def with_local_field(deelnemers: tuple[Deelnemer, ...], lokaal: Deelnemer) -> tuple[Deelnemer, ...]:
    """Return the participants with the local field among them, which is a party also when nobody named it."""
    there = any((one.soort, one.organisatie_id) == (lokaal.soort, lokaal.organisatie_id) for one in deelnemers)
    return deelnemers if there else (*deelnemers, lokaal)


def deelnemer_faults(deelnemers: Collection[Deelnemer], pointer: str) -> Iterator[Fout]:
    """Yield who stands there twice, or may not see what was chosen for him."""
    seen: set[tuple[str, str, str | None, str | None]] = set()
    for place, one in enumerate(deelnemers):
        if _who(one) in seen:
            yield f"{pointer}/{place}", "staat er al"
        seen.add(_who(one))
        yield from zicht_faults(one, f"{pointer}/{place}")


def _who(one: Deelnemer) -> tuple[str, str, str | None, str | None]:
    return one.soort, one.organisatie_id, one.functie, one.naam


def zicht_faults(deelnemer: Deelnemer, pointer: str) -> Iterator[Fout]:
    """Yield that more was chosen for a participant than his kind may see, or too little."""
    regel, gekozen = DEELNEMERS[deelnemer.soort], deelnemer.mag_zien
    if gekozen is None:
        return
    if gekozen - regel.mag_zien:
        yield f"{pointer}/magZien", f"mag {', '.join(sorted(gekozen - regel.mag_zien))} niet zien"
    if regel.altijd - gekozen:
        yield f"{pointer}/magZien", f"ziet altijd {', '.join(sorted(regel.altijd))}"


def add_deelnemer(before: Opschaling, new: Deelnemer) -> Opschaling:
    """Return an opschaling with one more participant."""
    status = next_status(before.status, _A.DEELNEMER)
    twice = any(one.vertrokken_op is None and _who(one) == _who(new) for one in before.deelnemers)
    refuse([*zicht_faults(new, ""), *([("/organisatieId", "neemt al deel")] if twice else [])])
    return _step(before, status, deelnemers=(*before.deelnemers, new))


def leave(before: Opschaling, deelnemer_id: UUID, *, now: datetime) -> Opschaling:
    """Return an opschaling that somebody left; the local field cannot, unless it is there more than once.

    Raises ``KeyError`` when he is not there.
    """
    found = next((one for one in before.deelnemers if one.id == deelnemer_id), None)
    if found is None:
        raise KeyError(deelnemer_id)
    if found.vertrokken_op is not None:
        return before
    status = next_status(before.status, _A.VERTREK)
    others = [one for one in before.deelnemers if one.id != deelnemer_id and one.vertrokken_op is None]
    if DEELNEMERS[found.soort].vast and not any(one.soort is found.soort for one in others):
        raise OutOfOrderError(_VAST)
    gone = replace(found, vertrokken_op=now)
    return _step(before, status, deelnemers=tuple(gone if one.id == deelnemer_id else one for one in before.deelnemers))


def hand_procesregie(before: Opschaling, new: Procesregie) -> Opschaling:
    """Return an opschaling that another directs; who directed before stays to be read."""
    held = before.procesregie[-1]
    if (held.organisatie_id, held.soort) == (new.organisatie_id, new.soort):
        return before
    status = next_status(before.status, _A.PROCESREGIE)
    return _step(before, status, procesregie=(*before.procesregie, new))


def note(before: Opschaling, actie: OpschalingActie) -> Opschaling:
    """Return an opschaling in which an overleg or an actie was noted: a new version, for its end rests on them."""
    return _step(before, next_status(before.status, actie))


def scale_down(before: Opschaling, afschaling: Afschaling, *, open_acties: Collection[UUID], now: datetime) -> Step:
    """End an opschaling; every open actie goes along or was closed before.

    Raises ``OutOfOrderError`` that names the acties that would be left behind, and ``InvoerError`` when something is to
    go along that is not open here.
    """
    if before.afschaling is not None and before.afschaling == afschaling:
        return before, ()
    status = next_status(before.status, _A.AFSCHALEN)
    refuse(
        (f"/overTeDragenActies/{place}/actieId", "is hier geen open actie")
        for place, one in enumerate(afschaling.overdragen)
        if one.actie_id not in open_acties
    )
    left = sorted(str(one) for one in set(open_acties) - {one.actie_id for one in afschaling.overdragen})
    if left:
        raise OutOfOrderError(
            f"Er staan nog acties open ({len(left)}): {', '.join(left)}. Rond ze af, geef ze op met een reden, of "
            "draag ze over aan het vervolg."
        )
    after = _step(before, status, afschaling=afschaling, afgeschaald_op=now)
    fact = OpschalingBeeindigd(opschaling_id=after.id, melding_id=after.melding_id, soort=after.soort, beeindigd_op=now)
    return after, (fact,)


def _step(before: Opschaling, status: OpschalingStatus, **changes: object) -> Opschaling:
    return replace(before, status=status, versie=before.versie + 1, **changes)  # type: ignore[arg-type]  # named fields
