"""A melding that another Veilig Thuis should have had: danger first, then routed on, never let go."""

import pytest

from tests.integration.triage.room import TriageRoom

pytestmark = pytest.mark.anyio


async def test_a_misaddressed_melding_has_its_besluit_ready_and_goes_on_only_after_the_acute_question(
    triage: TriageRoom,
) -> None:
    melding_id, far = await triage.receive(gemeente="1963"), await triage.receive(gemeente="0363")
    path = f"/veiligheidsbeoordelingen/{melding_id}"
    proposed = (await triage.get(path)).json()["voorstelBesluit"]

    early = await triage.besluit(melding_id, "onjuist-geadresseerd", bestemmingen=proposed["bestemmingen"])
    for one in (melding_id, far):
        assert (await triage.acuutcheck(one)).status_code == 200
    nowhere = await triage.besluit(far, "onjuist-geadresseerd")
    taken = await triage.besluit(melding_id, "onjuist-geadresseerd", bestemmingen=proposed["bestemmingen"])

    elders = {"soort": "veilig-thuis-elders", "organisatieId": "veilig-thuis-zuid-holland-zuid"}
    assert (proposed["uitkomst"], proposed["bestemmingen"]) == ("onjuist-geadresseerd", [elders])
    assert (early.status_code, nowhere.status_code, taken.status_code) == (409, 400, 200)
    assert "Zoek uit welke Veilig Thuis" in nowhere.json()["errors"][0]["detail"]
    assert (taken.json()["statuscode"], taken.json()["voorstelBesluit"]) == ("VT-99", None)
    (row,) = await triage.rows("SELECT data FROM outbox WHERE soort LIKE '%beoordeling-afgerond.v1'")
    told = [(one["organisatieId"], one["draagtZicht"]) for one in row.data["bestemmingen"]]
    assert (row.data["sluit"], told) == (False, [("veilig-thuis-zuid-holland-zuid", True)])
