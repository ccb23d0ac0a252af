"""The letters in the words of the wire."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StrictBool

from services.triage.domain.brieven import Brief, BriefOpgave, BriefStatus, Verzending, Voorstel
from services.triage.schemas.informeren import PersoonNr
from shared.rules.behandelcodes import BriefAan, BriefSoort, VerzendWijze
from shared.rules.brieven import SJABLONEN
from shared.web.schema import OptionalTijdstip, Schema, Tekst, Tijdstip

_AANVULLINGEN_MAX = 10


class BriefIn(Schema):
    melding_id: UUID
    soort: BriefSoort
    persoon_nr: Annotated[
        PersoonNr | None, Field(description="Aan wie, bij een brief aan een betrokkene; anders leeg")
    ] = None
    aanvullingen: Annotated[
        tuple[Tekst, ...],
        Field(max_length=_AANVULLINGEN_MAX, description="Alinea's in eigen woorden; wat de melder verraadt valt weg"),
    ] = ()
    met_motivering: Annotated[
        StrictBool, Field(description="Of de motivering van het besluit of de conclusie in de brief komt")
    ] = False
    alsnog: Annotated[
        StrictBool, Field(description="Het is nu veilig om wie om de veiligheid niets hoorde toch te schrijven")
    ] = False

    def to_domain(self) -> BriefOpgave:
        """Return the letter that is asked for."""
        return BriefOpgave(
            melding_id=self.melding_id,
            soort=self.soort,
            persoon_nr=self.persoon_nr,
            aanvullingen=self.aanvullingen,
            met_motivering=self.met_motivering,
            alsnog=self.alsnog,
        )


class VerzendingIn(Schema):
    moment: Tijdstip
    wijze: VerzendWijze

    def to_domain(self) -> Verzending:
        """Return it as the domain knows it."""
        return Verzending(moment=self.moment, wijze=self.wijze)


class BriefItemOut(Schema):
    id: UUID
    melding_id: UUID
    soort: BriefSoort
    aan: BriefAan
    persoon_nr: int | None
    sjabloon_versie: int
    status: BriefStatus
    gemaakt_op: Tijdstip
    verzonden_op: OptionalTijdstip
    wijze: VerzendWijze | None

    @classmethod
    def of(cls, one: Brief) -> "BriefItemOut":
        """Return a letter without its text."""
        sent = one.verzending
        return cls(
            id=one.id,
            melding_id=one.melding_id,
            soort=one.soort,
            aan=one.aan,
            persoon_nr=one.persoon_nr,
            sjabloon_versie=one.sjabloon_versie,
            status=one.status,
            gemaakt_op=one.gemaakt_op,
            verzonden_op=sent.moment if sent else None,
            wijze=sent.wijze if sent else None,
        )


class BriefOut(BriefItemOut):
    actueel: Annotated[
        bool, Field(description="Onwaar: maak de brief opnieuw; er is iets aan de bescherming veranderd")
    ]
    tekst: Annotated[
        str | None,
        Field(
            description="De tekst in markdown; [naam], [adres] en [kenmerk] vult de verzender in. Leeg: niet actueel"
        ),
    ]

    @classmethod
    def whole(cls, one: Brief, *, actueel: bool) -> "BriefOut":
        """Return a letter; one that may not leave the house shows no text to print."""
        shown = BriefItemOut.of(one).model_dump()
        return cls(**shown, actueel=actueel, tekst=one.tekst if actueel else None)


class BrievenOut(Schema):
    resultaten: tuple[BriefItemOut, ...]
    volgende: str | None


class VoorstelOut(Schema):
    soort: BriefSoort
    aan: BriefAan
    persoon_nr: int | None
    reden: str

    @classmethod
    def of(cls, one: Voorstel) -> "VoorstelOut":
        """Return a letter that is called for."""
        return cls(soort=one.soort, aan=SJABLONEN[one.soort].aan, persoon_nr=one.persoon_nr, reden=one.reden)


class VoorstellenOut(Schema):
    resultaten: tuple[VoorstelOut, ...]
    volgende: str | None = None
