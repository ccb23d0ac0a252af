"""The figures, as they go over the wire."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import Field

from services.monitoring.domain.kpidimensies import Dimensie
from services.monitoring.domain.kpis import (
    FaseCijfers,
    FaseRapport,
    GebiedRapport,
    OnderdeelCijfers,
    percentile,
)
from services.monitoring.handlers.kpis import GeschrevenKpis
from shared.rules.codes import TermijnSoort
from shared.web.schema import JaarMaand, Schema


class StadiumOut(Schema):
    """A part of the lead time."""

    mediaan_dagen: int | None
    p90_dagen: int | None
    dagen: Annotated[dict[int, int] | None, Field(description="Met `histogram=true`: de verdeling")] = None


class CijfersOut(Schema):
    """The figures of one phase over a month or a period."""

    gestart: int
    vervallen: Annotated[int, Field(description="Termijnen waarvan de laatste dag in deze tijd viel")]
    gehaald: int
    te_laat: int
    open_te_laat: int
    percentage_op_tijd: Annotated[
        float | None, Field(description="Gehaald van alles wat verviel; open en te laat telt mee")
    ]
    mediaan_dagen: Annotated[int | None, Field(description="Doorlooptijd van wat in deze tijd werd afgerond")]
    p90_dagen: int | None
    wachten: Annotated[
        StadiumOut | None,
        Field(description="Dagen van de doorlooptijd waarin niemand het werk had; alleen van de fasen met een norm"),
    ] = None
    werken: Annotated[StadiumOut | None, Field(description="De andere dagen ervan")] = None
    doorlooptijden: Annotated[
        dict[int, int] | None, Field(description="Met `histogram=true`: aantal dagen, en hoeveel er zo lang duurden")
    ] = None


class MaandCijfersOut(CijfersOut):
    maand: JaarMaand


class VoorraadOut(Schema):
    """What waits at this moment."""

    aantal: int
    oudste_dagen: int | None
    mediaan_dagen: int | None


class FaseOut(Schema):
    fase: TermijnSoort
    norm_procent: int | None
    totaal: CijfersOut
    maanden: tuple[MaandCijfersOut, ...]
    voorraad: VoorraadOut


class OnderdeelOut(Schema):
    """How the terms of a phase went over the whole period, of one kind of melder, relation or violence."""

    fase: TermijnSoort
    dimensie: Dimensie
    onderdeel: str
    gestart: int
    vervallen: int
    gehaald: int
    te_laat: int
    open_te_laat: int
    percentage_op_tijd: float | None


class TellingenMaandOut(Schema):
    maand: JaarMaand
    tellingen: dict[str, dict[str, int]]


class GebiedOut(Schema):
    gemeente_code: Annotated[str | None, Field(description="Leeg bij de regio")]
    fasen: tuple[FaseOut, ...]
    tellingen: Annotated[
        dict[str, dict[str, int]],
        Field(
            description="Per soort telling het aantal per onderdeel; een telling zonder onderdelen staat onder 'totaal'"
        ),
    ]
    tellingen_per_maand: tuple[TellingenMaandOut, ...]
    opmerkingen: Annotated[
        tuple[str, ...], Field(description="Wat u bij deze cijfers moet weten, zoals een herindeling")
    ] = ()
    uitsplitsing: Annotated[
        tuple[OnderdeelOut, ...] | None,
        Field(description="Met `uitsplitsing=true`: de fasen met een norm, naar melder, relatie en vorm van geweld"),
    ] = None


class NormenOut(Schema):
    veiligheidsbeoordeling_procent: int
    tien_weken_procent: int


class KpisOut(Schema):
    van: JaarMaand
    tot: JaarMaand
    bekend_op: Annotated[
        date | None, Field(description="Zoals op deze dag bekend; leeg als de cijfers van nu zijn")
    ] = None
    normen: NormenOut
    regio: GebiedOut | None
    gemeenten: tuple[GebiedOut, ...]


def join_json(geschreven: GeschrevenKpis) -> bytes:
    """Return the figures as they go over the wire, of which each area is written already.

    What comes out is a ``KpisOut``: the areas are put into one that has none.
    """
    hoofd = geschreven.hoofd
    head = KpisOut(
        van=month_text(hoofd.van),
        tot=month_text(hoofd.tot),
        bekend_op=hoofd.bekend_op,
        normen=NormenOut(
            veiligheidsbeoordeling_procent=hoofd.norm_veiligheidsbeoordeling,
            tien_weken_procent=hoofd.norm_tien_weken,
        ),
        regio=None,
        gemeenten=(),
    ).model_dump_json(by_alias=True, exclude_unset=True, exclude={"regio", "gemeenten"})
    areas = b",".join(geschreven.gemeenten)
    return b"".join((head.encode()[:-1], b',"regio":', geschreven.regio or b"null", b',"gemeenten":[', areas, b"]}"))


def area_json(area: GebiedRapport, histogram: bool, uitsplitsing: bool) -> bytes:
    """Return an area as it goes over the wire; what was not asked for is left out."""
    return area_out(area, histogram, uitsplitsing).model_dump_json(by_alias=True, exclude_unset=True).encode()


def month_text(month: date) -> str:
    """Return a month as it stands on the wire: ``2026-01``."""
    return f"{month:%Y-%m}"


def area_out(area: GebiedRapport, histogram: bool, uitsplitsing: bool) -> GebiedOut:
    """Return the figures of an area as they go over the wire; what was not asked for is left out."""
    more: dict[str, Any] = {"uitsplitsing": tuple(map(_onderdeel, area.uitsplitsing))} if uitsplitsing else {}
    return GebiedOut(
        gemeente_code=area.gemeente_code,
        fasen=tuple(_fase(fase, histogram) for fase in area.fasen),
        tellingen=_named(area.tellingen),
        tellingen_per_maand=tuple(
            TellingenMaandOut(maand=month_text(month), tellingen=_named(counts))
            for month, counts in area.tellingen_per_maand.items()
        ),
        opmerkingen=area.opmerkingen,
        **more,
    )


def _onderdeel(one: OnderdeelCijfers) -> OnderdeelOut:
    return OnderdeelOut(
        fase=one.fase,
        dimensie=one.dimensie,
        onderdeel=one.onderdeel,
        gestart=one.cijfers.gestart,
        vervallen=one.cijfers.vervallen,
        gehaald=one.cijfers.gehaald,
        te_laat=one.cijfers.te_laat,
        open_te_laat=one.cijfers.open_te_laat,
        percentage_op_tijd=one.cijfers.percentage_op_tijd,
    )


def _named(counts: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    return {naam: {waarde or "totaal": aantal for waarde, aantal in kinds.items()} for naam, kinds in counts.items()}


def _cijfers(cijfers: FaseCijfers, histogram: bool) -> dict[str, Any]:
    more: dict[str, Any] = {"doorlooptijden": cijfers.doorlooptijden} if histogram else {}
    if cijfers.wachttijden:
        more["wachten"] = _stadium(cijfers.wachttijden, histogram)
        more["werken"] = _stadium(cijfers.werktijden, histogram)
    return {
        "gestart": cijfers.gestart,
        "vervallen": cijfers.vervallen,
        "gehaald": cijfers.gehaald,
        "te_laat": cijfers.te_laat,
        "open_te_laat": cijfers.open_te_laat,
        "percentage_op_tijd": cijfers.percentage_op_tijd,
        "mediaan_dagen": cijfers.mediaan_dagen,
        "p90_dagen": cijfers.p90_dagen,
        **more,
    }


def _stadium(days: Mapping[int, int], histogram: bool) -> StadiumOut:
    more: dict[str, Any] = {"dagen": days} if histogram else {}
    return StadiumOut(mediaan_dagen=percentile(days, 0.5), p90_dagen=percentile(days, 0.9), **more)


def _fase(fase: FaseRapport, histogram: bool) -> FaseOut:
    return FaseOut(
        fase=fase.fase,
        norm_procent=fase.norm,
        totaal=CijfersOut(**_cijfers(fase.totaal, histogram)),
        maanden=tuple(
            MaandCijfersOut(maand=month_text(month), **_cijfers(cijfers, histogram))
            for month, cijfers in fase.maanden.items()
        ),
        voorraad=VoorraadOut(
            aantal=fase.voorraad.aantal,
            oudste_dagen=fase.voorraad.oudste_dagen,
            mediaan_dagen=fase.voorraad.mediaan_dagen,
        ),
    )


CSV_COLUMNS = ("gemeenteCode", "maand", "fase", "gegeven", "onderdeel", "waarde")
CsvRow = tuple[str, str, str, str, str, str]


_STADIA = ("wachten", "werken")


def area_rows(area: GebiedOut) -> Iterator[CsvRow]:
    """Give every figure of an area as one row; the region has no municipality, the stock no month and a count no phase.

    A figure of a phase that falls apart has its part as ``onderdeel``: days, or a kind of one dimension.
    """
    code = area.gemeente_code or "regio"
    for fase in area.fasen:
        for maand in fase.maanden:
            yield from _csv_figures(code, maand.maand, fase.fase, maand, leave_out=("maand", *_STADIA))
            for stadium in _STADIA:
                found: StadiumOut | None = getattr(maand, stadium)
                if found:
                    yield from _csv_figures(code, maand.maand, fase.fase, found, onderdeel=stadium)
        yield from _csv_figures(code, "", fase.fase, fase.voorraad, onderdeel="voorraad")
    for month in area.tellingen_per_maand:
        for naam, kinds in month.tellingen.items():
            for kind, aantal in kinds.items():
                yield code, month.maand, "", naam, kind, str(aantal)
    for one in area.uitsplitsing or ():
        onderdeel = f"{one.dimensie}/{one.onderdeel}"
        yield from _csv_figures(
            code, "", one.fase, one, leave_out=("fase", "dimensie", "onderdeel"), onderdeel=onderdeel
        )


def _csv_figures(  # noqa: PLR0913, keyword only after the first four
    code: str, maand: str, fase: str, figures: Schema, *, leave_out: tuple[str, ...] = (), onderdeel: str = ""
) -> Iterator[CsvRow]:
    for naam, value in figures.model_dump(by_alias=True, exclude_unset=True).items():
        if naam in leave_out:
            continue
        if isinstance(value, dict):  # how many took how many days
            for days, aantal in value.items():
                yield code, maand, fase, naam, f"{onderdeel}/{days}" if onderdeel else str(days), str(aantal)
        else:
            yield code, maand, fase, naam, onderdeel, "" if value is None else str(value)
