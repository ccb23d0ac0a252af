"""A tijdelijk huisverbod in the words of the wire: what is sent in."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StrictBool

from services.triage.domain.dossier import Instrument
from services.triage.domain.huisverbod_toets import (
    Advies,
    Afzien,
    Betrokkene,
    Intrekking,
    Oplegging,
    Screening,
    Verlenging,
)
from services.triage.schemas.besluit import InstrumentIn
from services.triage.schemas.common import PERSOON_NR_MAX
from shared.ids import new_id
from shared.rules.huisverbod import HuisverbodAdvies, HuisverbodGezag
from shared.web.schema import Naam, OrganisatieId, Schema, Tekst, Tijdstip

_PERSONEN_MAX = 50
_HUISVERBODEN_MAX = 50
_DAGEN_MAX = 366


class PersoonPlaats(Schema):
    """Een directbetrokkene: de plaats in de melding, vanaf 0."""

    melding_id: UUID
    nr: Annotated[int, Field(ge=0, le=PERSOON_NR_MAX, strict=True)]

    def to_domain(self) -> Betrokkene:
        """Return the person as triage knows him."""
        return Betrokkene(self.melding_id, self.nr)


class HuisverbodIn(Schema):
    """De screening: met welk instrument (RiHG), op wiens verzoek, en wat eruit kwam."""

    melding_id: UUID
    gescreend_op: Tijdstip
    instrument: InstrumentIn
    geadviseerd: Annotated[StrictBool, Field(description="Of een huisverbod is geadviseerd")]
    op_verzoek: Annotated[StrictBool, Field(description="Een geplande screening, op verzoek")] = False
    kindermishandeling: StrictBool = False
    motivering: Tekst

    def to_domain(self) -> Screening:
        """Return the screening as the domain knows it."""
        one = self.instrument
        return Screening(
            gescreend_op=self.gescreend_op,
            geadviseerd=self.geadviseerd,
            op_verzoek=self.op_verzoek,
            kindermishandeling=self.kindermishandeling,
            instrument=Instrument(one.naam, one.versie, one.antwoorden),
            motivering=self.motivering,
        )


class HuisverbodOpleggingIn(Schema):
    """Wie het huis uit moet en wie er blijft. Een volgend huisverbod van dezelfde persoon vraagt nieuwe feiten."""

    opgelegd_op: Tijdstip
    door: HuisverbodGezag
    uithuisgeplaatste: PersoonPlaats
    achterblijvers: Annotated[tuple[PersoonPlaats, ...], Field(max_length=_PERSONEN_MAX)] = ()
    motivering: Tekst
    nieuwe_feiten: Tekst | None = None
    ander_persoon: Annotated[
        tuple[UUID, ...],
        Field(
            max_length=_HUISVERBODEN_MAX,
            description="Huisverboden van deze casus, uit een andere melding, die over iemand anders gaan",
        ),
    ] = ()

    def to_domain(self) -> Oplegging:
        """Return the besluit as the domain knows it."""
        return Oplegging(
            opgelegd_op=self.opgelegd_op,
            door=self.door,
            uithuisgeplaatste=self.uithuisgeplaatste.to_domain(),
            achterblijvers=tuple(one.to_domain() for one in self.achterblijvers),
            motivering=self.motivering,
            nieuwe_feiten=self.nieuwe_feiten,
            ander_persoon=self.ander_persoon,
        )


class HuisverbodAfzienIn(Schema):
    afgezien_op: Tijdstip
    motivering: Tekst

    def to_domain(self) -> Afzien:
        """Return the besluit as the domain knows it."""
        return Afzien(self.afgezien_op, self.motivering)


class HuisverbodAdviesIn(Schema):
    advies: HuisverbodAdvies
    gegeven_op: Tijdstip
    motivering: Tekst

    def to_domain(self) -> Advies:
        """Return the advice as the domain knows it."""
        return Advies(new_id(), self.advies, self.gegeven_op, self.motivering)


class HuisverbodVerlengingIn(Schema):
    dagen: Annotated[
        int, Field(ge=1, le=_DAGEN_MAX, strict=True, description="Samen, geteld vanaf het opleggen: ten hoogste 28")
    ]
    besloten_op: Tijdstip
    door: HuisverbodGezag = HuisverbodGezag.BURGEMEESTER
    motivering: Tekst

    def to_domain(self) -> Verlenging:
        """Return the besluit as the domain knows it."""
        return Verlenging(new_id(), self.dagen, self.besloten_op, self.door, self.motivering)


class HuisverbodIntrekkingIn(Schema):
    ingetrokken_op: Tijdstip
    door: HuisverbodGezag = HuisverbodGezag.BURGEMEESTER
    hulp_aanvaard: Annotated[StrictBool, Field(description="Of de uithuisgeplaatste hulp heeft aanvaard")]
    motivering: Tekst

    def to_domain(self) -> Intrekking:
        """Return the besluit as the domain knows it."""
        return Intrekking(self.ingetrokken_op, self.door, self.hulp_aanvaard, self.motivering)


class HuisverbodCasusregieIn(Schema):
    """Wie de casusregie heeft: de organisatie, en daar de medewerker."""

    organisatie_id: OrganisatieId
    medewerker: Naam
