"""An advies on the wire; there is no field in which anything about a family fits.

Every field is a code, a day, a truth or an id, but three: who asked may be named and reached, when he agreed to it and
is none of the family. What fits there is bounded in ``services.intake.domain.advies``.

What no form can prevent: that somebody types the name, the number or the address for e-mail of one of the family where
those of the adviesvrager belong, a sentence in words that begin with capitals, or the birthday of a baby for the day on
which the advies began. And a system that calls can put digits in a trace id, which the audit keeps as it came.
"""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar
from uuid import UUID

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from services.intake.domain import advies as rules
from services.intake.domain.advies import Advies, AdviesDossier, Omzetting
from services.intake.domain.codes import (
    AdviesUitkomst,
    AdviesvragerOrganisatie,
    AdviesvragerRol,
    Duur,
    Kanaal,
    Veiligheidsproblematiek,
)
from services.intake.schemas.common import LIST_MAX, sent
from services.intake.schemas.melding import Ambtshalve, GeweldAard, MeldingIn
from shared.events.payloads import AardGeweld
from shared.rules.codes import AdviesSoort, MelderCategorie, MelderSoort, OmzettingReden
from shared.web.schema import GemeenteCode, OptionalDatum, OptionalTijdstip, Schema, Tekst, Tijdstip

T = TypeVar("T")


def _form(check: Callable[[str], bool], told: str) -> AfterValidator:
    def checked(value: str) -> str:
        if not check(value):
            raise ValueError(told)
        return value

    return AfterValidator(checked)


AdviesvragerNaam = Annotated[
    str,
    Field(min_length=1, max_length=60, pattern=r"^[^\d@:;,/]+$", description="Van de adviesvrager, van niemand anders"),
    _form(rules.is_naam, "geen naam van één persoon"),
]
AdviesvragerTelefoonnummer = Annotated[
    str,
    Field(pattern=r"^(\+|0)[0-9() .-]{8,22}$"),
    _form(rules.is_telefoonnummer, "geen nummer dat te bellen is"),
]
AdviesvragerEmail = Annotated[
    str,
    Field(max_length=100, pattern=r"^[A-Za-z0-9._+-]{1,64}@([A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}$"),
    _form(rules.is_email, "een adres zonder lang getal"),
]


class AdviesvragerContact(Schema):
    telefoonnummer: AdviesvragerTelefoonnummer | None = None
    email: AdviesvragerEmail | None = None


class AdviesvragerCodes(Schema):
    """Wie advies vraagt, zonder wie het is."""

    categorie: MelderCategorie
    rol: AdviesvragerRol = AdviesvragerRol.ONBEKEND
    organisatie: Annotated[AdviesvragerOrganisatie | None, Field(description="Het soort organisatie, nooit welke")] = (
        None
    )
    toestemming: bool = False


_NAMES_HIM = ("naam", "contact")


class AdviesvragerIn(AdviesvragerCodes):
    """Naam en contact alleen met toestemming, en nooit van wie zelf betrokkene is."""

    naam: AdviesvragerNaam | None = None
    contact: AdviesvragerContact | None = None

    @field_validator(*_NAMES_HIM)
    @classmethod
    def _only_with_consent(cls, value: object, info: ValidationInfo) -> object:
        if value is not None and {"toestemming", "rol"} <= info.data.keys():
            return _sound(value, rules.why_nameless(toestemming=info.data["toestemming"], rol=info.data["rol"]))
        return value


class AdviesInhoud(Schema):
    """Wat van een advies wordt vastgelegd: codes en dagen."""

    eerder_advies_id: Annotated[UUID | None, Field(description="Verplicht bij een vervolgadvies")] = None
    soort: Annotated[AdviesSoort, Field(validate_default=True)] = AdviesSoort.ADVIES
    startdatum: OptionalDatum = None
    einddatum: OptionalDatum = None
    gemeente_code: GemeenteCode | None = None
    aard_geweld: Annotated[tuple[GeweldAard, ...], Field(max_length=LIST_MAX)] = ()
    veiligheidsproblematiek: Annotated[
        tuple[Veiligheidsproblematiek, ...], Field(max_length=len(Veiligheidsproblematiek))
    ] = ()
    duur: Duur | None = None
    kanaal: Kanaal = Kanaal.ONBENOEMD
    uitkomst: AdviesUitkomst = AdviesUitkomst.ONBENOEMD


