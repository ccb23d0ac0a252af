"""Help in the room of figures: what is kept equals what is counted again, and what was missing is read by phase."""

from datetime import timedelta

import pytest

from services.monitoring.handlers.kpibewijs import recompute_kpis
from shared.rules.palet import LacuneReden
from shared.rules.settings import DEFAULT_SETTINGS
from tests.integration.monitoring.core.room import MonitoringRoom
from tests.unit.monitoring.core.test_palet import MONDAY, HelpedChain

pytestmark = pytest.mark.anyio


async def test_help_is_read_per_municipality_and_equals_its_recount(monitoring: MonitoringRoom) -> None:
    for gemeente in ("0599", "0599", "0622"):
        chain = HelpedChain(gemeente_code=gemeente)
        melding = chain.melding(MONDAY)
        chain.gestart(melding, chain.gevraagd(melding, MONDAY), MONDAY + timedelta(days=3))
        chain.geweigerd(melding, chain.gevraagd(melding, MONDAY), MONDAY)
        chain.lacune(melding, MONDAY, LacuneReden.GEEN_PLAATS)
        # The facts come one by one and from the last to the first, as they can.
        for fact in reversed(chain.facts):
            await monitoring.hear([fact])
        await monitoring.hear(chain.facts)

    answer = await monitoring.get("/kpis?van=2026-03&tot=2026-04&gemeenteCode=0599")

    assert answer.status_code == 200, answer.text
    (area,) = answer.json()["gemeenten"]
    told = area["tellingen"]
    assert told["lacunesPerDoelgroepEnFase"] == {"complexe-scheiding/acute-veiligheid": 2}
    assert told["lacunesPerReden"] == {"geen-plaats": 2}
    assert told["hulpGevraagdPerDoelgroep"] == {"ouderenmishandeling": 4}
    assert told["dagenTotHulp"] == {"3": 2}
    assert (await recompute_kpis(monitoring.made.engine, DEFAULT_SETTINGS, now=monitoring.klok())).is_equal
