"""Telling the directbetrokkenen in the words of the wire."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.triage.domain import informeren as rules
from services.triage.domain.informeren import Boek, InformeerActie, InformeerStatus, Informering, Uitstel
from services.triage.handlers.informeren import BoekView, InformeringOpgave, UitstelOpgave, UitstelView
from services.triage.schemas.common import PERSOON_NR_MAX
from shared.rules.behandelcodes import InformeerWijze, NietInformerenReden, UitstelReden
from shared.web.schema import GemeenteCode, OptionalTijdstip, Schema, Tekst, Tijdstip

PersoonNr = Annotated[int, Field(ge=0, le=PERSOON_NR_MAX, description="De plaats in de melding, vanaf 0")]


class InformeringIn(Schema):
    persoon_nr: PersoonNr
    tijdstip: Tijdstip
    wijze: InformeerWijze
    toelichting: Tekst | None = None

    def to_domain(self) -> InformeringOpgave:
        """Return it as the handlers know it."""
        return InformeringOpgave(
            persoon_nr=self.persoon_nr, tijdstip=self.tijdstip, wijze=self.wijze, toelichting=self.toelichting
        )


class NietInformeringIn(Schema):
    persoon_nr: PersoonNr
    reden: NietInformerenReden
    toelichting: Tekst
    gezag_nr: Annotated[
        PersoonNr | None,
        Field(description="Bij 'te-jong': wie van de betrokkenen het gezag heeft en wordt geïnformeerd"),
    ] = None
    tijdstip: Annotated[OptionalTijdstip, Field(description="Leeg: nu")] = None

    def to_domain(self) -> InformeringOpgave:
        """Return it as the handlers know it."""
        return InformeringOpgave(
            persoon_nr=self.persoon_nr,
            tijdstip=self.tijdstip,
            reden=self.reden,
            gezag_nr=self.gezag_nr,
            toelichting=self.toelichting,
        )


class UitstelIn(Schema):
    reden: UitstelReden
    motivering: Annotated[
        Tekst, Field(description="Waarom het nu nog niet kan; elk uitstel heeft een eigen motivering")
    ]

    def to_domain(self) -> UitstelOpgave:
        """Return it as the handlers know it."""
        return UitstelOpgave(reden=self.reden, motivering=self.motivering)


class InformeringOut(Schema):
    id: UUID
    persoon_nr: int
    actie: InformeerActie
    tijdstip: Tijdstip
    wijze: InformeerWijze | None
    reden: NietInformerenReden | None
    gezag_nr: int | None
    toelichting: str | None
    door: Annotated[str, Field(description="Wie dit vastlegde, zoals het token hem noemt")]

    @classmethod
    def of(cls, one: Informering) -> "InformeringOut":
        """Return it as it is shown."""
        return cls(
            id=one.id,
            persoon_nr=one.persoon_nr,
            actie=one.actie,
            tijdstip=one.tijdstip,
            wijze=one.wijze,
            reden=one.reden,
            gezag_nr=one.gezag_nr,
            toelichting=one.toelichting,
            door=one.door,
        )


class TermijnOut(Schema):
    uiterlijk: Annotated[Tijdstip, Field(description="Het eerste moment dat te laat is")]
    te_laat: Annotated[bool, Field(description="Een vlag: te laat houdt niets tegen")]
    uitleg: tuple[str, ...]

    @classmethod
    def of(cls, view: BoekView) -> "TermijnOut":
        """Return the term with its working."""
        found = rules.term(view.boek, view.made.rules)
        until = view.boek.gehandeld_op or view.now
        return cls(uiterlijk=found.uiterlijk, te_laat=until >= found.uiterlijk, uitleg=found.uitleg)


class UitstelOut(Schema):
    id: UUID
    nummer: int
    reden: UitstelReden
    motivering: str
    uitgesteld_op: Tijdstip

    @classmethod
    def of(cls, one: Uitstel) -> "UitstelOut":
        """Return it as it is shown."""
        return cls(
            id=one.id,
            nummer=one.nummer,
            reden=one.reden,
            motivering=one.motivering,
            uitgesteld_op=one.uitgesteld_op,
        )


class UitstelMetTermijnOut(UitstelOut):
    termijn: TermijnOut

    @classmethod
    def of_view(cls, one: UitstelView) -> "UitstelMetTermijnOut":
        """Return a postponement with what has become of the term."""
        shown = UitstelOut.of(one.uitstel)
        return cls(**shown.model_dump(), termijn=TermijnOut.of(one.view))


class BetrokkeneOut(Schema):
    persoon_nr: int
    status: InformeerStatus
    laatste: InformeringOut | None

    @classmethod
    def of(cls, boek: Boek, nr: int) -> "BetrokkeneOut":
        """Return what one person knows."""
        last = boek.laatste(nr)
        return cls(persoon_nr=nr, status=boek.status(nr), laatste=InformeringOut.of(last) if last else None)


class InformerenOut(Schema):
    """Wie van een melding is geïnformeerd, tot wanneer dat kan, en wat er nog ontbreekt."""

    melding_id: UUID
    gemeente_code: GemeenteCode
    ontvangen_op: Tijdstip
    betrokkenen: tuple[BetrokkeneOut, ...]
    termijn: TermijnOut
    aantal_uitstellen: int
    uitstellen: tuple[UitstelOut, ...]
    geinformeerd_op: Annotated[OptionalTijdstip, Field(description="Wanneer de klok stopte; leeg: zij loopt")]
    ontbreekt: tuple[str, ...]

    @classmethod
    def of(cls, view: BoekView) -> "InformerenOut":
        """Return the overview of a melding."""
        boek = view.boek
        return cls(
            melding_id=boek.melding_id,
            gemeente_code=boek.gemeente_code,
            ontvangen_op=boek.ontvangen_op,
            betrokkenen=tuple(BetrokkeneOut.of(boek, nr) for nr in boek.genoemd),
            termijn=TermijnOut.of(view),
            aantal_uitstellen=len(boek.uitstellen),
            uitstellen=tuple(UitstelOut.of(one) for one in boek.uitstellen),
            geinformeerd_op=boek.gehandeld_op,
            ontbreekt=rules.missing(boek),
        )
