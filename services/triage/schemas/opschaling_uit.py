"""Scaling up in the words of the wire: how tables, meetings, acties and what a participant sees are shown."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.triage.domain.actie import Actie, ActieStatus, term_of
from services.triage.domain.opschaling import (
    Afschaling,
    Deelnemer,
    Opschaling,
    OpschalingStatus,
    Procesregie,
    TekstDeel,
    VervolgSoort,
)
from services.triage.domain.overleg import Overleg, OverlegStatus
from services.triage.handlers.opschaling import OpschalingView
from services.triage.handlers.opschaling_lezen import BeeldView
from services.triage.handlers.overleg import ActieView, OverlegView
from services.triage.schemas.huisverbod import PersoonPlaats
from services.triage.store.values import AnyRow
from shared.rules.behandelcodes import OpschalingSoort
from shared.rules.opschaling import DeelnemerSoort, Onderdeel
from shared.rules.settings import RuleSettings
from shared.web.schema import GemeenteCode, OptionalTijdstip, Schema, Tijdstip


class TekstDeelOut(Schema):
    onderdeel: Onderdeel
    tekst: str

    @classmethod
    def of(cls, one: TekstDeel) -> "TekstDeelOut":
        """Return a text with its part."""
        return cls(onderdeel=one.onderdeel, tekst=one.tekst)


class DeelnemerOut(Schema):
    """Een deelnemer; `ziet` zijn de onderdelen die hij te zien krijgt."""

    id: UUID
    soort: DeelnemerSoort
    organisatie_id: str
    functie: str | None
    naam: str | None
    ziet: tuple[Onderdeel, ...]
    vertrokken_op: OptionalTijdstip

    @classmethod
    def of(cls, one: Deelnemer) -> "DeelnemerOut":
        """Return a participant as he is shown."""
        return cls(
            id=one.id,
            soort=one.soort,
            organisatie_id=one.organisatie_id,
            functie=one.functie,
            naam=one.naam,
            ziet=tuple(sorted(one.ziet)),
            vertrokken_op=one.vertrokken_op,
        )


class ProcesregieOut(Schema):
    organisatie_id: str
    soort: DeelnemerSoort
    vanaf: Tijdstip

    @classmethod
    def of(cls, one: Procesregie) -> "ProcesregieOut":
        """Return who directed since when."""
        return cls(organisatie_id=one.organisatie_id, soort=one.soort, vanaf=one.vanaf)


class ActieOut(Schema):
    """Een actie, met de dag waarop zij gedaan moet zijn en de uitleg daarvan."""

    id: UUID
    opschaling_id: UUID
    gevolgd_door_id: UUID
    overleg_id: UUID | None
    versie: int
    status: ActieStatus
    besluit: str
    eigenaar_organisatie_id: str
    eigenaar_naam: str | None
    afgesproken_op: Tijdstip
    uiterlijk_dag: date
    uiterlijk: Tijdstip
    uitleg: tuple[str, ...]
    te_laat: bool
    toelichting: str | None
    afgerond_op: OptionalTijdstip

    @classmethod
    def of(cls, actie: Actie, now: datetime, rules: RuleSettings) -> "ActieOut":
        """Return an actie as it is shown."""
        term = term_of(actie, rules)
        return cls(
            id=actie.id,
            opschaling_id=actie.opschaling_id,
            gevolgd_door_id=actie.bij_id,
            overleg_id=actie.overleg_id,
            versie=actie.versie,
            status=actie.status,
            besluit=actie.besluit,
            eigenaar_organisatie_id=actie.eigenaar.organisatie_id,
            eigenaar_naam=actie.eigenaar.naam,
            afgesproken_op=actie.afgesproken_op,
            uiterlijk_dag=actie.uiterlijk_dag,
            uiterlijk=term.uiterlijk,
            uitleg=term.uitleg,
            te_laat=(actie.afgerond_op or now) >= term.uiterlijk,
            toelichting=actie.afronding.toelichting if actie.afronding else None,
            afgerond_op=actie.afgerond_op,
        )

    @classmethod
    def of_view(cls, view: ActieView) -> "ActieOut":
        """Return an actie as it is shown by itself."""
        return cls.of(view.actie, view.now, view.rules)


class OverlegOut(Schema):
    id: UUID
    opschaling_id: UUID
    versie: int
    status: OverlegStatus
    gepland_op: Tijdstip
    agenda: tuple[TekstDeelOut, ...]
    gehouden_op: OptionalTijdstip
    aanwezig: tuple[UUID, ...]
    afwezig: tuple[UUID, ...]
    verslag: tuple[TekstDeelOut, ...]

    @classmethod
    def of(cls, overleg: Overleg) -> "OverlegOut":
        """Return a meeting as it is shown in its opschaling."""
        return cls(**_overleg(overleg))


class OverlegDetail(OverlegOut):
    """Een overleg met de acties die er zijn afgesproken."""

    acties: tuple[ActieOut, ...]

    @classmethod
    def of_view(cls, view: OverlegView) -> "OverlegDetail":
        """Return a meeting as it is shown by itself."""
        acties = tuple(ActieOut.of(one, view.now, view.rules) for one in view.acties)
        return cls(**_overleg(view.overleg), acties=acties)


def _overleg(overleg: Overleg) -> dict[str, Any]:
    verslag = overleg.verslag
    return {
        "id": overleg.id,
        "opschaling_id": overleg.opschaling_id,
        "versie": overleg.versie,
        "status": overleg.status,
        "gepland_op": overleg.gepland_op,
        "agenda": _teksten(overleg.agenda),
        "gehouden_op": verslag.gehouden_op if verslag else None,
        "aanwezig": verslag.aanwezig if verslag else (),
        "afwezig": verslag.afwezig if verslag else (),
        "verslag": _teksten(verslag.teksten if verslag else ()),
    }


def _teksten(delen: tuple[TekstDeel, ...]) -> tuple[TekstDeelOut, ...]:
    return tuple(TekstDeelOut.of(one) for one in delen)


class AfschalingOut(Schema):
    vervolg: VervolgSoort
    organisatie_id: str | None
    opschaling_id: UUID | None
    motivering: str
    overgedragen_acties: tuple[UUID, ...]


class OpschalingItemOut(Schema):
    """Een opschaling in een lijst: zonder wat iemand opschreef."""

    id: UUID
    melding_id: UUID
    casus_id: UUID
    versie: int
    gemeente_code: GemeenteCode
    soort: OpschalingSoort
    status: OpschalingStatus
    gestart_op: Tijdstip
    afgeschaald_op: OptionalTijdstip

    @classmethod
    def of_row(cls, row: AnyRow) -> "OpschalingItemOut":
        """Return an opschaling as it is shown in a list."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class OpschalingenOut(Schema):
    resultaten: tuple[OpschalingItemOut, ...]
    volgende: str | None


