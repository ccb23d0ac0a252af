"""Treatment in the room: who sees which clock, and what becomes of it when casussen move or are destroyed."""

import random
from collections import Counter
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from services.monitoring.domain.fold import fold
from services.monitoring.domain.zicht import VERBORGEN
from services.monitoring.handlers.alerts import SweepPlan, sweep
from services.monitoring.handlers.kpibewijs import recompute_kpis
from shared.rules.behandelcodes import HuisverbodEinde, VertragingReden, VtoGemeldAan
from shared.rules.codes import TermijnSoort
from shared.rules.settings import DEFAULT_SETTINGS
from tests.integration.monitoring.core.room import MonitoringRoom
from tests.integration.monitoring.core.test_vernietigen import destruction, hear
from tests.unit.monitoring.core.builders import ams
from tests.unit.monitoring.core.treatment import TreatedChain

pytestmark = pytest.mark.anyio

MONDAY = ams("2026-03-02 10:00")
TUESDAY = MONDAY + timedelta(days=1)


def treated(casus_id: UUID | None = None) -> tuple[TreatedChain, UUID]:
    """Return a casus in which some of everything was begun and nothing has ended."""
    chain = TreatedChain(casus_id or uuid4())
    melding = chain.melding(MONDAY)
    dossier = chain.acuutcheck(melding, MONDAY + timedelta(hours=1))
    chain.toegewezen(melding, dossier, MONDAY + timedelta(hours=2))
    chain.gepland(melding, dossier, MONDAY + timedelta(hours=2), date(2026, 3, 5))
    chain.verklaar(
        melding, dossier, TUESDAY, TermijnSoort.VEILIGHEIDSBEOORDELING, VertragingReden.STRAFRECHTELIJK_ONDERZOEK
    )
    for act in (chain.vraag, chain.forensisch, chain.leg_op, chain.screen):
        act(melding, TUESDAY)
    chain.vto_gemeld(melding, chain.vto(melding, TUESDAY), TUESDAY, VtoGemeldAan.COLLEGE)
    chain.actie(melding, chain.opgeschaald(melding, TUESDAY), TUESDAY, date(2026, 3, 12))
    chain.aware(melding, TUESDAY, date(2026, 9, 1))
    chain.voorwaarde(melding, TUESDAY, date(2026, 4, 1))
    chain.stel_uit(melding, 1, TUESDAY)
    return chain, melding


async def kinds(room: MonitoringRoom, path: str, rol: str, *gemeenten: str) -> set[str]:
    found = (await room.get(f"{path}?limiet=200", rol, *gemeenten)).json()["resultaten"]
    return {row["soort"] for row in found}


async def test_veilig_thuis_reads_why_it_is_late_and_whoever_receives_the_casus_does_not(
    monitoring: MonitoringRoom,
) -> None:
    chain, _ = treated()
    await monitoring.hear(chain.facts)

    async def late(rol: str, *gemeenten: str) -> tuple[str | None, bool]:
        answer = await monitoring.get("/termijnen?soort=veiligheidsbeoordeling", rol, *gemeenten)
        (clock,) = answer.json()["resultaten"]
        return clock["vertragingReden"], "strafrechtelijk" in " ".join(clock["uitleg"])

    assert await late("vt-medewerker") == ("strafrechtelijk-onderzoek", True)
    assert await late("lokaal-team", "0599") == (None, False)
    assert await late("gemeente", "0599") == (None, False)


async def test_a_newer_reason_takes_the_place_of_the_stored_one(monitoring: MonitoringRoom) -> None:
    chain, melding = treated()
    await monitoring.hear(chain.facts)
    chain.verklaar(
        melding,
        melding,
        TUESDAY + timedelta(days=1),
        TermijnSoort.VEILIGHEIDSBEOORDELING,
        VertragingReden.CAPACITEIT,
    )
    chain.verklaar(melding, melding, TUESDAY, TermijnSoort.INFORMEREN_BETROKKENEN, VertragingReden.ANDERS)

    await monitoring.hear(chain.facts[-2:])

    answer = await monitoring.get("/termijnen?limiet=200")
    reasons = {clock["soort"]: clock["vertragingReden"] for clock in answer.json()["resultaten"]}
    assert reasons["informeren-betrokkenen"] == "anders"
    # Both name what the clock is about: the melding, and the dossier that no fact had told.
    assert reasons["veiligheidsbeoordeling"] == "capaciteit"
    assert (await recompute_kpis(monitoring.made.engine, DEFAULT_SETTINGS, now=monitoring.klok())).is_equal


async def test_what_is_for_veilig_thuis_alone_is_in_no_list_of_a_municipality(monitoring: MonitoringRoom) -> None:
    chain, _ = treated()
    await monitoring.hear(chain.facts)
    monitoring.klok.set(MONDAY + timedelta(days=400))
    await sweep(monitoring.made.engine, now=monitoring.klok(), rules=DEFAULT_SETTINGS, plan=SweepPlan())
    hidden = {"verzoek-tot-onderzoek-melden", "forensisch", "aware-evaluatie", "informatieverzoek"}
    shown = {"toewijzing", "veiligheidscheck", "voorwaarde-controle", "actie", "huisverbod"}

    for path in ("/termijnen", "/waarschuwingen"):
        told = {"toewijzing"} if path == "/waarschuwingen" else set()  # in time: never alarmed
        assert hidden | shown - told <= await kinds(monitoring, path, "vt-medewerker")
        for rol in ("lokaal-team", "gemeente"):
            seen = await kinds(monitoring, path, rol, "0599")
            assert shown - told <= seen
            assert not seen & {soort.value for soort in VERBORGEN}


