"""The figures as they may be published, as they go over the wire."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from services.monitoring.domain.openbaar import FASE, GEHAALD, OPEN_TE_LAAT, TE_LAAT, TOTAAL_VAN
from services.monitoring.domain.perioden import Publicatie
from services.monitoring.domain.publicatie import AFRONDEN_OP, KLEIN, Gepubliceerd
from services.monitoring.domain.rapportteksten import REDEN_MAX
from services.monitoring.handlers.publicatie import Overzicht
from services.monitoring.schemas.kpis import CSV_COLUMNS, month_text
from shared.rules.codes import TermijnSoort
from shared.web.schema import Datum, JaarMaand, Schema, Tekst, Tijdstip

AFGESCHERMD = "afgeschermd"
_Getal = Annotated[int | None, Field(description="Leeg: afgeschermd")]


class GepubliceerdeFaseOut(Schema):
    """How the terms of one phase went."""

    fase: TermijnSoort
    vervallen: _Getal
    gehaald: _Getal
    te_laat: _Getal
    open_te_laat: _Getal


class GroverOut(Schema):
    """One number that is rounded further than the rest."""

    fase: TermijnSoort | None
    gegeven: str
    onderdeel: str
    afgerond_op: int


class GepubliceerdGebiedOut(Schema):
    """The figures of a municipality, or of the region."""

    gemeente_code: Annotated[str | None, Field(description="Leeg bij de regio")]
    fasen: tuple[GepubliceerdeFaseOut, ...]
    tellingen: Annotated[
        dict[str, dict[str, int | None]],
        Field(description="Per telling het aantal per onderdeel en het totaal; leeg is afgeschermd"),
    ]
    grover: Annotated[
        tuple[GroverOut, ...], Field(description="Welke aantallen niet op vijf zijn afgerond, en op hoeveel dan")
    ]


class KpiPublicatieAchterafIn(Schema):
    reden: Annotated[
        Tekst,
        Field(
            max_length=REDEN_MAX,
            description="Waarom deze tijd alsnog wordt gepubliceerd, zonder aantallen.",
            examples=["De historie van het vorige systeem is ingelezen."],
        ),
    ]


class PeriodeOut(Schema):
    """Months that are published together."""

    van: JaarMaand
    tot: JaarMaand


class BekendgemaaktOut(PeriodeOut):
    """That a period was published."""

    peildatum: Annotated[Datum, Field(description="Van welke dag is wat bekend was")]
    vastgesteld_op: Tijdstip


class KpiPublicatieLijst(Schema):
    """What was published, and what still will be because it was asked."""

    resultaten: tuple[BekendgemaaktOut, ...]
    te_maken: Annotated[tuple[PeriodeOut, ...], Field(description="Wat achteraf is gevraagd en er nog niet is")]


def lijst_out(found: Overzicht) -> KpiPublicatieLijst:
    """Return which periods were published, and which still will be."""
    return KpiPublicatieLijst(
        resultaten=tuple(
            BekendgemaaktOut(
                van=month_text(one.van),
                tot=month_text(one.tot),
                peildatum=one.peildatum,
                vastgesteld_op=one.vastgesteld_op,
            )
            for one in found.gemaakt
        ),
        te_maken=tuple(PeriodeOut(van=month_text(months[0]), tot=month_text(months[-1])) for months in found.te_maken),
    )


class KpiPublicatieOut(Schema):
    """One period."""

    van: JaarMaand
    tot: JaarMaand
    afscherming: Annotated[str, Field(description="Hoe kleine aantallen zijn beschermd")]
    regio: GepubliceerdGebiedOut
    gemeenten: tuple[GepubliceerdGebiedOut, ...]


def publicatie_out(publicatie: Publicatie) -> KpiPublicatieOut:
    """Return what may be published, as it goes over the wire."""
    return KpiPublicatieOut(
        van=month_text(publicatie.months[0]),
        tot=month_text(publicatie.months[-1]),
        afscherming=f"onder-{KLEIN}-en-afgerond-op-{AFRONDEN_OP}",
        regio=_area(publicatie, None),
        gemeenten=tuple(_area(publicatie, code) for code in publicatie.gemeente_codes),
    )


def _area(publicatie: Publicatie, code: str | None) -> GepubliceerdGebiedOut:
    tables = publicatie.tabellen
    return GepubliceerdGebiedOut(
        gemeente_code=code,
        fasen=tuple(
            _fase(TermijnSoort(naam.removeprefix(FASE)), table, code)
            for naam, table in tables.items()
            if naam.startswith(FASE)
        ),
        tellingen={naam: counts for naam, table in sorted(tables.items()) if (counts := _counts(naam, table, code))}
        | {naam: {"totaal": tables[whole][code, None]} for naam, whole in TOTAAL_VAN.items() if whole in tables},
        grover=tuple(one for naam, table in sorted(tables.items()) for one in _coarser(naam, table, code)),
    )


_VAN_FASE = {None: "vervallen", GEHAALD: "gehaald", TE_LAAT: "teLaat", OPEN_TE_LAAT: "openTeLaat"}


def _coarser(naam: str, table: Gepubliceerd, code: str | None) -> Iterator[GroverOut]:
    fase = TermijnSoort(naam.removeprefix(FASE)) if naam.startswith(FASE) else None
    totals = [one for one, whole in TOTAAL_VAN.items() if whole == naam]
    for (gemeente, soort), op in table.afronding.items():
        if gemeente != code or op is None:
            continue
        if fase:
            yield GroverOut(fase=fase, gegeven=_VAN_FASE[soort], onderdeel="", afgerond_op=op)
            continue
        for one in (naam, *(totals if soort is None else ())):
            yield GroverOut(fase=None, gegeven=one, onderdeel=soort or "totaal", afgerond_op=op)


def _fase(fase: TermijnSoort, table: Gepubliceerd, code: str | None) -> GepubliceerdeFaseOut:
    return GepubliceerdeFaseOut(
        fase=fase,
        vervallen=table[code, None],
        gehaald=table[code, GEHAALD],
        te_laat=table[code, TE_LAAT],
        open_te_laat=table[code, OPEN_TE_LAAT],
    )


def _counts(naam: str, table: Gepubliceerd, code: str | None) -> dict[str, int | None]:
    if naam.startswith(FASE):
        return {}
    kinds = sorted({soort for _, soort in table.waarden if soort})
    return {**{soort: table[code, soort] for soort in kinds}, "totaal": table[code, None]}


def publicatie_rows(out: KpiPublicatieOut) -> Iterator[tuple[str, ...]]:
    """Give the names of the columns, and every number as one row; what is kept back says so."""
    yield *CSV_COLUMNS, "afgerondOp"
    period = out.van if out.van == out.tot else f"{out.van}/{out.tot}"
    for area in (out.regio, *out.gemeenten):
        code = area.gemeente_code or "regio"
        coarser = {(one.fase, one.gegeven, one.onderdeel): one.afgerond_op for one in area.grover}
        for fase in area.fasen:
            for naam, value in fase.model_dump(by_alias=True, exclude={"fase"}).items():
                yield code, period, fase.fase, naam, "", *_read(value, coarser.get((fase.fase, naam, "")))
        for naam, kinds in area.tellingen.items():
            for soort, aantal in kinds.items():
                yield code, period, "", naam, soort, *_read(aantal, coarser.get((None, naam, soort)))


def _read(value: int | None, op: int | None) -> tuple[str, str]:
    return (AFGESCHERMD, "") if value is None else (str(value), str(op or AFRONDEN_OP))
