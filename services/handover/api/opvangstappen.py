"""The routes by which something happens to people in a request for shelter."""

from datetime import datetime
from uuid import UUID

from fastapi import Response

from services.handover.api.common import Room
from services.handover.api.opvang import PUT, Seen
from services.handover.domain import opvangplaatsing as plaatsing
from services.handover.domain import opvangstappen as stappen
from services.handover.handlers.common import Kamer
from services.handover.handlers.opvang import Getoond
from services.handover.handlers.opvangstappen import check_moment, put_niet_in, take_step
from services.handover.schemas.opvang import (
    NietInIn,
    OpvangeldersIn,
    OpvangintrekkingIn,
    OpvangklaarIn,
    OpvangplaatsingIn,
    OpvanguitstroomIn,
    OpvangwachtIn,
    OpvangweigeringIn,
    TraumascreeningIn,
)
from services.handover.schemas.opvang_uit import OpvangaanvraagUit, aanvraag_uit
from shared.web.access import Allowed
from shared.web.app import room_router
from shared.web.etag import etag_of, if_match

router = room_router("Opvang")

_HERE = "/opvang/aanvragen/{opvangaanvraagId}"


def _version(room: Kamer, seen: str | None, moment: datetime, pointer: str) -> int:
    """Return the version that the client saw; what is wrong with the body is told first."""
    check_moment(moment, pointer, room.made.clock())
    return if_match(seen)


def _shown(one: Getoond, room: Kamer, response: Response) -> OpvangaanvraagUit:
    response.headers["ETag"] = etag_of(one.aanvraag.versie)
    return aanvraag_uit(one, room.made.clock())


@router.put(
    f"{_HERE}/plaatsing",
    responses=PUT,
    summary="Geef mensen een plaats",
    description=(
        "In een voorziening van de opvang die is gevraagd, met een plaats voor ieder. Wie al een plaats had stroomt "
        "door. Niet waar dit gezin niet mag zijn, en wie samen kwam blijft samen, tenzij met een reden."
    ),
)
async def put_opvangplaatsing(  # noqa: PLR0913, what FastAPI injects
    *,
    opvangaanvraagId: UUID,  # noqa: N803, the name in the path
    body: OpvangplaatsingIn,
    caller: Allowed,
    room: Room,
    seen: Seen = None,
    response: Response,
) -> OpvangaanvraagUit:
    """Give people a bed."""
    version = _version(room, seen, body.geplaatst_op, "/geplaatstOp")
    wanted = body.to_domain()
    found = await take_step(
        room,
        caller,
        opvangaanvraagId,
        lambda before, places: plaatsing.place(before, wanted, places),
        seen=version,
        actie="geplaatst",
        placing={one.voorziening_id for one in wanted.plekken},
    )
    return _shown(found, room, response)


@router.put(
    f"{_HERE}/wachten",
    responses=PUT,
    summary="Zet mensen op de wachtlijst",
    description="Wie er al op staat houdt zijn plaats.",
)
async def put_opvangwacht(  # noqa: PLR0913, what FastAPI injects
    *,
    opvangaanvraagId: UUID,  # noqa: N803, the name in the path
    body: OpvangwachtIn,
    caller: Allowed,
    room: Room,
    seen: Seen = None,
    response: Response,
) -> OpvangaanvraagUit:
    """Put people on the waiting list."""
    version = _version(room, seen, body.sinds, "/sinds")
    found = await take_step(
        room,
        caller,
        opvangaanvraagId,
        lambda before, _: stappen.wait(before, body.wie(), body.toelichting),
        seen=version,
        actie="op-de-wachtlijst",
    )
    return _shown(found, room, response)


@router.put(
    f"{_HERE}/elders",
    responses=PUT,
    summary="Leg vast dat mensen elders in het land een plaats kregen",
    description="In welke regio, en in welke gemeente als er een is waar dit gezin niet mag zijn.",
)
async def put_opvangelders(  # noqa: PLR0913, what FastAPI injects
    *,
    opvangaanvraagId: UUID,  # noqa: N803, the name in the path
    body: OpvangeldersIn,
    caller: Allowed,
    room: Room,
    seen: Seen = None,
    response: Response,
) -> OpvangaanvraagUit:
    """Record a place elsewhere."""
    version = _version(room, seen, body.geplaatst_op, "/geplaatstOp")
    found = await take_step(
        room,
        caller,
        opvangaanvraagId,
        lambda before, places: plaatsing.place_elsewhere(before, body.wie(), body.to_domain(), places),
        seen=version,
        actie="elders-geplaatst",
    )
    return _shown(found, room, response)


