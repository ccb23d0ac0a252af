"""What a verzoek tot onderzoek to the raad must hold: the parts of StUF-koppelvlak Jeugdzorg 1.0.9."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from services.triage.domain.matter import Betrokkene, fault_of_day
from shared.rules.codes import BestemmingSoort
from shared.rules.routing import BESTEMMINGEN

RAAD = BESTEMMINGEN[BestemmingSoort.RAAD_VOOR_DE_KINDERBESCHERMING].standaard_organisatie or ""


class VtoDocumentSoort(StrEnum):
    """What lies with a request (StUF-koppelvlak Jeugdzorg 1.0.9)."""

    VERZOEK = "verzoek-tot-onderzoek-rvdk"
    GEZINSGESCHIEDENIS = "gezinsgeschiedenis"
    DIAGNOSTISCH_ONDERZOEK = "diagnostisch-onderzoek"
    HULPVERLENINGSRAPPORTAGE = "hulpverleningsrapportage"


@dataclass(frozen=True, slots=True)
class VtoDocument:
    """A document by name: the file itself is a bijlage of the melding, in intake."""

    soort: VtoDocumentSoort
    titel: str
    verwijzing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VtoOpgave:
    """The request as the professional wrote it; a concept may leave anything open."""

    identificatie: str | None = None
    startdatum: date | None = None
    registratiedatum: date | None = None
    onderwerpen: tuple[Betrokkene, ...] = ()
    ongeboren: bool = False
    belanghebbenden: tuple[Betrokkene, ...] = ()
    uitvoerder: str = RAAD
    documenten: tuple[VtoDocument, ...] = ()
    spoed: bool | None = None
    ouders_ingelicht: bool | None = None
    reden_niet_ingelicht: str | None = None
    motivering: str | None = None


def find_missing(opgave: VtoOpgave) -> tuple[str, ...]:
    """Return which parts a request still lacks before it can go to the raad, by their names on the wire."""
    there = {
        "identificatie": opgave.identificatie,
        "startdatum": opgave.startdatum,
        "registratiedatum": opgave.registratiedatum,
        "onderwerpen": opgave.onderwerpen or opgave.ongeboren,
        "belanghebbenden": opgave.belanghebbenden,
        "documenten": opgave.documenten,
        "spoed": opgave.spoed is not None,
        "oudersIngelicht": opgave.ouders_ingelicht is not None,
        "redenNietIngelicht": opgave.ouders_ingelicht is not False or opgave.reden_niet_ingelicht,
        "motivering": opgave.motivering,
    }
    return tuple(name for name, value in there.items() if not value)


def find_faults(opgave: VtoOpgave, now: datetime) -> Iterator[tuple[str, str]]:
    """Yield what cannot be true of a request, complete or not, as a JSON pointer and a Dutch sentence."""
    for name, day in (("startdatum", opgave.startdatum), ("registratiedatum", opgave.registratiedatum)):
        detail = fault_of_day(day, now) if day else None
        if detail:
            yield f"/{name}", detail
    if opgave.uitvoerder != RAAD and not opgave.uitvoerder.startswith(f"{RAAD}-"):
        yield "/uitvoerder", "een vestiging van de Raad voor de Kinderbescherming"
    if opgave.ouders_ingelicht and opgave.reden_niet_ingelicht:
        yield "/redenNietIngelicht", "hoort er alleen bij als de ouders niet zijn ingelicht"
