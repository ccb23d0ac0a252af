"""The work list: the most urgent first, each item with its reasons."""

from datetime import timedelta

import pytest

from tests.integration.triage.room import TriageRoom

pytestmark = pytest.mark.anyio

_EXPLAIN = """
EXPLAIN SELECT id FROM dossier
WHERE stap IS NOT NULL {where} AND (urgentie_op, id) > (now(), '00000000-0000-0000-0000-000000000000')
ORDER BY urgentie_op, id LIMIT 51
"""


async def test_acute_stands_before_unanswered_before_structural_before_the_rest(triage: TriageRoom) -> None:
    ordinary = await triage.receive()
    await triage.acuutcheck(ordinary)
    dienst = await triage.receive()
    await triage.acuutcheck(dienst)
    await triage.besluit(dienst, "onderzoek")
    unanswered = await triage.receive()
    triage.klok.advance(timedelta(days=3))
    acute = await triage.receive()
    await triage.acuutcheck(acute, acuut=True)

    items = (await triage.get("/werkvoorraad")).json()["resultaten"]

    assert [item["meldingId"] for item in items] == [str(one) for one in (acute, unanswered, ordinary, dienst)]
    assert [item["stap"] for item in items] == [
        "veiligheidsbeoordeling", "acuutcheck", "veiligheidsbeoordeling", "dienst",
    ]  # fmt: skip
    assert [item["acuut"] for item in items] == [True, None, False, False]
    assert [item["structureelOnveilig"] for item in items] == [None, None, None, True]
    assert [item["dienstId"] is None for item in items] == [True, True, True, False]
    assert "Acuut onveilig: gaat voor alles." in items[0]["uitleg"]
    assert (
        "De acuutcheck moet nog worden gedaan; de termijn is verstreken sinds 02-03-2026 23:59." in items[1]["uitleg"]
    )
    assert [item["teLaat"] for item in items] == [False, True, False, False]
    assert items[2]["uiterlijk"] == "2026-03-09T23:00:00Z"
    assert items[3]["uiterlijk"] == "2026-05-11T22:00:00Z"


async def test_what_is_done_is_gone_from_the_list(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    await triage.acuutcheck(melding_id)

    await triage.besluit(melding_id, "geen-vervolg")

    assert (await triage.get("/werkvoorraad")).json() == {"resultaten": [], "volgende": None}


async def test_the_list_is_paged_without_gaps_or_doubles(triage: TriageRoom) -> None:
    # All of one moment: only the id tells them apart.
    expected = {str(await triage.receive()) for _ in range(7)}

    seen: list[str] = []
    path = "/werkvoorraad?limiet=3"
    na = ""
    while True:
        part = (await triage.get(f"{path}{na}")).json()
        seen += [item["meldingId"] for item in part["resultaten"]]
        if part["volgende"] is None:
            break
        na = f"&na={part['volgende']}"

    assert len(seen) == 7
    assert set(seen) == expected


async def test_the_list_can_be_narrowed_to_a_municipality_and_a_step(triage: TriageRoom) -> None:
    here = await triage.receive(gemeente="1621")
    checked = await triage.receive(gemeente="1621")
    await triage.acuutcheck(checked)
    await triage.receive(gemeente="0599")

    async def ids(query: str) -> set[str]:
        answer = await triage.get(f"/werkvoorraad?{query}")
        return {item["meldingId"] for item in answer.json()["resultaten"]}

    assert await ids("gemeenteCode=1621") == {str(here), str(checked)}
    assert await ids("gemeenteCode=1621&stap=acuutcheck") == {str(here)}
    assert await ids("stap=veiligheidsbeoordeling") == {str(checked)}
    assert await ids("gemeenteCode=0489") == set()


@pytest.mark.parametrize(
    "query", ["gemeenteCode=abc", "stap=anders", "limiet=0", "na=onzin", "na=WzFd", "na=WyIyMDI2LTAxLTAxIiwieCJd"]
)
async def test_a_question_that_makes_no_sense_is_refused(triage: TriageRoom, query: str) -> None:
    answer = await triage.get(f"/werkvoorraad?{query}")

    assert answer.status_code == 400


@pytest.mark.parametrize("gemeente", [None, "0599"])
@pytest.mark.parametrize("stap", [None, "acuutcheck"])
async def test_the_list_is_read_along_its_index_without_sorting(
    triage: TriageRoom, gemeente: str | None, stap: str | None
) -> None:
    where = " AND gemeente_code = '0599'" if gemeente else ""
    where += " AND stap = 'acuutcheck'" if stap else ""

    async with triage.made.engine.begin() as conn:
        await conn.exec_driver_sql("SET LOCAL enable_seqscan = off")
        await conn.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
        plan = await conn.exec_driver_sql(_EXPLAIN.replace("{where}", where))
        text = "\n".join(row[0] for row in plan)

    assert "ix_dossier_werkvoorraad" in text
    assert "Sort" not in text
