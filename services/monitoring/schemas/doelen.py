"""How the goals go over the wire."""

from pydantic import Field

from services.monitoring.domain.doelen import DoelTak, Eigenaar, Maat, Niveau, Stand
from services.monitoring.domain.doelenbomen import BOMEN
from services.monitoring.handlers.doelen import DoelenView
from shared.web.schema import JaarMaand, Schema


class StandOut(Schema):
    """An indicator with its figure over the period."""

    code: str
    naam: str
    maat: Maat
    waarde: float | None = Field(description="Leeg: er viel niets te meten")
    van_aantal: int | None = Field(description="Over hoeveel het percentage of de mediaan gaat")
    norm: int | None = Field(description="Alleen waar een norm is afgesproken")


class ActiviteitOut(Schema):
    naam: str
    eigenaren: list[Eigenaar]
    eigenaar_afgeleid: bool = Field(description="De bron noemt geen eigenaar; dit is onze lezing")


class DoelOut(Schema):
    """A goal, what is measured of it, what is done for it, and what contributes to it."""

    code: str
    niveau: Niveau
    naam: str
    vindplaats: str
    niet_meetbaar: str | None = Field(description="Waarom de keten over dit doel niets kan meten")
    indicatoren: list[StandOut]
    activiteiten: list[ActiviteitOut]
    onderliggend: list["DoelOut"]


class BoomOut(Schema):
    nummer: int
    naam: str
    doel: DoelOut


class DoelenOut(Schema):
    van: JaarMaand
    tot: JaarMaand
    gemeente_code: str | None = Field(description="Leeg: de regio")
    bomen: list[BoomOut]


class DoelDetailOut(Schema):
    van: JaarMaand
    tot: JaarMaand
    gemeente_code: str | None = Field(description="Leeg: de regio")
    boom: str
    doel: DoelOut


def doelen_out(view: DoelenView) -> DoelenOut:
    """Return the trees."""
    return DoelenOut(
        van=f"{view.van:%Y-%m}",
        tot=f"{view.tot:%Y-%m}",
        gemeente_code=view.gemeente_code,
        bomen=[BoomOut(nummer=tak.doel.boom, naam=BOMEN[tak.doel.boom], doel=_doel_out(tak)) for tak in view.takken],
    )


def doel_detail_out(view: DoelenView) -> DoelDetailOut:
    """Return one goal; the view holds no other."""
    (tak,) = view.takken
    return DoelDetailOut(
        van=f"{view.van:%Y-%m}",
        tot=f"{view.tot:%Y-%m}",
        gemeente_code=view.gemeente_code,
        boom=BOMEN[tak.doel.boom],
        doel=_doel_out(tak),
    )


def _doel_out(tak: DoelTak) -> DoelOut:
    doel = tak.doel
    return DoelOut(
        code=doel.code,
        niveau=doel.niveau,
        naam=doel.naam,
        vindplaats=doel.vindplaats,
        niet_meetbaar=doel.niet_meetbaar,
        indicatoren=[_stand_out(stand) for stand in tak.standen],
        activiteiten=[
            ActiviteitOut(naam=one.naam, eigenaren=list(one.eigenaren), eigenaar_afgeleid=one.afgeleid)
            for one in doel.activiteiten
        ],
        onderliggend=[_doel_out(below) for below in tak.onderliggend],
    )


def _stand_out(stand: Stand) -> StandOut:
    return StandOut(
        code=stand.indicator.code,
        naam=stand.indicator.naam,
        maat=stand.indicator.maat,
        waarde=stand.waarde,
        van_aantal=stand.van_aantal,
        norm=stand.norm,
    )
