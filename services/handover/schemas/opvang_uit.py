"""Requests for shelter, in the words of the wire: what goes out, as far as who reads it may know."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from services.handover.domain.opvang import Aanvraag, Client, OpvangActie, OpvangStatus, Stap, Voorziening
from services.handover.domain.opvangplaatsing import WaarschuwingSoort
from services.handover.handlers.opvang import Getoond
from services.handover.store.opvangplaatsen import Bezetting
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import Rol
from shared.rules.opvang import (
    AFGESCHERMD,
    Doelgroep,
    Inzicht,
    OpvangSoort,
    ScreeningUitkomst,
    ScreeningVervolg,
    SplitsReden,
)
from shared.web.pages import encode_cursor
from shared.web.schema import OptionalTijdstip, Schema, Tijdstip

_WHERE = "Leeg voor wie niet mag weten waar iemand verblijft"


class OpvangClientUit(Schema):
    client_id: UUID
    persoon_nr: int
    doelgroep: Doelgroep
    onzekere_verblijfsstatus: bool | None = Field(description="Leeg voor een lokaal team")
    status: OpvangStatus
    wachtend_sinds: OptionalTijdstip
    geplaatst_op: OptionalTijdstip
    klaar_sinds: OptionalTijdstip
    gescreend_op: OptionalTijdstip = Field(description="Wanneer een kind voor het eerst op trauma is gescreend")
    geeindigd_op: OptionalTijdstip
    voorziening_id: UUID | None = Field(description=_WHERE)
    wachtdagen: int | None = Field(description="Van aanvraag tot plaatsing, of tot nu")
    verblijfsdagen: int | None = Field(description="Van plaatsing tot het einde, of tot nu")
    klaar_niet_uit_dagen: int | None = Field(description="Van klaar zijn tot het einde, of tot nu")


class OpvangwaarschuwingUit(Schema):
    soort: WaarschuwingSoort
    personen: tuple[int, ...]


class OpvangaanvraagUit(Schema):
    """Een aanvraag, zonder wat iemand opschreef."""

    id: UUID
    casus_id: UUID
    melding_id: UUID
    gemeente_code: str
    organisatie_id: str = Field(description="`afgeschermd` voor wie niet mag weten waar iemand verblijft")
    aangevraagd_door: Rol
    spoed: bool
    aangevraagd_op: Tijdstip
    clienten: tuple[OpvangClientUit, ...]
    waarschuwingen: tuple[OpvangwaarschuwingUit, ...]
    versie: int


class OpvangaanvraagLijst(Schema):
    resultaten: tuple[OpvangaanvraagUit, ...]
    volgende: str | None


class OpvangstapUit(Schema):
    """Een stap zoals hij is vastgelegd."""

    actie: OpvangActie
    moment: Tijdstip
    personen: tuple[int, ...]
    reden: str | None
    toelichting: str | None
    regio: str | None = Field(description=_WHERE)
    gemeente_code: str | None = Field(description=_WHERE)
    reden_splitsing: SplitsReden | None
    toelichting_splitsing: str | None
    uitkomst: ScreeningUitkomst | None
    vervolg: ScreeningVervolg | None


class OpvangaanvraagGeheelUit(OpvangaanvraagUit):
    toelichting: str | None = Field(description="Leeg voor een lokaal team dat de aanvraag niet zelf deed")
    niet_in_gemeenten: tuple[str, ...] = Field(description=_WHERE)
    niet_in_regios: tuple[str, ...] = Field(description=_WHERE)
    stappen: Annotated[
        tuple[OpvangstapUit, ...], Field(description="Leeg voor wie niet mag weten waar iemand verblijft")
    ]


def aanvraag_uit(one: Getoond, now: datetime) -> OpvangaanvraagUit:
    """Return a request as it goes over the wire, without its texts."""
    return OpvangaanvraagUit(**_fields(one, now))


def geheel_uit(one: Getoond, now: datetime) -> OpvangaanvraagGeheelUit:
    """Return a request with what was written down; where somebody is stands between the lines of every step."""
    tekst, where = one.aanvraag.tekst, one.inzicht is Inzicht.WAAR
    return OpvangaanvraagGeheelUit(
        **_fields(one, now),
        toelichting=tekst.toelichting if where or one.aanvraag.aangevraagd_door is Rol.LOKAAL_TEAM else None,
        niet_in_gemeenten=tuple(sorted(tekst.niet_in.gemeenten)) if where else (),
        niet_in_regios=tuple(sorted(tekst.niet_in.regios)) if where else (),
        stappen=tuple(_stap(stap) for stap in tekst.stappen) if where else (),
    )


def _fields(one: Getoond, now: datetime) -> dict[str, Any]:
    aanvraag, where = one.aanvraag, one.inzicht is Inzicht.WAAR
    return {
        "id": aanvraag.id,
        "casus_id": aanvraag.casus_id,
        "melding_id": aanvraag.melding_id,
        "gemeente_code": aanvraag.gemeente_code,
        "organisatie_id": aanvraag.organisatie_id if where else AFGESCHERMD,
        "aangevraagd_door": aanvraag.aangevraagd_door,
        "spoed": aanvraag.spoed,
        "aangevraagd_op": aanvraag.aangevraagd_op,
        "clienten": tuple(_client(aanvraag, client, now, where=where) for client in aanvraag.clienten),
        "waarschuwingen": tuple(
            OpvangwaarschuwingUit(soort=warned.soort, personen=warned.personen) for warned in one.waarschuwingen
        )
        if where
        else (),
        "versie": aanvraag.versie,
    }


def _client(aanvraag: Aanvraag, one: Client, now: datetime, *, where: bool) -> OpvangClientUit:
    stay = one.verblijf
    end = one.geeindigd_op
    waited_until = one.geplaatst_op or end or now
    return OpvangClientUit(
        client_id=one.id,
        persoon_nr=one.persoon_nr,
        doelgroep=one.doelgroep,
        onzekere_verblijfsstatus=one.onzekere_verblijfsstatus if where else None,
        status=one.status,
        wachtend_sinds=one.wachtend_sinds,
        geplaatst_op=one.geplaatst_op,
        klaar_sinds=one.klaar_sinds,
        gescreend_op=one.gescreend_op if where else None,
        geeindigd_op=end,
        voorziening_id=stay.voorziening_id if stay and where else None,
        wachtdagen=_days(aanvraag.aangevraagd_op, waited_until),
        verblijfsdagen=_days(one.geplaatst_op, end or now),
        klaar_niet_uit_dagen=_days(one.klaar_sinds, end or now),
    )


def _days(start: datetime | None, end: datetime) -> int | None:
    return max((amsterdam_day(end) - amsterdam_day(start)).days, 0) if start else None


def _stap(one: Stap) -> OpvangstapUit:
    split = one.splitsing
    return OpvangstapUit(
        actie=one.actie,
        moment=one.moment,
        personen=one.personen,
        reden=one.reden,
        toelichting=one.toelichting,
        regio=one.regio,
        gemeente_code=one.gemeente_code,
        reden_splitsing=split.reden if split else None,
        toelichting_splitsing=split.toelichting if split else None,
        uitkomst=one.uitkomst,
        vervolg=one.vervolg,
    )


def lijst_uit(found: Sequence[Getoond], limiet: int, now: datetime) -> OpvangaanvraagLijst:
    """Return one page of requests in the order in which they were made, of which one too many was asked."""
    shown = found[:limiet]
    last = shown[-1].aanvraag if len(found) > limiet else None
    return OpvangaanvraagLijst(
        resultaten=tuple(aanvraag_uit(one, now) for one in shown),
        volgende=encode_cursor(last.aangevraagd_op, str(last.id)) if last else None,
    )


def wachtlijst_uit(found: Sequence[Getoond], limiet: int, now: datetime) -> OpvangaanvraagLijst:
    """Return one page of those who wait, what cannot wait first."""
    shown = found[:limiet]
    last = shown[-1].aanvraag if len(found) > limiet else None
    return OpvangaanvraagLijst(
        resultaten=tuple(aanvraag_uit(one, now) for one in shown),
        volgende=encode_cursor(not last.spoed, last.aangevraagd_op, str(last.id)) if last else None,
    )


class VoorzieningUit(Schema):
    id: UUID
    organisatie_id: str
    soort: OpvangSoort
    gemeente_code: str | None
    plaatsen: int
    bezet: int
    vrij: int
    versie: int


class BezettingRegel(VoorzieningUit):
    klaar_maar_niet_uit: int = Field(description="Hoeveel mensen zouden kunnen vertrekken")
    oudste_klaar_dagen: int | None = Field(description="Hoe lang de langste van hen al klaar is")


class BezettingUit(Schema):
    resultaten: tuple[BezettingRegel, ...]


def voorziening_uit(one: Voorziening) -> VoorzieningUit:
    """Return places as they go over the wire."""
    return VoorzieningUit(**_place_fields(one))


def bezetting_uit(found: Sequence[Bezetting], now: datetime) -> BezettingUit:
    """Return how places are used now."""
    return BezettingUit(
        resultaten=tuple(
            BezettingRegel(
                **_place_fields(one.voorziening),
                klaar_maar_niet_uit=one.klaar,
                oudste_klaar_dagen=_days(one.oudste_klaar, now),
            )
            for one in found
        )
    )


def _place_fields(one: Voorziening) -> dict[str, Any]:
    return {
        "id": one.id,
        "organisatie_id": one.organisatie_id,
        "soort": one.soort,
        "gemeente_code": one.gemeente_code,
        "plaatsen": one.plaatsen,
        "bezet": len(one.bezet),
        "vrij": one.vrij,
        "versie": one.versie,
    }
