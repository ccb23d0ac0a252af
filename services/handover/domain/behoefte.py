"""Which help fits what a casus needs, in which order and why; and what is missing when none can be had.

What somebody needs is told in codes and ages: nobody can be found by it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from services.handover.domain.interventie import Aanbod, Opgave
from shared.rules.gemeenten import code_on, with_predecessors
from shared.rules.palet import (
    PUNTEN,
    WACHTTIJD_KORT_DAGEN,
    WACHTTIJD_MATIG_DAGEN,
    Doelgroep,
    Fase,
    Indicatie,
    LacuneReden,
    Punt,
    VoorWie,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Behoefte:
    """What is looked for; with ``zonder_…`` help that asks it is put last."""

    gemeente_code: str
    fase: Fase
    doelgroepen: frozenset[Doelgroep] = frozenset()  # none: no special group
    voor_wie: VoorWie | None = None
    leeftijden: frozenset[int] = frozenset()
    zonder_eigen_bijdrage: bool = False
    zonder_indicatie: bool = False
    wachttijd_dagen_max: int | None = None


@dataclass(frozen=True, slots=True)
class Peildag:
    """The day on which is looked, and after how many days a waiting time is no longer counted on."""

    dag: date
    wachttijd_verouderd_na_dagen: int


@dataclass(frozen=True, slots=True)
class Grond:
    """One line of the explanation: what counted, for how much, and in words."""

    punt: Punt
    punten: int
    uitleg: str


@dataclass(frozen=True, slots=True)
class Treffer:
    """Help that fits, with why it stands where it stands."""

    aanbod: Aanbod
    gronden: tuple[Grond, ...]

    @property
    def score(self) -> int:
        """The sum of its points."""
        return sum(grond.punten for grond in self.gronden)


def passes(opgave: Opgave, behoefte: Behoefte, dag: date) -> bool:
    """Say whether help is meant for these people, here, in this phase and on this day."""
    wanted = behoefte.doelgroepen or {Doelgroep.ALGEMEEN}
    return (
        opgave.geldt(dag)
        and opgave.bedient(codes_of(behoefte.gemeente_code, dag))
        and behoefte.fase in opgave.fasen
        and (Doelgroep.ALGEMEEN in opgave.doelgroepen or not opgave.doelgroepen.isdisjoint(wanted))
        and (behoefte.voor_wie is None or behoefte.voor_wie in opgave.voor_wie)
        and _takes_an_age(opgave, behoefte.leeftijden)
    )


def codes_of(gemeente_code: str, dag: date) -> frozenset[str]:
    """Return the codes of a municipality as it is on a day, with those of what went up in it."""
    return with_predecessors({code_on(gemeente_code, dag)})


def _takes_an_age(opgave: Opgave, leeftijden: frozenset[int]) -> bool:
    return not leeftijden or any(opgave.leeftijd_van <= age <= opgave.leeftijd_tot_en_met for age in leeftijden)


def rank(palet: Iterable[Aanbod], behoefte: Behoefte, peil: Peildag) -> list[Treffer]:
    """Return the help that fits, the highest score first; of equal scores the shortest wait."""
    found = [
        Treffer(aanbod, tuple(_gronden(aanbod, behoefte, peil)))
        for aanbod in palet
        if passes(aanbod.interventie.opgave, behoefte, peil.dag)
    ]
    return sorted(found, key=lambda one: (-one.score, _wait(one.aanbod), one.aanbod.interventie.id))


def _wait(aanbod: Aanbod) -> tuple[bool, int]:
    wachttijd = aanbod.interventie.opgave.wachttijd
    return wachttijd is None, wachttijd.dagen if wachttijd else 0


def _gronden(aanbod: Aanbod, behoefte: Behoefte, peil: Peildag) -> Iterator[Grond]:
    opgave = aanbod.interventie.opgave
    yield from _of_doelgroep(opgave, behoefte)
    if opgave.is_regionaal:
        yield _grond(Punt.REGIO, "werkt in de hele regio")
    else:
        yield _grond(Punt.GEMEENTE, "is er voor deze gemeente")
    yield _of_plaatsen(aanbod)
    yield _of_wachttijd(opgave, peil)
    yield from _of_drempels(opgave, behoefte)


def _grond(punt: Punt, uitleg: str) -> Grond:
    return Grond(punt, PUNTEN[punt], uitleg)


def _of_doelgroep(opgave: Opgave, behoefte: Behoefte) -> Iterator[Grond]:
    meant = sorted((behoefte.doelgroepen - {Doelgroep.ALGEMEEN}) & opgave.doelgroepen)
    for doelgroep in meant:
        yield _grond(Punt.DOELGROEP, f"is bedoeld voor {doelgroep}")
    if not meant:
        yield _grond(Punt.DOELGROEP_ALGEMEEN, "is er voor iedereen")


def _of_plaatsen(aanbod: Aanbod) -> Grond:
    if aanbod.vrij is None:
        return _grond(Punt.PLAATS_VRIJ, "heeft geen grens aan het aantal plaatsen")
    if aanbod.is_vol:
        return _grond(Punt.PLAATSEN_BEZET, f"alle plaatsen zijn bezet; {aanbod.bezetting.wachtend} aangevraagd")
    return _grond(Punt.PLAATS_VRIJ, f"{aanbod.vrij} van {aanbod.interventie.opgave.plaatsen} plaatsen vrij")


def _of_wachttijd(opgave: Opgave, peil: Peildag) -> Grond:
    wachttijd = opgave.wachttijd
    if wachttijd is None:
        return _grond(Punt.WACHTTIJD_ONBEKEND, "de wachttijd is niet bekend")
    told = f"{wachttijd.dagen} dagen wachten, opgegeven op {wachttijd.op.isoformat()}"
    if wachttijd.is_verouderd(peil.dag, na_dagen=peil.wachttijd_verouderd_na_dagen):
        return _grond(Punt.WACHTTIJD_VEROUDERD, f"{told}: verouderd, en telt niet mee")
    if wachttijd.dagen <= WACHTTIJD_KORT_DAGEN:
        return _grond(Punt.WACHTTIJD_KORT, told)
    if wachttijd.dagen <= WACHTTIJD_MATIG_DAGEN:
        return _grond(Punt.WACHTTIJD_MATIG, told)
    return _grond(Punt.WACHTTIJD_LANG, told)


def _of_drempels(opgave: Opgave, behoefte: Behoefte) -> Iterator[Grond]:
    if not opgave.eigen_bijdrage:
        yield _grond(Punt.GEEN_EIGEN_BIJDRAGE, "zonder eigen bijdrage")
    elif behoefte.zonder_eigen_bijdrage:
        yield _grond(Punt.EIGEN_BIJDRAGE_ONGEWENST, "vraagt een eigen bijdrage, en die is een drempel")
    else:
        yield _grond(Punt.EIGEN_BIJDRAGE, "vraagt een eigen bijdrage")
    if opgave.indicatie is Indicatie.GEEN:
        yield _grond(Punt.GEEN_INDICATIE, "zonder indicatie")
    elif behoefte.zonder_indicatie:
        yield _grond(Punt.INDICATIE_ONGEWENST, f"vraagt een indicatie ({opgave.indicatie}), en die is een drempel")
    else:
        yield _grond(Punt.INDICATIE, f"vraagt een indicatie ({opgave.indicatie})")


def find_gap(palet: Iterable[Aanbod], behoefte: Behoefte, dag: date) -> LacuneReden | None:
    """Return what is missing: the first thing that leaves nothing over; None when there is help that can be had.

    A waiting time counts here also when it is old: nobody may call help absent because its provider told nothing new.
    """
    left = [one for one in palet if passes(one.interventie.opgave, behoefte, dag)]
    if not left:
        return LacuneReden.GEEN_AANBOD
    left = [one for one in left if _without_threshold(one.interventie.opgave, behoefte)]
    if not left:
        return LacuneReden.DREMPEL
    left = [one for one in left if not one.is_vol]
    if not left:
        return LacuneReden.GEEN_PLAATS
    left = [one for one in left if _soon_enough(one.interventie.opgave, behoefte.wachttijd_dagen_max)]
    return None if left else LacuneReden.WACHTTIJD_TE_LANG


def _without_threshold(opgave: Opgave, behoefte: Behoefte) -> bool:
    payable = not (behoefte.zonder_eigen_bijdrage and opgave.eigen_bijdrage)
    return payable and not (behoefte.zonder_indicatie and opgave.indicatie is not Indicatie.GEEN)


def _soon_enough(opgave: Opgave, dagen_max: int | None) -> bool:
    return dagen_max is None or opgave.wachttijd is None or opgave.wachttijd.dagen <= dagen_max