class AdviesIn(AdviesInhoud):
    """Een advies. Er is geen veld voor wie het gaat: over een gezin wordt bij een advies niets vastgelegd."""

    adviesvrager: AdviesvragerIn

    @field_validator("soort")
    @classmethod
    def _follows(cls, value: AdviesSoort, info: ValidationInfo) -> AdviesSoort:
        if "eerder_advies_id" not in info.data:
            return value
        return _sound(value, rules.check_verwijzing(value, info.data["eerder_advies_id"]))

    @field_validator("gemeente_code")
    @classmethod
    def _of_the_region(cls, value: str | None) -> str | None:
        return _sound(value, rules.check_gemeente(value) if value is not None else None)

    def to_domain(self) -> Advies:
        """Return the advies as the domain reads it; what was sent twice in a list is kept once."""
        asked_by = self.adviesvrager
        aard = dict.fromkeys((aard.relatie, aard.vorm) for aard in self.aard_geweld)
        return Advies(
            soort=self.soort,
            eerder_advies_id=self.eerder_advies_id,
            startdatum=self.startdatum,
            einddatum=self.einddatum,
            adviesvrager_categorie=asked_by.categorie,
            adviesvrager_rol=asked_by.rol,
            adviesvrager_organisatie=asked_by.organisatie,
            gemeente_code=self.gemeente_code,
            aard_geweld=tuple(AardGeweld(relatie=relatie, vorm=vorm) for relatie, vorm in aard),
            veiligheidsproblematiek=tuple(dict.fromkeys(self.veiligheidsproblematiek)),
            duur=self.duur,
            kanaal=self.kanaal,
            uitkomst=self.uitkomst,
            adviesvrager=_who(asked_by),
        )


def _who(asked_by: AdviesvragerIn) -> dict[str, Any] | None:
    found = {name: value for name, value in sent(asked_by).items() if name in _NAMES_HIM and value}
    return found or None


class ContactUit(Schema):
    telefoonnummer: str | None = None
    email: str | None = None


class AdviesvragerUit(AdviesvragerCodes):
    soort: Annotated[MelderSoort, Field(description="Volgt uit de rol")]
    naam: str | None = None
    contact: ContactUit | None = None


class AdviesUit(AdviesInhoud):
    id: UUID
    gegeven_op: Tijdstip
    melding_id: UUID | None
    adviesvrager: AdviesvragerUit
    adviesvrager_verwijderd_op: Annotated[
        OptionalTijdstip, Field(description="Sinds wanneer naam en contact van de adviesvrager zijn verwijderd")
    ]


def advies_uit(dossier: AdviesDossier) -> AdviesUit:
    """Return an advies as it goes out."""
    advies = dossier.advies
    return AdviesUit(
        **{name: getattr(advies, name) for name in AdviesInhoud.model_fields if name != "aard_geweld"},
        aard_geweld=tuple(GeweldAard(relatie=aard.relatie, vorm=aard.vorm) for aard in advies.aard_geweld),
        id=dossier.id,
        gegeven_op=dossier.gegeven_op,
        melding_id=dossier.melding_id,
        adviesvrager_verwijderd_op=dossier.adviesvrager_verwijderd_op,
        adviesvrager=AdviesvragerUit.model_validate(
            {
                **(advies.adviesvrager or {}),
                "toestemming": advies.adviesvrager is not None,
                "categorie": advies.adviesvrager_categorie,
                "rol": advies.adviesvrager_rol,
                "organisatie": advies.adviesvrager_organisatie,
                "soort": advies.adviesvrager_soort,
            }
        ),
    )


class OmzettingIn(Schema):
    """Waarom een advies een melding wordt, en de melding zelf."""

    reden: OmzettingReden
    ambtshalve: Annotated[Ambtshalve | None, Field(validate_default=True, description="Verplicht bij ambtshalve")] = (
        None
    )
    motivering: Tekst
    melding: MeldingIn

    @field_validator("ambtshalve")
    @classmethod
    def _grounded(cls, value: Ambtshalve | None, info: ValidationInfo) -> Ambtshalve | None:
        if "reden" not in info.data:
            return value
        return _sound(value, rules.check_ambtshalve(info.data["reden"], _ground(value)))

    def to_domain(self, advies_id: UUID) -> Omzetting:
        """Return the conversion as the domain reads it."""
        return Omzetting(advies_id, self.reden, self.motivering, _ground(self.ambtshalve))


def _ground(value: Ambtshalve | None) -> rules.Ambtshalve | None:
    return rules.Ambtshalve(value.gevaar, value.adviesvrager_handelt_niet) if value else None


def _sound(value: T, wrong: str | None) -> T:
    """Return a value with which nothing is wrong; raises ``ValueError`` with what is."""
    if wrong is not None:
        raise ValueError(wrong)
    return value