class OpschalingOut(OpschalingItemOut):
    """Een opschaling met alles: wie meedoet, wie de regie heeft, overleggen en acties."""

    aanleiding: str
    inhoud: tuple[TekstDeelOut, ...]
    procesregie: ProcesregieOut
    eerdere_procesregie: tuple[ProcesregieOut, ...]
    deelnemers: tuple[DeelnemerOut, ...]
    overleggen: tuple[OverlegOut, ...]
    acties: tuple[ActieOut, ...]
    afschaling: AfschalingOut | None

    @classmethod
    def of_view(cls, view: OpschalingView) -> "OpschalingOut":
        """Return an opschaling as it is shown by itself."""
        one = view.opschaling
        *earlier, directs = (ProcesregieOut.of(regie) for regie in one.procesregie)
        return cls(
            **{name: getattr(one, name) for name in OpschalingItemOut.model_fields},
            aanleiding=one.aanleiding,
            inhoud=_teksten(one.inhoud),
            procesregie=directs,
            eerdere_procesregie=tuple(earlier),
            deelnemers=tuple(DeelnemerOut.of(who) for who in one.deelnemers),
            overleggen=tuple(OverlegOut.of(overleg) for overleg in view.overleggen),
            acties=tuple(ActieOut.of(actie, view.now, view.rules) for actie in view.acties),
            afschaling=_afschaling(one.afschaling) if one.afschaling else None,
        )


def _afschaling(of: Afschaling) -> AfschalingOut:
    return AfschalingOut(
        vervolg=of.vervolg.soort,
        organisatie_id=of.vervolg.organisatie_id,
        opschaling_id=of.vervolg.opschaling_id,
        motivering=of.motivering,
        overgedragen_acties=tuple(one.actie_id for one in of.overdragen),
    )


class BeeldTekst(Schema):
    tijdstip: Tijdstip
    onderdeel: Onderdeel
    tekst: str


class BeeldActie(Schema):
    besluit: str
    eigenaar_organisatie_id: str
    uiterlijk_dag: date
    status: ActieStatus


class DeelnemerBeeld(Schema):
    """Wat deze deelnemer te zien zou krijgen. Teksten gaan pas naar buiten als intake er de melder uit wegliet."""

    deelnemer_id: UUID
    opschaling_id: UUID
    soort: DeelnemerSoort
    organisatie_id: str
    onderdelen: tuple[Onderdeel, ...]
    personen: tuple[PersoonPlaats, ...]
    teksten: tuple[BeeldTekst, ...]
    acties: tuple[BeeldActie, ...]

    @classmethod
    def of(cls, found: BeeldView) -> "DeelnemerBeeld":
        """Return what a participant would see."""
        opschaling: Opschaling = found.view.opschaling
        return cls(
            deelnemer_id=found.deelnemer.id,
            opschaling_id=opschaling.id,
            soort=found.deelnemer.soort,
            organisatie_id=found.deelnemer.organisatie_id,
            onderdelen=tuple(sorted(found.beeld.onderdelen)),
            personen=tuple(PersoonPlaats(melding_id=opschaling.melding_id, nr=nr) for nr in found.beeld.personen),
            teksten=tuple(
                BeeldTekst(tijdstip=one.tijdstip, onderdeel=one.deel.onderdeel, tekst=one.deel.tekst)
                for one in found.beeld.teksten
            ),
            acties=tuple(
                BeeldActie(
                    besluit=one.besluit,
                    eigenaar_organisatie_id=one.eigenaar.organisatie_id,
                    uiterlijk_dag=one.uiterlijk_dag,
                    status=one.status,
                )
                for one in found.beeld.acties
            ),
        )
