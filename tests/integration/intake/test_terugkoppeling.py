"""What the sender of a melding hears: at the door, when other rooms decide, and nobody else."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.intake.worker import make_handler
from shared.db import in_transaction
from shared.events.catalogue import BY_PAYLOAD
from shared.events.envelope import Event
from shared.events.overdragen import ZichtOvergegaan
from shared.events.payloads import (
    Bestemming,
    DienstAfgerond,
    Fact,
    OverdrachtGeaccepteerd,
    VeiligheidsbeoordelingAfgerond,
)
from shared.rules.codes import BestemmingSoort, Conclusie, DienstSoort, Uitkomst
from shared.work import Wall
from tests.integration.intake.bodies import a_melding, a_person
from tests.integration.intake.conftest import POLITIE, Intake
from tests.integration.intake.test_vernietigen import destroy

pytestmark = pytest.mark.anyio

OMSTANDER = {
    "categorie": "anders",
    "soort": "omstander",
    "naam": "Buur Fictief",
    "bekendmaking": {"toestemming": False},
}
TEAM = Bestemming(soort=BestemmingSoort.LOKAAL_VELD, organisatie_id="lokaal-team-0599", draagt_zicht=True)
LIJST = "/meldingen/{}/terugkoppelingen"


async def hear(intake: Intake, casus_id: str, *payloads: Fact) -> None:
    """Hear facts of other rooms, as the worker does."""
    for number, payload in enumerate(payloads, 1):
        event = Event(
            id=uuid4(),
            room=BY_PAYLOAD[type(payload)].publisher,
            casus_id=UUID(casus_id),
            sequence=number,
            time=intake.klok(),
            payload=payload,
        )
        async with in_transaction(intake.made.engine) as conn:
            await make_handler(intake.made)(conn, [event])


def besluit(
    intake: Intake, melding: dict[str, Any], statuscode: str, *to: Bestemming
) -> VeiligheidsbeoordelingAfgerond:
    uitkomst = {"VT-01-01": Uitkomst.ONDERZOEK, "VT-01-02": Uitkomst.OVERDRACHT, "VT-99": Uitkomst.ONJUIST_GEADRESSEERD}
    return VeiligheidsbeoordelingAfgerond(
        melding_id=UUID(melding["id"]),
        dossier_id=uuid4(),
        gemeente_code=melding["gemeenteCode"],
        uitkomst=uitkomst.get(statuscode, Uitkomst.GEEN_VERVOLG),
        acuut_onveilig=False,
        structureel_onveilig=True,
        besloten_op=intake.klok(),
        statuscode=statuscode,
        bestemmingen=to,
        sluit=statuscode == "VT-01-03",
        grondslagen=(),
    )


def einde(intake: Intake, melding: dict[str, Any], *to: Bestemming) -> DienstAfgerond:
    return DienstAfgerond(
        dienst_id=uuid4(),
        melding_id=UUID(melding["id"]),
        gemeente_code="0599",
        soort=DienstSoort.ONDERZOEK,
        conclusie=Conclusie.BEVESTIGD,
        afgerond_op=intake.klok(),
        aantal_voorwaarden=0,
        bestemmingen=to,
        sluit=not to,
        grondslagen=(),
    )


def acceptatie(
    intake: Intake, melding: dict[str, Any], to: Bestemming, dienst_id: UUID | None = None
) -> OverdrachtGeaccepteerd:
    return OverdrachtGeaccepteerd(
        overdracht_id=uuid4(),
        melding_id=UUID(melding["id"]),
        dienst_id=dienst_id,
        gemeente_code=melding["gemeenteCode"],
        soort=to.soort,
        organisatie_id=to.organisatie_id,
        draagt_zicht=to.draagt_zicht,
        geaccepteerd_op=intake.klok(),
    )


async def lines(intake: Intake, melding: dict[str, Any], rol: str = "ketenpartner", **who: str) -> list[dict[str, Any]]:
    answer = await intake.call("GET", LIJST.format(melding["id"]), rol=rol, **who)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["resultaten"]
    return found


def shown(line: dict[str, Any]) -> tuple[str, str | None, str | None]:
    holder = line["verantwoordelijkVoorZichtOpDeVeiligheid"]
    return line["soort"], line["statuscode"], holder and holder["organisatie"]


async def given(intake: Intake) -> list[dict[str, Any]]:
    rows = await intake.rows("SELECT data FROM outbox WHERE soort LIKE '%terugkoppeling-gegeven.v1' ORDER BY id")
    return [row.data for row in rows]


# --- misaddressed ----------------------------------------------------------------------------------------------------


async def test_a_melding_for_another_veilig_thuis_is_kept_and_told_at_once_and_held_until_it_is_taken_over(
    intake: Intake,
) -> None:
    body = a_melding(gemeenteCode="1963", externeIdentificatie="pol-1")
    first = await intake.melding(body)
    again = await intake.call("POST", "/meldingen", body, rol="ketenpartner")
    far = await intake.melding(a_melding(a_person(bsn=None, voornamen="Bob"), gemeenteCode="0363"))
    at_once = (await intake.call("GET", f"/meldingen/{far['id']}", rol="ketenpartner")).json()["statuscode"]
    facts = await intake.rows("SELECT data->>'vtOrganisatie' AS vt FROM outbox ORDER BY id")
    elders = Bestemming(
        soort=BestemmingSoort.VEILIG_THUIS_ELDERS, organisatie_id="veilig-thuis-zuid-holland-zuid", draagt_zicht=True
    )
    intake.klok.advance(timedelta(hours=2))
    await hear(intake, first["casusId"], besluit(intake, first, "VT-99", elders))
    intake.klok.advance(timedelta(hours=2))
    await hear(intake, first["casusId"], acceptatie(intake, first, elders))

    assert (again.status_code, again.json()) == (200, first)
    assert first["statuscode"] == far["statuscode"] == at_once == "VT-99"
    assert first["routerenNaarInstantie"]["naam"] == "Veilig Thuis Zuid-Holland Zuid"
    assert (len(first["routerenNaarInstantie"]["oin"]), first["routerenNaarInstantie"]["oinFictief"]) == (20, True)
    assert (far["routerenNaarInstantie"]["naam"], far["routerenNaarInstantie"]["oin"]) == (None, None)
    assert "uitgezocht" in far["routerenNaarInstantie"]["toelichting"]
    assert [row.vt for row in facts] == ["veilig-thuis-zuid-holland-zuid", "veilig-thuis-onbekend"]
    ours = "Veilig Thuis Rotterdam-Rijnmond"
    assert [shown(line) for line in await lines(intake, first)] == [
        ("ontvangst", "VT-99", ours),
        ("na-veiligheidsbeoordeling", "VT-99", ours),
        ("overdracht-geaccepteerd", "VT-99", "Veilig Thuis Zuid-Holland Zuid"),
    ]
    read = (await intake.call("GET", f"/meldingen/{first['id']}")).json()
    assert [found["code"] for found in read["waarschuwingen"]] == ["gemeente-buiten-regio"]
    assert (read["statuscode"], read["routerenNaarInstantie"]) == ("VT-99", first["routerenNaarInstantie"])


async def test_an_old_code_is_accepted_with_a_warning_and_stands_under_its_successor(intake: Intake) -> None:
    melding = await intake.melding(a_melding(gemeenteCode="0501"))

    read = (await intake.call("GET", f"/meldingen/{melding['id']}")).json()
    (fact,) = await intake.rows("SELECT data FROM outbox")
    assert melding["gemeenteCode"] == read["gemeenteCode"] == fact.data["gemeenteCode"] == "1992"
    assert fact.data["vtOrganisatie"] is None
    assert [found["code"] for found in read["waarschuwingen"]] == ["gemeente-opgegaan"]
    assert "statuscode" not in melding


async def test_everybody_may_ask_which_municipalities_there_were_on_a_day(intake: Intake) -> None:
    before = await intake.call("GET", "/gemeenten?op=2022-12-31", rol="gemeente")
    today = await intake.call("GET", "/gemeenten?limiet=3", rol="ketenpartner")
    rest = await intake.call("GET", f"/gemeenten?limiet=200&na={today.json()['volgende']}", rol="beheerder")
    odd = await intake.call("GET", "/gemeenten?na=WyJ4Il0", rol="lokaal-team")

    by_code = {row["code"]: row for row in before.json()["resultaten"]}
    assert (before.status_code, before.json()["op"], len(by_code)) == (200, "2022-12-31", 16)
    assert (by_code["0501"]["geldigTot"], by_code["0501"]["opvolger"]) == ("2023-01-01", "1992")
    assert by_code["1963"]["vtOrganisatie"]["naam"] == "Veilig Thuis Zuid-Holland Zuid"
    codes = [row["code"] for answer in (today, rest) for row in answer.json()["resultaten"]]
    assert len(codes) == len(set(codes)) == 14
    assert ("1992" in codes, "0501" in codes, odd.status_code) == (True, False, 400)


# --- what became of it -----------------------------------------------------------------------------------------------


async def test_a_professional_hears_each_step_once_and_reading_it_is_the_proof(intake: Intake) -> None:
    melding = await intake.melding(a_melding())
    nothing = await lines(intake, melding)
    first = besluit(intake, melding, "VT-01-01")
    await hear(intake, melding["casusId"], first, first)
    early = await lines(intake, melding)
    intake.klok.advance(timedelta(weeks=3))
    done = einde(intake, melding, TEAM)
    await hear(intake, melding["casusId"], done)
    intake.klok.advance(timedelta(days=1))
    await hear(intake, melding["casusId"], acceptatie(intake, melding, TEAM, done.dienst_id))
    by_vt = await lines(intake, melding, "vt-medewerker")
    before_reading = await given(intake)
    late = await lines(intake, melding)
    await lines(intake, melding)

    ours = "Veilig Thuis Rotterdam-Rijnmond"
    assert [shown(line) for line in nothing] == [("ontvangst", None, ours)]
    assert [shown(line) for line in early[1:]] == [("na-veiligheidsbeoordeling", "VT-01-01", ours)]
    assert early[1]["omschrijving"] == "Uitkomst veiligheidsbeoordeling: Vervolgstappen belegd bij VT"
    assert [shown(line) for line in late[2:]] == [
        ("na-onderzoek", "VT-02", ours),
        ("overdracht-geaccepteerd", "VT-02", "Lokaal team Rotterdam"),
    ]
    assert late[2]["overdrachtAan"] == [{"organisatieId": "lokaal-team-0599", "organisatie": "Lokaal team Rotterdam"}]
    assert all(line["voorMelder"] is None for line in late)
    assert not any(line["rolInVervolg"] for line in [*late, *by_vt]), "who reported is not who got it"
    assert [line["voorMelder"]["statuscode"] for line in by_vt] == [None, "VT-01-01", "VT-02", "VT-02"]
    assert [fact["bronId"] for fact in before_reading] == [str(first.dossier_id)], "Veilig Thuis reading proves nothing"
    assert [fact["bronId"] for fact in await given(intake)] == [str(first.dossier_id), str(done.dienst_id)]
    found = await intake.call("POST", "/meldingen/_zoek", {"kenmerk": melding["kenmerk"]}, rol="ketenpartner")
    assert [one["statuscode"] for one in found.json()["resultaten"]] == ["VT-02"]


async def test_a_professional_who_gets_the_casus_himself_hears_that_he_has_a_part_in_it(intake: Intake) -> None:
    melding = await intake.melding(a_melding())
    ours = Bestemming(soort=BestemmingSoort.ANDERS, organisatie_id=POLITIE, draagt_zicht=False)
    await hear(intake, melding["casusId"], besluit(intake, melding, "VT-01-02", TEAM, ours))

    found = await lines(intake, melding)
    by_vt = await lines(intake, melding, "vt-medewerker")

    assert [line["rolInVervolg"] for line in found] == [False, True]
    assert [line["rolInVervolg"] for line in by_vt] == [False, True]


async def test_a_reopened_melding_gets_a_new_line_and_the_first_stays_as_it_was_told(intake: Intake) -> None:
    melding = await intake.melding(a_melding())
    await hear(intake, melding["casusId"], besluit(intake, melding, "VT-01-02", TEAM))
    await hear(intake, melding["casusId"], acceptatie(intake, melding, TEAM))
    kept = (await lines(intake, melding))[1]
    intake.klok.advance(timedelta(weeks=12))

    await hear(intake, melding["casusId"], besluit(intake, melding, "VT-01-01"))

    found = await lines(intake, melding)
    assert {**found[1], "opgehaaldOp": None} == {**kept, "opgehaaldOp": None}
    # The local team still holds: intake does not say of Veilig Thuis what handover would deny.
    assert shown(found[-1]) == ("na-veiligheidsbeoordeling", "VT-01-01", None)


@pytest.mark.parametrize("back", [True, False])
async def test_who_reported_hears_that_sight_of_safety_changed_hands_again(intake: Intake, *, back: bool) -> None:
    melding = await intake.melding(a_melding())
    accepted = acceptatie(intake, melding, TEAM)
    await hear(intake, melding["casusId"], besluit(intake, melding, "VT-01-02", TEAM), accepted)
    intake.klok.advance(timedelta(days=1))
    passed = ZichtOvergegaan(
        overdracht_id=accepted.overdracht_id,
        melding_id=accepted.melding_id,
        gemeente_code=accepted.gemeente_code,
        organisatie_id="vtrr" if back else "opvang-rotterdam-rijnmond",
        bij_veilig_thuis=back,
        overgegaan_op=intake.klok(),
        soort=BestemmingSoort.OPVANG,
    )

    await hear(intake, melding["casusId"], passed)
    intake.klok.advance(timedelta(days=1))
    await hear(intake, melding["casusId"], besluit(intake, melding, "VT-01-01"))

    *_, told, after = await lines(intake, melding)
    ours = "Veilig Thuis Rotterdam-Rijnmond"
    assert (told["soort"], told["statuscode"]) == ("zicht-overgegaan", None)
    # It went to a shelter: who reported may not know where somebody is.
    assert shown(told)[2] == (ours if back else "afgeschermd")
    # A later besluit says that Veilig Thuis holds only when it does.
    assert shown(after) == ("na-veiligheidsbeoordeling", "VT-01-01", ours if back else None)


async def test_a_stranger_finds_nothing_and_who_reports_for_a_neighbour_hears_no_outcome(
    intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    melding = await intake.melding(a_melding(melder=OMSTANDER))
    await hear(intake, melding["casusId"], besluit(intake, melding, "VT-01-02", TEAM))
    await hear(intake, melding["casusId"], acceptatie(intake, melding, TEAM))
    path = LIJST.format(melding["id"])
    (line_id,) = [
        line["id"]
        for line in await lines(intake, melding, "vt-medewerker")
        if line["soort"] == "overdracht-geaccepteerd"
    ]

    statuses = [
        (await intake.call("GET", path, rol="ketenpartner", organisatie="vreemde-partner")).status_code,
        (await intake.call("GET", LIJST.format(uuid4()), rol="ketenpartner")).status_code,
        (await intake.call("GET", f"{path}/{line_id}", rol="ketenpartner")).status_code,
        (await intake.call("GET", path, rol="lokaal-team")).status_code,
        (await intake.call("GET", f"{path}?na=WyIxIl0")).status_code,
    ]
    with monkeypatch.context() as patch:
        patch.setattr("shared.web.access.Door.wall", lambda *_: Wall(rol="werker"))
        without_wall = await intake.call("GET", path, rol="ketenpartner", organisatie="vreemde-partner")
    heard = await lines(intake, melding)
    read = (await intake.call("GET", f"/meldingen/{melding['id']}", rol="ketenpartner")).json()

    assert statuses == [404, 404, 404, 403, 400]
    assert without_wall.status_code == 404
    assert [(line["soort"], line["statuscode"], line["omschrijving"]) for line in heard] == [
        ("ontvangst", None, "De melding is ontvangen"),
        ("na-veiligheidsbeoordeling", None, "De melding is beoordeeld"),
    ]
    assert (heard[1]["overdrachtAan"], read["statuscode"], await given(intake)) == ([], None, [])


async def test_words_of_veilig_thuis_are_sealed_added_once_and_destroyed_with_the_melding(intake: Intake) -> None:
    melding = await intake.melding(a_melding())
    path, body = LIJST.format(melding["id"]), {"toelichting": "CANARY: wij bellen u morgen."}

    made = await intake.call("POST", path, body, Idempotency_Key="een")
    again = await intake.call("POST", path, body, Idempotency_Key="een")
    long = await intake.call("POST", path, {"toelichting": "x" * 1001})
    sender = await intake.call("POST", path, body, rol="ketenpartner")
    alone = await intake.http.get(made.headers["Location"], headers=intake.headers("ketenpartner"))

    assert [answer.status_code for answer in (made, again, long, sender)] == [201, 201, 400, 403]
    assert again.json() == made.json()
    assert alone.json()["toelichting"] == body["toelichting"]
    (row,) = await intake.rows("SELECT toelichting FROM terugkoppeling")
    (kept,) = await intake.rows("SELECT gegevens FROM melding")
    assert b"CANARY" not in bytes(row.toelichting)
    assert bytes(row.toelichting)[1:17] == bytes(kept.gegevens)[1:17], "the key of the melding itself"
    async with in_transaction(intake.made.engine) as conn:
        acts = (
            await conn.execute(text("SELECT actie FROM audit WHERE actie LIKE 'terugkoppeling%' ORDER BY id"))
        ).scalars()
        assert list(acts) == ["terugkoppeling-vastgelegd", "terugkoppeling-herhaald", "terugkoppeling-gelezen"]

    await destroy(intake, melding["casusId"])

    assert await intake.count("terugkoppeling") == 0
    late = await intake.call("POST", path, body, Idempotency_Key="een")
    await hear(intake, melding["casusId"], besluit(intake, melding, "VT-01-03"))
    assert (late.status_code, await intake.count("terugkoppeling")) == (404, 0)
