"""What the demo enrols fits the rules of handover, so that the play never stops on it."""

import asyncio
from typing import Any

from deploy.demo.doors import Call
from deploy.demo.partners import DOELEN, ORGANISATIES, enrol_partners
from services.handover.domain.organisatiecontacten import Contact, ContactRol, find_contact_faults
from services.handover.domain.organisaties import TOE_TE_KENNEN
from shared.rules.oin import find_oin_fault


class Listening:
    """Takes down what is asked of the doors."""

    def __init__(self) -> None:
        self.calls: list[Call] = []

    async def send(self, call: Call) -> Any:
        self.calls.append(call)


def test_each_organisation_of_the_demo_can_be_enrolled_and_has_whatever_the_policy_gives() -> None:
    doors = Listening()
    asyncio.run(enrol_partners(doors))  # type: ignore[arg-type]

    made = [dict(call.body or {}) for call in doors.calls if call.path == "/organisaties"]
    contacten = [one for call in doors.calls for one in dict(call.body or {}).get("contacten", ())]
    given = {(call.path, dict(call.body or {})["doel"]) for call in doors.calls if call.path.endswith("/rechten")}

    assert [one["organisatieId"] for one in made] == [name for name, _ in ORGANISATIES]
    assert [find_oin_fault(one["oin"], test=True) for one in made] == [None] * len(made)
    for one in contacten:
        contact = Contact(ContactRol(one["rol"]), one["email"], one["telefoonnummer"])
        assert list(find_contact_faults([contact])) == []
    assert set(DOELEN) == TOE_TE_KENNEN
    assert len(given) == len(ORGANISATIES) * len(TOE_TE_KENNEN)
    assert [call.path for call in doors.calls if call.method == "PUT"][1::2] == [
        f"/organisaties/{name}/inschrijving" for name, _ in ORGANISATIES
    ]
