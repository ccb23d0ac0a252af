"""A misaddressed melding is offered to the Veilig Thuis that should have had it: one holder until it is taken over."""

from datetime import timedelta
from uuid import uuid4

import pytest

from shared.events.payloads import Bestemming
from shared.rules.codes import BestemmingSoort
from tests.integration.handover.conftest import OTHER_PARTNER, VT, HandoverRoom
from tests.integration.handover.test_overdrachten import besluit, melding

pytestmark = pytest.mark.anyio

ZHZ = ("ketenpartner", "veilig-thuis-zuid-holland-zuid", ())
ELDERS = Bestemming(soort=BestemmingSoort.VEILIG_THUIS_ELDERS, organisatie_id=ZHZ[1], draagt_zicht=True)


async def test_the_other_veilig_thuis_takes_over_or_refuses_and_until_then_it_stays_with_us(
    handover: HandoverRoom,
) -> None:
    casus_id = uuid4()
    await handover.hear(casus_id, melding(handover, gemeente_code="1963"), besluit(handover, ELDERS))
    (offer,) = await handover.overdrachten(ZHZ)
    refusal = {"reden": "onvoldoende-informatie", "toelichting": "Wie is het kind?"}

    held = [(await handover.zicht(casus_id))["houder"]["organisatieId"]]
    handover.klok.advance(timedelta(hours=1))
    strange = await handover.call("POST", f"/overdrachten/{offer['id']}/acceptatie", OTHER_PARTNER, json={})
    refused = await handover.call("POST", f"/overdrachten/{offer['id']}/weigering", ZHZ, json=refusal)
    held.append((await handover.zicht(casus_id))["houder"]["organisatieId"])
    again = {
        "vervangtOverdrachtId": offer["id"],
        "bestemming": {"soort": "veilig-thuis-elders", "organisatieId": ZHZ[1]},
        "motivering": "De gegevens zijn aangevuld.",
    }
    second = await handover.call("POST", "/overdrachten", VT, json=again)
    handover.klok.advance(timedelta(hours=1))
    accepted = await handover.call("POST", f"/overdrachten/{second.json()['id']}/acceptatie", ZHZ, json={})
    held.append((await handover.zicht(casus_id))["houder"]["organisatieId"])

    assert (strange.status_code, refused.status_code) == (404, 201), refused.text
    assert second.status_code == 201, second.text
    assert accepted.status_code == 201, accepted.text
    assert held == ["vtrr", "vtrr", ZHZ[1]]
