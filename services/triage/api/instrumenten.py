"""The doors of the instruments, and of the taxaties of persons that are made with them."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Response

from services.triage.api.beoordelingen import show_beoordeling
from services.triage.api.common import PUT, Made, Seen
from services.triage.handlers import instrumenten as handlers
from services.triage.handlers import taxaties
from services.triage.schemas.beoordeling import VeiligheidsbeoordelingOut
from services.triage.schemas.common import PERSOON_NR_MAX
from services.triage.schemas.instrumenten import (
    InstrumentenOut,
    InstrumentItemOut,
    InstrumentMetVersiesOut,
    InstrumentVersieOut,
    TaxatieIn,
)
from shared.rules.calendar import amsterdam_day
from shared.web.access import Allowed
from shared.web.app import room_router
from shared.web.etag import if_match

router = room_router("Veiligheidsbeoordelingen")

PersoonNr = Annotated[int, Path(ge=0, le=PERSOON_NR_MAX, description="De plaats van de persoon in de melding, vanaf 0")]
InstrumentId = Annotated[str, Path(max_length=80, pattern=r"^[a-z0-9][a-z0-9-]*$")]


@router.get(
    "/instrumenten",
    summary="De instrumenten waarmee veiligheid wordt gewogen",
    description="Elk instrument met zijn versies. Een nieuwe versie is een bestand; oude versies blijven te lezen.",
)
async def list_instrumenten(made: Made, _: Allowed) -> InstrumentenOut:
    """Show which instruments are known, and which versions hold today."""
    today = amsterdam_day(made.clock())
    return InstrumentenOut(
        resultaten=tuple(
            InstrumentItemOut(
                instrument_id=name,
                titel=versies[-1].titel,
                versies=tuple(one.versie for one in versies),
                geldige_versies=tuple(one.versie for one in versies if one.holds_on(today)),
            )
            for name, versies in handlers.load_catalogus().items()
        ),
        volgende=None,
    )


@router.get(
    "/instrumenten/{instrumentId}",
    summary="Een instrument",
    description="De vragen van elke versie, en wat eraan een eigen bewerking is.",
)
async def read_instrument(_: Allowed, instrumentId: InstrumentId) -> InstrumentMetVersiesOut:  # noqa: N803, the name on the wire
    """Show one instrument."""
    versies = handlers.read_instrument(instrumentId)
    return InstrumentMetVersiesOut(
        instrument_id=instrumentId, versies=tuple(InstrumentVersieOut.of(one) for one in versies)
    )


@router.put(
    "/veiligheidsbeoordelingen/{meldingId}/veiligheidstaxaties/{persoonNr}",
    summary="Taxeer de veiligheid van een persoon",
    description=(
        "Hoe veilig een directbetrokkene is, en of hij is gezien, of waarom niet. Wat er stond blijft bewaard. Het kan "
        "tot het besluit is genomen, ook al voor de acuutcheck. Dezelfde taxatie nog eens verandert niets."
    ),
    responses=PUT,
)
async def record_veiligheidstaxatie(  # noqa: PLR0913, what FastAPI injects
    *,
    meldingId: UUID,  # noqa: N803, the name on the wire
    persoonNr: PersoonNr,  # noqa: N803, the name on the wire
    body: TaxatieIn,
    made: Made,
    caller: Allowed,
    seen: Seen = None,
    response: Response,
) -> VeiligheidsbeoordelingOut:
    """Keep how safe a person is, and whether he was seen."""
    opgave = body.to_domain(persoonNr)
    view = await taxaties.record_taxatie(made, caller, meldingId, opgave, seen=if_match(seen))
    return show_beoordeling(view, response)
