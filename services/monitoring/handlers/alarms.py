"""Alarms of a condition: one row and one mail for as long as it lasts, and which facts begin or end one."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.monitoring.domain import alerts as domain
from services.monitoring.domain.alerts import AlarmSoort
from services.monitoring.store import alerts as store
from services.monitoring.store import berichten
from services.monitoring.store.berichten import NewBericht
from shared.events.behandeling import VoorwaardeNagegaan
from shared.events.envelope import Event
from shared.events.levering import LeveringAfgerond, LeveringHervat, LeveringVoorgelegd
from shared.events.opvang import OpvangGeweigerd
from shared.events.payloads import CasusVernietigd, NoodtoegangVerleend
from shared.events.volgen import VoorwaardeGevolgd
from shared.ids import derived_id, new_id
from shared.log import get_logger
from shared.rules.behandelcodes import VoorwaardeStatus
from shared.rules.leveringcodes import ALARMEERT

log = get_logger()


async def raise_alarm(  # noqa: PLR0913, one alert, keyword only
    conn: AsyncConnection,
    soort: AlarmSoort,
    *,
    onderwerp: str,
    stap: str,
    mail_to: str,
    now: datetime,
    uiterlijk: datetime | None = None,
) -> None:
    """Alarm somebody of a condition, once for as long as it lasts."""
    alert_id = new_id()
    is_new = await store.raise_condition(
        conn, alert_id=alert_id, soort=soort, stap=stap, onderwerp=onderwerp, uiterlijk=uiterlijk, now=now
    )
    if not is_new:
        return
    log.error("alarm_raised", soort=soort.value, stap=stap, name=onderwerp)
    if mail_to:
        content = {"soort": soort.value, "stap": stap, "onderwerp": onderwerp}
        if uiterlijk:
            content["uiterlijk"] = uiterlijk.isoformat()
        await berichten.queue(
            conn,
            [
                NewBericht(
                    id=derived_id("bericht", berichten.E_MAIL, alert_id),
                    kanaal=berichten.E_MAIL,
                    doel=mail_to,
                    acuut=domain.ACUUT[soort],
                    waarschuwing_id=alert_id,
                    inhoud=content,
                )
            ],
            now=now,
        )


async def alarm_noodtoegang(conn: AsyncConnection, events: Sequence[Event], *, mail_to: str, now: datetime) -> None:
    """Tell the owner of a file at once that somebody broke its glass; the same fact twice is one alarm."""
    for event in events:
        if isinstance(event.payload, NoodtoegangVerleend):
            onderwerp = str(event.payload.noodtoegang_id)
            await raise_alarm(
                conn, AlarmSoort.NOODTOEGANG, onderwerp=onderwerp, stap="verleend", mail_to=mail_to, now=now
            )


async def alarm_voorwaarden(conn: AsyncConnection, events: Sequence[Event], *, mail_to: str, now: datetime) -> None:
    """Tell Veilig Thuis that a receiver found a veiligheidsvoorwaarde not kept, until it is found otherwise.

    Also what Veilig Thuis itself finds ends it, or that the voorwaarde was given up.
    """
    for event in events:
        told = event.payload
        if not isinstance(told, VoorwaardeGevolgd | VoorwaardeNagegaan):
            continue
        onderwerp = str(told.voorwaarde_id)
        if told.status is not VoorwaardeStatus.NIET_NAGEKOMEN:
            await store.resolve_condition(conn, soort=AlarmSoort.VOORWAARDE, onderwerp=onderwerp, now=now)
        elif isinstance(told, VoorwaardeGevolgd):
            await raise_alarm(
                conn, AlarmSoort.VOORWAARDE, onderwerp=onderwerp, stap="gevonden", mail_to=mail_to, now=now
            )


async def alarm_opvang(conn: AsyncConnection, events: Sequence[Event], *, mail_to: str, now: datetime) -> None:
    """Tell Veilig Thuis at once that somebody whose residence status is uncertain was refused by a shelter.

    The same fact twice is one alarm. Whether it was for that, which it may not be, is for a person to find out.
    """
    for event in events:
        if isinstance(event.payload, OpvangGeweigerd) and event.payload.onzekere_verblijfsstatus:
            await raise_alarm(
                conn,
                AlarmSoort.OPVANG_GEWEIGERD,
                onderwerp=str(event.payload.client_id),
                stap="onzekere-verblijfsstatus",
                mail_to=mail_to,
                now=now,
            )


async def alarm_leveringen(conn: AsyncConnection, events: Sequence[Event], *, mail_to: str, now: datetime) -> None:
    """Tell the team lead at once of a receiver who could not be told; it ends when somebody took it up.

    What only a person can do is no alarm by itself: it stands in the list, and its term runs.
    """
    for event in events:
        match event.payload:
            case LeveringVoorgelegd(levering_id=levering_id, reden=reden) if reden in ALARMEERT:
                await raise_alarm(
                    conn,
                    AlarmSoort.LEVERING,
                    onderwerp=str(levering_id),
                    stap=reden.value,
                    mail_to=mail_to,
                    now=now,
                )
            case LeveringHervat(levering_id=levering_id) | LeveringAfgerond(levering_id=levering_id):
                await store.resolve_condition(conn, soort=AlarmSoort.LEVERING, onderwerp=str(levering_id), now=now)
            case CasusVernietigd():
                await store.resolve_leveringen(conn, event.casus_id, now=now)
            case _:
                pass
