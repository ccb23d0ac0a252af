"""Shelter in the room of monitoring: who sees its clock, an alarm for each refusal, and figures that can be counted."""

from datetime import timedelta
from uuid import UUID

import pytest

from services.monitoring.handlers.alerts import SweepPlan, sweep
from services.monitoring.handlers.kpibewijs import recompute_kpis
from services.monitoring.worker import make_handler
from shared.db import in_transaction
from shared.events.payloads import CasusGesplitst, CasusSamengevoegd
from shared.rules.opvang import Doelgroep
from shared.rules.settings import DEFAULT_SETTINGS
from tests.integration.monitoring.core.room import MonitoringRoom
from tests.integration.monitoring.core.test_vernietigen import destruction, hear
from tests.unit.monitoring.core.builders import ams
from tests.unit.monitoring.core.sheltered import ShelteredChain

pytestmark = pytest.mark.anyio

MONDAY = ams("2026-03-02 10:00")


def sheltered(*, onzeker: bool = True) -> tuple[ShelteredChain, UUID, list[UUID]]:
    """Return a casus in which a child has a place and a woman was refused."""
    chain = ShelteredChain()
    melding = chain.melding(MONDAY)
    asked = chain.vraag_opvang(melding, MONDAY, Doelgroep.KIND, Doelgroep.VROUW, onzeker=onzeker)
    chain.plaats(melding, asked[0], MONDAY, MONDAY)
    chain.weiger_opvang(melding, asked[1], MONDAY, onzeker=onzeker)
    return chain, melding, asked


async def test_that_a_child_is_in_a_shelter_is_in_no_list_of_a_municipality_or_a_local_team(
    monitoring: MonitoringRoom,
) -> None:
    chain, _, _ = sheltered()
    await monitoring.hear(chain.facts)
    monitoring.klok.set(MONDAY + timedelta(days=60))
    await sweep(monitoring.made.engine, now=monitoring.klok(), rules=DEFAULT_SETTINGS, plan=SweepPlan())

    for path in ("/termijnen", "/waarschuwingen"):
        seen = {
            rol: "traumascreening" in (await monitoring.get(f"{path}?limiet=200", rol, *gemeenten)).text
            for rol, gemeenten in {"vt-medewerker": (), "lokaal-team": ("0599",), "gemeente": ("0599",)}.items()
        }
        assert seen == {"vt-medewerker": True, "lokaal-team": False, "gemeente": False}


async def test_each_refusal_of_somebody_whose_status_is_uncertain_is_alarmed_once_and_mailed(
    monitoring: MonitoringRoom,
) -> None:
    (chain, _, asked), (other, _, _) = sheltered(), sheltered(onzeker=False)
    for _ in range(2):
        async with in_transaction(monitoring.made.engine) as conn:
            handle = make_handler(monitoring.made, mail_to="teamleider@vtrr.example")
            await handle(conn, [*chain.facts, *other.facts])

    rows = await monitoring.rows("SELECT stap, onderwerp, casus_id FROM waarschuwing WHERE soort = 'opvang-geweigerd'")
    mails = await monitoring.rows("SELECT inhoud FROM bericht WHERE inhoud->>'soort' = 'opvang-geweigerd'")

    assert [(row["stap"], row["onderwerp"], row["casus_id"]) for row in rows] == [
        ("onzekere-verblijfsstatus", str(asked[1]), None)
    ]
    assert len(mails) == 1
    for rol, gemeenten in (("lokaal-team", ("0599",)), ("gemeente", ("0599",))):
        assert "opvang-geweigerd" not in (await monitoring.get("/waarschuwingen?limiet=200", rol, *gemeenten)).text


async def test_figures_of_shelter_equal_their_recount_through_a_merge_a_split_and_a_destruction(
    monitoring: MonitoringRoom,
) -> None:
    (one, _, _), (two, theirs, asked) = sheltered(), sheltered()
    await hear(monitoring, *one.facts, *two.facts)
    merge = CasusSamengevoegd(
        verdwenen_casus_id=two.casus_id, melding_ids=(), samengevoegd_op=monitoring.klok(), volgorde=1
    )
    await hear(monitoring, one.add(merge, monitoring.klok()))
    split = CasusGesplitst(
        nieuwe_casus_id=two.casus_id,
        melding_ids=(theirs,),
        gesplitst_op=monitoring.klok(),
        herstelt_samenvoeging=True,
        volgorde=2,
    )
    await hear(monitoring, one.add(split, monitoring.klok()))
    two.vertrek(theirs, asked[0], MONDAY + timedelta(days=9), geplaatst_op=MONDAY)
    await hear(monitoring, two.facts[-1])
    before = await monitoring.cells()
    await hear(monitoring, destruction(two, monitoring))

    counted = {key.naam: n for key, n in (await monitoring.cells()).items() if key.naam.startswith("opvang")}
    assert counted == {key.naam: n for key, n in before.items() if key.naam.startswith("opvang")}
    assert (counted["opvangGeplaatst"], counted["opvangVerblijfsdagen"]) == (2, 1)
    assert (await recompute_kpis(monitoring.made.engine, DEFAULT_SETTINGS, now=monitoring.klok())).is_equal
