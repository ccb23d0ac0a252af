"""How the risk scores go over the wire."""

from pydantic import Field

from services.monitoring.domain.risico import Centrum, Klasse, RisicoParameters, Risicoscore, Signaal, Spreiding
from services.monitoring.domain.risico_laden import REGIO, Cijfers
from services.monitoring.handlers.risico import RisicoView
from services.monitoring.store.risico import RisicoVersie
from shared.web.schema import Schema, Tijdstip


class RisicoscoreOut(Schema):
    """How far a municipality lies from the region on the factors of the Regiovisie, and what that predicts."""

    gemeente: str
    gemeente_code: str
    risicoscore: float = Field(description="Som van de z-scores tegen het regiogemiddelde, alle factoren even zwaar")
    klasse: Klasse
    gepubliceerde_klasse: Klasse | None = Field(description="Zoals in de Regiovisie; leeg als de gemeente er niet was")
    aantal_factoren: int
    boven_regiogemiddelde: int = Field(description="Op hoeveel factoren de gemeente boven het regiogemiddelde ligt")
    meldingen_per1000: float | None = Field(alias="meldingenPer1000")
    verwacht_per1000: float | None = Field(alias="verwachtPer1000", description="Uit de lijn door alle gemeenten")
    afwijking: float | None = Field(description="Meldingen min verwacht; meer of minder, nooit beter of slechter")
    signaal: Signaal | None


class RisicoParametersOut(Schema):
    """What the source leaves open, as this region chose it."""

    centrum: Centrum
    spreiding: Spreiding
    woz_omgekeerd: bool
    hoog_boven: float
    laag_onder: float
    minder_tot: float = Field(description="Een afwijking tot en met deze: minder dan verwacht")
    meer_vanaf: float = Field(description="Een afwijking vanaf deze: meer dan verwacht")


class RisicoscoreLijst(Schema):
    resultaten: list[RisicoscoreOut]
    volgende: None = None
    jaar: int | None = Field(default=None, description="Leeg: de cijfers van de Regiovisie")
    versie: int | None = None
    parameters: RisicoParametersOut


class RisicocijfersOut(Schema):
    """A version of the figures of a year, as it was loaded."""

    jaar: int
    versie: int
    factoren: int
    gemeenten: int
    geladen_op: Tijdstip


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


def risicoscores_out(view: RisicoView) -> RisicoscoreLijst:
    """Return the scores with what they were computed from."""
    return RisicoscoreLijst(
        resultaten=[risicoscore_out(code, score) for code, score in view.scores],
        jaar=view.jaar,
        versie=view.versie,
        parameters=_parameters_out(view.parameters),
    )


def _parameters_out(told: RisicoParameters) -> RisicoParametersOut:
    return RisicoParametersOut(
        centrum=told.centrum,
        spreiding=told.spreiding,
        woz_omgekeerd=told.woz_omgekeerd,
        hoog_boven=told.hoog_boven,
        laag_onder=told.laag_onder,
        minder_tot=told.minder_tot,
        meer_vanaf=told.meer_vanaf,
    )


def risicocijfers_out(one: RisicoVersie) -> RisicocijfersOut:
    """Return what was loaded, without the figures themselves."""
    return RisicocijfersOut(
        jaar=one.jaar,
        versie=one.versie,
        factoren=len(one.cijfers),
        gemeenten=len(_places(one.cijfers)),
        geladen_op=one.geladen_op,
    )


def _places(cijfers: Cijfers) -> set[str]:
    return {place for values in cijfers.values() for place in values} - {REGIO}
