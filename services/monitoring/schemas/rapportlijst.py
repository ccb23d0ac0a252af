"""How the list of reports goes over the wire."""

from collections.abc import Sequence
from typing import Literal
from urllib.parse import urlencode

from pydantic import Field

from services.monitoring.domain.monitorbrief import area_name
from services.monitoring.domain.rapportlijst import RapportRij
from services.monitoring.domain.rapportsoorten import RapportSoort
from shared.web.schema import OptionalTijdstip, Schema


class RapportageRijOut(Schema):
    """A report that can be read, and where."""

    soort: RapportSoort
    periode: str = Field(examples=["2026-03"])
    naam: str = Field(description="De periode in woorden", examples=["maart 2026"])
    gebied: str
    gemeente_code: str | None = Field(description="Leeg: de regio")
    status: Literal["concept", "vastgesteld"]
    versie: int | None = Field(description="Leeg zolang het een concept is")
    nieuwste: bool = Field(description="Nee: er is een correctie op deze versie")
    vastgesteld_op: OptionalTijdstip
    reden: str | None = Field(description="Waarom er na de eerste versie nog een is")
    pad: str = Field(description="Waar zij te lezen is", examples=["/v1/rapportages/monitorbrief/2026-03?regio=true"])
    vormen: list[str] = Field(description="Wat `Accept` op dat pad kan vragen")


class RapportageLijst(Schema):
    resultaten: list[RapportageRijOut]
    volgende: str | None


def rij_out(rij: RapportRij, vormen: Sequence[str]) -> RapportageRijOut:
    """Return a row of the list."""
    periode = rij.periode
    return RapportageRijOut(
        soort=periode.soort,
        periode=periode.code,
        naam=periode.naam,
        gebied=area_name(rij.gemeente_code),
        gemeente_code=rij.gemeente_code,
        status="concept" if rij.versie is None else "vastgesteld",
        versie=rij.versie,
        nieuwste=rij.nieuwste,
        vastgesteld_op=rij.vastgesteld_op,
        reden=rij.reden,
        pad=f"/v1/rapportages/{periode.soort.value}/{periode.code}?{_query(rij)}",
        vormen=list(vormen),
    )


def _query(rij: RapportRij) -> str:
    gebied = {"regio": "true"} if rij.gemeente_code is None else {"gemeenteCode": rij.gemeente_code}
    return urlencode(gebied if rij.versie is None else {**gebied, "versie": rij.versie})
