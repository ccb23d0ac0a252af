"""The doors to reports: the monthly letter and the reports over longer periods, their versions, what editors write."""

from typing import Annotated

from fastapi import Depends, Header, Query, Response
from fastapi import Path as PathParameter

from services.monitoring.api.rapportvormen import FORMS, OFFERED, answer, chosen
from services.monitoring.domain.rapportsoorten import SOORTEN, Deel, Periode, PeriodeError, RapportSoort, read_periode
from services.monitoring.domain.rapportteksten import Plek
from services.monitoring.handlers import rapporten as handlers
from services.monitoring.handlers.rapporten import RapportVraag
from services.monitoring.handlers.rapporten_maken import correct
from services.monitoring.schemas.rapporten import (
    MonitorbriefOut,
    RapportageOut,
    RapportageStoplichtIn,
    RapportageTekstIn,
    RapportageTekstLijst,
    RapportageVersieIn,
    RapportageVersieLijst,
    RapportageVersieOut,
    brief_out,
    rapportage_out,
    teksten_out,
    versie_out,
)
from shared.errors import InvalidInputError
from shared.web.access import Allowed
from shared.web.app import Resources, resources, room_router
from shared.web.etag import etag_of, seen_version
from shared.web.schema import GemeenteCode, JaarMaand

router = room_router("Rapportages")

_AFSCHERMING = (
    "Aantallen onder de vijf zijn afgeschermd; de rest is afgerond op vijf, of verder waar er `circa` staat, en soms "
    "ook afgeschermd, zodat optellen en aftrekken ze niet terugbrengt."
)
_VASTSTELLEN = (
    "Op de ochtend van de eerste werkdag na de periode wordt zij vastgesteld; daarvoor is zij een concept. Wat is "
    "vastgesteld verandert niet meer; een correctie is een nieuwe versie, en de oude blijft te lezen met `versie`."
)
_VORMEN = "HTML, PDF, CSV of JSON door `Accept`."

Made = Annotated[Resources, Depends(resources)]
Accept = Annotated[str, Header(alias="Accept", include_in_schema=False)]
IfNoneMatch = Annotated[str | None, Header(alias="If-None-Match")]
Gemeente = Annotated[GemeenteCode | None, Query(alias="gemeenteCode")]
Regio = Annotated[bool, Query(description="Die van de regio; een gemeente krijgt haar zodra zij is vastgesteld")]
Versie = Annotated[int | None, Query(ge=1, le=9999, description="Een oudere versie; zonder dit de nieuwste")]
Soort = Annotated[RapportSoort, PathParameter()]
PeriodeCode = Annotated[
    str,
    PathParameter(
        pattern=r"^\d{4}(-(\d{2}|[TH]\d))?$",
        description="Een maand, twee maanden (`T1` tot en met `T6`), een halfjaar (`H1`, `H2`) of een jaar",
        examples=["2026-03", "2026-T2", "2026-H1", "2026"],
    ),
]


