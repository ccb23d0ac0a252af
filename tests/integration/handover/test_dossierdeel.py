"""What handover gives of a casus for an afschrift: every offer with what was written, and who had sight of it."""

from uuid import uuid4

import pytest

from shared.events.payloads import CasusSamengevoegd
from tests.integration.handover.conftest import TEAM, VT, HandoverRoom
from tests.integration.handover.test_overdrachten import TO_TEAM, besluit, melding

pytestmark = pytest.mark.anyio

SYSTEEM = ("systeem", "intake", ())
DOEL = {"X-Doelbinding": "uitvoeren-van-dossierrechten"}


async def test_an_offer_and_its_refusal_are_given_also_under_an_id_that_vanished(handover: HandoverRoom) -> None:
    casus_id, vanished = uuid4(), uuid4()
    await handover.hear(vanished, melding(handover), besluit(handover, TO_TEAM))
    (offered,) = await handover.overdrachten()
    body = {"reden": "niet-bevoegd", "toelichting": "Er is geen plaats voor dit gezin."}
    refused = await handover.call("POST", f"/overdrachten/{offered['id']}/weigering", TEAM, json=body)
    merged = CasusSamengevoegd(verdwenen_casus_id=vanished, melding_ids=(), samengevoegd_op=handover.klok())
    await handover.hear(casus_id, melding(handover), merged)

    answers = [
        await handover.call("GET", f"/casussen/{one}/dossier", SYSTEEM, headers=DOEL) for one in (casus_id, vanished)
    ]

    assert refused.status_code == 201, refused.text
    assert [answer.status_code for answer in answers] == [200, 200]
    found = answers[0].json()["resultaten"]
    assert found == answers[1].json()["resultaten"]
    offer = next(deel for deel in found if deel["soort"] == "overdracht")
    assert offer["velden"]["organisatie"] == "lokaal-team-0599"
    assert offer["teksten"] == ["Er is geen plaats voor dit gezin."]
    assert [deel["velden"]["organisatie"] for deel in found if deel["soort"] == "zicht-op-veiligheid"] == ["vtrr"]


async def test_nobody_but_a_room_with_this_purpose_gets_it(handover: HandoverRoom) -> None:
    casus_id = uuid4()
    await handover.hear(casus_id, melding(handover), besluit(handover, TO_TEAM))
    path = f"/casussen/{casus_id}/dossier"

    assert (await handover.call("GET", path, VT, headers=DOEL)).status_code == 403
    assert (await handover.call("GET", path, TEAM, headers=DOEL)).status_code == 403
    assert (await handover.call("GET", path, SYSTEEM)).status_code == 400
    assert (await handover.call("GET", f"/casussen/{uuid4()}/dossier", SYSTEEM, headers=DOEL)).status_code == 404
    assert (await handover.call("GET", path, SYSTEEM, headers=DOEL)).status_code == 200
    assert (await handover.audit())[-1].actie == "dossier-gelezen"
