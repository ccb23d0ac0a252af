"""What a receiver tells beside a plan, on a real PostgreSQL: attempts at contact, and voorwaarden that are followed."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.handover.domain.pakket import Voorwaarde
from services.handover.tables import metadata
from shared.events.behandeling import VoorwaardeGesteld, VoorwaardeNagegaan
from shared.rules.behandelcodes import VoorwaardeStatus
from tests.integration.handover.conftest import OPVANG, OTHER_PARTNER, OTHER_TEAM, TEAM, VT, HandoverRoom
from tests.integration.handover.test_overdrachten import facts_told
from tests.integration.handover.test_plannen import GEHEIM, accepted, planned, put
from tests.integration.handover.test_splitsen import merge, split
from tests.integration.shredded import places_of, read_all, vernietigd, without_told

pytestmark = pytest.mark.anyio


def wire(room: HandoverRoom, **ago: float) -> str:
    return (room.klok() - timedelta(**ago)).isoformat().replace("+00:00", "Z")


def poging(room: HandoverRoom, **changes: Any) -> dict[str, Any]:
    made = {"wijze": "telefoon", "uitkomst": "geen-gehoor", "tijdstip": wire(room), "toelichting": GEHEIM}
    return made | changes


def look(room: HandoverRoom, status: str = "nagekomen", **changes: Any) -> dict[str, Any]:
    return {"status": status, "uitkomst": GEHEIM, "nagegaanOp": wire(room)} | changes


async def post(room: HandoverRoom, path: str, body: Any, who: Any = TEAM, **headers: str) -> Any:
    return await room.call("POST", path, who, json=body, headers=headers)


async def with_voorwaarde(room: HandoverRoom) -> tuple[UUID, UUID, str, UUID]:
    """A casus that the team accepted, about which Veilig Thuis set one voorwaarde."""
    casus_id, melding_id, overdracht = await accepted(room)
    gesteld = VoorwaardeGesteld(
        voorwaarde_id=uuid4(),
        dienst_id=uuid4(),
        melding_id=melding_id,
        gemeente_code="0599",
        gesteld_op=room.klok() - timedelta(days=1),
        controle_dag=date(2026, 4, 1),
    )
    await room.hear(casus_id, gesteld)
    room.rooms.voorwaarden[gesteld.voorwaarde_id] = Voorwaarde(
        omschrijving=f"{GEHEIM} slaapt elders", eigenaar="vader", controle="huisbezoek"
    )
    return casus_id, melding_id, overdracht, gesteld.voorwaarde_id


async def followed(room: HandoverRoom, overdracht: str, who: Any = TEAM) -> list[Any]:
    answer = await room.call("GET", f"/overdrachten/{overdracht}/voorwaarden", who)
    assert answer.status_code == 200, answer.text
    found: list[Any] = answer.json()["resultaten"]
    return found


# --- attempts ----------------------------------------------------------------------------------------------------


async def test_attempts_are_kept_and_told_and_leave_the_first_contact_to_come(handover: HandoverRoom) -> None:
    casus_id, melding_id, overdracht = await accepted(handover)
    path = f"/overdrachten/{overdracht}/contactpogingen"
    handover.klok.advance(timedelta(days=1))

    made = [await post(handover, path, poging(handover), **{"Idempotency-Key": "p"}) for _ in range(2)]
    other = await post(handover, path, poging(handover, uitkomst="afgewezen", wijze="huisbezoek"))
    contact = await post(handover, f"/overdrachten/{overdracht}/eerste-contact", {"tijdstip": wire(handover)})
    late = await post(handover, path, poging(handover))
    before_it = await post(handover, path, poging(handover, tijdstip=wire(handover, hours=2)))

    assert made[0].json() == made[1].json()
    assert [one.status_code for one in (*made, other, contact, late, before_it)] == [201, 201, 201, 201, 409, 201]
    found = (await handover.call("GET", path, TEAM)).json()["resultaten"]
    assert [(one["uitkomst"], one["toelichting"]) for one in found] == [
        ("geen-gehoor", GEHEIM),
        ("afgewezen", GEHEIM),
        ("geen-gehoor", GEHEIM),
    ]
    told = await facts_told(handover, "contactpoging-gedaan")
    assert {(one["meldingId"], one["casus"]) for one in told} == {(str(melding_id), casus_id)}
    assert len(told) == 3


async def test_attempts_are_read_in_pages_and_cut_for_a_receiver(handover: HandoverRoom) -> None:
    _, _, overdracht = await accepted(handover)
    path = f"/overdrachten/{overdracht}/contactpogingen"
    for tekst in ("een", None, GEHEIM):
        assert (await post(handover, path, poging(handover, toelichting=tekst))).status_code == 201
    handover.rooms.verborgen = "Jansen-Canarie"

    first = (await handover.call("GET", f"{path}?limiet=2", TEAM)).json()
    last = (await handover.call("GET", f"{path}?limiet=2&na={first['volgende']}", TEAM)).json()

    assert [one["toelichting"] for one in first["resultaten"]] == ["een", None]
    assert [one["toelichting"] for one in last["resultaten"]] == ["Mevrouw [weggelaten]"]
    assert "Jansen-Canarie" in (await handover.call("GET", path, VT)).text


# --- voorwaarden -------------------------------------------------------------------------------------------------


async def test_a_receiver_follows_a_voorwaarde_until_it_is_kept(handover: HandoverRoom) -> None:
    _, melding_id, overdracht, voorwaarde = await with_voorwaarde(handover)
    path = f"/overdrachten/{overdracht}/voorwaarden/{voorwaarde}/controles"
    (before,) = await followed(handover, overdracht)

    answers = [await post(handover, path, look(handover, "niet-nagekomen"), **{"Idempotency-Key": "k"}) for _ in "ab"]
    handover.klok.advance(timedelta(days=1))
    answers.append(await post(handover, path, look(handover, "nagekomen", volgendeDag="2026-06-01")))

    assert [answer.status_code for answer in answers] == [201] * 3
    (after,) = await followed(handover, overdracht)
    assert (before["status"], before["controleDag"], before["controles"]) == ("open", "2026-04-01", [])
    assert before["omschrijving"] == f"{GEHEIM} slaapt elders"
    assert (after["status"], after["controleDag"]) == ("nagekomen", "2026-06-01")
    assert [(one["status"], one["uitkomst"]) for one in after["controles"]] == [
        ("niet-nagekomen", GEHEIM),
        ("nagekomen", GEHEIM),
    ]
    told = await facts_told(handover, "voorwaarde-gevolgd")
    assert [(one["status"], one["voorwaardeId"], one["meldingId"]) for one in told] == [
        (status, str(voorwaarde), str(melding_id)) for status in ("niet-nagekomen", "nagekomen")
    ]


async def test_what_veilig_thuis_found_counts_unless_something_newer_is_known(handover: HandoverRoom) -> None:
    casus_id, melding_id, overdracht, voorwaarde = await with_voorwaarde(handover)
    await post(handover, f"/overdrachten/{overdracht}/voorwaarden/{voorwaarde}/controles", look(handover))
    found = VoorwaardeNagegaan(
        voorwaarde_id=voorwaarde,
        dienst_id=uuid4(),
        melding_id=melding_id,
        gemeente_code="0599",
        status=VoorwaardeStatus.NIET_NAGEKOMEN,
        nagegaan_op=handover.klok() - timedelta(hours=1),
    )

    await handover.hear(casus_id, found)
    (older,) = await followed(handover, overdracht)
    await handover.hear(
        casus_id,
        VoorwaardeNagegaan(
            voorwaarde_id=voorwaarde,
            dienst_id=found.dienst_id,
            melding_id=melding_id,
            gemeente_code="0599",
            status=VoorwaardeStatus.VERVALLEN,
            nagegaan_op=handover.klok() + timedelta(hours=1),
        ),
    )
    (newer,) = await followed(handover, overdracht)

    assert (older["status"], newer["status"]) == ("nagekomen", "vervallen")
    refused = await post(handover, f"/overdrachten/{overdracht}/voorwaarden/{voorwaarde}/controles", look(handover))
    assert refused.status_code == 409


async def test_a_plan_stays_in_the_first_phase_until_the_voorwaarden_are_kept(handover: HandoverRoom) -> None:
    _, _, overdracht, voorwaarde = await with_voorwaarde(handover)
    plan_id = await planned(handover, overdracht)
    wanted = {"fase": "hulpverleningsplan", "motivering": "verder"}

    before = (await put(handover, f"/plannen/{plan_id}/fase", wanted)).json()["detail"]
    await post(handover, f"/overdrachten/{overdracht}/voorwaarden/{voorwaarde}/controles", look(handover))
    after = (await put(handover, f"/plannen/{plan_id}/fase", wanted)).json()["detail"]

    assert ("veiligheidsvoorwaarde" in before, "veiligheidsvoorwaarde" in after) == (True, False)


async def test_voorwaarden_are_cut_for_a_receiver_and_not_given_when_a_room_is_away(handover: HandoverRoom) -> None:
    _, _, overdracht, voorwaarde = await with_voorwaarde(handover)
    await post(handover, f"/overdrachten/{overdracht}/voorwaarden/{voorwaarde}/controles", look(handover))
    handover.rooms.verborgen = "Jansen-Canarie"

    mine, theirs = await followed(handover, overdracht), await followed(handover, overdracht, VT)

    assert "Jansen-Canarie" not in str(mine)
    assert mine[0]["omschrijving"] == "Mevrouw [weggelaten] slaapt elders"
    assert (mine[0]["eigenaar"], mine[0]["controle"]) == ("vader", "huisbezoek")
    assert mine[0]["controles"][0]["uitkomst"] == "Mevrouw [weggelaten]"
    assert str(theirs).count("Jansen-Canarie") == 2
    handover.rooms.voorwaarden.clear()
    assert (await handover.call("GET", f"/overdrachten/{overdracht}/voorwaarden", VT)).status_code == 503


# --- who may, and what is wrong ----------------------------------------------------------------------------------


async def test_only_the_receiver_writes_and_for_others_there_is_nothing(handover: HandoverRoom) -> None:
    _, _, overdracht, voorwaarde = await with_voorwaarde(handover)
    _, _, other_overdracht, other = await with_voorwaarde(handover)
    here = f"/overdrachten/{overdracht}"
    writes = (
        (f"{here}/contactpogingen", poging(handover)),
        (f"{here}/voorwaarden/{voorwaarde}/controles", look(handover)),
    )

    for path, body in writes:
        for who, status in ((OTHER_TEAM, 404), (OPVANG, 404), (OTHER_PARTNER, 404), (VT, 403)):
            assert (await post(handover, path, body, who)).status_code == status, (path, who)
    for tail in ("contactpogingen", "voorwaarden"):
        for who in (OTHER_TEAM, OPVANG, OTHER_PARTNER):
            assert (await handover.call("GET", f"{here}/{tail}", who)).status_code == 404
    for mine, its in ((overdracht, other), (other_overdracht, voorwaarde), (overdracht, uuid4())):
        answer = await post(handover, f"/overdrachten/{mine}/voorwaarden/{its}/controles", look(handover))
        assert answer.status_code == 404
    tables = ("contactpoging", "voorwaarde_controle")
    assert [(await read_all(handover.made.engine, metadata))[name] for name in tables] == [[], []]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"status": "vervallen"}, "/status"),
        ({"status": "open"}, "/status"),
        ({"uitkomst": " "}, "/uitkomst"),
        ({"nagegaanOp": "2036-01-01T00:00:00Z"}, "/nagegaanOp"),
        ({"volgendeDag": "2020-01-01"}, "/volgendeDag"),
    ],
)
async def test_what_a_receiver_cannot_find_is_refused_at_its_place(
    handover: HandoverRoom, changes: dict[str, Any], pointer: str
) -> None:
    _, _, overdracht, voorwaarde = await with_voorwaarde(handover)

    answer = await post(
        handover, f"/overdrachten/{overdracht}/voorwaarden/{voorwaarde}/controles", look(handover) | changes
    )

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, pointer)
    assert await facts_told(handover, "voorwaarde-gevolgd") == []


async def test_an_attempt_to_come_or_before_the_acceptance_is_refused(handover: HandoverRoom) -> None:
    _, _, overdracht = await accepted(handover)
    path = f"/overdrachten/{overdracht}/contactpogingen"

    for tijdstip in (wire(handover, hours=-1), wire(handover, days=9)):
        answer = await post(handover, path, poging(handover, tijdstip=tijdstip))
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/tijdstip")


async def test_everything_stands_in_the_audit(handover: HandoverRoom) -> None:
    casus_id, _, overdracht, voorwaarde = await with_voorwaarde(handover)
    await post(handover, f"/overdrachten/{overdracht}/contactpogingen", poging(handover))
    await post(handover, f"/overdrachten/{overdracht}/voorwaarden/{voorwaarde}/controles", look(handover))
    await handover.call("GET", f"/overdrachten/{overdracht}/contactpogingen", TEAM)
    await followed(handover, overdracht)

    acts = [row.actie for row in await handover.audit() if row.casus_id == casus_id]

    wanted = ["contactpoging", "voorwaarde-nagegaan", "contactpogingen-gelezen", "voorwaarden-gelezen"]
    assert acts[-4:] == wanted


# --- merge, split, destroy ---------------------------------------------------------------------------------------


async def test_what_was_told_goes_with_its_melding_and_is_gone_with_its_file(handover: HandoverRoom) -> None:
    stays, _, my_offer, my_voorwaarde = await with_voorwaarde(handover)
    gone, theirs, their_offer, their_voorwaarde = await with_voorwaarde(handover)
    for offer, voorwaarde in ((my_offer, my_voorwaarde), (their_offer, their_voorwaarde)):
        await post(handover, f"/overdrachten/{offer}/contactpogingen", poging(handover))
        await post(handover, f"/overdrachten/{offer}/voorwaarden/{voorwaarde}/controles", look(handover))
    before = [await followed(handover, offer) for offer in (my_offer, their_offer)]

    await handover.hear(stays, merge(handover, gone, 1))
    merged = [await followed(handover, offer) for offer in (my_offer, their_offer)]
    await handover.hear(stays, split(handover, gone, theirs, volgorde=2, herstelt=True))
    apart = [await followed(handover, offer) for offer in (my_offer, their_offer)]
    await handover.hear(stays, vernietigd(handover.klok()))

    assert before == merged == apart
    assert await followed(handover, their_offer) == before[1]
    path = f"/overdrachten/{their_offer}/contactpogingen"
    assert GEHEIM in (await handover.call("GET", path, TEAM)).text
    rows = await read_all(handover.made.engine, metadata)
    assert [len(rows[name]) for name in ("contactpoging", "voorwaarde", "voorwaarde_controle")] == [1, 1, 1]
    assert {row["casus_id"] for row in rows["voorwaarde"]} == {gone}
    assert without_told(places_of(rows, {my_voorwaarde, UUID(my_offer)})) == set()


async def test_a_file_that_somebody_may_read_holds_what_was_told(handover: HandoverRoom) -> None:
    casus_id, _, overdracht, voorwaarde = await with_voorwaarde(handover)
    await post(handover, f"/overdrachten/{overdracht}/contactpogingen", poging(handover))
    await post(handover, f"/overdrachten/{overdracht}/voorwaarden/{voorwaarde}/controles", look(handover))

    doel = {"X-Doelbinding": "uitvoeren-van-dossierrechten"}
    answer = await handover.call("GET", f"/casussen/{casus_id}/dossier", ("systeem", "intake", ()), headers=doel)

    found = {one["soort"]: one["teksten"] for one in answer.json()["resultaten"]}
    assert (found["contactpoging"], found["voorwaardecontrole"]) == ([GEHEIM], [GEHEIM])
