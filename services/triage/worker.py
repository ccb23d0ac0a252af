"""The worker of triage: publishes its facts and hears those of intake, handover and monitoring."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.handlers import facts, gevolgd, plaatsen, vernietigen
from services.triage.settings import TriageSettings
from shared.events.catalogue import Room
from shared.events.envelope import Event
from shared.events.payloads import (
    CasusGesplitst,
    CasusSamengevoegd,
    CasusVernietigd,
    Fact,
    MeldingAangevuld,
    MeldingOntvangen,
    MonitormomentAfgerond,
)
from shared.events.volgen import VoorwaardeGevolgd
from shared.messaging.consumer import Handler, by_type
from shared.web.app import Resources
from shared.web.serve import work

Hear = Callable[[Resources, AsyncConnection, Event], Awaitable[None]]


async def _hear_melding(made: Resources, conn: AsyncConnection, event: Event) -> None:
    assert isinstance(event.payload, MeldingOntvangen)  # noqa: S101, registered for this class
    await facts.on_melding_ontvangen(conn, event, event.payload, made)


async def _hear_addition(_: Resources, conn: AsyncConnection, event: Event) -> None:
    assert isinstance(event.payload, MeldingAangevuld)  # noqa: S101, registered for this class
    await facts.on_melding_aangevuld(conn, event.payload)


async def _hear_move(made: Resources, conn: AsyncConnection, event: Event) -> None:
    await plaatsen.on_moved(conn, event, made)


async def _hear_monitormoment(made: Resources, conn: AsyncConnection, event: Event) -> None:
    assert isinstance(event.payload, MonitormomentAfgerond)  # noqa: S101, registered for this class
    await facts.on_monitormoment_afgerond(conn, event, event.payload, made)


async def _hear_voorwaarde(made: Resources, conn: AsyncConnection, event: Event) -> None:
    assert isinstance(event.payload, VoorwaardeGevolgd)  # noqa: S101, registered for this class
    await gevolgd.on_voorwaarde_gevolgd(conn, event, event.payload, made)


async def _hear_destruction(made: Resources, conn: AsyncConnection, event: Event) -> None:
    assert isinstance(event.payload, CasusVernietigd)  # noqa: S101, registered for this class
    await vernietigen.on_casus_vernietigd(conn, event, event.payload, made)


HANDLERS: Mapping[type[Fact], Hear] = MappingProxyType(
    {
        MeldingOntvangen: _hear_melding,
        MeldingAangevuld: _hear_addition,
        CasusSamengevoegd: _hear_move,
        CasusGesplitst: _hear_move,
        MonitormomentAfgerond: _hear_monitormoment,
        VoorwaardeGevolgd: _hear_voorwaarde,
        CasusVernietigd: _hear_destruction,
    }
)


def make_handler(made: Resources) -> Handler:
    """Return what this room does with the facts of others."""

    def bound(hear: Hear) -> Callable[[AsyncConnection, Event], Awaitable[None]]:
        return lambda conn, event: hear(made, conn, event)

    return by_type({payload: bound(hear) for payload, hear in HANDLERS.items()})


def main() -> None:
    """Run the worker until it is told to stop."""
    work(Room.TRIAGE, TriageSettings(), make_handler)


if __name__ == "__main__":
    main()
