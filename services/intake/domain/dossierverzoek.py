"""A dossierverzoek: what somebody asked about his own file, who decided on it, and who carried it out.

To destroy takes two people: one who decides and a teamleider who confirms, and they are never the same.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from shared.rules.calendar import amsterdam_day
from shared.rules.codes import DossierverzoekSoort, VernietigingReden
from shared.rules.dossierrechten import (
    GRONDEN,
    Correctie,
    Hoedanigheid,
    VerzoekWaarschuwing,
    Weigeringsgrond,
    may_refuse,
    needs,
    waarschuwing_of,
)
from shared.rules.settings import RuleSettings

CLOCK_DIFFERENCE_MAX = timedelta(minutes=5)


class DossierverzoekStatus(StrEnum):
    ONTVANGEN = "ontvangen"
    TE_BEVESTIGEN = "te-bevestigen"  # to destroy: one has decided, another has to confirm
    TOEGEWEZEN = "toegewezen"
    GEWEIGERD = "geweigerd"
    OPGEHEVEN = "opgeheven"  # a beperking that came to an end
    VERNIETIGD = "vernietigd"
    VERVALLEN = "vervallen"  # there is nothing left to decide on


class DossierverzoekAction(StrEnum):
    TOEWIJZEN = "toewijzen"
    VOORSTELLEN = "voorstellen"  # the toewijzing of what takes two people
    WEIGEREN = "weigeren"
    BEVESTIGEN = "bevestigen"
    OPHEFFEN = "opheffen"
    VERVALLEN = "vervallen"


_S, _A = DossierverzoekStatus, DossierverzoekAction
# Every pair is written out. Until it is confirmed a destruction can still be refused; nothing else is taken back.
TRANSITIONS: Mapping[tuple[DossierverzoekStatus, DossierverzoekAction], DossierverzoekStatus | None] = MappingProxyType(
    {
        (_S.ONTVANGEN, _A.TOEWIJZEN): _S.TOEGEWEZEN,
        (_S.ONTVANGEN, _A.VOORSTELLEN): _S.TE_BEVESTIGEN,
        (_S.ONTVANGEN, _A.WEIGEREN): _S.GEWEIGERD,
        (_S.ONTVANGEN, _A.BEVESTIGEN): None,
        (_S.ONTVANGEN, _A.OPHEFFEN): None,
        (_S.ONTVANGEN, _A.VERVALLEN): _S.VERVALLEN,
        (_S.TE_BEVESTIGEN, _A.TOEWIJZEN): None,
        (_S.TE_BEVESTIGEN, _A.VOORSTELLEN): None,
        (_S.TE_BEVESTIGEN, _A.WEIGEREN): _S.GEWEIGERD,
        (_S.TE_BEVESTIGEN, _A.BEVESTIGEN): _S.VERNIETIGD,
        (_S.TE_BEVESTIGEN, _A.OPHEFFEN): None,
        (_S.TE_BEVESTIGEN, _A.VERVALLEN): _S.VERVALLEN,
        (_S.TOEGEWEZEN, _A.TOEWIJZEN): None,
        (_S.TOEGEWEZEN, _A.VOORSTELLEN): None,
        (_S.TOEGEWEZEN, _A.WEIGEREN): None,
        (_S.TOEGEWEZEN, _A.BEVESTIGEN): None,
        (_S.TOEGEWEZEN, _A.OPHEFFEN): _S.OPGEHEVEN,
        (_S.TOEGEWEZEN, _A.VERVALLEN): None,
        (_S.GEWEIGERD, _A.TOEWIJZEN): None,
        (_S.GEWEIGERD, _A.VOORSTELLEN): None,
        (_S.GEWEIGERD, _A.WEIGEREN): None,
        (_S.GEWEIGERD, _A.BEVESTIGEN): None,
        (_S.GEWEIGERD, _A.OPHEFFEN): None,
        (_S.GEWEIGERD, _A.VERVALLEN): None,
        (_S.OPGEHEVEN, _A.TOEWIJZEN): None,
        (_S.OPGEHEVEN, _A.VOORSTELLEN): None,
        (_S.OPGEHEVEN, _A.WEIGEREN): None,
        (_S.OPGEHEVEN, _A.BEVESTIGEN): None,
        (_S.OPGEHEVEN, _A.OPHEFFEN): None,
        (_S.OPGEHEVEN, _A.VERVALLEN): None,
        (_S.VERNIETIGD, _A.TOEWIJZEN): None,
        (_S.VERNIETIGD, _A.VOORSTELLEN): None,
        (_S.VERNIETIGD, _A.WEIGEREN): None,
        (_S.VERNIETIGD, _A.BEVESTIGEN): None,
        (_S.VERNIETIGD, _A.OPHEFFEN): None,
        (_S.VERNIETIGD, _A.VERVALLEN): None,
        (_S.VERVALLEN, _A.TOEWIJZEN): None,
        (_S.VERVALLEN, _A.VOORSTELLEN): None,
        (_S.VERVALLEN, _A.WEIGEREN): None,
        (_S.VERVALLEN, _A.BEVESTIGEN): None,
        (_S.VERVALLEN, _A.OPHEFFEN): None,
        (_S.VERVALLEN, _A.VERVALLEN): None,
    }
)
_STOPS_THE_CLOCK = frozenset({_S.TOEGEWEZEN, _S.GEWEIGERD, _S.VERNIETIGD, _S.VERVALLEN})


class VerzoekKeuze(StrEnum):
    """What a worker can decide."""

    TOEGEWEZEN = "toegewezen"
    GEWEIGERD = "geweigerd"
    OPGEHEVEN = "opgeheven"


# A teamleider confirms through a door of its own; whatever is not here cannot be asked of a request of that kind.
ACTIONS: Mapping[tuple[DossierverzoekSoort, VerzoekKeuze], DossierverzoekAction | None] = MappingProxyType(
    {
        (soort, keuze): action
        for soort in DossierverzoekSoort
        for keuze, action in (
            (VerzoekKeuze.TOEGEWEZEN, _A.VOORSTELLEN if soort is DossierverzoekSoort.VERNIETIGING else _A.TOEWIJZEN),
            (VerzoekKeuze.GEWEIGERD, _A.WEIGEREN if GRONDEN[soort] else None),
            (VerzoekKeuze.OPGEHEVEN, _A.OPHEFFEN if soort is DossierverzoekSoort.BEPERKING else None),
        )
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Besluit:
    """What one person decided, and why."""

    keuze: VerzoekKeuze
    grond: Weigeringsgrond | None
    motivering: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vraag:
    """What came in."""

    soort: DossierverzoekSoort
    casus_id: UUID
    persoon_id: UUID
    ontvangen_op: datetime
    hoedanigheid: Hoedanigheid
    toelichting: str | None
    correctie: Correctie | None
    verklaring: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossierverzoek:
    id: UUID
    soort: DossierverzoekSoort
    reden: VernietigingReden
    casus_id: UUID
    persoon_id: UUID | None  # None: the term of the file has come, nobody asked
    hoedanigheid: Hoedanigheid | None
    ontvangen_op: datetime
    status: DossierverzoekStatus
    versie: int
    toelichting: str | None = None
    correctie: Correctie | None = None
    verklaring: str | None = None
    waarschuwing: VerzoekWaarschuwing | None = None
    besluit: Besluit | None = None
    besloten_op: datetime | None = None
    besloten_door: str | None = None
    bevestigd_op: datetime | None = None
    bevestigd_door: str | None = None
    afgehandeld_op: datetime | None = None


class RefusedError(ValueError):
    """A step out of order; what may be done instead is its text, in Dutch."""


class SamePersonError(ValueError):
    """The second pair of eyes belongs to who decided."""


def receive(vraag: Vraag, *, verzoek_id: UUID, geboortedatum: str | None, settings: RuleSettings) -> Dossierverzoek:
    """Return a new request, with what to look at given the age of whom it is about."""
    on = amsterdam_day(vraag.ontvangen_op)
    return Dossierverzoek(
        id=verzoek_id,
        soort=vraag.soort,
        reden=VernietigingReden.VERZOEK,
        casus_id=vraag.casus_id,
        persoon_id=vraag.persoon_id,
        hoedanigheid=vraag.hoedanigheid,
        ontvangen_op=vraag.ontvangen_op,
        status=DossierverzoekStatus.ONTVANGEN,
        versie=1,
        toelichting=vraag.toelichting,
        correctie=vraag.correctie,
        verklaring=vraag.verklaring,
        waarschuwing=waarschuwing_of(vraag.hoedanigheid, geboortedatum, on, settings),
    )


def propose(*, verzoek_id: UUID, casus_id: UUID, now: datetime) -> Dossierverzoek:
    """Return the request to destroy a file whose term has come; it takes two people like any other."""
    return Dossierverzoek(
        id=verzoek_id,
        soort=DossierverzoekSoort.VERNIETIGING,
        reden=VernietigingReden.BEWAARTERMIJN,
        casus_id=casus_id,
        persoon_id=None,
        hoedanigheid=None,
        ontvangen_op=now,
        status=DossierverzoekStatus.ONTVANGEN,
        versie=1,
    )


def find_faults(vraag: Vraag, now: datetime) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a request, as a JSON pointer and a Dutch sentence."""
    if vraag.ontvangen_op > now + CLOCK_DIFFERENCE_MAX:
        yield "/ontvangenOp", "ligt in de toekomst"
    needed = needs(vraag.soort)
    for name, value in (("correctie", vraag.correctie), ("verklaring", vraag.verklaring)):
        if name == needed and value is None:
            yield f"/{name}", f"is nodig bij een verzoek om {vraag.soort}"
        if name != needed and value is not None:
            yield f"/{name}", f"hoort niet bij een verzoek om {vraag.soort}"


