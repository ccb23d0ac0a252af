"""How subscribers are told: in the transaction of the fact, so that a notice exists if and only if its fact does."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.monitoring.domain.abonnementen import Abonnee, hears, naam_of, sees_casus, told_of
from services.monitoring.domain.fold import CasusState
from services.monitoring.store import abonnementen, bezorgen
from services.monitoring.store.bezorgen import NewLevering
from shared.events.catalogue import BY_PAYLOAD
from shared.events.envelope import Event
from shared.ids import derived_id
from shared.rules.abonneerbaar import ABONNEERBAAR


async def tell_abonnees(
    conn: AsyncConnection,
    events: Sequence[Event],
    places: Mapping[UUID, UUID],
    casussen: Mapping[UUID, CasusState],
    *,
    now: datetime,
) -> None:
    """Queue a notice of each of these facts for whoever may hear of it; their casussen must be held."""
    tellable = [(event, _type_of(event)) for event in events if naam_of(_type_of(event)) in ABONNEERBAAR]
    if not tellable:
        return
    abonnees = await abonnementen.abonnees_of(conn, {type_name for _, type_name in tellable})
    told = [
        _levering(abonnee, event, places[event.id], casussen[places[event.id]])
        for event, _ in tellable
        for abonnee in abonnees
        if hears(abonnee, event, casussen[places[event.id]])
    ]
    await bezorgen.queue(conn, told, now=now)


def _type_of(event: Event) -> str:
    return BY_PAYLOAD[type(event.payload)].name


def _levering(abonnee: Abonnee, event: Event, casus_id: UUID, casus: CasusState) -> NewLevering:
    return NewLevering(
        id=derived_id("levering", abonnee.id, event.id),
        abonnement_id=abonnee.id,
        event_id=event.id,
        casus_id=casus_id,
        inhoud={
            "soort": _type_of(event),
            "bron": event.room.value,
            "tijdstip": event.time,
            "casusId": casus_id if sees_casus(abonnee.rol) else None,
            "data": told_of(abonnee, event, casus),
        },
    )
