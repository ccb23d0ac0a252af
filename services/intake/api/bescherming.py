"""The doors by which a melder is protected: passages, what was agreed, and texts of other rooms that are cut."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Header, Response

from services.intake.api.common import Made
from services.intake.handlers import bescherming
from services.intake.schemas.bescherming import (
    BekendmakingUit,
    PassagesIn,
    PassagesUit,
    PassagevoorstelLijst,
    Teksten,
    WeggelatenTeksten,
    agreed,
    bekendmaking_uit,
    passages_uit,
    voorstel_uit,
    weggelaten_uit,
)
from services.intake.schemas.melding import BekendmakingAfspraak
from shared.web.access import Allowed
from shared.web.app import room_router
from shared.web.etag import etag_of, if_match

router = room_router("Bescherming van de melder")

# Read in the route and not as a dependency: a body with a fault answers 400, also when the header is missing.
Seen = Annotated[str | None, Header(alias="If-Match", description="De ETag van de versie die u zag")]


@router.get(
    "/meldingen/{meldingId}/passages",
    response_model=PassagesUit,
    summary="De gemarkeerde passages van een melding",
    description="Welke plaatsen in de teksten de melder verraden. De ETag is nodig om ze te wijzigen.",
)
async def read_passages(caller: Allowed, made: Made, meldingId: UUID, response: Response) -> PassagesUit:  # noqa: N803
    """Return what is marked in a melding."""
    found = await bescherming.read_passages(made, caller, meldingId, now=made.clock())
    response.headers["ETag"] = etag_of(found.versie)
    return passages_uit(meldingId, found)


@router.put(
    "/meldingen/{meldingId}/passages",
    response_model=PassagesUit,
    summary="Passages markeren die de melder verraden",
    description=(
        "Vervangt alle markeringen van de melding. Plaatsen tellen in Unicode-codepunten vanaf 0. Wat is gemarkeerd, "
        "en dezelfde woorden elders in de casus, leest niemand buiten Veilig Thuis en de afzender: daar staat "
        "`[weggelaten]`. Dat geldt ook als de melder bekend mag zijn, tot de markering wordt weggehaald."
    ),
)
async def put_passages(  # noqa: PLR0913, dependencies of the route
    *,
    caller: Allowed,
    made: Made,
    meldingId: UUID,  # noqa: N803
    body: Annotated[PassagesIn, Body()],
    response: Response,
    seen: Seen = None,
) -> PassagesUit:
    """Mark places in the texts of a melding."""
    plaatsen = [passage.to_domain() for passage in body]
    found = await bescherming.put_passages(made, caller, meldingId, plaatsen, gezien=if_match(seen), now=made.clock())
    response.headers["ETag"] = etag_of(found.versie)
    return passages_uit(meldingId, found)


@router.get(
    "/meldingen/{meldingId}/passagevoorstellen",
    response_model=PassagevoorstelLijst,
    summary="Voorstellen voor passages",
    description=(
        "Plaatsen in de teksten waar namen, organisaties of functies van deze melder of van een andere verborgen "
        "melder van de casus staan, en woorden die vaak zeggen wat een melder is. Een mens besluit wat hij markeert."
    ),
)
async def read_passagevoorstellen(caller: Allowed, made: Made, meldingId: UUID) -> PassagevoorstelLijst:  # noqa: N803
    """Return places that may reveal a melder."""
    found = await bescherming.read_voorstellen(made, caller, meldingId, now=made.clock())
    return PassagevoorstelLijst(resultaten=tuple(voorstel_uit(one) for one in found), volgende=None)


@router.get(
    "/meldingen/{meldingId}/bekendmaking",
    response_model=BekendmakingUit,
    summary="Wat met de melder is afgesproken",
    description="De afspraak van nu, of de keten de melder daarmee ziet, en wat eerder was afgesproken.",
)
async def read_bekendmaking(
    caller: Allowed,
    made: Made,
    meldingId: UUID,  # noqa: N803
    response: Response,
) -> BekendmakingUit:
    """Return what is agreed with a melder."""
    found = await bescherming.read_bekendmaking(made, caller, meldingId, now=made.clock())
    response.headers["ETag"] = etag_of(found.versie)
    return bekendmaking_uit(meldingId, found)


@router.put(
    "/meldingen/{meldingId}/bekendmaking",
    response_model=BekendmakingUit,
    summary="Vastleggen wat met de melder is afgesproken",
    description=(
        "Toestemming kan later komen of worden ingetrokken. Alles wat na het antwoord wordt gelezen volgt de nieuwe "
        "afspraak, ook een pakket dat eerder is overhandigd. Wat eerder is afgesproken blijft bewaard."
    ),
)
async def put_bekendmaking(  # noqa: PLR0913, dependencies of the route
    *,
    caller: Allowed,
    made: Made,
    meldingId: UUID,  # noqa: N803
    body: BekendmakingAfspraak,
    response: Response,
    seen: Seen = None,
) -> BekendmakingUit:
    """Record what is agreed with a melder."""
    found = await bescherming.put_bekendmaking(
        made, caller, meldingId, agreed(body), gezien=if_match(seen), now=made.clock()
    )
    response.headers["ETag"] = etag_of(found.versie)
    return bekendmaking_uit(meldingId, found)


@router.post(
    "/casussen/{casusId}/_weglaten",
    status_code=200,
    response_model=WeggelatenTeksten,
    summary="Uit teksten over een casus weglaten wie de melder is",
    description=(
        "Voor een andere afdeling, die eigen teksten aan een ontvanger geeft. De teksten komen terug zonder wat een "
        "verborgen melder verraadt. Er verandert niets."
    ),
)
async def read_weggelaten_teksten(
    caller: Allowed,
    made: Made,
    casusId: UUID,  # noqa: N803
    body: Teksten,
) -> WeggelatenTeksten:
    """Return texts of another room without what tells who a hidden melder is."""
    return weggelaten_uit(await bescherming.cut_teksten(made, caller, casusId, body.teksten, now=made.clock()))
