"""The figures: as JSON or as CSV, by what the client accepts."""

import csv
import io
import re
from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
from datetime import date
from typing import Annotated

from fastapi import Depends, Header, Query, Request, Response

from services.monitoring.handlers.antwoorden import Antwoord, answers_of
from services.monitoring.handlers.kpis import GeschrevenKpis, KpiVraag, Vorm, read_version, scope_of, write_kpis
from services.monitoring.handlers.publicatie import read_publication
from services.monitoring.schemas.kpis import CSV_COLUMNS, KpisOut, area_json, area_out, area_rows, join_json
from services.monitoring.schemas.publicatie import KpiPublicatieOut, publicatie_out, publicatie_rows
from shared.errors import InvalidInputError
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import TermijnSoort
from shared.web.access import Allowed
from shared.web.app import KetenRoute, Resources, resources, resources_of, room_router
from shared.web.auth import Caller
from shared.web.schema import GemeenteCode, JaarMaand, OptionalDatum


class KpiRoute(KetenRoute):
    """A route of figures: who asks to the letter what was asked before, of the same version, is answered at once.

    It was read and checked then what he asks; token, limits and policy came before this, now too.
    """

    async def answer_again(self, request: Request) -> Response | None:
        """Return the answer that is kept, if there is one; of what version the figures are is kept for the route."""
        made = resources_of(request)
        version = request.state.kpi_versie = await read_version(made)
        found = answers_of(made.engine).again(_verbatim(request), version)
        return found and _answer(found[0], request.headers.get("if-none-match"), csv_naam=found[1])


def _verbatim(request: Request) -> tuple[object, ...]:
    caller: Caller = request.state.caller
    today = amsterdam_day(resources_of(request).clock())
    asked = (request.scope["path"], request.scope["query_string"], request.headers.get("accept"))
    return (*asked, today, caller.rol, caller.gemeente_codes)


router = room_router("KPI's", KpiRoute)

CSV = "text/csv"
_JSON = "application/json"
_QUALITY = re.compile(r";\s*q=([0-9.]+)")


@router.get(
    "/kpis",
    response_model=KpisOut,
    responses={
        200: {"content": {CSV: {"schema": {"type": "string"}}}},
        304: {"description": "Niet gewijzigd sinds de ETag in If-None-Match"},
    },
    summary="De cijfers per gemeente, maand en fase",
    description=(
        "Van en tot en met een maand. Een termijn telt in de maand van zijn laatste dag; open en te laat is te laat. "
        "Zonder `gemeenteCode` de regio en elke gemeente, of voor een gemeente de eigen cijfers. "
        "Met `bekendOp` wat op die dag bekend was, zonder de feiten die later kwamen: zo is een brief van toen uit te "
        "leggen. De normen zijn die van nu. CSV met `Accept: text/csv`: één cijfer per regel."
    ),
)
async def get_kpis(  # noqa: PLR0913, PLR0917, one parameter a filter
    request: Request,
    caller: Allowed,
    made: Annotated[Resources, Depends(resources)],
    van: Annotated[JaarMaand, Query(description="Eerste maand")],
    tot: Annotated[JaarMaand, Query(description="Laatste maand, die meetelt")],
    gemeente_code: Annotated[GemeenteCode | None, Query(alias="gemeenteCode")] = None,
    fase: Annotated[TermijnSoort | None, Query()] = None,
    bekend_op: Annotated[
        OptionalDatum,
        Query(alias="bekendOp", description="De cijfers zoals zij aan het eind van deze dag bekend waren"),
    ] = None,
    histogram: Annotated[bool, Query(description="Ook de verdeling van de doorlooptijden")] = False,
    uitsplitsing: Annotated[
        bool, Query(description="Ook de fasen met een norm naar melder, relatie en vorm van geweld")
    ] = False,
    accept: Annotated[str, Header(alias="Accept", include_in_schema=False)] = "*/*",
    if_none_match: Annotated[str | None, Header(alias="If-None-Match")] = None,
) -> Response:
    """Answer with the figures that the caller may see, or with nothing when they did not change."""
    vraag = KpiVraag(
        van=month_of(van),
        tot=month_of(tot),
        gemeente_codes=scope_of(caller, gemeente_code),
        fase=fase,
        uitsplitsing=uitsplitsing,
        bekend_op=bekend_op,
    )
    now, wants_csv = made.clock(), prefers_csv(accept)

    async def make() -> bytes:
        if wants_csv:
            vorm = Vorm((CSV, histogram), lambda area: csv_of(area_rows(area_out(area, histogram, uitsplitsing))))
            return join_csv(await write_kpis(made, vraag, vorm, now=now))
        vorm = Vorm((_JSON, histogram), lambda area: area_json(area, histogram, uitsplitsing))
        return join_json(await write_kpis(made, vraag, vorm, now=now))

    asked = (vraag, histogram, wants_csv, amsterdam_day(now), caller.rol, caller.gemeente_codes)
    naam = f"kpis-{van}-{tot}" if wants_csv else ""
    return _answer(await _kept(request, asked, naam, make), if_none_match, csv_naam=naam)


