"""Questions to others in the words of the wire: whole for Veilig Thuis, and only the question for who is asked."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.triage.domain.informatieverzoeken import (
    WAARSCHUWING_ANTWOORD,
    WAARSCHUWING_VRAAG,
    Antwoord,
    InformatieverzoekStatus,
    Intrekking,
    VraagOpgave,
    Weigering,
)
from services.triage.handlers.informatieverzoeken import VerzoekView
from services.triage.store.informatieverzoeken import VerzoekItem
from shared.rules.behandelcodes import AntwoordWeigering, InformatieverzoekGrond, InformatieverzoekSoort
from shared.web.schema import OptionalTijdstip, OrganisatieId, Schema, Tekst, Tijdstip

_VRAGEN_MAX = 20


class InformatieverzoekIn(Schema):
    melding_id: UUID
    soort: InformatieverzoekSoort
    organisatie_id: OrganisatieId | None = Field(
        default=None, description="Wie wordt gevraagd; bij het lokale veld anders dat van de gemeente"
    )
    vragen: Annotated[tuple[Tekst, ...], Field(min_length=1, max_length=_VRAGEN_MAX)] = Field(
        description="Wie wordt gevraagd leest dit letterlijk: schrijf over wie het gaat, en niets over wie meldde"
    )
    grond: InformatieverzoekGrond | None = None
    grond_toelichting: Tekst | None = None
    dienst_id: UUID | None = None

    def to_domain(self) -> VraagOpgave:
        """Return the question as the domain knows it."""
        return VraagOpgave(**{name: getattr(self, name) for name in type(self).model_fields})


class AntwoordWeigeringIn(Schema):
    reden: AntwoordWeigering
    toelichting: Tekst | None = None


class AntwoordIn(Schema):
    """Het antwoord, of waarom dat er niet komt: een van de twee."""

    antwoord: Tekst | None = None
    weigering: AntwoordWeigeringIn | None = None

    def to_domain(self) -> Antwoord | Weigering | None:
        """Return the one that was given; None when it was both or neither."""
        if (self.antwoord is None) == (self.weigering is None):
            return None
        if self.antwoord is not None:
            return Antwoord(self.antwoord)
        assert self.weigering is not None  # noqa: S101, one of the two
        return Weigering(self.weigering.reden, self.weigering.toelichting)


class IntrekkingIn(Schema):
    motivering: Tekst

    def to_domain(self) -> Intrekking:
        """Return the withdrawal as the domain knows it."""
        return Intrekking(self.motivering)


class InformatieverzoekItemOut(Schema):
    """Een vraag in een lijst: zonder wat iemand opschreef. Wie wordt gevraagd ziet niet bij welke melding zij hoort."""

    id: UUID
    soort: InformatieverzoekSoort
    organisatie_id: str
    status: InformatieverzoekStatus
    versie: int
    gedaan_op: Tijdstip
    uiterlijk: Tijdstip
    te_laat: bool
    afgerond_op: OptionalTijdstip
    melding_id: UUID | None
    casus_id: UUID | None
    dienst_id: UUID | None
    na_besluit: bool | None = Field(description="Of het antwoord na het besluit kwam")

    @classmethod
    def of(cls, item: VerzoekItem, now: Tijdstip, *, volledig: bool) -> "InformatieverzoekItemOut":
        """Return a question as it is shown in a list."""
        return cls(
            id=item.id,
            soort=item.soort,
            organisatie_id=item.organisatie_id,
            status=item.status,
            versie=item.versie,
            gedaan_op=item.gedaan_op,
            uiterlijk=item.uiterlijk,
            te_laat=(item.afgerond_op or now) >= item.uiterlijk,
            afgerond_op=item.afgerond_op,
            melding_id=item.melding_id if volledig else None,
            casus_id=item.casus_id if volledig else None,
            dienst_id=item.dienst_id if volledig else None,
            na_besluit=item.na_besluit if volledig else None,
        )


class InformatieverzoekenOut(Schema):
    resultaten: tuple[InformatieverzoekItemOut, ...]
    volgende: str | None


class InformatieverzoekOut(InformatieverzoekItemOut):
    """Een vraag met haar tekst, en het antwoord voor wie dat mag lezen."""

    vragen: tuple[str, ...]
    grond: InformatieverzoekGrond | None
    grond_toelichting: str | None
    antwoord: str | None
    weigering: AntwoordWeigering | None
    toelichting: str | None = Field(description="Bij een weigering of intrekking")
    waarschuwing: str

    @classmethod
    def of_view(cls, view: VerzoekView) -> "InformatieverzoekOut":
        """Return a question as one reader may see it."""
        one, inside = view.verzoek, view.volledig
        einde = one.einde if view.toont_einde else None
        return cls(
            id=one.id,
            soort=one.soort,
            organisatie_id=one.organisatie_id,
            status=one.status,
            versie=one.versie,
            gedaan_op=one.gedaan_op,
            uiterlijk=one.uiterlijk,
            te_laat=one.is_late(view.now),
            afgerond_op=one.afgerond_op,
            melding_id=one.melding_id if inside else None,
            casus_id=one.casus_id if inside else None,
            dienst_id=one.dienst_id if inside else None,
            na_besluit=view.na_besluit if inside else None,
            vragen=one.vragen,
            grond=one.grond,
            # Of what Veilig Thuis writes he who is asked reads the question and nothing else.
            grond_toelichting=one.grond_toelichting if inside else None,
            antwoord=einde.antwoord if isinstance(einde, Antwoord) else None,
            weigering=einde.reden if isinstance(einde, Weigering) else None,
            toelichting=_toelichting(einde),
            waarschuwing=WAARSCHUWING_VRAAG if inside else WAARSCHUWING_ANTWOORD,
        )


def _toelichting(einde: object) -> str | None:
    if isinstance(einde, Weigering):
        return einde.toelichting
    return einde.motivering if isinstance(einde, Intrekking) else None
