"""How reports go over the wire: their figures, texts and versions, and what editors write."""

import csv
import io
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from services.monitoring.domain.rapport import Uitgave
from services.monitoring.domain.rapportsoorten import RapportSoort
from services.monitoring.domain.rapportteksten import PLEKKEN, REDEN_MAX, TEKENS_MAX, Plek, places_of, plain_text
from services.monitoring.domain.stoplichten import OPGAVEN, Kleur
from services.monitoring.handlers.rapporten import Teksten
from services.monitoring.store.rapporten import UitgaveRow
from shared.web.schema import Datum, JaarMaand, OptionalTijdstip, Schema, Tekst, Tijdstip


class CijferOut(Schema):
    onderwerp: str
    onderdeel: str
    gegeven: str
    waarde: str = Field(description="Zoals het gelezen mag worden: getal, `afgeschermd`, `te weinig` of een streepje")
    norm: str
    vorige: str = Field(default="", description="Wat de rapportage over de periode ervoor hiervan zei")


class DefinitieOut(Schema):
    begrip: str
    betekenis: str


class PuntOut(Schema):
    maand: JaarMaand
    waarde: str = Field(description="Een getal, `afgeschermd`, `te weinig`, een streepje of `niet vastgesteld`")


class ReeksOut(Schema):
    naam: str
    punten: list[PuntOut]


class RapportTekstOut(Schema):
    plek: Plek
    titel: str
    tekst: str = Field(description="Alinea's, regels met `- `, `**vet**` en `*cursief*`; nooit HTML")


class _RapportOut(Schema):
    """What every kind of report says, and how it came to be."""

    gebied: str
    gemeente_code: str | None
    status: Literal["concept", "vastgesteld"]
    versie: int | None = Field(description="Leeg zolang het een concept is")
    vastgesteld_op: OptionalTijdstip
    peildatum: Datum = Field(description="De dag waarvan de voorraad is")
    reden: str | None = Field(description="Waarom er na de eerste versie nog een is")
    afscherming: Literal["onder-5-en-afgerond-op-5"]
    opmerkingen: list[str]
    cijfers: list[CijferOut]
    trend: list[ReeksOut]
    teksten: list[RapportTekstOut]
    definities: list[DefinitieOut]


class MonitorbriefOut(_RapportOut):
    maand: JaarMaand


class StoplichtOut(Schema):
    opgave: str
    naam: str
    kleur: Kleur
    waarom: str


class DoelCijferOut(Schema):
    boom: str
    doel: str
    doel_naam: str
    indicator: str
    waarde: str
    norm: str
    vorige: str


class RapportageOut(_RapportOut):
    soort: RapportSoort
    periode: str
    naam: str
    stoplichtregel: str = Field(description="Hoe een kleur wordt bepaald; leeg als deze soort geen stoplichten heeft")
    stoplichten: list[StoplichtOut]
    doelen: list[DoelCijferOut]


def _common(uitgave: Uitgave) -> dict[str, Any]:
    rapport = uitgave.rapport
    return {
        "gebied": rapport.gebied,
        "gemeente_code": rapport.gemeente_code,
        "status": "concept" if uitgave.is_concept else "vastgesteld",
        "versie": uitgave.versie,
        "vastgesteld_op": uitgave.vastgesteld_op,
        "peildatum": rapport.peildatum,
        "reden": uitgave.reden,
        "afscherming": "onder-5-en-afgerond-op-5",
        "opmerkingen": list(rapport.opmerkingen),
        "cijfers": [
            CijferOut(
                onderwerp=one.onderwerp,
                onderdeel=one.onderdeel,
                gegeven=one.gegeven,
                waarde=one.waarde,
                norm=one.norm,
                vorige=one.vorige,
            )
            for one in rapport.cijfers
        ],
        "trend": [
            ReeksOut(naam=one.naam, punten=[PuntOut(maand=punt.maand, waarde=punt.waarde) for punt in one.punten])
            for one in rapport.trend
        ],
        "teksten": [RapportTekstOut(plek=one.plek, titel=one.titel, tekst=one.tekst) for one in rapport.teksten],
        "definities": [DefinitieOut(begrip=begrip, betekenis=betekenis) for begrip, betekenis in rapport.definities],
    }


def brief_out(uitgave: Uitgave) -> MonitorbriefOut:
    """Return a monthly letter as JSON."""
    return MonitorbriefOut(maand=uitgave.rapport.periode, **_common(uitgave))


def rapportage_out(uitgave: Uitgave) -> RapportageOut:
    """Return a report of any kind as JSON."""
    rapport = uitgave.rapport
    return RapportageOut(
        soort=rapport.soort,
        periode=rapport.periode,
        naam=rapport.naam,
        stoplichtregel=rapport.stoplichtregel,
        stoplichten=[
            StoplichtOut(opgave=one.opgave, naam=one.naam, kleur=one.kleur, waarom=one.waarom)
            for one in rapport.stoplichten
        ],
        doelen=[
            DoelCijferOut(
                boom=one.boom,
                doel=one.doel,
                doel_naam=one.doel_naam,
                indicator=one.indicator,
                waarde=one.waarde,
                norm=one.norm,
                vorige=one.vorige,
            )
            for one in rapport.doelen
        ],
        **_common(uitgave),
    )


