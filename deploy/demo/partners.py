"""Enrols the receivers that the region hands most casussen to, so that a beheerder has organisations to look at.

Each is given everything that the policy lets its role do: the play must not depend on what somebody took away.
"""

from collections.abc import Iterator

from deploy.demo.doors import BEHEERDER, Call, Doors
from shared.rules.access import BELEID, PARTNERROLLEN, Inhoud

ORGANISATIES = (
    ("jbrr", "Jeugdbescherming Rotterdam-Rijnmond (verzonnen)"),
    ("lokaal-team-0599", "Wijkteams Rotterdam (verzonnen)"),
    ("opvang-rotterdam-rijnmond", "Opvang Rotterdam-Rijnmond (verzonnen)"),
)
DOELEN = sorted(
    {
        doel
        for regel in BELEID.values()
        if regel.room == "handover" and regel.inhoud in {Inhoud.PERSONEN, Inhoud.CODES}
        if PARTNERROLLEN & set(regel.rollen)
        for doel in regel.doelen
    }
)
_SINDS = "2020-01-01"  # before any month that is played
_ANY_VERSION = (("If-Match", "*"),)


async def enrol_partners(doors: Doors) -> None:
    """Enrol the organisations of the demo; played once more, they stand there already."""
    for number, (organisatie_id, naam) in enumerate(ORGANISATIES, 1):
        for call in _calls(organisatie_id, naam, oin=f"00000099{number:09d}000"):
            await doors.send(call)


def _calls(organisatie_id: str, naam: str, *, oin: str) -> Iterator[Call]:
    made = {"organisatieId": organisatie_id, "naam": naam, "oin": oin}
    yield Call("handover", "POST", "/organisaties", "/organisaties", BEHEERDER, made)
    contact = {"rol": "overdrachten", "email": f"overdracht@{organisatie_id}.example", "telefoonnummer": "010-0000000"}
    yield _change(organisatie_id, "contacten", {"contacten": [contact]})
    path, route = f"/organisaties/{organisatie_id}/rechten", "/organisaties/{organisatieId}/rechten"
    for doel in DOELEN:
        yield Call("handover", "POST", path, route, BEHEERDER, {"doel": doel, "geldigVan": _SINDS})
    yield _change(organisatie_id, "inschrijving", None)


def _change(organisatie_id: str, what: str, body: dict[str, object] | None) -> Call:
    path, route = f"/organisaties/{organisatie_id}/{what}", f"/organisaties/{{organisatieId}}/{what}"
    return Call("handover", "PUT", path, route, BEHEERDER, body, _ANY_VERSION)
