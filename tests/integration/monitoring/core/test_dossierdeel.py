"""What monitoring gives of a casus for an afschrift: how the family was looked at again, and what was found."""

from uuid import uuid4

import pytest

from tests.integration.monitoring.core.room import MonitoringRoom
from tests.integration.monitoring.core.test_api import UITKOMST
from tests.unit.monitoring.core.builders import monitored

pytestmark = pytest.mark.anyio

DOEL = {"X-Doelbinding": "uitvoeren-van-dossierrechten"}


async def test_the_moments_are_given_with_their_explanation(monitoring: MonitoringRoom) -> None:
    chain, _, _ = monitored()
    await monitoring.hear(chain.facts)
    first = (await monitoring.get(f"/monitormomenten?casusId={chain.casus_id}")).json()["resultaten"][0]
    path = f"/v1/monitormomenten/{first['id']}/uitkomst"
    headers = monitoring.headers(**{"If-Match": f'"{first["versie"]}"'})
    assert (await monitoring.http.put(path, json=UITKOMST, headers=headers)).status_code == 200

    answer = await monitoring.get(f"/casussen/{chain.casus_id}/dossier", "systeem", **DOEL)

    assert answer.status_code == 200, answer.text
    found = answer.json()["resultaten"]
    assert [deel["soort"] for deel in found] == ["monitormoment"] * 3
    assert found[0]["teksten"] == [UITKOMST["toelichting"]]
    assert found[0]["velden"]["vervolg"] == UITKOMST["vervolg"]
    assert (await monitoring.rows("SELECT actie FROM audit ORDER BY id"))[-1]["actie"] == "dossier-gelezen"


async def test_nobody_but_a_room_with_this_purpose_gets_it(monitoring: MonitoringRoom) -> None:
    chain, _, _ = monitored()
    await monitoring.hear(chain.facts)
    path = f"/casussen/{chain.casus_id}/dossier"

    for rol in ("vt-medewerker", "vt-teamleider", "lokaal-team", "gemeente", "beheerder"):
        assert (await monitoring.get(path, rol, "0599", **DOEL)).status_code == 403
    assert (await monitoring.get(path, "systeem")).status_code == 400
    assert (await monitoring.get(f"/casussen/{uuid4()}/dossier", "systeem", **DOEL)).status_code == 404