def find_besluit_faults(soort: DossierverzoekSoort, besluit: Besluit) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a besluit: a refusal has a ground of its kind and says why."""
    if besluit.keuze is not VerzoekKeuze.GEWEIGERD:
        if besluit.grond is not None:
            yield "/grond", "hoort alleen bij een weigering"
        return
    if not GRONDEN[soort]:
        yield "/besluit", f"een {soort} kan niet worden geweigerd"
    elif besluit.grond is None:
        yield "/grond", "is nodig bij een weigering"
    elif not may_refuse(soort, besluit.grond):
        known = ", ".join(sorted(GRONDEN[soort]))
        yield "/grond", f"geldt niet voor een {soort}; mogelijk zijn: {known}"
    if not (besluit.motivering or "").strip():
        yield "/motivering", "is nodig bij een weigering"


def is_repetition(verzoek: Dossierverzoek, besluit: Besluit) -> bool:
    """Tell whether exactly this was decided already: the same besluit sent twice is one."""
    return verzoek.besluit == besluit


def decide(verzoek: Dossierverzoek, besluit: Besluit, *, subject: str, now: datetime) -> Dossierverzoek:
    """Return the request as a besluit leaves it; raises ``RefusedError`` when it is out of order."""
    action = ACTIONS[verzoek.soort, besluit.keuze]
    status = _after(verzoek, action) if action else None
    if status is None:
        raise RefusedError(_what_now(verzoek))
    return replace(
        verzoek,
        status=status,
        versie=verzoek.versie + 1,
        besluit=besluit,
        besloten_op=now,
        besloten_door=subject,
        afgehandeld_op=_stopped(verzoek, status, now),
    )


def confirm(verzoek: Dossierverzoek, *, subject: str, now: datetime) -> Dossierverzoek:
    """Return the request as confirmed by a second person, who is not the one that decided.

    Raises ``RefusedError`` when there is nothing to confirm and ``SamePersonError`` for the first person.
    """
    status = _after(verzoek, DossierverzoekAction.BEVESTIGEN)
    if status is None:
        raise RefusedError(_what_now(verzoek))
    if verzoek.besloten_door is None or subject == verzoek.besloten_door:
        raise SamePersonError
    return replace(
        verzoek,
        status=status,
        versie=verzoek.versie + 1,
        bevestigd_op=now,
        bevestigd_door=subject,
        afgehandeld_op=_stopped(verzoek, status, now),
    )


def lapse(verzoek: Dossierverzoek, *, now: datetime) -> Dossierverzoek:
    """Return a request of which nothing is left to decide; one that was decided stays as it is."""
    status = _after(verzoek, DossierverzoekAction.VERVALLEN)
    if status is None:
        return verzoek
    return replace(verzoek, status=status, versie=verzoek.versie + 1, afgehandeld_op=_stopped(verzoek, status, now))


def gives_a_copy(verzoek: Dossierverzoek) -> bool:
    """Say whether the file may be given to who asked."""
    reads = verzoek.soort in {DossierverzoekSoort.INZAGE, DossierverzoekSoort.AFSCHRIFT}
    return reads and verzoek.status is DossierverzoekStatus.TOEGEWEZEN


def _after(verzoek: Dossierverzoek, action: DossierverzoekAction) -> DossierverzoekStatus | None:
    return TRANSITIONS[verzoek.status, action]


def _stopped(verzoek: Dossierverzoek, status: DossierverzoekStatus, now: datetime) -> datetime | None:
    """Return when the clock of the request stopped: once, whatever comes after."""
    return verzoek.afgehandeld_op or (now if status in _STOPS_THE_CLOCK else None)


def _what_now(verzoek: Dossierverzoek) -> str:
    """Say in Dutch what may be done with a request now."""
    steps = [
        keuze.value
        for (soort, keuze), action in ACTIONS.items()
        if soort is verzoek.soort and action is not None and _after(verzoek, action) is not None
    ]
    if _after(verzoek, DossierverzoekAction.BEVESTIGEN) is not None:
        steps.append("bevestigen")
    may = f"mogelijk is nog: {', '.join(steps)}" if steps else "er is niets meer te besluiten"
    return f"Dit verzoek is {verzoek.status}; {may}."
