"""What the page and the lists of alerts are made of: figures from the cells of the KPIs, and counts by index."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.monitoring.domain import dashboard as domain
from services.monitoring.domain.alerts import STILTE_MAX, is_silent
from services.monitoring.domain.dashboard import DagStand, GemeenteRij, KlokRij, KlusStand, Nu, Tegel, WaarschuwingRij
from services.monitoring.domain.grafieken import Kolommen
from services.monitoring.domain.kpis import month_of
from services.monitoring.handlers.access import hidden_clocks, own_gemeenten, refuse_filter_on_casus, sees_casussen
from services.monitoring.handlers.kpis import KpiVraag, report_kpis
from services.monitoring.store import alerts as alert_store
from services.monitoring.store import dashboard as store
from services.monitoring.store.alerts import WaarschuwingRow
from services.monitoring.store.dashboard import LopendAlarm
from shared.db import in_transaction
from shared.rules.calendar import AMSTERDAM, amsterdam_day
from shared.rules.settings import RuleSettings
from shared.web.app import Resources
from shared.web.auth import Caller

_CHART_DAYS = 42
_ALERT_DAYS = 7


async def list_alerts(  # noqa: PLR0913, one list
    made: Resources,
    caller: Caller,
    *,
    filters: Mapping[str, Any],
    before: tuple[datetime, UUID] | None,
    limiet: int,
    real: datetime,
) -> tuple[Sequence[WaarschuwingRow], list[str]]:
    """Return the alerts that the caller may see, newest first, and the chores that are silent.

    Who may know of no casus gets them without the ids of one, and raises ``NotAllowedError`` when asking for one.
    """
    refuse_filter_on_casus(caller, filters.get("casus_id"))
    gemeenten = own_gemeenten(caller)
    own = None if gemeenten is None else sorted(gemeenten)
    async with in_transaction(made.engine) as conn:
        rows = await alert_store.list_alerts(
            conn,
            filters=filters,
            gemeente_codes=own,
            without=sorted(hidden_clocks(caller)),
            before=before,
            limiet=limiet,
        )
        silent = [klus.naam for klus in await _heartbeats(conn, real=real) if klus.stil]
    if sees_casussen(caller):
        return rows, silent
    return [replace(row, casus_id=None, melding_id=None) for row in rows], silent


async def read_heartbeats(engine: AsyncEngine, *, real: datetime) -> list[KlusStand]:
    """Return how each chore stands; ``real`` is real time."""
    async with in_transaction(engine) as conn:
        return await _heartbeats(conn, real=real)


async def _heartbeats(conn: AsyncConnection, *, real: datetime) -> list[KlusStand]:
    seen = await alert_store.heartbeats(conn)
    found = []
    for naam in STILTE_MAX:
        last, keten = seen.get(naam, (None, None))
        found.append(KlusStand(naam, last, keten, is_silent(naam, last, now=real)))
    return found


@dataclass(frozen=True, slots=True)
class DashboardView:
    """Everything on the page."""

    now: datetime
    vorige: date
    lopend: date
    nu: Nu
    tegels: tuple[Tegel, ...]
    aantallen: tuple[tuple[str, int], ...]
    grafiek: Kolommen | None
    dagen: tuple[DagStand, ...]
    klokken: tuple[KlokRij, ...]
    gemeenten: tuple[GemeenteRij, ...]
    waarschuwingen: tuple[WaarschuwingRij, ...]
    alarmen: tuple[LopendAlarm, ...]
    klussen: tuple[KlusStand, ...]

    @property
    def stil(self) -> bool:
        """Say whether a chore is silent: then alerts may be missing."""
        return any(klus.stil for klus in self.klussen)

    @property
    def shown(self) -> tuple[object, ...]:
        """All that is told but the moment of the page and of the last run of each chore, which pass by themselves."""
        rest = replace(self, now=datetime.min.replace(tzinfo=UTC), klussen=())
        return rest, tuple((klus.naam, klus.stil) for klus in self.klussen)


def midnight_after(now: datetime) -> datetime:
    """Return the end of the Amsterdam day of a moment."""
    return datetime.combine(amsterdam_day(now) + timedelta(days=1), time.min, AMSTERDAM)


async def read_dashboard(engine: AsyncEngine, *, rules: RuleSettings, now: datetime, real: datetime) -> DashboardView:
    """Return the page; what it costs does not grow with the number of casussen that are closed."""
    lopend = month_of(now)
    vorige = (lopend - timedelta(days=1)).replace(day=1)
    async with in_transaction(engine) as conn:
        rapport = await report_kpis(conn, KpiVraag(vorige, lopend), rules=rules, now=now)
        dagen = tuple(await store.due_days(conn, van=now - timedelta(days=_CHART_DAYS), now=now))
        standen = await store.clock_counts(conn, now=now, einde=midnight_after(now))
        waarschuwingen = await store.alert_counts(conn, sinds=now - timedelta(days=_ALERT_DAYS), now=now)
        alarmen = await store.running_alarms(conn)
        klussen = await _heartbeats(conn, real=real)
    regio = rapport.regio
    return DashboardView(
        now=now,
        vorige=vorige,
        lopend=lopend,
        nu=domain.nu(rapport, standen),
        tegels=domain.tegels(rapport, vorige=vorige, lopend=lopend),
        aantallen=tuple((titel, domain.telling(regio, naam)) for titel, naam in _AANTALLEN) if regio else (),
        grafiek=domain.draw(dagen, rapport.norm_veiligheidsbeoordeling),
        dagen=dagen,
        klokken=domain.klok_rijen(rapport, standen),
        gemeenten=domain.gemeente_rijen(rapport, standen),
        waarschuwingen=domain.waarschuwing_rijen(waarschuwingen),
        alarmen=tuple(alarmen),
        klussen=tuple(klussen),
    )


_AANTALLEN = (
    ("Meldingen", "meldingen"),
    ("Hermeldingen", "hermeldingen"),
    ("Acuut onveilig", "acuut"),
    ("Overdrachten aangeboden", "overdrachtenPerBestemming"),
    ("Overdrachten geaccepteerd", "overdrachtenGeaccepteerd"),
    ("Adviezen", "adviezen"),
)
