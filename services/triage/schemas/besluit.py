"""The besluit in the words of the wire: the uitkomst, what it rests on, and what is missing."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field, StrictBool

from services.triage.domain.besluitoverleg import Deelnemer, Overleg
from services.triage.domain.dossier import Besluit, BesluitOpgave, Instrument
from services.triage.domain.instrumenten import Aanwijzing
from services.triage.handlers.instrumenten import suggestion_of
from services.triage.schemas.common import Bestemmingen, BestemmingOut, bestemmingen_out
from shared.rules.behandelcodes import OverlegFunctie
from shared.rules.codes import Uitkomst
from shared.rules.uitkomsten import Ernst, Toets, UitkomstVoorwaarde
from shared.web.schema import Kenmerk, Naam, Schema, Tekst, Tijdstip

_DEELNEMERS_MAX = 30


class InstrumentIn(Schema):
    naam: Naam
    versie: Kenmerk
    antwoorden: dict[str, Any] | list[Any] = Field(description="De antwoorden in de vorm van het instrument zelf")


class BesluitDeelnemerIn(Schema):
    functie: OverlegFunctie
    medewerker_id: Kenmerk | None = None
    naam: Naam | None = None


class BesluitOverlegIn(Schema):
    """Met wie samen is besloten, en wanneer."""

    moment: Tijdstip
    deelnemers: Annotated[tuple[BesluitDeelnemerIn, ...], Field(min_length=1, max_length=_DEELNEMERS_MAX)]
    toelichting: Tekst | None = None

    def to_domain(self) -> Overleg:
        """Return the overleg as the domain knows it."""
        took_part = tuple(Deelnemer(one.functie, one.medewerker_id, one.naam) for one in self.deelnemers)
        return Overleg(self.moment, took_part, self.toelichting)


class BesluitIn(Schema):
    uitkomst: Uitkomst
    acuut_onveilig: StrictBool
    structureel_onveilig: StrictBool
    motivering: Tekst
    instrument: InstrumentIn | None = None
    bestemmingen: Bestemmingen = ()
    overleg: BesluitOverlegIn | None = None
    bevestigd: Annotated[tuple[UitkomstVoorwaarde, ...], Field(max_length=len(UitkomstVoorwaarde))] = Field(
        default=(), description="Voorwaarden van de uitkomst die geen systeem kan nagaan en die u bevestigt"
    )

    def to_domain(self) -> BesluitOpgave:
        """Return the besluit as the domain knows it."""
        one = self.instrument
        return BesluitOpgave(
            self.uitkomst,
            acuut_onveilig=self.acuut_onveilig,
            structureel_onveilig=self.structureel_onveilig,
            motivering=self.motivering,
            instrument=Instrument(one.naam, one.versie, one.antwoorden) if one else None,
            bestemmingen=tuple(bestemming.to_domain() for bestemming in self.bestemmingen),
            overleg=self.overleg.to_domain() if self.overleg else None,
            bevestigd=frozenset(self.bevestigd),
        )


class InstrumentOut(Schema):
    naam: str
    versie: str
    antwoorden: dict[str, Any] | list[Any]


class AanwijzingOut(Schema):
    """Waar de antwoorden op wijzen; wie besluit kan anders oordelen."""

    acuut_onveilig: bool
    structureel_onveilig: bool


class BesluitDeelnemerOut(Schema):
    functie: OverlegFunctie
    medewerker_id: str | None
    naam: str | None


class BesluitOverlegOut(Schema):
    moment: Tijdstip
    deelnemers: tuple[BesluitDeelnemerOut, ...]
    toelichting: str | None


class ToetsOut(Schema):
    """Een voorwaarde van de uitkomst: of eraan is voldaan, en waar hij staat."""

    voorwaarde: UitkomstVoorwaarde
    voldaan: bool
    ernst: Ernst
    uitleg: str = Field(description="Wat er is als er niet aan is voldaan")
    bron: str
    grondslag: str | None


class BesluitOut(Schema):
    uitkomst: Uitkomst
    acuut_onveilig: bool
    structureel_onveilig: bool
    motivering: str
    instrument: InstrumentOut | None
    aanwijzing: AanwijzingOut | None = Field(description="Alleen bij een instrument dat hier bekend is")
    overleg: BesluitOverlegOut | None
    bevestigd: tuple[UitkomstVoorwaarde, ...]
    bestemmingen: tuple[BestemmingOut, ...]
    besloten_op: Tijdstip
    sluit: bool
    voorwaarden: tuple[ToetsOut, ...]
    waarschuwingen: tuple[str, ...] = Field(description="De uitleg bij de voorwaarden waaraan niet is voldaan")


def besluit_out(besluit: Besluit, toetsen: Sequence[Toets]) -> BesluitOut:
    """Return a besluit as it is shown, with the conditions of its uitkomst."""
    opgave = besluit.opgave
    one = opgave.instrument
    return BesluitOut(
        uitkomst=opgave.uitkomst,
        acuut_onveilig=opgave.acuut_onveilig,
        structureel_onveilig=opgave.structureel_onveilig,
        motivering=opgave.motivering,
        instrument=InstrumentOut(naam=one.naam, versie=one.versie, antwoorden=one.antwoorden) if one else None,
        aanwijzing=_aanwijzing(suggestion_of(one)),
        overleg=_overleg(opgave.overleg) if opgave.overleg else None,
        bevestigd=tuple(sorted(opgave.bevestigd)),
        bestemmingen=bestemmingen_out(besluit.routering),
        besloten_op=besluit.besloten_op,
        sluit=besluit.routering.sluit,
        voorwaarden=tuple(_toets(toets) for toets in toetsen),
        waarschuwingen=tuple(toets.regel.uitleg for toets in toetsen if not toets.voldaan),
    )


def _aanwijzing(found: Aanwijzing | None) -> AanwijzingOut | None:
    return AanwijzingOut(acuut_onveilig=found.acuut, structureel_onveilig=found.structureel) if found else None


def _overleg(overleg: Overleg) -> BesluitOverlegOut:
    took_part = tuple(
        BesluitDeelnemerOut(functie=one.functie, medewerker_id=one.medewerker_id, naam=one.naam)
        for one in overleg.deelnemers
    )
    return BesluitOverlegOut(moment=overleg.moment, deelnemers=took_part, toelichting=overleg.toelichting)


def _toets(toets: Toets) -> ToetsOut:
    regel = toets.regel
    return ToetsOut(
        voorwaarde=regel.voorwaarde,
        voldaan=toets.voldaan,
        ernst=regel.ernst,
        uitleg=regel.uitleg,
        bron=regel.bron,
        grondslag=regel.grondslag,
    )