@router.get(
    "/monitorbrieven/{jaarMaand}",
    response_model=MonitorbriefOut,
    responses=FORMS,
    summary="De monitorbrief van een maand",
    description=(
        "De afgesproken cijfers met hun definities, het verloop over dertien maanden en wat een redacteur erbij "
        f"schreef, voor de regio of voor één gemeente. {_VORMEN} {_AFSCHERMING} {_VASTSTELLEN}"
    ),
)
async def read_monitorbrief(  # noqa: PLR0913, PLR0917, one parameter a choice
    caller: Allowed,
    made: Made,
    jaarMaand: Annotated[JaarMaand, PathParameter(description="Bijvoorbeeld 2026-03")],  # noqa: N803, on the wire
    gemeente_code: Gemeente = None,
    regio: Regio = False,
    versie: Versie = None,
    accept: Accept = "*/*",
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Give the letter in the form that the client likes best."""
    media = chosen(accept, OFFERED)
    vraag = RapportVraag(_periode(RapportSoort.MONITORBRIEF, jaarMaand), gemeente_code, regio, versie)
    uitgave = await handlers.read_report(made, caller, vraag, now=made.clock())
    return await answer(uitgave, media, brief_out(uitgave).model_dump_json(by_alias=True).encode(), if_none_match)


@router.get(
    "/rapportages/{soort}/{periode}",
    response_model=RapportageOut,
    responses=FORMS,
    summary="Een rapportage",
    description=(
        "De voortgang per twee maanden, het halfjaar of het jaar, met dezelfde cijfers als de monitorbrief, de periode "
        "ervoor ernaast, stoplichten met hun regel, en over een halfjaar of jaar de doelen per actielijn. "
        f"{_VORMEN} {_AFSCHERMING} {_VASTSTELLEN} Een concept over een halfjaar of jaar kan een minuut duren; er wordt "
        "er één tegelijk gemaakt, en wie intussen een ander vraagt, krijgt 503."
    ),
)
async def read_rapportage(  # noqa: PLR0913, PLR0917, one parameter a choice
    caller: Allowed,
    made: Made,
    soort: Soort,
    periode: PeriodeCode,
    gemeente_code: Gemeente = None,
    regio: Regio = False,
    versie: Versie = None,
    accept: Accept = "*/*",
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Give a report in the form that the client likes best."""
    media = chosen(accept, OFFERED)
    vraag = RapportVraag(_periode(soort, periode), gemeente_code, regio, versie)
    uitgave = await handlers.read_report(made, caller, vraag, now=made.clock())
    return await answer(uitgave, media, rapportage_out(uitgave).model_dump_json(by_alias=True).encode(), if_none_match)


def _periode(soort: RapportSoort, code: str) -> Periode:
    try:
        return read_periode(soort, code)
    except PeriodeError as error:
        raise InvalidInputError(str(error)) from None


@router.get(
    "/rapportages/{soort}/{periode}/versies",
    summary="De versies van een rapportage",
    description="Elke vastgestelde versie, de eerste eerst. Een versie is van de regio en alle gemeenten tegelijk.",
)
async def list_rapportage_versies(
    caller: Allowed,  # noqa: ARG001, let in and no more: when there was a version is no secret
    made: Made,
    soort: Soort,
    periode: PeriodeCode,
) -> RapportageVersieLijst:
    """Give what is known of every version."""
    found = await handlers.list_versions(made, _periode(soort, periode))
    return RapportageVersieLijst(resultaten=[versie_out(one) for one in found])


@router.put(
    "/rapportages/{soort}/{periode}/versies/{versie}",
    summary="Corrigeer een rapportage",
    description=(
        "Maakt de volgende versie, met wat nu bekend is, voor de regio en alle gemeenten tegelijk. `versie` is één "
        "meer dan de nieuwste; is zij er al, dan verandert er niets. Elke versie rondt af als de eerste, of verder, en "
        "schermt af wat die afschermde; een onderwerp waarin nu een aantal klein is dat het niet was, en de voorraad "
        "van de peildatum, blijven zoals zij waren."
    ),
)
async def put_rapportage_versie(  # noqa: PLR0913, PLR0917, what a correction is
    caller: Allowed,
    made: Made,
    soort: Soort,
    periode: PeriodeCode,
    versie: Annotated[int, PathParameter(ge=2, le=9999)],
    body: RapportageVersieIn,
) -> RapportageVersieOut:
    """Make the next version."""
    return versie_out(
        await correct(made, caller, _periode(soort, periode), versie=versie, reden=body.reden, now=made.clock())
    )


@router.get(
    "/rapportages/{soort}/{periode}/teksten",
    summary="Wat een redacteur schreef",
    description=(
        "Elke plek voor tekst, en elke ontwikkelopgave zonder cijfer, met wat er staat. Zonder `gemeenteCode` die van "
        "de regio; een gemeente zonder eigen tekst krijgt die van de regio."
    ),
)
async def list_rapportage_teksten(
    caller: Allowed,  # noqa: ARG001, the policy lets editors in, who see all of it
    made: Made,
    soort: Soort,
    periode: PeriodeCode,
    gemeente_code: Gemeente = None,
) -> RapportageTekstLijst:
    """Give what was written in every place."""
    found = await handlers.list_texts(made, _periode(soort, periode), gemeente_code)
    return teksten_out(soort, found, stoplichten=Deel.STOPLICHTEN in SOORTEN[soort].delen)


@router.put(
    "/rapportages/{soort}/{periode}/teksten/{plek}",
    summary="Schrijf op een plek van een rapportage",
    description=(
        'Met `If-Match`: de versie die u zag, `"0"` als er nog niets stond. Een lege tekst maakt de plek leeg. Na het '
        "vaststellen komt wat u schrijft in de volgende versie; `verschijntIn` zegt in welke."
    ),
)
async def put_rapportage_tekst(  # noqa: PLR0913, PLR0917, what is written and where
    response: Response,
    caller: Allowed,
    made: Made,
    soort: Soort,
    periode: PeriodeCode,
    plek: Plek,
    body: RapportageTekstIn,
    seen: Annotated[int, Depends(seen_version)],
    gemeente_code: Gemeente = None,
) -> RapportageTekstLijst:
    """Keep what an editor wrote."""
    found = await handlers.write_text(
        made,
        caller,
        _periode(soort, periode),
        plek,
        gemeente_code=gemeente_code,
        tekst=body.tekst,
        seen=seen,
        now=made.clock(),
    )
    response.headers["ETag"] = etag_of(found.versie_van(plek))
    return teksten_out(soort, found, stoplichten=Deel.STOPLICHTEN in SOORTEN[soort].delen)


@router.put(
    "/rapportages/{soort}/{periode}/stoplichten/{opgave}",
    summary="Beoordeel een ontwikkelopgave zonder cijfer",
    description=(
        "Met een reden, en met `If-Match` als bij een tekst. Waar een cijfer over beslist, beslist niemand anders."
    ),
)
async def put_rapportage_stoplicht(  # noqa: PLR0913, PLR0917, what is judged and how
    response: Response,
    caller: Allowed,
    made: Made,
    soort: Soort,
    periode: PeriodeCode,
    opgave: Annotated[str, PathParameter(pattern=r"^[a-z-]{1,60}$", examples=["lokale-teams"])],
    body: RapportageStoplichtIn,
    seen: Annotated[int, Depends(seen_version)],
    gemeente_code: Gemeente = None,
) -> RapportageTekstLijst:
    """Keep the colour that a person gave, with his reason."""
    found = await handlers.judge_task(
        made,
        caller,
        _periode(soort, periode),
        opgave,
        gemeente_code=gemeente_code,
        kleur=body.kleur,
        reden=body.reden,
        seen=seen,
        now=made.clock(),
    )
    response.headers["ETag"] = etag_of(found.versie_van(opgave))
    return teksten_out(soort, found, stoplichten=Deel.STOPLICHTEN in SOORTEN[soort].delen)
