"""Municipalities on the wire."""

from typing import Annotated

from pydantic import Field

from shared.rules.gemeenten import VT_ORGANISATIES, Gemeente, VtOrganisatie
from shared.web.schema import Datum, GemeenteCode, OptionalDatum, Schema


class VtOrganisatieUit(Schema):
    id: str
    naam: str
    oin: str
    oin_fictief: Annotated[bool, Field(description="Dit nummer heeft de vorm van een OIN en is van niemand")]


class GemeenteUit(Schema):
    code: GemeenteCode
    naam: str
    centrumregio: str
    geldig_van: Annotated[OptionalDatum, Field(description="Leeg: van voor het begin van de tabel")]
    geldig_tot: Annotated[OptionalDatum, Field(description="De eerste dag waarop de gemeente niet meer bestond")]
    opvolger: Annotated[GemeenteCode | None, Field(description="De gemeente waarin zij opging")]
    vt_organisatie: Annotated[VtOrganisatieUit, Field(description="Wie de gemeente op die dag bedient")]
    onzeker: Annotated[tuple[str, ...], Field(description="Wat in deze regel niet in een bron is gelezen")]


class GemeentenUit(Schema):
    op: Datum
    resultaten: tuple[GemeenteUit, ...]
    volgende: str | None


def gemeente_uit(gemeente: Gemeente, vt_organisatie: str) -> GemeenteUit:
    """Return a municipality, with the Veilig Thuis that serves it on the day that was asked for."""
    return GemeenteUit(
        code=gemeente.code,
        naam=gemeente.naam,
        centrumregio=gemeente.centrumregio,
        geldig_van=gemeente.geldig_van,
        geldig_tot=gemeente.geldig_tot,
        opvolger=gemeente.opvolger_code,
        vt_organisatie=_vt(VT_ORGANISATIES[vt_organisatie]),
        onzeker=gemeente.onzeker,
    )


def _vt(organisatie: VtOrganisatie) -> VtOrganisatieUit:
    return VtOrganisatieUit(
        id=organisatie.id, naam=organisatie.naam, oin=organisatie.oin, oin_fictief=organisatie.oin_fictief
    )
