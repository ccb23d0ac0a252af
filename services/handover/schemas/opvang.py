"""Requests for shelter, in the words of the wire: what comes in."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StrictBool

from services.handover.domain.opvang import NietIn, Splitsing
from services.handover.domain.opvangplaatsing import Elders, Plaatsing, Plek
from services.handover.domain.opvangstappen import Screening, Wie
from services.handover.handlers.opvang import AanvraagOpgave, ClientOpgave
from services.handover.handlers.opvangplaatsen import PlaatsenOpgave
from shared.ids import new_id
from shared.rules.opvang import (
    Doelgroep,
    OpvangIntrekReden,
    OpvangSoort,
    OpvangWeigerReden,
    ScreeningUitkomst,
    ScreeningVervolg,
    SplitsReden,
    UitstroomNaar,
)
from shared.web.schema import GemeenteCode, OrganisatieId, Schema, Tekst, Tijdstip

_GROEP_MAX = 30
_NIET_IN_MAX = 50
_PLAATSEN_MAX = 5_000
_PERSOON_NR_MAX = 999

PersoonNr = Annotated[
    int, Field(ge=0, le=_PERSOON_NR_MAX, description="De plaats van de persoon in de melding, vanaf 0")
]
Personen = Annotated[
    tuple[PersoonNr, ...] | None,
    Field(max_length=_GROEP_MAX, description="Van wie; zonder: van iedereen met wie het kan"),
]


class OpvangClientIn(Schema):
    """Iemand die een plaats nodig heeft; elk kind is er zelf een."""

    persoon_nr: PersoonNr
    doelgroep: Doelgroep
    onzekere_verblijfsstatus: StrictBool = Field(
        default=False, description="Nooit een reden om te weigeren (Verdrag van Istanbul art. 4 lid 3)"
    )


class NietInIn(Schema):
    """Waar deze mensen niet geplaatst mogen worden."""

    niet_in_gemeenten: Annotated[tuple[GemeenteCode, ...], Field(max_length=_NIET_IN_MAX)] = ()
    niet_in_regios: Annotated[
        tuple[OrganisatieId, ...], Field(max_length=_NIET_IN_MAX, description="Regio's, naar hun Veilig Thuis")
    ] = ()

    def niet_in(self) -> NietIn:
        """Return where they may not be as the domain knows it."""
        return NietIn(frozenset(self.niet_in_gemeenten), frozenset(self.niet_in_regios))


class OpvangaanvraagIn(NietInIn):
    melding_id: UUID
    organisatie_id: OrganisatieId | None = Field(
        default=None, description="Welke opvang wordt gevraagd; zonder die van de regio"
    )
    spoed: StrictBool = False
    aangevraagd_op: Tijdstip
    clienten: Annotated[tuple[OpvangClientIn, ...], Field(min_length=1, max_length=_GROEP_MAX)]
    toelichting: Tekst

    def to_domain(self) -> AanvraagOpgave:
        """Return the request as the handlers know it."""
        return AanvraagOpgave(
            melding_id=self.melding_id,
            organisatie_id=self.organisatie_id,
            spoed=self.spoed,
            aangevraagd_op=self.aangevraagd_op,
            clienten=tuple(
                ClientOpgave(one.persoon_nr, one.doelgroep, one.onzekere_verblijfsstatus) for one in self.clienten
            ),
            toelichting=self.toelichting,
            niet_in=self.niet_in(),
        )


class SplitsingIn(Schema):
    """Waarom wie samen kwam niet samen is."""

    reden: SplitsReden
    toelichting: Tekst

    def to_domain(self) -> Splitsing:
        """Return the reason as the domain knows it."""
        return Splitsing(self.reden, self.toelichting)


class PlekIn(Schema):
    persoon_nr: PersoonNr
    voorziening_id: UUID


class OpvangplaatsingIn(Schema):
    geplaatst_op: Tijdstip
    plaatsen: Annotated[tuple[PlekIn, ...], Field(min_length=1, max_length=_GROEP_MAX)]
    splitsing: SplitsingIn | None = Field(default=None, description="Verplicht als wie samen kwam niet samen is")
    toelichting: Tekst | None = None

    def to_domain(self) -> Plaatsing:
        """Return the placing as the domain knows it."""
        return Plaatsing(
            plekken=tuple(Plek(one.persoon_nr, one.voorziening_id, new_id()) for one in self.plaatsen),
            moment=self.geplaatst_op,
            toelichting=self.toelichting,
            splitsing=self.splitsing.to_domain() if self.splitsing else None,
        )


class OpvangwachtIn(Schema):
    sinds: Tijdstip
    personen: Personen = None
    toelichting: Tekst | None = None

    def wie(self) -> Wie:
        """Return of whom, and when."""
        return Wie(self.personen, self.sinds, "sinds")


class OpvangeldersIn(Schema):
    geplaatst_op: Tijdstip
    personen: Personen = None
    regio: OrganisatieId = Field(description="De regio, naar haar Veilig Thuis")
    gemeente_code: GemeenteCode | None = Field(
        default=None, description="Verplicht als er een gemeente is waar dit gezin niet mag zijn"
    )
    splitsing: SplitsingIn | None = Field(default=None, description="Verplicht als wie samen kwam niet samen is")
    toelichting: Tekst | None = None

    def wie(self) -> Wie:
        """Return of whom, and when."""
        return Wie(self.personen, self.geplaatst_op, "geplaatstOp")

    def to_domain(self) -> Elders:
        """Return the place elsewhere as the domain knows it."""
        split = self.splitsing.to_domain() if self.splitsing else None
        return Elders(regio=self.regio, gemeente_code=self.gemeente_code, toelichting=self.toelichting, splitsing=split)


class OpvangweigeringIn(Schema):
    """Waarom de opvang weigert. De verblijfsstatus is geen reden, en mag er niet in staan."""

    geweigerd_op: Tijdstip
    personen: Personen = None
    reden: OpvangWeigerReden
    toelichting: Tekst

    def wie(self) -> Wie:
        """Return of whom, and when."""
        return Wie(self.personen, self.geweigerd_op, "geweigerdOp")


class OpvangintrekkingIn(Schema):
    ingetrokken_op: Tijdstip
    personen: Personen = None
    reden: OpvangIntrekReden
    toelichting: Tekst | None = None

    def wie(self) -> Wie:
        """Return of whom, and when."""
        return Wie(self.personen, self.ingetrokken_op, "ingetrokkenOp")


class OpvangklaarIn(Schema):
    klaar_sinds: Tijdstip
    personen: Personen = None
    toelichting: Tekst | None = None

    def wie(self) -> Wie:
        """Return of whom, and when."""
        return Wie(self.personen, self.klaar_sinds, "klaarSinds")


class OpvanguitstroomIn(Schema):
    uitgestroomd_op: Tijdstip
    personen: Personen = None
    naar: UitstroomNaar
    toelichting: Tekst | None = None

    def wie(self) -> Wie:
        """Return of whom, and when."""
        return Wie(self.personen, self.uitgestroomd_op, "uitgestroomdOp")


class TraumascreeningIn(Schema):
    persoon_nr: PersoonNr
    gescreend_op: Tijdstip
    uitkomst: ScreeningUitkomst
    vervolg: ScreeningVervolg
    toelichting: Tekst | None = None

    def wie(self) -> Wie:
        """Return of whom, and when."""
        return Wie((self.persoon_nr,), self.gescreend_op, "gescreendOp")

    def to_domain(self) -> Screening:
        """Return the screening as the domain knows it."""
        return Screening(self.uitkomst, self.vervolg, self.toelichting)


class PlaatsenIn(Schema):
    plaatsen: Annotated[int, Field(ge=0, le=_PLAATSEN_MAX)]
    gemeente_code: GemeenteCode | None = Field(
        default=None,
        description="Zonder gemeente wordt hier niemand geplaatst die ergens niet mag zijn",
    )

    def to_domain(self) -> PlaatsenOpgave:
        """Return the places as the handlers know them."""
        return PlaatsenOpgave(plaatsen=self.plaatsen, gemeente_code=self.gemeente_code)


class VoorzieningIn(PlaatsenIn):
    organisatie_id: OrganisatieId
    soort: OpvangSoort
