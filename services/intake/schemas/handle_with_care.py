"""Handle with Care on the wire: the criteria of a melding, the signals to schools, and what is decided on them."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.intake.domain.handle_with_care import (
    Bewijs,
    HandleWithCareStatus,
    SignaalBesluit,
    SignaalKeuze,
    Wijze,
)
from services.intake.domain.schooltoets import Criterium, Gevolg, Oordeel, SchoolBron, Toetsing, leerling_of
from services.intake.handlers.handle_with_care import Gelezen, Getoetst, NieuwSignaal, term_of
from services.intake.schemas.common import Geboortedatum
from shared.rules.settings import RuleSettings
from shared.web.schema import GemeenteCode, Naam, OptionalTijdstip, Schema, Tekst, Tijdstip


class HandleWithCareOordeel(Schema):
    """Eén criterium: of eraan is voldaan, en waarom."""

    criterium: Criterium
    toetsing: Toetsing
    reden: str


class HandleWithCareToets(Schema):
    """Wat de criteria over één persoon zeggen; signaalId is er als de school al wordt ingelicht."""

    persoon_id: UUID
    gevolg: Gevolg
    herhaald: Annotated[bool, Field(description="Na hetzelfde incident was er al een signaal over dit kind")]
    oordelen: tuple[HandleWithCareOordeel, ...]
    signaal_id: UUID | None


class HandleWithCareToetsLijst(Schema):
    resultaten: tuple[HandleWithCareToets, ...]


class SignaalKind(Schema):
    naam: str | None
    geboortedatum: Geboortedatum


class SignaalSchool(Schema):
    """Welke school het is, en wie dat zei."""

    brin: str
    naam: str | None
    bron: SchoolBron


class SignaalBewijs(Schema):
    """Dat de school het weet: haar ontvangstbewijs, of wie het haar zelf vertelde."""

    wijze: Wijze
    tijdstip: Tijdstip
    ontvangstbewijs: str | None
    door: str | None


class HandleWithCareUit(Schema):
    """Een signaal over één kind; naar buiten gaan alleen de naam, de geboortedatum en het codewoord."""

    id: UUID
    casus_id: UUID
    melding_id: UUID
    persoon_id: UUID
    kind: SignaalKind
    gemeente_code: GemeenteCode
    ontvangen_op: Tijdstip
    uiterlijk: Tijdstip
    uitleg: tuple[str, ...]
    status: HandleWithCareStatus
    versie: int
    oordelen: tuple[HandleWithCareOordeel, ...]
    besluit: SignaalKeuze | None
    motivering: str | None
    niet_informeren: bool
    besloten_op: OptionalTijdstip
    school: SignaalSchool | None
    bewijs: SignaalBewijs | None
    afgeleverd_op: OptionalTijdstip
    aantal_pogingen: int


class HandleWithCarePoging(Schema):
    tijdstip: Tijdstip
    stap: str
    code: str


class HandleWithCareDetail(HandleWithCareUit):
    """Een signaal met de laatste pogingen om de school te vinden en in te lichten, de nieuwste eerst."""

    pogingen: tuple[HandleWithCarePoging, ...]


class HandleWithCareLijst(Schema):
    resultaten: tuple[HandleWithCareUit, ...]
    volgende: str | None


class HandleWithCareBesluitIn(Schema):
    """Met nietInformeren gaat ook na een volgend incident niets vanzelf naar de school van dit kind."""

    besluit: SignaalKeuze
    motivering: Tekst
    niet_informeren: bool = False

    def to_domain(self) -> SignaalBesluit:
        """Return the besluit as the domain reads it."""
        return SignaalBesluit(self.besluit, self.motivering, self.niet_informeren)


class HandleWithCareIn(HandleWithCareBesluitIn):
    """Een kind van een melding voor wie niets vanzelf ging."""

    melding_id: UUID
    persoon_id: UUID

    def to_nieuw(self) -> NieuwSignaal:
        """Return the child and the besluit as the handler reads them."""
        return NieuwSignaal(self.melding_id, self.persoon_id, self.to_domain())


class ZelfBevestigd(StrEnum):
    """Hoe een medewerker de school zelf inlichtte."""

    TELEFONISCH = "telefonisch"
    E_MAIL = "e-mail"


class HandleWithCareBevestigingIn(Schema):
    tijdstip: Tijdstip
    wijze: ZelfBevestigd
    door: Annotated[Naam, Field(description="Wie de school inlichtte, en zo nodig wie daar het signaal aannam")]

    def to_domain(self) -> Bewijs:
        """Return what proves that the school knows."""
        return Bewijs(Wijze(self.wijze.value), self.tijdstip, door=self.door)


def toets_uit(getoetst: Getoetst, signaal_id: UUID | None) -> HandleWithCareToets:
    """Return what the criteria say of one person."""
    return HandleWithCareToets(
        persoon_id=getoetst.persoon.id,
        gevolg=getoetst.gevolg,
        herhaald=getoetst.herhaald,
        oordelen=tuple(_oordeel(one) for one in getoetst.oordelen),
        signaal_id=signaal_id,
    )


def _oordeel(oordeel: Oordeel) -> HandleWithCareOordeel:
    return HandleWithCareOordeel(criterium=oordeel.criterium, toetsing=oordeel.toetsing, reden=oordeel.reden)


def signaal_uit(gelezen: Gelezen, settings: RuleSettings) -> HandleWithCareUit:
    """Return a signal as Veilig Thuis reads it, with its date and the working behind it."""
    return HandleWithCareUit(**_values(gelezen, settings))


def signaal_detail(gelezen: Gelezen, settings: RuleSettings) -> HandleWithCareDetail:
    """Return a signal with its newest attempts."""
    pogingen = tuple(
        HandleWithCarePoging(tijdstip=one.tijdstip, stap=one.stap, code=one.code) for one in gelezen.pogingen
    )
    return HandleWithCareDetail(**_values(gelezen, settings), pogingen=pogingen)


_AS_IT_IS = (
    "id",
    "casus_id",
    "melding_id",
    "persoon_id",
    "gemeente_code",
    "ontvangen_op",
    "status",
    "versie",
    "besloten_op",
    "afgeleverd_op",
)


def _values(gelezen: Gelezen, settings: RuleSettings) -> dict[str, object]:
    signaal, besluit = gelezen.signaal, gelezen.signaal.besluit
    school, bewijs, term = signaal.school, signaal.bewijs, term_of(signaal, settings)
    return {
        **{name: getattr(signaal, name) for name in _AS_IT_IS},
        "kind": _kind(gelezen),
        "uiterlijk": term.uiterlijk,
        "uitleg": term.uitleg,
        "oordelen": tuple(_oordeel(one) for one in signaal.toets),
        "besluit": besluit.keuze if besluit else None,
        "motivering": besluit.motivering if besluit else None,
        "niet_informeren": besluit.niet_informeren if besluit else False,
        "school": SignaalSchool(brin=school.brin, naam=school.naam, bron=school.bron) if school else None,
        "bewijs": SignaalBewijs(
            wijze=bewijs.wijze, tijdstip=bewijs.tijdstip, ontvangstbewijs=bewijs.ontvangstbewijs, door=bewijs.door
        )
        if bewijs
        else None,
        "aantal_pogingen": signaal.pogingen,
    }


def _kind(gelezen: Gelezen) -> SignaalKind:
    leerling = leerling_of(gelezen.kind)
    parts = [gelezen.kind.get(name) for name in ("voornamen", "voorvoegsel", "geslachtsnaam")]
    named = " ".join(part for part in parts if isinstance(part, str))
    born = gelezen.kind.get("geboortedatum")
    return SignaalKind(
        naam=leerling.naam if leerling else named or None, geboortedatum=born if isinstance(born, str) else None
    )
