"""How the monthly letter and the risk scores go over the wire."""

import csv
import io
from typing import Literal

from pydantic import Field

from services.monitoring.domain.monitorbrief import DEFINITIES, Monitorbrief
from services.monitoring.domain.risico import Klasse, Risicoscore, Signaal
from shared.web.schema import JaarMaand, Schema


class RisicoscoreOut(Schema):
    """How far a municipality lies from the region on the factors of the Regiovisie, and what that predicts."""

    gemeente: str
    gemeente_code: str
    risicoscore: float = Field(description="Som van de z-scores tegen het regiogemiddelde, alle factoren even zwaar")
    klasse: Klasse
    gepubliceerde_klasse: Klasse
    aantal_factoren: int
    boven_regiogemiddelde: int = Field(description="Op hoeveel factoren de gemeente boven het regiogemiddelde ligt")
    meldingen_per1000: float | None = Field(alias="meldingenPer1000")
    verwacht_per1000: float | None = Field(alias="verwachtPer1000", description="Uit de lijn door alle gemeenten")
    afwijking: float | None = Field(description="Meldingen min verwacht; meer of minder, nooit beter of slechter")
    signaal: Signaal | None


class RisicoscoreLijst(Schema):
    resultaten: list[RisicoscoreOut]
    volgende: None = None


def risicoscore_out(code: str, score: Risicoscore) -> RisicoscoreOut:
    """Return a score as it goes over the wire, rounded as far as its source allows."""
    return RisicoscoreOut(
        gemeente=score.gemeente,
        gemeente_code=code,
        risicoscore=round(score.risicoscore, 1),
        klasse=score.klasse,
        gepubliceerde_klasse=score.gepubliceerde_klasse,
        aantal_factoren=score.aantal_factoren,
        boven_regiogemiddelde=score.boven_regiogemiddelde,
        meldingen_per1000=score.meldingen_per_1000,
        verwacht_per1000=None if score.verwacht_per_1000 is None else round(score.verwacht_per_1000, 1),
        afwijking=None if score.afwijking is None else round(score.afwijking, 1),
        signaal=score.signaal,
    )


class CijferOut(Schema):
    onderwerp: str
    onderdeel: str
    gegeven: str
    waarde: str = Field(description="Zoals het gelezen mag worden: een getal, `afgeschermd` of een streepje")
    norm: str


class DefinitieOut(Schema):
    begrip: str
    betekenis: str


class MonitorbriefOut(Schema):
    maand: JaarMaand
    gebied: str
    gemeente_code: str | None
    afscherming: Literal["onder-5-en-afgerond-op-5"]
    cijfers: list[CijferOut]
    definities: list[DefinitieOut]


def brief_out(brief: Monitorbrief) -> MonitorbriefOut:
    """Return a letter as JSON."""
    return MonitorbriefOut(
        maand=f"{brief.maand:%Y-%m}",
        gebied=brief.gebied,
        gemeente_code=brief.gemeente_code,
        afscherming="onder-5-en-afgerond-op-5",
        cijfers=[
            CijferOut(
                onderwerp=cijfer.onderwerp,
                onderdeel=cijfer.onderdeel,
                gegeven=cijfer.gegeven,
                waarde=cijfer.waarde,
                norm=cijfer.norm,
            )
            for cijfer in brief.cijfers
        ],
        definities=[DefinitieOut(begrip=begrip, betekenis=betekenis) for begrip, betekenis in DEFINITIES.items()],
    )


def brief_csv(brief: Monitorbrief) -> str:
    """Return a letter as CSV; the definitions stand in the letter itself."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("maand", "gebied", "gemeenteCode", "onderwerp", "onderdeel", "gegeven", "waarde", "norm"))
    for cijfer in brief.cijfers:
        writer.writerow(
            (
                f"{brief.maand:%Y-%m}",
                brief.gebied,
                brief.gemeente_code or "",
                cijfer.onderwerp,
                cijfer.onderdeel,
                cijfer.gegeven,
                cijfer.waarde,
                cijfer.norm,
            )
        )
    return out.getvalue()