@router.get(
    "/kpis/publicatie",
    response_model=KpiPublicatieOut,
    responses={
        200: {"content": {CSV: {"schema": {"type": "string"}}}},
        304: {"description": "Niet gewijzigd sinds de ETag in If-None-Match"},
    },
    summary="De cijfers zoals zij openbaar mogen zijn",
    description=(
        "Van een maand, kwartaal, halfjaar of jaar dat voorbij is, van de regio en elke gemeente. Aantallen onder vijf "
        "zijn afgeschermd; de rest is afgerond op vijf, en zo nodig verder (`grover`) of ook afgeschermd, zodat wie de "
        "perioden, de gemeenten en de regio naast elkaar legt een klein aantal niet kan berekenen. Zij zijn er vanaf "
        "de ochtend van de monitorbrief en veranderen niet meer. Van andere maanden zegt de deur waarom niet."
    ),
)
async def get_kpi_publicatie(  # noqa: PLR0913, PLR0917, one parameter a filter
    request: Request,
    caller: Allowed,  # noqa: ARG001, the same for everybody who may see it
    made: Annotated[Resources, Depends(resources)],
    van: Annotated[JaarMaand, Query(description="Eerste maand")],
    tot: Annotated[JaarMaand, Query(description="Laatste maand, die meetelt")],
    accept: Annotated[str, Header(alias="Accept", include_in_schema=False)] = "*/*",
    if_none_match: Annotated[str | None, Header(alias="If-None-Match")] = None,
) -> Response:
    """Answer with what may be published of a period."""
    now, wants_csv = made.clock(), prefers_csv(accept)

    async def make() -> bytes:
        out = publicatie_out(await read_publication(made, month_of(van), month_of(tot), now=now))
        return csv_of(publicatie_rows(out)) if wants_csv else out.model_dump_json(by_alias=True).encode()

    asked = ("publicatie", van, tot, wants_csv, amsterdam_day(now))
    naam = f"publicatie-{van}-{tot}" if wants_csv else ""
    return _answer(await _kept(request, asked, naam, make), if_none_match, csv_naam=naam)


async def _kept(request: Request, asked: Hashable, naam: str, make: Callable[[], Awaitable[bytes]]) -> Antwoord:
    kept = answers_of(resources_of(request).engine)
    answer = await kept.get(asked, request.state.kpi_versie, make)
    kept.remember(_verbatim(request), asked, naam)
    return answer


def _answer(answer: Antwoord, if_none_match: str | None, *, csv_naam: str) -> Response:
    headers = {"ETag": answer.etag, "Vary": "Accept, Authorization"}
    if if_none_match and answer.etag in re.findall(r'"[^"]*"', if_none_match):
        return Response(status_code=304, headers=headers)
    if csv_naam:
        headers["Content-Disposition"] = f'attachment; filename="{csv_naam}.csv"'
    return Response(answer.body, media_type=f"{CSV}; charset=utf-8" if csv_naam else _JSON, headers=headers)


def month_of(text: str) -> date:
    """Return the first day of a month; raises ``InvalidInputError`` in the year 0, which there was not."""
    year, month = text.split("-")
    if int(year) < 1:
        raise InvalidInputError("Het jaar 0000 bestaat niet.")
    return date(int(year), int(month), 1)


def prefers_csv(accept: str) -> bool:
    """Say whether CSV is wanted more than JSON; without a preference it is JSON."""
    wanted = {part.split(";")[0].strip().lower(): _quality(part) for part in accept.split(",")}
    other = max((wanted[kind] for kind in (_JSON, "application/*", "*/*") if kind in wanted), default=0.0)
    given = wanted.get(CSV, wanted.get("text/*", 0.0))
    # A wildcard beside text/csv is what many clients add to everything: it is no wish for JSON.
    return given > 0 and (given >= other if _JSON not in wanted else given > wanted[_JSON])


def _quality(part: str) -> float:
    found = _QUALITY.search(part)
    try:
        return float(found.group(1)) if found else 1.0
    except ValueError:
        return 0.0


def csv_of(rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows of a file, of which no cell is taken for a formula."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(tuple(formula_safe(cell) for cell in row) for row in rows)
    return out.getvalue().encode()


def join_csv(geschreven: GeschrevenKpis) -> bytes:
    """Return the file of figures of which the rows of each area are written already."""
    return b"".join((csv_of([CSV_COLUMNS]), geschreven.regio or b"", *geschreven.gemeenten))


def formula_safe(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula (CWE-1236)."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else cell