# --- CSV ---

_KOLOMMEN = ("periode", "gebied", "gemeenteCode", "versie", "onderwerp", "onderdeel", "gegeven", "waarde", "norm")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def rapport_csv(uitgave: Uitgave) -> str:
    """Return a report as CSV: a figure, a month of a trend, a light or a text a line.

    The definitions stand in the other forms. What a person wrote never begins as a formula of a spreadsheet would.
    """
    rapport = uitgave.rapport
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow((*_KOLOMMEN, "vorige"))
    place = (rapport.periode, rapport.gebied, rapport.gemeente_code or "", uitgave.versie or "concept")
    writer.writerows((*place, *line) for line in _lines(uitgave))
    return out.getvalue()


def _lines(uitgave: Uitgave) -> Iterator[tuple[str, ...]]:
    rapport = uitgave.rapport
    for one in rapport.cijfers:
        yield one.onderwerp, one.onderdeel, one.gegeven, one.waarde, one.norm, one.vorige
    for reeks in rapport.trend:
        for punt in reeks.punten:
            yield "Verloop", reeks.naam, punt.maand, punt.waarde, "", ""
    for licht in rapport.stoplichten:
        yield "Stoplicht", licht.naam, licht.kleur.value, _harmless(licht.waarom), "", ""
    for doel in rapport.doelen:
        yield "Doel", f"{doel.doel} {doel.doel_naam}", doel.indicator, doel.waarde, doel.norm, doel.vorige
    for tekst in rapport.teksten:
        yield "Tekst", tekst.titel, "", _harmless(plain_text(tekst.tekst)), "", ""


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


# --- versions ---


class RapportageVersieIn(Schema):
    reden: Annotated[
        Tekst,
        Field(
            max_length=REDEN_MAX,
            description="Wat er niet klopte. Zonder aantallen: een reden die een klein aantal noemt, verraadt het.",
            examples=["De meldingen van een systeem kwamen te laat binnen."],
        ),
    ]


class RapportageVersieOut(Schema):
    versie: int
    vastgesteld_op: Tijdstip
    peildatum: Datum
    reden: str | None


class RapportageVersieLijst(Schema):
    resultaten: list[RapportageVersieOut]
    volgende: None = None


def versie_out(one: UitgaveRow) -> RapportageVersieOut:
    """Return what is known of a version."""
    return RapportageVersieOut(
        versie=one.versie, vastgesteld_op=one.vastgesteld_op, peildatum=one.peildatum, reden=one.reden
    )


# --- what editors write ---


class RapportageTekstIn(Schema):
    tekst: Annotated[
        str,
        Field(
            max_length=TEKENS_MAX,
            description="Alinea's, regels met `- `, `**vet**` en `*cursief*`; geen HTML, en niets over een persoon",
            examples=["In deze maand is het team uitgebreid."],
        ),
    ]


class RapportageStoplichtIn(Schema):
    kleur: Kleur
    reden: Annotated[Tekst, Field(max_length=REDEN_MAX, examples=["Twee gemeenten zijn begonnen."])]


class RapportageTekstOut(Schema):
    """One place: what was written in it last. Its ETag is the version between quotes; nothing yet is ``"0"``."""

    plek: str
    titel: str
    tekens_max: int
    versie: int
    tekst: str
    kleur: Kleur | None
    geschreven_op: OptionalTijdstip


class RapportageTekstLijst(Schema):
    gebied: str
    verschijnt_in: int = Field(description="In welke versie komt wat nu wordt geschreven")
    resultaten: list[RapportageTekstOut]
    volgende: None = None


def teksten_out(soort: RapportSoort, teksten: Teksten, *, stoplichten: bool) -> RapportageTekstLijst:
    """Return every place of a report with what stands in it."""
    rows = {one.plek: one for one in teksten.rijen}
    places = [(plek.value, PLEKKEN[plek].titel, PLEKKEN[plek].tekens_max) for plek in places_of(soort)]
    if stoplichten:
        places += [(code, one.naam, REDEN_MAX) for code, one in OPGAVEN.items() if not one.fasen]
    return RapportageTekstLijst(
        gebied=teksten.gebied,
        verschijnt_in=teksten.volgende_versie,
        resultaten=[
            RapportageTekstOut(
                plek=plek,
                titel=titel,
                tekens_max=tekens_max,
                versie=row.versie if (row := rows.get(plek)) else 0,
                tekst=row.tekst if row else "",
                kleur=Kleur(row.kleur) if row and row.kleur else None,
                geschreven_op=row.geschreven_op if row else None,
            )
            for plek, titel, tekens_max in places
        ],
    )
