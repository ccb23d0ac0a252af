"""Who comes in through which door of triage."""

from uuid import uuid4

import pytest

from services.triage.main import app
from shared.rules.access import BELEID
from shared.rules.codes import Rol
from tests.integration.triage.room import TriageRoom

pytestmark = pytest.mark.anyio

_ROUTES = [
    (method.upper(), path, str(operation["operationId"]))
    for path, item in app().api.openapi()["paths"].items()
    # Of more rooms than this one, and tested as such.
    if path not in {"/toestand", "/dataverwerkingen", "/casussen/{casusId}/dossier"}
    for method, operation in item.items()
]
# Whole dossiers and diensten; the single parts of one are for people.
_FOR_ROOMS = {"/diensten", "/diensten/{dienstId}", "/veiligheidsbeoordelingen/{meldingId}"}
_VT = {Rol.VT_MEDEWERKER, Rol.VT_TEAMLEIDER}
# The raad tells how far its own requests are, and reads that.
_FOR_THE_RAAD = {"readRaadsbericht", "putRaadsbericht"}
_FOR_LEADS = {"assignWerk"}
# Who can be asked something of the family; what was not asked of him is not there for him.
_CAN_BE_ASKED = {Rol.LOKAAL_TEAM, Rol.KETENPARTNER}
_FOR_THE_ASKED = {
    ("GET", "/informatieverzoeken"),
    ("GET", "/informatieverzoeken/{informatieverzoekId}"),
    ("PUT", "/informatieverzoeken/{informatieverzoekId}/antwoord"),
}
# Who sits at a table sees that table here, and nothing else of the casus; Veilig Thuis has its own doors to it.
_FOR_THE_TABLE = {"listTafels", "readTafel", "readTafelActie", "recordTafelActieAfronding"}
# The raad finds its own requests; Veilig Thuis reads them with the verzoek.
_FOR_THE_RAAD_ONLY = {"listRaadsverzoeken"}


@pytest.mark.parametrize("rol", list(Rol))
async def test_each_route_lets_in_the_roles_of_the_contract_and_nobody_else(triage: TriageRoom, rol: Rol) -> None:
    for method, path, operation in _ROUTES:
        place = "/".join(str(uuid4()) if part.startswith("{") else part for part in path.split("/"))
        doel = BELEID["triage", operation].doelen[0]
        headers = triage.headers(rol, **{"X-Doelbinding": doel, "If-Match": "*"})

        answer = await triage.http.request(method, f"/v1{place}", headers=headers)

        mine = {Rol.VT_TEAMLEIDER} if operation in _FOR_LEADS else _VT
        mine = set() if operation in _FOR_THE_TABLE | _FOR_THE_RAAD_ONLY else mine
        welcome = rol in mine or (rol is Rol.SYSTEEM and path in _FOR_ROOMS and method == "GET")
        welcome = welcome or (rol is Rol.KETENPARTNER and operation in _FOR_THE_RAAD)
        welcome = welcome or (rol is Rol.KETENPARTNER and operation in _FOR_THE_RAAD_ONLY)
        welcome = welcome or (rol in _CAN_BE_ASKED and operation in _FOR_THE_TABLE)
        welcome = welcome or (rol in _CAN_BE_ASKED and (method, path) in _FOR_THE_ASKED)
        assert (answer.status_code != 403) is welcome, (method, path)
        assert answer.status_code < 500


async def test_without_a_token_every_route_is_closed(triage: TriageRoom) -> None:
    for method, path, _ in _ROUTES:
        answer = await triage.http.request(method, f"/v1{path}")

        assert answer.status_code == 401


async def test_another_room_must_say_for_which_purpose_it_reads(triage: TriageRoom) -> None:
    dienst_id = await triage.dienst("onderzoek")

    without = await triage.get(f"/diensten/{dienst_id}", "systeem")
    told = await triage.get(
        f"/diensten/{dienst_id}", "systeem", **{"X-Doelbinding": "overdracht-en-zicht-op-veiligheid"}
    )
    other = await triage.get(f"/diensten/{dienst_id}", "systeem", **{"X-Doelbinding": "melden"})

    assert (without.status_code, told.status_code, other.status_code) == (400, 200, 403)
