"""How self-assessments go over the wire."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.monitoring.domain.zelfevaluatie import (
    HOOGST,
    JAAR_EERSTE,
    LAAGST,
    REGIO_MINIMUM,
    VRAGEN,
    JaarVergelijking,
    Thema,
    Zelfevaluatie,
    ZelfevaluatieStatus,
)
from services.monitoring.handlers.zelfevaluaties import shown
from shared.web.schema import GemeenteCode, OptionalTijdstip, Schema, Tijdstip

_VRAGEN_MAX = 100
Antwoord = Annotated[int, Field(strict=True)]


class ZelfevaluatieIn(Schema):
    """What a municipality says of its local field over a year."""

    gemeente_code: GemeenteCode
    jaar: Annotated[int, Field(strict=True, ge=1, le=9999, description=f"Vanaf {JAAR_EERSTE}", examples=[2026])]
    antwoorden: Annotated[
        dict[str, Antwoord],
        Field(
            max_length=_VRAGEN_MAX,
            description=f"Bij elke vraag van de vragenlijst een getal van {LAAGST} (niet) tot en met {HOOGST} (geheel)",
            examples=[dict.fromkeys(VRAGEN, 3)],
        ),
    ]


class ZelfevaluatieOut(Schema):
    id: UUID
    gemeente_code: str
    jaar: int
    versie: int
    status: ZelfevaluatieStatus
    vragenlijst: str = Field(description="Welke versie van de vragenlijst is beantwoord")
    antwoorden: dict[str, int]
    ingediend_op: Tijdstip
    vastgesteld_op: OptionalTijdstip


class ZelfevaluatieLijst(Schema):
    resultaten: list[ZelfevaluatieOut]
    volgende: str | None


class VraagOut(Schema):
    code: str
    thema: Thema
    tekst: str
    vindplaats: str = Field(description="Waaruit de vraag is afgeleid")


class VragenlijstOut(Schema):
    """The questions, and what is known of where they come from."""

    versie: str
    herkomst: str
    laagst: int
    hoogst: int
    vragen: list[VraagOut]


class VraagVergelijkingOut(Schema):
    code: str
    thema: Thema
    antwoord: int
    regio: float | None = Field(description=f"Gemiddelde van wat is vastgesteld; leeg onder {REGIO_MINIMUM} gemeenten")
    verschil_met_vorige: int | None = Field(description="Met het vorige jaar waarin de vraag is beantwoord")


class JaarVergelijkingOut(Schema):
    jaar: int
    versie: int
    status: ZelfevaluatieStatus
    gemiddelde: float
    per_thema: dict[Thema, float]
    regio_gemeenten: int = Field(description="Hoeveel gemeenten dit jaar hebben vastgesteld")
    vragen: list[VraagVergelijkingOut]


class VergelijkingOut(Schema):
    gemeente_code: str
    voorgangers: list[str] = Field(description="Gemeenten die in deze zijn opgegaan; hun jaren staan bij henzelf")
    jaren: list[JaarVergelijkingOut]


def zelfevaluatie_out(one: Zelfevaluatie) -> ZelfevaluatieOut:
    """Return a version as it goes over the wire."""
    return ZelfevaluatieOut.model_validate(shown(one))


def jaar_out(one: JaarVergelijking) -> JaarVergelijkingOut:
    """Return one year of the comparison."""
    return JaarVergelijkingOut(
        jaar=one.jaar,
        versie=one.versie,
        status=one.status,
        gemiddelde=one.gemiddelde,
        per_thema=dict(one.per_thema),
        regio_gemeenten=one.regio_gemeenten,
        vragen=[
            VraagVergelijkingOut(
                code=beside.vraag.code,
                thema=beside.vraag.thema,
                antwoord=beside.antwoord,
                regio=beside.regio,
                verschil_met_vorige=beside.verschil_met_vorige,
            )
            for beside in one.vragen
        ],
    )
