"""What a subscriber sees of its deliveries, and what it may ask for: a test, or the same notice once more."""

from datetime import datetime
from uuid import UUID

from services.monitoring.domain.abonnementen import PROEF
from services.monitoring.domain.alerts import AlarmSoort
from services.monitoring.domain.bezorgen import TRANSITIONS, BerichtActie, BerichtStatus
from services.monitoring.handlers.abonnementen import load_own
from services.monitoring.store import alerts as alert_store
from services.monitoring.store import leveringen as store
from services.monitoring.store.leveringen import LeveringRow
from shared.audit import Act, record
from shared.db import in_transaction
from shared.errors import ConflictError, NotFoundError
from shared.events.catalogue import Room
from shared.ids import new_id
from shared.web.app import Resources
from shared.web.auth import Caller

_ABSENT = "Deze levering is er niet."


async def list_leveringen(  # noqa: PLR0913, the filters of the list, keyword only
    made: Resources,
    caller: Caller,
    abonnement_id: UUID,
    *,
    status: BerichtStatus | None,
    na: int | None,
    limiet: int,
    now: datetime,
) -> list[LeveringRow]:
    """Return the deliveries of an abonnement of the caller, newest first."""
    async with in_transaction(made.engine) as conn:
        await load_own(conn, caller, abonnement_id)
        rows = await store.list_leveringen(
            conn, abonnement_id, status=status.value if status else None, na=na, limiet=limiet
        )
        await record(conn, caller, Act("leveringen-gelezen", "abonnement", abonnement_id), now=now)
    return rows


async def send_proef(made: Resources, caller: Caller, abonnement_id: UUID, *, now: datetime) -> LeveringRow:
    """Put a test notice in the queue; while one waits it is the same one. It is sent also to who is switched off."""
    async with in_transaction(made.engine) as conn:
        await load_own(conn, caller, abonnement_id, lock=True)
        proef_id = await store.waiting_proef(conn, abonnement_id)
        if proef_id is None:
            proef_id = new_id()
            inhoud = {"soort": PROEF, "bron": Room.MONITORING.value, "tijdstip": now, "data": {}}
            await store.add_proef(conn, abonnement_id, proef_id=proef_id, inhoud=inhoud, now=now)
        await record(conn, caller, Act("abonnement-beproefd", "abonnement", abonnement_id), now=now)
        found = await store.find_levering(conn, abonnement_id, proef_id)
        assert found is not None  # noqa: S101, it was just put there
        return found


async def repeat_levering(
    made: Resources, caller: Caller, abonnement_id: UUID, levering_id: UUID, *, now: datetime
) -> LeveringRow:
    """Let a notice be sent again under the same id; one that waits is tried at once.

    Raises ``NotFoundError`` for one of somebody else, ``ConflictError`` for one that lapsed or of a file
    that was destroyed.
    """
    async with in_transaction(made.engine) as conn:
        await load_own(conn, caller, abonnement_id, lock=True)
        levering = await store.find_levering(conn, abonnement_id, levering_id, lock=True)
        if levering is None:
            raise NotFoundError(_ABSENT)
        if TRANSITIONS[BerichtStatus(levering.status), BerichtActie.HERHAALD] is None:
            raise ConflictError("Deze levering is vervallen en wordt niet meer verzonden.")
        if not levering.heeft_inhoud:
            raise ConflictError("Het dossier waarover dit bericht ging is vernietigd; het wordt niet meer verzonden.")
        await store.repeat(conn, levering_id)
        await alert_store.resolve_condition(conn, soort=AlarmSoort.BERICHT, onderwerp=str(levering_id), now=now)
        act = Act("levering-herhaald", "levering", levering_id, casus_id=levering.casus_id)
        await record(conn, caller, act, now=now)
        found = await store.find_levering(conn, abonnement_id, levering_id)
        assert found is not None  # noqa: S101, it is held
        return found