async def test_each_step_of_each_clock_is_alarmed_once_and_a_date_that_moves_is_alarmed_anew(
    monitoring: MonitoringRoom,
) -> None:
    chain, melding = treated()
    await monitoring.hear(chain.facts)
    for day in (1, 40, 60, 60, 400):
        monitoring.klok.set(MONDAY + timedelta(days=day))
        await sweep(monitoring.made.engine, now=monitoring.klok(), rules=DEFAULT_SETTINGS, plan=SweepPlan())
        if day == 40:
            chain.stel_uit(melding, 2, monitoring.klok())
            await monitoring.hear(chain.facts[-1:])
        await sweep(monitoring.made.engine, now=monitoring.klok(), rules=DEFAULT_SETTINGS, plan=SweepPlan())

    rows = await monitoring.rows("SELECT soort, stap, termijn_id, uiterlijk FROM waarschuwing")

    assert max(Counter((row["termijn_id"], row["stap"], row["uiterlijk"]) for row in rows).values()) == 1
    informing = Counter(row["stap"] for row in rows if row["soort"] == "informeren-betrokkenen")
    assert informing["waarschuwing"] == 2
    late = {row["soort"] for row in rows if row["stap"] == "verstreken"}
    clocks = await monitoring.rows("SELECT DISTINCT soort FROM termijn WHERE gestopt_op IS NULL")
    assert late == {row["soort"] for row in clocks}


async def test_a_ban_keeps_a_casus_open_and_its_end_is_told_as_the_closing(monitoring: MonitoringRoom) -> None:
    chain = TreatedChain()
    melding = chain.melding(MONDAY)
    ban = chain.leg_op(melding, MONDAY)
    chain.besluit(melding, TUESDAY)
    await monitoring.hear(chain.facts)
    (open_row,) = await monitoring.rows("SELECT open FROM casus")
    chain.beeindig(melding, ban, MONDAY + timedelta(days=10), HuisverbodEinde.AFGELOPEN)

    for _ in range(2):
        await monitoring.hear(chain.facts[-1:])

    told = await monitoring.rows("SELECT data FROM outbox WHERE soort LIKE '%casus-afgesloten%'")
    (closed,) = await monitoring.rows("SELECT open, afgesloten_op FROM casus")
    assert open_row["open"]
    assert [row["data"]["reden"] for row in told] == ["geen-vervolg"]
    assert (closed["open"], closed["afgesloten_op"]) == (False, MONDAY + timedelta(days=10))


@pytest.mark.parametrize("seed", range(4))
async def test_treatment_goes_where_its_melding_goes_when_casussen_are_joined_and_split(
    monitoring: MonitoringRoom, seed: int
) -> None:
    (stays, mine), (gone, theirs) = treated(), treated()
    stays.samengevoegd_met(gone.casus_id, MONDAY + timedelta(days=5), 1)
    stays.gesplitst(gone.casus_id, theirs, at=MONDAY + timedelta(days=6), volgorde=2, herstelt=True)
    stays.gekeken(theirs, uuid4(), MONDAY + timedelta(days=7))  # told under the casus of before
    rnd = random.Random(seed)
    facts = [*stays.facts, *gone.facts]
    rnd.shuffle(facts)
    monitoring.klok.set(MONDAY + timedelta(days=3))
    for place in range(0, len(facts), 5):
        await hear(monitoring, *facts[place : place + 5])
        await sweep(monitoring.made.engine, now=monitoring.klok(), rules=DEFAULT_SETTINGS, plan=SweepPlan())

    clocks = await monitoring.rows("SELECT id, melding_id, casus_id FROM termijn")
    expected = {clock.id: clock.melding_id for clock in fold([*stays.facts, *gone.facts], DEFAULT_SETTINGS).termijnen}
    assert {row["id"]: row["melding_id"] for row in clocks} == expected
    assert {(row["melding_id"], row["casus_id"]) for row in clocks} == {
        (mine, stays.casus_id),
        (theirs, gone.casus_id),
    }
    alerts = await monitoring.rows("SELECT DISTINCT melding_id, casus_id FROM waarschuwing")
    assert {(row["melding_id"], row["casus_id"]) for row in alerts} <= {(mine, stays.casus_id), (theirs, gone.casus_id)}
    assert (await recompute_kpis(monitoring.made.engine, DEFAULT_SETTINGS, now=monitoring.klok())).is_equal


async def test_a_destroyed_file_leaves_its_counts_and_wakes_nobody(monitoring: MonitoringRoom) -> None:
    chain, melding = treated()
    await hear(monitoring, *chain.facts)
    counts = {key: n for key, n in (await monitoring.cells()).items() if key.meting == "telling"}
    gone = destruction(chain, monitoring)

    await hear(monitoring, gone)
    chain.gekeken(melding, uuid4(), monitoring.klok())
    chain.vraag(melding, monitoring.klok() + timedelta(hours=1))
    await hear(monitoring, *chain.facts[-2:])

    left = {key: n for key, n in (await monitoring.cells()).items() if key.meting == "telling"}
    assert {key: n for key, n in left.items() if not key.naam.startswith("informatieverzoeken")} == {
        key: n for key, n in counts.items() if not key.naam.startswith("informatieverzoeken")
    }
    assert await monitoring.rows("SELECT soort FROM termijn WHERE gestopt_op IS NULL OR volgende_op IS NOT NULL") == []
    assert (await recompute_kpis(monitoring.made.engine, DEFAULT_SETTINGS, now=monitoring.klok())).is_equal
