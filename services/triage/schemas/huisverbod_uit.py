"""A tijdelijk huisverbod in the words of the wire: how it is shown, with dates that explain themselves."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.triage.domain.huisverbod import Huisverbod, HuisverbodStatus, advice_term_of, status_at, term_of
from services.triage.domain.huisverbod_toets import Oplegging
from services.triage.handlers.huisverbod import HuisverbodView
from services.triage.schemas.besluit import InstrumentOut
from services.triage.schemas.dienst import ContactOut
from services.triage.schemas.huisverbod import PersoonPlaats
from shared.rules.deadlines import Berekening
from shared.rules.huisverbod import HuisverbodAdvies, HuisverbodGezag
from shared.web.schema import GemeenteCode, OptionalTijdstip, Schema, Tijdstip


class HuisverbodTermijn(Schema):
    """Een datum met de uitleg waarop hij rust."""

    uiterlijk: Tijdstip
    uitleg: tuple[str, ...]


class HuisverbodOplegging(Schema):
    opgelegd_op: Tijdstip
    door: HuisverbodGezag
    uithuisgeplaatste: PersoonPlaats
    achterblijvers: tuple[PersoonPlaats, ...]
    motivering: str
    nieuwe_feiten: str | None
    ander_persoon: tuple[UUID, ...]


class HuisverbodAfzien(Schema):
    afgezien_op: Tijdstip
    motivering: str


class HuisverbodAdviesOut(Schema):
    id: UUID
    advies: HuisverbodAdvies
    gegeven_op: Tijdstip
    motivering: str


class HuisverbodVerlenging(Schema):
    id: UUID
    dagen: int
    besloten_op: Tijdstip
    door: HuisverbodGezag
    motivering: str


class HuisverbodIntrekking(Schema):
    ingetrokken_op: Tijdstip
    door: HuisverbodGezag
    hulp_aanvaard: bool
    motivering: str


class HuisverbodCasusregie(Schema):
    id: UUID
    organisatie_id: str
    medewerker: str
    vanaf: Tijdstip


class HuisverbodItemOut(Schema):
    """Een huisverbod in een lijst: zonder wat iemand opschreef."""

    id: UUID
    melding_id: UUID
    casus_id: UUID
    versie: int
    gemeente_code: GemeenteCode
    status: HuisverbodStatus
    gescreend_op: Tijdstip
    geadviseerd: bool
    op_verzoek: bool
    kindermishandeling: bool
    opgelegd_op: OptionalTijdstip
    dagen: int | None
    eindigt_op: OptionalTijdstip
    advies_te_laat: bool

    @classmethod
    def of(cls, view: HuisverbodView) -> "HuisverbodItemOut":
        """Return a huisverbod as it is shown in a list."""
        return cls(**_item(view))


class HuisverbodenOut(Schema):
    resultaten: tuple[HuisverbodItemOut, ...]
    volgende: str | None


class HuisverbodOut(HuisverbodItemOut):
    """Een huisverbod met alles wat erover is vastgelegd."""

    instrument: InstrumentOut
    motivering: str
    afzien: HuisverbodAfzien | None
    oplegging: HuisverbodOplegging | None
    termijn: HuisverbodTermijn | None
    advies_termijn: HuisverbodTermijn | None
    adviezen: tuple[HuisverbodAdviesOut, ...]
    verlengingen: tuple[HuisverbodVerlenging, ...]
    intrekking: HuisverbodIntrekking | None
    beeindigd_op: OptionalTijdstip
    casusregie: tuple[HuisverbodCasusregie, ...]
    gesprekken: tuple[ContactOut, ...]

    @classmethod
    def of(cls, view: HuisverbodView) -> "HuisverbodOut":
        """Return a huisverbod as it is shown by itself."""
        one, instrument = view.huisverbod, view.huisverbod.screening.instrument
        return cls(
            **_item(view),
            instrument=InstrumentOut(naam=instrument.naam, versie=instrument.versie, antwoorden=instrument.antwoorden),
            motivering=one.screening.motivering,
            **_decided(one),
            termijn=_termijn(term_of(one, view.rules)),
            advies_termijn=_termijn(advice_term_of(one, view.rules)),
            gesprekken=tuple(ContactOut.of(gesprek) for gesprek in one.gesprekken),
        )


def _item(view: HuisverbodView) -> dict[str, Any]:
    one, oplegging = view.huisverbod, view.huisverbod.oplegging
    return {
        "id": one.id,
        "melding_id": one.melding_id,
        "casus_id": one.casus_id,
        "versie": one.versie,
        "gemeente_code": one.gemeente_code,
        "status": status_at(one, view.now),
        "gescreend_op": one.screening.gescreend_op,
        "geadviseerd": one.screening.geadviseerd,
        "op_verzoek": one.screening.op_verzoek,
        "kindermishandeling": one.screening.kindermishandeling,
        "opgelegd_op": oplegging.opgelegd_op if oplegging else None,
        "dagen": one.dagen,
        "eindigt_op": one.eindigt_op,
        "advies_te_laat": _advice_late(view),
    }


def _advice_late(view: HuisverbodView) -> bool:
    """Say whether the advice came late, or should have come; of a ban that was withdrawn before then none is asked."""
    one, term = view.huisverbod, advice_term_of(view.huisverbod, view.rules)
    if term is None:
        return False
    ended: datetime | None = one.intrekking.ingetrokken_op if one.intrekking else None
    moments = [moment for moment in (ended, *(advies.gegeven_op for advies in one.adviezen)) if moment is not None]
    return min(moments, default=view.now) >= term.uiterlijk


def _termijn(term: Berekening | None) -> HuisverbodTermijn | None:
    return HuisverbodTermijn(uiterlijk=term.uiterlijk, uitleg=term.uitleg) if term else None


def _decided(one: Huisverbod) -> dict[str, Any]:
    afzien, intrekking = one.afzien, one.intrekking
    return {
        "afzien": HuisverbodAfzien(afgezien_op=afzien.afgezien_op, motivering=afzien.motivering) if afzien else None,
        "oplegging": _oplegging(one.oplegging) if one.oplegging else None,
        "adviezen": tuple(
            HuisverbodAdviesOut(id=a.id, advies=a.advies, gegeven_op=a.gegeven_op, motivering=a.motivering)
            for a in one.adviezen
        ),
        "verlengingen": tuple(
            HuisverbodVerlenging(
                id=v.id, dagen=v.dagen, besloten_op=v.besloten_op, door=v.door, motivering=v.motivering
            )
            for v in one.verlengingen
        ),
        "intrekking": HuisverbodIntrekking(
            ingetrokken_op=intrekking.ingetrokken_op,
            door=intrekking.door,
            hulp_aanvaard=intrekking.hulp_aanvaard,
            motivering=intrekking.motivering,
        )
        if intrekking
        else None,
        "beeindigd_op": one.beeindigd_op,
        "casusregie": tuple(
            HuisverbodCasusregie(id=c.id, organisatie_id=c.organisatie_id, medewerker=c.medewerker, vanaf=c.vanaf)
            for c in one.casusregie
        ),
    }


def _oplegging(of: Oplegging) -> HuisverbodOplegging:
    return HuisverbodOplegging(
        opgelegd_op=of.opgelegd_op,
        door=of.door,
        uithuisgeplaatste=_plaats(of.uithuisgeplaatste.melding_id, of.uithuisgeplaatste.nr),
        achterblijvers=tuple(_plaats(one.melding_id, one.nr) for one in of.achterblijvers),
        motivering=of.motivering,
        nieuwe_feiten=of.nieuwe_feiten,
        ander_persoon=of.ander_persoon,
    )


def _plaats(melding_id: UUID, nr: int) -> PersoonPlaats:
    return PersoonPlaats(melding_id=melding_id, nr=nr)
