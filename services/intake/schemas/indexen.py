"""Signals in the reference indexes on the wire: what is possible, what was placed, and who else is there."""

from datetime import date
from uuid import UUID

from services.intake.domain.indexen import (
    Bezwaar,
    IntrekReden,
    PogingSoort,
    PogingUitkomst,
    Signaal,
    SignaalStatus,
)
from services.intake.handlers.indexen import Aanvraag, PersoonVoorstellen
from shared.rules.codes import Verwijsindex
from shared.web.schema import OptionalTijdstip, Schema, Tijdstip


class IndexVoorstel(Schema):
    """Of een signaal in deze index mogelijk is, en waarom (niet)."""

    index: Verwijsindex
    mogelijk: bool
    bezwaren: tuple[Bezwaar, ...]
    uitleg: tuple[str, ...]


class Signaalvoorstel(Schema):
    """Wat er over één persoon mogelijk is."""

    persoon_id: UUID
    indexen: tuple[IndexVoorstel, ...]


class SignaalvoorstelLijst(Schema):
    resultaten: tuple[Signaalvoorstel, ...]


class SignaalIn(Schema):
    """Over wie een signaal wordt geplaatst, en waarin; voor een reden is geen plaats."""

    persoon_id: UUID
    index: Verwijsindex


class IntrekkingIn(Schema):
    reden: IntrekReden


class SignaalPoging(Schema):
    soort: PogingSoort
    tijdstip: Tijdstip
    uitkomst: PogingUitkomst


class SignaalMatch(Schema):
    """Een andere organisatie die bij dezelfde persoon betrokken is; waarom staat er niet bij."""

    id: UUID
    organisatie: str
    contact: str
    sinds: date
    ontvangen_op: Tijdstip
    beeindigd_op: OptionalTijdstip


class SignaalUit(Schema):
    """Een signaal van ons; over wie het gaat staat in de melding."""

    id: UUID
    melding_id: UUID
    casus_id: UUID
    persoon_id: UUID
    index: Verwijsindex
    status: SignaalStatus
    versie: int
    via_vir: bool
    aangevraagd_op: Tijdstip
    verloopt_op: Tijdstip
    geplaatst_op: OptionalTijdstip
    verzonden_op: OptionalTijdstip
    beeindigd_op: OptionalTijdstip
    afgemeld_op: OptionalTijdstip
    reden: IntrekReden | None
    fout: PogingUitkomst | None
    matches: tuple[SignaalMatch, ...]
    pogingen: tuple[SignaalPoging, ...]


class SignaalLijst(Schema):
    resultaten: tuple[SignaalUit, ...]
    volgende: str | None


def aanvraag_of(melding_id: UUID, body: SignaalIn) -> Aanvraag:
    """Return what was decided as the handler reads it."""
    return Aanvraag(melding_id, body.persoon_id, body.index)


def voorstel_uit(found: PersoonVoorstellen) -> Signaalvoorstel:
    """Return what is possible about one person as it goes out."""
    return Signaalvoorstel(
        persoon_id=found.persoon_id,
        indexen=tuple(
            IndexVoorstel(index=one.index, mogelijk=one.mogelijk, bezwaren=one.bezwaren, uitleg=one.uitleg)
            for one in found.voorstellen
        ),
    )


def signaal_uit(signaal: Signaal) -> SignaalUit:
    """Return a signal as it goes out."""
    own = {name: getattr(signaal, name) for name in SignaalUit.model_fields if name not in {"matches", "pogingen"}}
    return SignaalUit(
        **own,
        matches=tuple(
            SignaalMatch(**{name: getattr(match, name) for name in SignaalMatch.model_fields})
            for match in signaal.matches
        ),
        pogingen=tuple(
            SignaalPoging(soort=poging.soort, tijdstip=poging.tijdstip, uitkomst=poging.uitkomst)
            for poging in signaal.pogingen
        ),
    )
