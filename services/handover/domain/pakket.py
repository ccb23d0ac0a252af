"""What a receiver must know to take over (het pakket), and what it may never hold: who a protected melder is.

The parts come from the other rooms. Intake cuts what may not leave it; what triage wrote can name a melder too, and
intake cuts that before it stands in a package. What is said about the melder is judged here once more, by the same
table: two locks on the one thing that cannot be taken back.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.handover.domain.vinden import Gezocht, Treffer
from shared.rules.codes import BekendmakingGrond, BestemmingSoort, DienstSoort, MelderSoort
from shared.rules.disclosure import Bekendmaking, Lezer, melder_visible
from shared.rules.routing import monitor_maanden, vt_monitors
from shared.rules.settings import RuleSettings
from shared.rules.weglaten import Geknipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Adres:
    postcode: str | None = None
    huisnummer: int | None = None
    huisletter: str | None = None
    huisnummertoevoeging: str | None = None
    straat: str | None = None
    woonplaats: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Persoon:
    rol: str
    bsn: str | None = None
    voornamen: str | None = None
    voorvoegsel: str | None = None
    geslachtsnaam: str | None = None
    geboortedatum: str | None = None
    beschrijving: str | None = None
    telefoonnummers: tuple[str, ...] = ()
    adres: Adres | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Melder:
    """Who reported, only ever made by ``disclosed``."""

    categorie: str | None
    soort: str
    naam: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Geweld:
    relatie: str
    vorm: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeldingSamenvatting:
    melding_id: UUID
    kenmerk: str | None
    ontvangen_op: str | None
    zorgelijke_situatie: str | None
    aard_geweld: tuple[Geweld, ...]
    melder: Melder | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CasusDeel:
    """What intake knows: the persons, and what was reported."""

    personen: tuple[Persoon, ...]
    meldingen: tuple[MeldingSamenvatting, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BesluitDeel:
    """What triage decided on the melding."""

    uitkomst: str
    acuut_onveilig: bool | None
    structureel_onveilig: bool | None
    motivering: str | None
    besloten_op: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Voorwaarde:
    omschrijving: str
    eigenaar: str | None = None
    controle: str | None = None
    controle_op: str | None = None
    instemming: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DienstDeel:
    """What Veilig Thuis did itself after the besluit, and the veiligheidsvoorwaarden that it set."""

    dienst_id: UUID
    soort: str
    conclusie: str | None
    motivering: str | None
    veiligheidsvoorwaarden: tuple[Voorwaarde, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ZichtDeel:
    """Who held sight of safety when the package was made, and since when."""

    organisatie_id: str
    soort: str
    vanaf: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorDeel:
    """After how many months Veilig Thuis looks at the family again, counted from the acceptance; none: it does not."""

    maanden: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pakket:
    casus: CasusDeel
    veiligheidsbeoordeling: BesluitDeel
    diensten: tuple[DienstDeel, ...]
    # Nothing in a package of before these were told.
    zicht: ZichtDeel | None = None
    monitoring: MonitorDeel | None = None


class CasusSource(Protocol):
    """Where the persons and the meldingen of a casus are asked for, and in which casus somebody is known."""

    async def find_casussen(self, gezocht: Gezocht, *, purpose: str) -> tuple[Treffer, ...]:
        """Return in which casussen somebody is known; raises ``OperationalError`` when that cannot be had whole."""
        ...

    async def cut_teksten(self, casus_id: UUID, teksten: Sequence[str], *, purpose: str) -> Geknipt:
        """Return texts as a receiver may read them; raises ``OperationalError`` when they cannot be had."""
        ...

    async def read_casus(self, casus_id: UUID, *, purpose: str) -> CasusDeel:
        """Return the part of intake; raises ``OperationalError`` when it cannot be had whole."""
        ...


class BeoordelingSource(Protocol):
    """Where the besluit and the diensten are asked for."""

    async def read_besluit(self, melding_id: UUID, *, purpose: str) -> BesluitDeel:
        """Return the besluit; raises ``OperationalError`` when it cannot be had whole."""
        ...

    async def read_diensten(self, casus_id: UUID, *, purpose: str) -> tuple[DienstDeel, ...]:
        """Return the diensten of a casus; raises ``OperationalError`` when they cannot be had whole."""
        ...

    async def read_voorwaarden(self, dienst_id: UUID, *, purpose: str) -> Mapping[UUID, Voorwaarde]:
        """Return what each veiligheidsvoorwaarde of a dienst says; raises ``OperationalError`` otherwise."""
        ...


def monitoring_after(
    soort: BestemmingSoort, dienst_id: UUID | None, diensten: Iterable[DienstDeel], settings: RuleSettings
) -> MonitorDeel:
    """Return when Veilig Thuis looks at the family again when this receiver accepts."""
    own = next((dienst for dienst in diensten if dienst.dienst_id == dienst_id), None)
    after = DienstSoort(own.soort) if own and own.soort in set(DienstSoort) else None
    looks = vt_monitors(soort, after, settings)
    return MonitorDeel(maanden=monitor_maanden(after, settings) if looks else ())


def written_here(pakket: Pakket) -> tuple[str, ...]:
    """Return every text of a package that was not written in a melding, in a fixed order."""
    found: list[str] = []

    def keep(text: str) -> str:
        found.append(text)
        return text

    _map_texts(pakket, keep)
    return tuple(found)


def with_texts(pakket: Pakket, teksten: Sequence[str]) -> Pakket:
    """Return a package with other texts in the places of ``written_here``; there must be as many."""
    if len(teksten) != len(written_here(pakket)):
        raise ValueError("not as many texts as there are places")
    following = iter(teksten)
    return _map_texts(pakket, lambda _: next(following))


def _map_texts(pakket: Pakket, change: Callable[[str], str]) -> Pakket:
    def maybe(text: str | None) -> str | None:
        return change(text) if text else text

    besluit = pakket.veiligheidsbeoordeling
    return replace(
        pakket,
        veiligheidsbeoordeling=replace(besluit, motivering=maybe(besluit.motivering)),
        diensten=tuple(
            replace(
                dienst,
                motivering=maybe(dienst.motivering),
                veiligheidsvoorwaarden=tuple(
                    replace(
                        one,
                        omschrijving=change(one.omschrijving),
                        eigenaar=maybe(one.eigenaar),
                        controle=maybe(one.controle),
                    )
                    for one in dienst.veiligheidsvoorwaarden
                ),
            )
            for dienst in pakket.diensten
        ),
    )


def disclosed(melder: object) -> Melder | None:
    """Return what a receiver may know of the melder, from what intake tells of him; None hides all of it.

    What is missing, unknown or contradictory hides: without a recorded agreement nothing leaves this room.
    """
    if not isinstance(melder, Mapping):
        return None
    agreed = melder.get("bekendmaking")
    try:
        soort = MelderSoort(str(melder.get("soort")))
        bekendmaking = _bekendmaking(agreed) if isinstance(agreed, Mapping) else Bekendmaking()
    except ValueError:
        return None
    if not melder_visible(soort, bekendmaking, Lezer.KETENPARTNER).zichtbaar:
        return None
    return Melder(
        categorie=_optional_text(melder.get("categorie")),
        soort=soort.value,
        naam=_optional_text(melder.get("naam")),
    )


def _bekendmaking(agreed: Mapping[str, object]) -> Bekendmaking:
    grond = agreed.get("grond")
    return Bekendmaking(
        openbaar=_optional_bool(agreed.get("openbaar")),
        grond=BekendmakingGrond(str(grond)) if grond is not None else None,
        toestemming=_optional_bool(agreed.get("toestemming")),
        motivering_gegeven=bool(agreed.get("motivering")),
    )


def _optional_bool(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _optional_text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
