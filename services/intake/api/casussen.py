"""The doors of casussen: read one, take apart what does not belong together, and what was joined and split before."""

from uuid import UUID

from fastapi import Request, Response

from services.intake.api.common import Key, Made, Part
from services.intake.handlers import reading, splitsen, vinden
from services.intake.schemas.casus import (
    CasusUit,
    Geschiedenis,
    SplitsingIn,
    SplitsingUit,
    casus_uit,
    splitsing_uit,
    verplaatsing_uit,
)
from services.intake.schemas.vinden import VindIn, VindplaatsenUit, vindplaatsen_uit
from shared.errors import InvalidInputError
from shared.web.access import Allowed
from shared.web.app import room_router
from shared.web.idempotency import attempt_of
from shared.web.pages import Page, encode_cursor

_CREATED = 201

router = room_router("Casussen")


@router.post(
    "/casussen/_vind",
    status_code=200,
    response_model=VindplaatsenUit,
    summary="Vinden in welke casussen iemand bekend is",
    description=(
        "Voor een andere afdeling, die een professional vertelt wie hij belt. Alleen welke casussen, en of het zeker "
        "is; er gaat niets open. Een casus waarvan het gebruik is beperkt staat er niet bij."
    ),
)
async def search_casussen(caller: Allowed, made: Made, body: VindIn) -> VindplaatsenUit:
    """Return in which casussen somebody is known; the question stays out of the URL."""
    return vindplaatsen_uit(await vinden.search_casussen(made, caller, body.to_domain(), now=made.clock()))


@router.get(
    "/casussen/{casusId}",
    response_model=CasusUit,
    summary="Een casus lezen",
    description=(
        "De casus met zijn meldingen en personen. Een casus die in een andere is opgegaan, geeft die andere. "
        "Een ander systeem noemt zijn doel, en ziet de melder alleen als een regel dat toestaat."
    ),
)
async def read_casus(caller: Allowed, made: Made, casusId: UUID) -> CasusUit:  # noqa: N803
    """Return a casus with its meldingen and people."""
    return casus_uit(await reading.read_casus(made, caller, casusId, now=made.clock()))


@router.get(
    "/casussen/{casusId}/geschiedenis",
    response_model=Geschiedenis,
    summary="Wat in een casus is samengevoegd en eruit gesplitst",
    description=(
        "Samenvoegingen, splitsingen en hersteld samengaan van deze casus en van wat erin opging, de eerste eerst, met "
        "wanneer en in welke rol. De motivering staat bij het koppelvoorstel of bij de splitsing."
    ),
)
async def read_geschiedenis(
    caller: Allowed,  # noqa: ARG001, let in and no more
    made: Made,
    part: Part,
    casusId: UUID,  # noqa: N803
) -> Geschiedenis:
    """Return the merges and splits of a casus."""
    found = await splitsen.read_geschiedenis(made, casusId, limiet=part.limiet, na=_volgorde(part))
    more = len(found) == part.limiet
    return Geschiedenis(
        resultaten=tuple(verplaatsing_uit(one) for one in found),
        volgende=encode_cursor(found[-1].volgorde) if more else None,
    )


def _volgorde(part: Page) -> int | None:
    match part.na:
        case None:
            return None
        case (int(place),) if 0 <= place < 2**63:
            return place
        case _:
            raise InvalidInputError("`na` is geen plaats in deze lijst.")


@router.post(
    "/casussen/{casusId}/splitsingen",
    status_code=_CREATED,
    response_model=SplitsingUit,
    summary="Meldingen uit een casus halen",
    description=(
        "Wat ten onrechte is samengebracht gaat naar een nieuwe casus, in elke afdeling, met wat daar over die "
        "meldingen is vastgelegd. Ten minste één melding blijft. Een samenvoeging die iemand bevestigde wordt ongedaan "
        "gemaakt bij haar koppelvoorstel: dan krijgt de verdwenen casus haar eigen nummer terug."
    ),
)
async def create_splitsing(  # noqa: PLR0913, dependencies of the route
    *,
    caller: Allowed,
    made: Made,
    request: Request,
    response: Response,
    casusId: UUID,  # noqa: N803
    body: SplitsingIn,
    key: Key,
) -> SplitsingUit:
    """Take meldingen out of a casus."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    found = await splitsen.split_casus(made, caller, casusId, body.to_domain(), attempt=attempt, now=made.clock())
    response.headers["Location"] = f"/v1/splitsingen/{found.id}"
    return splitsing_uit(found)


@router.get(
    "/splitsingen/{splitsingId}",
    response_model=SplitsingUit,
    summary="Een splitsing lezen",
    description="Welke meldingen uit welke casus gingen, wanneer, in welke rol en waarom.",
)
async def read_splitsing(caller: Allowed, made: Made, splitsingId: UUID) -> SplitsingUit:  # noqa: N803
    """Return one split."""
    return splitsing_uit(await splitsen.read_splitsing(made, caller, splitsingId, now=made.clock()))
