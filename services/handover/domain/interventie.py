"""Help that somebody offers, as the interventiepalet holds it: for whom, when, with how many places, and until when.

It is about organisations and never about a family: codes, numbers and days, and a name in which no number can stand.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from shared.rules.gemeenten import gemeente
from shared.rules.palet import Doelgroep, Fase, Indicatie, VoorWie

LEEFTIJD_MAX = 120


@dataclass(frozen=True, slots=True)
class Wachttijd:
    """How long somebody waits, and on which day that was so: without its day a waiting time says nothing."""

    dagen: int
    op: date

    def is_verouderd(self, vandaag: date, *, na_dagen: int) -> bool:
        """Say whether it is too long ago to count on."""
        return vandaag - self.op > timedelta(days=na_dagen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opgave:
    """What is said of an offer by who keeps it; both days of its validity are in it."""

    naam: str
    gemeente_codes: frozenset[str]  # none: the whole region
    doelgroepen: frozenset[Doelgroep]
    fasen: frozenset[Fase]
    voor_wie: frozenset[VoorWie]
    plaatsen: int | None  # None: as many as ask
    wachttijd: Wachttijd | None
    eigen_bijdrage: bool
    indicatie: Indicatie
    leeftijd_van: int
    leeftijd_tot_en_met: int
    geldig_van: date
    geldig_tot_en_met: date | None

    @property
    def is_regionaal(self) -> bool:
        """Say whether it serves every municipality of the region."""
        return not self.gemeente_codes

    def geldt(self, dag: date) -> bool:
        """Say whether it is offered on a day."""
        return self.geldig_van <= dag and (self.geldig_tot_en_met is None or dag <= self.geldig_tot_en_met)

    def bedient(self, gemeente_codes: frozenset[str]) -> bool:
        """Say whether it serves a municipality, given with the codes that it had before."""
        return self.is_regionaal or not self.gemeente_codes.isdisjoint(gemeente_codes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interventie:
    id: UUID
    organisatie_id: str
    opgave: Opgave
    gewijzigd_op: datetime
    versie: int = 1


@dataclass(frozen=True, slots=True)
class Bezetting:
    """How many have the help now, and how many asked and wait."""

    bezet: int = 0
    wachtend: int = 0


@dataclass(frozen=True, slots=True)
class Aanbod:
    """An offer with how full it is."""

    interventie: Interventie
    bezetting: Bezetting = Bezetting()

    @property
    def vrij(self) -> int | None:
        """How many places are free; None when there is no bound."""
        plaatsen = self.interventie.opgave.plaatsen
        # Fewer places can be told than are in use: nobody is put out for it.
        return None if plaatsen is None else max(plaatsen - self.bezetting.bezet, 0)

    @property
    def is_vol(self) -> bool:
        """Say whether nobody more can begin."""
        return self.vrij == 0


def find_opgave_faults(opgave: Opgave, *, vandaag: date) -> Iterator[tuple[str, str]]:
    """Yield what cannot be so in what was said, as a JSON pointer and a Dutch sentence."""
    if opgave.leeftijd_tot_en_met < opgave.leeftijd_van:
        yield "/leeftijdTotEnMet", "ligt onder leeftijdVan"
    if opgave.geldig_tot_en_met is not None and opgave.geldig_tot_en_met < opgave.geldig_van:
        yield "/geldigTotEnMet", "ligt voor geldigVan"
    if opgave.wachttijd is not None and opgave.wachttijd.op > vandaag:
        yield "/wachttijd/op", "ligt in de toekomst"
    if any(gemeente(code) is None for code in opgave.gemeente_codes):
        yield "/gemeenteCodes", "bevat een gemeente die niet bekend is"


def revise(before: Interventie, opgave: Opgave, *, now: datetime) -> Interventie:
    """Return an offer as it is said to be now; what is the same gets no new version."""
    if opgave == before.opgave:
        return before
    return replace(before, opgave=opgave, gewijzigd_op=now, versie=before.versie + 1)
