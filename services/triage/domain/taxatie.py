"""The veiligheidstaxatie of each directbetrokkene: how safe he is, and whether he was seen, or why not."""

from collections.abc import Collection, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.triage.domain.dossier import Dossier, DossierActie, next_status
from shared.rules.behandelcodes import GezienWijze, NietGezienReden
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import BestemmingSoort
from shared.rules.gemeenten import adressering_of
from shared.rules.uitkomsten import Toets, Weging, judge_uitkomst


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxatieOpgave:
    """How safe one person is, as the professional gave it; the person is his place in the melding."""

    persoon_nr: int
    cijfer: int | None = None  # 0 very unsafe, 10 safe; None: only whether he was seen is told yet
    acuut_onveilig: bool | None = None
    structureel_onveilig: bool | None = None
    getaxeerd_op: datetime | None = None
    toelichting: str | None = None
    gezien: bool | None = None  # None: nobody said so
    gezien_op: datetime | None = None
    gezien_wijze: GezienWijze | None = None
    niet_gezien_reden: NietGezienReden | None = None
    gezien_toelichting: str | None = None


@dataclass(frozen=True, slots=True)
class Taxatie:
    """A taxatie as it was kept; one that was replaced stays in the file."""

    id: UUID
    opgave: TaxatieOpgave
    vastgelegd_op: datetime
    vervangen_op: datetime | None = None


def find_taxatie_faults(opgave: TaxatieOpgave, betrokkenen: AbstractSet[int]) -> Iterator[tuple[str, str, str]]:
    """Yield what cannot be right in a taxatie: where it stands, a JSON pointer, and a Dutch sentence.

    Of a melding that came in before its persons were told, any place is taken.
    """
    if betrokkenen and opgave.persoon_nr not in betrokkenen:
        yield "path", "/persoonNr", "geen persoon van deze melding"
    yield from (("body", pointer, detail) for pointer, detail in _cijfer_faults(opgave))
    yield from (("body", pointer, detail) for pointer, detail in _gezien_faults(opgave))


def _cijfer_faults(opgave: TaxatieOpgave) -> Iterator[tuple[str, str]]:
    whole = (opgave.cijfer, opgave.acuut_onveilig, opgave.structureel_onveilig)
    if any(part is None for part in whole) and any(part is not None for part in whole):
        yield "/cijfer", "hoort bij acuutOnveilig en structureelOnveilig: geef alle drie of geen"


def _gezien_faults(opgave: TaxatieOpgave) -> Iterator[tuple[str, str]]:
    for pointer, value in (("/gezienOp", opgave.gezien_op), ("/gezienWijze", opgave.gezien_wijze)):
        if opgave.gezien is True and value is None:
            yield pointer, "is nodig bij iemand die is gezien"
        if opgave.gezien is not True and value is not None:
            yield pointer, "hoort alleen bij iemand die is gezien"
    if opgave.gezien is False and opgave.niet_gezien_reden is None:
        yield "/nietGezienReden", "is nodig bij iemand die niet is gezien"
    if opgave.gezien is not False and opgave.niet_gezien_reden is not None:
        yield "/nietGezienReden", "hoort alleen bij iemand die niet is gezien"


def give_taxatie(before: Dossier, current: Taxatie | None, opgave: TaxatieOpgave) -> Dossier:
    """Return the dossier with the taxatie of one person; the same again changes nothing.

    Raises ``OutOfOrderError`` once the besluit rests on it.
    """
    if current is not None and current.opgave == opgave:
        return before
    status = next_status(before.status, DossierActie.TAXATIE)
    return replace(before, status=status, versie=before.versie + 1)


class TaxatieOntbreekt(StrEnum):
    """What is missing of a person."""

    TAXATIE = "taxatie"
    GEZIEN = "gezien"


@dataclass(frozen=True, slots=True)
class Volledigheid:
    """Whether everybody was estimated and seen, and what is missing of whom."""

    personen: int | None  # None: who the melding is about was never told
    bekeken: int  # of how many persons it was looked at
    ontbreekt: tuple[tuple[int, TaxatieOntbreekt], ...]

    @property
    def compleet(self) -> bool:
        """Say whether nothing is missing; of nobody nothing is known, which is not the same."""
        return self.bekeken > 0 and not self.ontbreekt

    def has_all(self, what: TaxatieOntbreekt) -> bool:
        """Say whether something is known of everybody."""
        return self.bekeken > 0 and all(kind is not what for _, kind in self.ontbreekt)


def volledigheid_of(current: Collection[Taxatie], betrokkenen: AbstractSet[int]) -> Volledigheid:
    """Return what is missing of each directbetrokkene; when they were never told, of those who have a taxatie."""
    opgaven = {one.opgave.persoon_nr: one.opgave for one in current}
    everybody = sorted(betrokkenen or opgaven)
    missing: list[tuple[int, TaxatieOntbreekt]] = []
    for nr in everybody:
        opgave = opgaven.get(nr)
        if opgave is None or opgave.cijfer is None:
            missing.append((nr, TaxatieOntbreekt.TAXATIE))
        if opgave is None or opgave.gezien is None:
            missing.append((nr, TaxatieOntbreekt.GEZIEN))
    return Volledigheid(len(betrokkenen) or None, len(everybody), tuple(missing))


def judge_besluit(dossier: Dossier, current: Collection[Taxatie], betrokkenen: AbstractSet[int]) -> tuple[Toets, ...]:
    """Return the conditions of the uitkomst that was chosen, and whether each holds; nothing before the besluit."""
    if dossier.besluit is None:
        return ()
    opgave, volledig = dossier.besluit.opgave, volledigheid_of(current, betrokkenen)
    named: dict[BestemmingSoort, bool] = {}
    for one in opgave.bestemmingen:
        named[one.soort] = named.get(one.soort, False) or one.organisatie_id is not None
    weging = Weging(
        acuut=opgave.acuut_onveilig,
        structureel=opgave.structureel_onveilig,
        bestemmingen=named,
        adressering_juist=adressering_of(dossier.gemeente_code, amsterdam_day(dossier.ontvangen_op)).juist,
        samen_besloten=opgave.overleg is not None,
        alle_getaxeerd=volledig.has_all(TaxatieOntbreekt.TAXATIE),
        alle_gezien=volledig.has_all(TaxatieOntbreekt.GEZIEN),
        persoon_acuut=any(one.opgave.acuut_onveilig for one in current),
        persoon_structureel=any(one.opgave.structureel_onveilig for one in current),
        bevestigd=opgave.bevestigd,
    )
    return judge_uitkomst(opgave.uitkomst, weging)