@router.put(
    f"{_HERE}/weigering",
    responses=PUT,
    summary="Weiger mensen op te vangen",
    description=(
        "Met een reden en een toelichting. De verblijfsstatus is geen reden en mag er niet in staan (Verdrag van "
        "Istanbul art. 4 lid 3). Wordt iemand met een onzekere verblijfsstatus geweigerd, dan hoort Veilig Thuis dat "
        "meteen."
    ),
)
async def put_opvangweigering(  # noqa: PLR0913, what FastAPI injects
    *,
    opvangaanvraagId: UUID,  # noqa: N803, the name in the path
    body: OpvangweigeringIn,
    caller: Allowed,
    room: Room,
    seen: Seen = None,
    response: Response,
) -> OpvangaanvraagUit:
    """Refuse people."""
    version = _version(room, seen, body.geweigerd_op, "/geweigerdOp")
    found = await take_step(
        room,
        caller,
        opvangaanvraagId,
        lambda before, _: stappen.refuse(before, body.wie(), body.reden, body.toelichting),
        seen=version,
        actie="geweigerd",
    )
    return _shown(found, room, response)


@router.put(
    f"{_HERE}/intrekking",
    responses=PUT,
    summary="Trek een aanvraag voor opvang in",
    description="Voor wie nog geen plaats heeft, door Veilig Thuis of een lokaal team.",
)
async def put_opvangintrekking(  # noqa: PLR0913, what FastAPI injects
    *,
    opvangaanvraagId: UUID,  # noqa: N803, the name in the path
    body: OpvangintrekkingIn,
    caller: Allowed,
    room: Room,
    seen: Seen = None,
    response: Response,
) -> OpvangaanvraagUit:
    """Take a request back."""
    version = _version(room, seen, body.ingetrokken_op, "/ingetrokkenOp")
    found = await take_step(
        room,
        caller,
        opvangaanvraagId,
        lambda before, _: stappen.withdraw(before, body.wie(), body.reden, body.toelichting),
        seen=version,
        actie="ingetrokken",
    )
    return _shown(found, room, response)


@router.put(
    f"{_HERE}/klaar",
    responses=PUT,
    summary="Leg vast dat mensen kunnen vertrekken en nergens heen kunnen",
    description="Klaar maar niet uit: zij houden hun plaats. Wie het al was blijft het sinds toen.",
)
async def put_opvangklaar(  # noqa: PLR0913, what FastAPI injects
    *,
    opvangaanvraagId: UUID,  # noqa: N803, the name in the path
    body: OpvangklaarIn,
    caller: Allowed,
    room: Room,
    seen: Seen = None,
    response: Response,
) -> OpvangaanvraagUit:
    """Record that people are ready and not out."""
    version = _version(room, seen, body.klaar_sinds, "/klaarSinds")
    found = await take_step(
        room,
        caller,
        opvangaanvraagId,
        lambda before, _: stappen.report_ready(before, body.wie(), body.toelichting),
        seen=version,
        actie="klaar-gemeld",
    )
    return _shown(found, room, response)


@router.put(
    f"{_HERE}/uitstroom",
    responses=PUT,
    summary="Laat mensen uitstromen",
    description="Met waarheen. Hun plaatsen zijn vanaf dat moment vrij.",
)
async def put_opvanguitstroom(  # noqa: PLR0913, what FastAPI injects
    *,
    opvangaanvraagId: UUID,  # noqa: N803, the name in the path
    body: OpvanguitstroomIn,
    caller: Allowed,
    room: Room,
    seen: Seen = None,
    response: Response,
) -> OpvangaanvraagUit:
    """Let people leave."""
    version = _version(room, seen, body.uitgestroomd_op, "/uitgestroomdOp")
    found = await take_step(
        room,
        caller,
        opvangaanvraagId,
        lambda before, _: stappen.flow_out(before, body.wie(), body.naar, body.toelichting),
        seen=version,
        actie="uitgestroomd",
    )
    return _shown(found, room, response)


@router.put(
    f"{_HERE}/traumascreening",
    responses=PUT,
    summary="Leg de screening van een kind op trauma vast",
    description="Voor een kind dat een plaats heeft. De eerste stopt de termijn; een latere komt ernaast te staan.",
)
async def put_traumascreening(  # noqa: PLR0913, what FastAPI injects
    *,
    opvangaanvraagId: UUID,  # noqa: N803, the name in the path
    body: TraumascreeningIn,
    caller: Allowed,
    room: Room,
    seen: Seen = None,
    response: Response,
) -> OpvangaanvraagUit:
    """Record a screening."""
    version = _version(room, seen, body.gescreend_op, "/gescreendOp")
    found = await take_step(
        room,
        caller,
        opvangaanvraagId,
        lambda before, _: stappen.screen(before, body.wie(), body.to_domain()),
        seen=version,
        actie="gescreend",
    )
    return _shown(found, room, response)


@router.put(
    f"{_HERE}/niet-in",
    responses=PUT,
    summary="Leg vast waar deze mensen niet geplaatst mogen worden",
    description="Vervangt wat er stond. Wie er al verblijft wordt niet verplaatst; de aanvraag waarschuwt ervoor.",
)
async def put_opvang_niet_in(  # noqa: PLR0913, what FastAPI injects
    *,
    opvangaanvraagId: UUID,  # noqa: N803, the name in the path
    body: NietInIn,
    caller: Allowed,
    room: Room,
    seen: Seen = None,
    response: Response,
) -> OpvangaanvraagUit:
    """Write down where they may not be."""
    found = await put_niet_in(room, caller, opvangaanvraagId, body.niet_in(), seen=if_match(seen))
    return _shown(found, room, response)
