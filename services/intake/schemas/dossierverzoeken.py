"""What goes over the wire about the rights on a file: the request, the besluit, and the afschrift."""

from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, ValidationError, model_validator

from services.intake.domain.afschrift import Afschrift
from services.intake.domain.codes import PersoonRol
from services.intake.domain.dossierverzoek import (
    Besluit,
    Dossierverzoek,
    DossierverzoekStatus,
    VerzoekKeuze,
    Vraag,
)
from services.intake.handlers.dossierverzoeken import SeenBesluit
from services.intake.schemas.melding import PersoonGegevens
from shared.rules.codes import DossierverzoekSoort, VernietigingReden
from shared.rules.dossierrechten import (
    Correctie,
    CorrectieVeld,
    Hoedanigheid,
    VerzoekWaarschuwing,
    Weigeringsgrond,
)
from shared.web.schema import OptionalTijdstip, Schema, Tekst, Tijdstip


class VerzoekerIn(Schema):
    hoedanigheid: Hoedanigheid


class CorrectieSchema(Schema):
    """Welk feit onjuist is, en hoe het moet zijn."""

    veld: CorrectieVeld
    waarde: Annotated[str, Field(min_length=1, max_length=200)]


class CorrectieIn(CorrectieSchema):
    @model_validator(mode="after")
    def _sound(self) -> Self:
        """Check the new value as it is checked in a melding."""
        try:
            PersoonGegevens.model_validate({"rol": PersoonRol.OVERIG, self.veld.value: self.waarde})
        except ValidationError:
            raise ValueError(f"geen geldige waarde voor {self.veld}") from None
        return self


class DossierverzoekIn(Schema):
    """Wat iemand over zijn eigen dossier vraagt; persoonId is de persoon over wie het gaat."""

    soort: DossierverzoekSoort
    casus_id: UUID
    persoon_id: UUID
    ontvangen_op: Tijdstip
    verzoeker: VerzoekerIn
    toelichting: Tekst | None = None
    correctie: CorrectieIn | None = None
    verklaring: Tekst | None = None

    def to_domain(self) -> Vraag:
        """Return the request as the domain reads it."""
        return Vraag(
            soort=self.soort,
            casus_id=self.casus_id,
            persoon_id=self.persoon_id,
            ontvangen_op=self.ontvangen_op,
            hoedanigheid=self.verzoeker.hoedanigheid,
            toelichting=self.toelichting,
            correctie=Correctie(self.correctie.veld, self.correctie.waarde) if self.correctie else None,
            verklaring=self.verklaring,
        )


class DossierBesluitIn(Schema):
    """Een weigering noemt een grond die voor dit soort verzoek geldt, en zegt waarom."""

    besluit: VerzoekKeuze
    grond: Weigeringsgrond | None = None
    motivering: Tekst | None = None

    def to_domain(self, seen: int) -> SeenBesluit:
        """Return the besluit as the handler reads it, with the version that was seen."""
        return SeenBesluit(Besluit(keuze=self.besluit, grond=self.grond, motivering=self.motivering), seen)


class VerzoekerUit(Schema):
    hoedanigheid: Hoedanigheid


class DossierverzoekUit(Schema):
    id: UUID
    soort: DossierverzoekSoort
    reden: VernietigingReden
    casus_id: UUID
    persoon_id: UUID | None
    verzoeker: VerzoekerUit | None
    ontvangen_op: Tijdstip
    status: DossierverzoekStatus
    versie: int
    toelichting: str | None
    correctie: CorrectieSchema | None
    verklaring: str | None
    waarschuwing: VerzoekWaarschuwing | None
    besluit: VerzoekKeuze | None
    grond: Weigeringsgrond | None
    motivering: str | None
    besloten_op: OptionalTijdstip
    bevestigd_op: OptionalTijdstip
    afgehandeld_op: OptionalTijdstip


class DossierverzoekLijst(Schema):
    resultaten: tuple[DossierverzoekUit, ...]
    volgende: str | None


_SAME = (
    "id",
    "soort",
    "reden",
    "casus_id",
    "persoon_id",
    "ontvangen_op",
    "status",
    "versie",
    "toelichting",
    "verklaring",
    "waarschuwing",
    "besloten_op",
    "bevestigd_op",
    "afgehandeld_op",
)


def verzoek_uit(verzoek: Dossierverzoek) -> DossierverzoekUit:
    """Return a request as it goes out; who decided stands in the log and not here."""
    besluit, correctie = verzoek.besluit, verzoek.correctie
    return DossierverzoekUit(
        **{name: getattr(verzoek, name) for name in _SAME},
        verzoeker=VerzoekerUit(hoedanigheid=verzoek.hoedanigheid) if verzoek.hoedanigheid else None,
        correctie=CorrectieSchema(veld=correctie.veld, waarde=correctie.waarde) if correctie else None,
        besluit=besluit.keuze if besluit else None,
        grond=besluit.grond if besluit else None,
        motivering=besluit.motivering if besluit else None,
    )


# --- afschrift -------------------------------------------------------------------------------------------------


class DeelUit(Schema):
    """Eén ding dat is vastgelegd: wat het is, wanneer, en wat erin staat voor zover het over u gaat."""

    afdeling: str
    soort: str
    tijdstip: OptionalTijdstip
    velden: dict[str, Any]
    teksten: tuple[str, ...]


class InzageUit(Schema):
    """Eén keer dat iemand het dossier zag of wijzigde."""

    tijdstip: Tijdstip
    afdeling: str
    wat: str
    doel: str
    resultaat: str
    rol: str
    organisatie: str


class AfschriftUit(Schema):
    """Het dossier van één persoon; wat over anderen gaat is weggelaten."""

    verzoek_id: UUID
    casus_id: UUID
    gemaakt_op: Tijdstip
    aantal_weggelaten: int
    persoon: dict[str, Any]
    delen: tuple[DeelUit, ...]
    verklaringen: tuple[str, ...]
    inzagen: tuple[InzageUit, ...]


def afschrift_uit(afschrift: Afschrift) -> AfschriftUit:
    """Return an afschrift as it goes out."""
    return AfschriftUit(
        verzoek_id=afschrift.verzoek_id,
        casus_id=afschrift.casus_id,
        gemaakt_op=afschrift.gemaakt_op,
        aantal_weggelaten=afschrift.aantal_weggelaten,
        persoon=dict(afschrift.persoon),
        delen=tuple(
            DeelUit(
                afdeling=deel.afdeling,
                soort=deel.soort,
                tijdstip=deel.tijdstip,
                velden=dict(deel.velden),
                teksten=deel.teksten,
            )
            for deel in afschrift.delen
        ),
        verklaringen=afschrift.verklaringen,
        inzagen=tuple(
            InzageUit(**{name: getattr(inzage, name) for name in InzageUit.model_fields})
            for inzage in afschrift.inzagen
        ),
    )
