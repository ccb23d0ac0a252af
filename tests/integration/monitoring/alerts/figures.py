"""Figures of thirteen months in the cells of the KPIs, as facts would have counted them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.monitoring.domain.trends import full_months
from services.monitoring.handlers.kpis import KpiVraag, report_kpis
from services.monitoring.handlers.publicatie import publish
from shared.db import in_transaction
from shared.rules.calendar import amsterdam_day
from shared.rules.settings import DEFAULT_SETTINGS
from tests.integration.monitoring.alerts.conftest import PASSED

VB = "veiligheidsbeoordeling"
_CELL = text("INSERT INTO kpi VALUES (:meting, :gemeente, :dag, :naam, :waarde, :aantal)")


def cells(month: date, gemeente: str, *, in_time: int, late: int, days: int, meldingen: int) -> list[dict[str, Any]]:
    """Return the cells of one municipality in one month."""
    slow = (in_time + late) // 7
    rows = [
        ("gestart", VB, "", in_time + late),
        ("gehaald", VB, "", in_time),
        ("te-laat", VB, "", late),
        ("doorlooptijd", VB, str(days), in_time + late - slow),
        ("doorlooptijd", VB, str(days + 3), slow),
        ("gehaald", "onderzoek", "", in_time // 2),
        ("te-laat", "onderzoek", "", late * 2),
        ("doorlooptijd", "onderzoek", str(days * 11), in_time // 2 + late * 2),
        ("telling", "meldingenPerMelderCategorie", "justitie-en-veiligheid", meldingen),
        ("telling", "meldingen", "", meldingen),
        ("telling", "overdrachtenPerBestemming", "lokaal-team", meldingen // 2),
        ("telling", "overdrachtenPerBestemming", "raad-voor-de-kinderbescherming", meldingen // 5),
    ]
    place = {"gemeente": gemeente, "dag": month}
    return [
        {**place, "meting": meting, "naam": naam, "waarde": waarde, "aantal": aantal}
        for meting, naam, waarde, aantal in rows
        if aantal
    ]


async def fill(engine: AsyncEngine, *rows: dict[str, Any]) -> None:
    async with in_transaction(engine) as conn:
        await conn.execute(_CELL, list(rows))


async def publish_months(engine: AsyncEngine, months: Iterable[date]) -> None:
    """Publish months of which the figures were put in the cells, which no chore takes for known."""
    for month in months:
        async with in_transaction(engine) as conn:
            rapport = await report_kpis(conn, KpiVraag(month, month), rules=DEFAULT_SETTINGS, now=PASSED)
            await publish(conn, (month,), rapport, gepubliceerd={}, peildatum=amsterdam_day(PASSED), now=PASSED)


async def a_year(engine: AsyncEngine) -> tuple[date, ...]:
    """Put figures of three municipalities in every month of the page; one of them has very few."""
    months = full_months(amsterdam_day(PASSED))
    rows = []
    for number, month in enumerate(months):
        rows += cells(month, "0599", in_time=40 + number, late=3, days=4, meldingen=50)
        rows += cells(month, "0613", in_time=21, late=2, days=6, meldingen=24)
        rows += cells(month, "0597", in_time=1, late=1, days=77, meldingen=2)
    await fill(engine, *rows)
    await publish_months(engine, months)
    return months


async def a_full_year(engine: AsyncEngine) -> None:
    """Put figures of every kind of municipality in every month: a page as it is after a year of work."""
    codes = ("0599", "0606", "0622", "1930", "0502", "0597", "0613", "0489", "0542", "1621")
    rows = []
    for number, month in enumerate(full_months(amsterdam_day(PASSED))):
        for place, code in enumerate(codes):
            size = 60 // (place + 1) + 14
            late = max(5, (number * 7 + place * 5) % 11)
            rows += cells(
                month, code, in_time=size + number, late=late, days=4 + place % 3, meldingen=size * 2 + number
            )
    await fill(engine, *rows)
    await publish_months(engine, full_months(amsterdam_day(PASSED)))
