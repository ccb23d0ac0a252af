"""Handover on a real PostgreSQL: from the facts of the other rooms to one holder of sight of safety."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError

from deploy.migrate import config_of, migrate
from services.handover import tables
from shared.chain import verify_audit
from shared.db import in_transaction
from shared.events.payloads import (
    BekendmakingGewijzigd,
    Bestemming,
    CasusAfgesloten,
    CasusSamengevoegd,
    DienstAfgerond,
    MeldingOntvangen,
    VeiligheidsbeoordelingAfgerond,
)
from shared.rules.codes import BestemmingSoort, Conclusie, DienstSoort, MelderCategorie, MelderSoort, Uitkomst
from tests.integration.handover.conftest import OPVANG, OTHER_PARTNER, OTHER_TEAM, TEAM, VT, HandoverRoom
from tests.support import RoomDatabaseFactory

pytestmark = pytest.mark.anyio

TO_TEAM = Bestemming(soort=BestemmingSoort.LOKAAL_VELD, organisatie_id="lokaal-team-0599", draagt_zicht=True)
TO_OPVANG = Bestemming(soort=BestemmingSoort.OPVANG, organisatie_id="opvang-rotterdam-rijnmond", draagt_zicht=False)


def melding(room: HandoverRoom, **changes: Any) -> MeldingOntvangen:
    values: dict[str, Any] = {
        "melding_id": uuid4(),
        "ontvangen_op": room.klok(),
        "gemeente_code": "0599",
        "melder_categorie": MelderCategorie.LOKAAL_VELD,
        "melder_soort": MelderSoort.PROFESSIONAL,
        "hermelding": False,
        "vorige_afsluiting_op": None,
        "aantal_personen": 1,
        "aard_geweld": (),
    }
    return MeldingOntvangen(**values | changes)


def besluit(room: HandoverRoom, *bestemmingen: Bestemming) -> VeiligheidsbeoordelingAfgerond:
    return VeiligheidsbeoordelingAfgerond(
        melding_id=uuid4(),
        dossier_id=uuid4(),
        gemeente_code="0599",
        uitkomst=Uitkomst.OVERDRACHT,
        acuut_onveilig=False,
        structureel_onveilig=True,
        besloten_op=room.klok(),
        statuscode="VT-01-02",
        bestemmingen=bestemmingen,
        sluit=False,
        grondslagen=(),
    )


def conclusie(room: HandoverRoom, *bestemmingen: Bestemming) -> DienstAfgerond:
    return DienstAfgerond(
        dienst_id=uuid4(),
        melding_id=uuid4(),
        gemeente_code="0599",
        soort=DienstSoort.ONDERZOEK,
        conclusie=Conclusie.BEVESTIGD,
        afgerond_op=room.klok(),
        aantal_voorwaarden=1,
        bestemmingen=bestemmingen,
        sluit=False,
        grondslagen=(),
    )


async def offered(room: HandoverRoom, *bestemmingen: Bestemming) -> tuple[UUID, list[dict[str, Any]]]:
    casus_id = uuid4()
    await room.hear(casus_id, melding(room))
    room.klok.advance(timedelta(hours=1))
    await room.hear(casus_id, besluit(room, *(bestemmingen or (TO_TEAM, TO_OPVANG))))
    room.klok.advance(timedelta(hours=1))
    rows = [row for row in await room.overdrachten() if row["casusId"] == str(casus_id)]
    return casus_id, sorted(rows, key=lambda row: row["soort"])


async def facts_told(room: HandoverRoom, noun_participle: str) -> list[dict[str, Any]]:
    async with in_transaction(room.made.engine) as conn:
        rows = await conn.execute(
            text("SELECT casus_id, data FROM outbox WHERE soort = :soort ORDER BY id"),
            {"soort": f"nl.ketenradar.{noun_participle}.v1"},
        )
        return [row.data | {"casus": row.casus_id} for row in rows]


# --- offering ---------------------------------------------------------------------------------------------------


async def test_a_besluit_makes_one_overdracht_for_every_receiver_and_again_makes_none(handover: HandoverRoom) -> None:
    casus_id, fact = uuid4(), besluit(handover, TO_TEAM, TO_OPVANG)

    await handover.hear(casus_id, fact, fact)

    rows = await handover.overdrachten()
    assert {(row["soort"], row["draagtZicht"], row["status"]) for row in rows} == {
        ("lokaal-veld", True, "aangeboden"),
        ("opvang", False, "aangeboden"),
    }
    assert len(await facts_told(handover, "overdracht-aangeboden")) == 2
    # Five working days after Monday 2 March: Tuesday 10 March, midnight in Amsterdam.
    assert rows[0]["accepterenUiterlijk"] == "2026-03-09T23:00:00Z"


async def test_a_conclusie_makes_overdrachten_that_name_the_dienst(handover: HandoverRoom) -> None:
    fact = conclusie(handover, TO_TEAM)

    await handover.hear(uuid4(), fact)

    assert [row["dienstId"] for row in await handover.overdrachten()] == [str(fact.dienst_id)]
    assert (await facts_told(handover, "overdracht-aangeboden"))[0]["dienstId"] == str(fact.dienst_id)


async def test_each_sees_only_what_is_addressed_to_him(handover: HandoverRoom) -> None:
    await offered(handover)

    assert [row["soort"] for row in await handover.overdrachten(TEAM)] == ["lokaal-veld"]
    assert [row["soort"] for row in await handover.overdrachten(OPVANG)] == ["opvang"]
    assert await handover.overdrachten(OTHER_TEAM) == await handover.overdrachten(OTHER_PARTNER) == []
    assert await handover.overdrachten(TEAM, "?gemeenteCode=0622") == []
    assert (await handover.call("GET", "/overdrachten", ("gemeente", "g", ("0599",)))).status_code == 403
    assert (await handover.call("GET", "/overdrachten", ("beheerder", "b", ()))).status_code == 403


async def test_the_list_is_read_in_pages_without_a_gap_or_a_double(handover: HandoverRoom) -> None:
    for _ in range(3):
        await offered(handover)
    found: list[str] = []
    query = "?limiet=4"

    for _ in range(2):
        page = (await handover.call("GET", f"/overdrachten{query}", VT)).json()
        found += [row["id"] for row in page["resultaten"]]
        query = f"?limiet=4&na={page['volgende']}"

    assert len(found) == len(set(found)) == 6
    assert page["volgende"] is None
    assert (await handover.call("GET", "/overdrachten?na=eA", VT)).status_code == 400


# --- accepting and refusing -------------------------------------------------------------------------------------


async def test_sight_of_safety_passes_at_the_acceptance_and_not_before(handover: HandoverRoom) -> None:
    casus_id, (team, _) = await offered(handover)
    assert (await handover.zicht(casus_id))["houder"]["organisatieId"] == "vtrr"

    answer = await handover.call("POST", f"/overdrachten/{team['id']}/acceptatie", TEAM, json={"warm": True})

    assert answer.status_code == 201
    assert (answer.json()["status"], answer.json()["warm"]) == ("geaccepteerd", True)
    zicht = await handover.zicht(casus_id)
    assert zicht["houder"]["organisatieId"] == "lokaal-team-0599"
    assert [row["organisatieId"] for row in zicht["geschiedenis"]] == ["vtrr", "lokaal-team-0599"]
    assert zicht["geschiedenis"][0]["tot"] == zicht["geschiedenis"][1]["vanaf"] == "2026-03-02T11:00:00Z"


async def test_accepting_what_does_not_carry_sight_of_safety_leaves_it(handover: HandoverRoom) -> None:
    casus_id, (_, opvang) = await offered(handover)

    assert (await handover.call("POST", f"/overdrachten/{opvang['id']}/acceptatie", OPVANG)).status_code == 201

    assert (await handover.zicht(casus_id))["houder"]["organisatieId"] == "vtrr"


async def test_accepting_twice_gives_the_same_answer_and_one_fact(handover: HandoverRoom) -> None:
    _, (team, _) = await offered(handover)
    path = f"/overdrachten/{team['id']}/acceptatie"

    first = await handover.call("POST", path, TEAM)
    handover.klok.advance(timedelta(days=30))
    second = await handover.call("POST", path, TEAM, json={"naam": "Iemand Anders"})

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert len(await facts_told(handover, "overdracht-geaccepteerd")) == 1


async def test_a_late_acceptance_is_flagged(handover: HandoverRoom) -> None:
    _, (team, _) = await offered(handover)
    handover.klok.advance(timedelta(days=60))

    answer = await handover.call("POST", f"/overdrachten/{team['id']}/acceptatie", TEAM)

    assert (answer.status_code, answer.json()["teLaatGeaccepteerd"]) == (201, True)


@pytest.mark.parametrize(
    ("step", "body"),
    [
        ("acceptatie", {}),
        ("weigering", {"reden": "anders", "toelichting": "t"}),
        ("eerste-contact", {"tijdstip": "2026-03-02T10:00:00Z"}),
    ],
)
async def test_nobody_acts_for_the_receiver(handover: HandoverRoom, step: str, body: dict[str, Any]) -> None:
    casus_id, (team, _) = await offered(handover)
    path = f"/overdrachten/{team['id']}/{step}"

    answers = [await handover.call("POST", path, who, json=body) for who in (VT, OTHER_TEAM, OPVANG, OTHER_PARTNER)]
    nowhere = await handover.call("POST", f"/overdrachten/{uuid4()}/{step}", OTHER_TEAM, json=body)

    assert [answer.status_code for answer in answers] == [403, 404, 404, 404]
    assert nowhere.content == answers[1].content
    assert (await handover.zicht(casus_id))["houder"]["organisatieId"] == "vtrr"


async def test_a_refusal_leaves_the_holder_and_can_be_offered_elsewhere(handover: HandoverRoom) -> None:
    casus_id, (team, _) = await offered(handover)
    body = {"reden": "niet-bevoegd", "toelichting": "niet van ons"}
    assert (await handover.call("POST", f"/overdrachten/{team['id']}/weigering", TEAM, json=body)).status_code == 201
    assert (await handover.zicht(casus_id))["houder"]["organisatieId"] == "vtrr"
    again = {
        "vervangtOverdrachtId": team["id"],
        "bestemming": {"soort": "gecertificeerde-instelling"},
        "motivering": "de GI is al betrokken",
    }
    key = {"Idempotency-Key": "k1"}

    first = await handover.call("POST", "/overdrachten", VT, json=again, headers=key)
    replay = await handover.call("POST", "/overdrachten", VT, json=again, headers=key)

    assert first.status_code == replay.status_code == 201
    new = first.json()
    assert replay.json() == new
    assert (new["draagtZicht"], new["organisatieId"], new["vervangtOverdrachtId"]) == (True, "jbrr", team["id"])
    assert first.headers["Location"] == f"/v1/overdrachten/{new['id']}"
    assert (await facts_told(handover, "overdracht-geweigerd"))[0]["reden"] == "niet-bevoegd"
    late = await handover.call("POST", f"/overdrachten/{team['id']}/acceptatie", TEAM)
    assert late.status_code == 409
    assert "vervangen" in late.json()["detail"]
    await handover.call("POST", f"/overdrachten/{new['id']}/acceptatie", OTHER_PARTNER)
    assert (await handover.zicht(casus_id))["houder"]["organisatieId"] == "jbrr"


async def test_only_a_refused_overdracht_is_offered_again_and_only_by_veilig_thuis(handover: HandoverRoom) -> None:
    _, (team, _) = await offered(handover)
    again = {"vervangtOverdrachtId": team["id"], "bestemming": {"soort": "opvang"}, "motivering": "m"}

    assert (await handover.call("POST", "/overdrachten", VT, json=again)).status_code == 409
    assert (await handover.call("POST", "/overdrachten", TEAM, json=again)).status_code == 403
    nobody = again | {"bestemming": {"soort": "anders"}}
    assert (await handover.call("POST", "/overdrachten", VT, json=nobody)).status_code == 400


async def test_the_first_contact_comes_after_the_acceptance_and_not_in_the_future(handover: HandoverRoom) -> None:
    _, (team, _) = await offered(handover)
    path = f"/overdrachten/{team['id']}/eerste-contact"
    body = {"tijdstip": "2026-03-02T11:00:00Z"}

    early = await handover.call("POST", path, TEAM, json=body)
    await handover.call("POST", f"/overdrachten/{team['id']}/acceptatie", TEAM)
    future = await handover.call("POST", path, TEAM, json={"tijdstip": "2027-01-01T00:00:00Z"})
    done = [await handover.call("POST", path, TEAM, json=body) for _ in range(2)]

    assert [early.status_code, future.status_code] == [409, 400]
    assert [answer.json()["eersteContactOp"] for answer in done] == [body["tijdstip"]] * 2
    assert len(await facts_told(handover, "eerste-contact-gelegd")) == 1


async def test_of_two_receivers_who_accept_at_once_one_holds(handover: HandoverRoom) -> None:
    for _ in range(5):
        casus_id, (team,) = await offered(handover, TO_TEAM)
        carrying = Bestemming(soort=BestemmingSoort.OPVANG, organisatie_id=OPVANG[1], draagt_zicht=True)
        await handover.hear(casus_id, besluit(handover, carrying))
        opvang = next(row for row in await handover.overdrachten(OPVANG) if row["casusId"] == str(casus_id))
        handover.klok.advance(timedelta(hours=1))

        answers = await asyncio.gather(
            handover.call("POST", f"/overdrachten/{team['id']}/acceptatie", TEAM),
            handover.call("POST", f"/overdrachten/{opvang['id']}/acceptatie", OPVANG),
            handover.call("POST", f"/overdrachten/{team['id']}/acceptatie", TEAM),
        )

        assert sorted(answer.status_code for answer in answers) == [200, 201, 201]
        zicht = await handover.zicht(casus_id)
        assert [row["tot"] for row in zicht["geschiedenis"]].count(None) == 1
        assert zicht["houder"]["organisatieId"] in {TEAM[1], OPVANG[1]}
    assert len(await facts_told(handover, "overdracht-geaccepteerd")) == 10
    assert (await verify_audit(handover.made.engine, handover.made.vault)).findings == ()


async def test_the_database_itself_refuses_a_second_holder_and_an_overlap(handover: HandoverRoom) -> None:
    casus_id, _ = await offered(handover)
    insert = """INSERT INTO zicht (casus_id, vanaf, tot, organisatie_id, organisatie_soort)
                VALUES (:casus, {vanaf}, {tot}, 'x', 'opvang')"""

    async def add(vanaf: str, tot: str) -> None:
        async with in_transaction(handover.made.engine) as conn:
            await conn.execute(text(insert.format(vanaf=vanaf, tot=tot)), {"casus": casus_id})

    with pytest.raises(IntegrityError, match=r"uq_zicht_een_houder|ex_zicht_geen_overlap"):
        await add("'2026-04-01'", "NULL")
    with pytest.raises(IntegrityError, match="ex_zicht_geen_overlap"):
        await add("'2026-03-01'", "'2026-03-03'")


# --- facts that cross, close and merge --------------------------------------------------------------------------


async def test_a_closing_that_overtakes_the_besluit_still_closes(handover: HandoverRoom) -> None:
    casus_id, first, decided = uuid4(), melding(handover), besluit(handover)
    closing = CasusAfgesloten(afgesloten_op=handover.klok.advance(timedelta(hours=1)), reden="geen-vervolg")

    await handover.hear(casus_id, closing, decided, first)

    zicht = await handover.zicht(casus_id)
    assert zicht["houder"] is None
    assert [(row["vanaf"], row["tot"]) for row in zicht["geschiedenis"]] == [
        ("2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z")
    ]


async def test_a_melding_after_the_closing_opens_and_on_a_held_casus_changes_nothing(handover: HandoverRoom) -> None:
    casus_id, (team, _) = await offered(handover)
    closed_at = handover.klok.advance(timedelta(hours=1))
    await handover.hear(casus_id, CasusAfgesloten(afgesloten_op=closed_at, reden="r"))
    assert (await handover.zicht(casus_id))["houder"] is None

    await handover.hear(casus_id, melding(handover, vorige_afsluiting_op=closed_at))
    assert (await handover.zicht(casus_id))["houder"]["organisatieId"] == "vtrr"
    handover.klok.advance(timedelta(hours=1))
    await handover.call("POST", f"/overdrachten/{team['id']}/acceptatie", TEAM)
    handover.klok.advance(timedelta(hours=1))
    await handover.hear(casus_id, melding(handover), CasusAfgesloten(afgesloten_op=handover.klok(), reden="r"))

    assert (await handover.zicht(casus_id))["houder"]["organisatieId"] == "lokaal-team-0599"


async def test_a_vanished_casus_is_found_under_the_one_that_stayed(handover: HandoverRoom) -> None:
    vanished, (team, _) = await offered(handover)
    await handover.call("POST", f"/overdrachten/{team['id']}/acceptatie", TEAM)
    handover.klok.advance(timedelta(hours=1))
    stays = uuid4()
    await handover.hear(stays, melding(handover))
    handover.klok.advance(timedelta(hours=1))
    merge = CasusSamengevoegd(verdwenen_casus_id=vanished, melding_ids=(), samengevoegd_op=handover.klok())

    await handover.hear(stays, merge, merge)
    await handover.hear(vanished, conclusie(handover, TO_OPVANG))

    zicht = await handover.zicht(vanished)
    assert zicht == await handover.zicht(stays)
    assert zicht["casusId"] == str(stays)
    assert zicht["houder"]["organisatieId"] == "vtrr"
    assert [row["organisatieId"] for row in zicht["geschiedenis"]] == ["vtrr", "lokaal-team-0599", "vtrr"]
    assert {row["casusId"] for row in await handover.overdrachten()} == {str(stays)}
    assert (await facts_told(handover, "overdracht-aangeboden"))[-1]["casus"] == stays


async def test_who_is_no_party_sees_no_holder(handover: HandoverRoom) -> None:
    casus_id, _ = await offered(handover)
    path = f"/casussen/{casus_id}/zicht-op-veiligheid"

    seen = [(await handover.call("GET", path, who)).status_code for who in (TEAM, OPVANG, ("systeem", "s", ()))]
    unseen = [await handover.call("GET", path, who) for who in (OTHER_TEAM, OTHER_PARTNER)]
    nowhere = await handover.call("GET", f"/casussen/{uuid4()}/zicht-op-veiligheid", OTHER_TEAM)

    assert seen == [200, 200, 200]
    assert [answer.status_code for answer in unseen] == [404, 404]
    assert nowhere.content == unseen[0].content


# --- the package ------------------------------------------------------------------------------------------------


async def test_the_package_as_first_read_by_the_receiver_is_kept(handover: HandoverRoom) -> None:
    _, (team, _) = await offered(handover)
    path = f"/overdrachten/{team['id']}"
    assert (await handover.call("GET", path, VT)).json()["zoalsOverhandigd"] is False

    first = (await handover.call("GET", path, TEAM, headers={"X-Doelbinding": "hulp-verlenen"})).json()
    handover.rooms.naam = "Intussen Veranderd"
    handover.klok.advance(timedelta(days=1))
    later = (await handover.call("GET", path, TEAM)).json()
    fresh = (await handover.call("GET", f"{path}?actueel=true", VT)).json()

    # For what the receiver reads it is known here; the other rooms are asked for what the package is for.
    assert {asked.split()[-1] for asked in handover.rooms.asked} == {"overdracht-en-zicht-op-veiligheid"}
    assert [row.doel for row in await handover.audit()][1] == "hulp-verlenen"
    assert (first["zoalsOverhandigd"], first["samengesteldOp"]) == (True, "2026-03-02T11:00:00Z")
    assert later == first
    assert first["pakket"]["casus"]["personen"][0]["geslachtsnaam"] == "Voorbeeld"
    assert fresh["pakket"]["casus"]["personen"][0]["geslachtsnaam"] == "Intussen Veranderd"
    assert (fresh["zoalsOverhandigd"], fresh["samengesteldOp"]) == (False, "2026-03-03T11:00:00Z")


async def test_a_package_of_before_something_changed_about_a_melder_is_given_to_no_receiver_again(
    handover: HandoverRoom,
) -> None:
    casus_id, (team, _) = await offered(handover)
    path = f"/overdrachten/{team['id']}"
    handover.rooms.motivering = "Buurvrouw Bo belde."
    shown = (await handover.call("GET", path, TEAM)).json()
    handover.rooms.verborgen, handover.rooms.stand = "Buurvrouw Bo", "2"
    handover.klok.advance(timedelta(hours=1))

    # The withdrawal was not told yet: nobody has to hear of it for the package to be held back.
    hidden = (await handover.call("GET", path, TEAM)).json()
    again = (await handover.call("GET", path, TEAM)).json()
    proof = (await handover.call("GET", path, VT)).json()
    handover.rooms.verborgen, handover.rooms.stand = "", "1"
    await handover.hear(casus_id, BekendmakingGewijzigd(melding_id=uuid4(), gewijzigd_op=handover.klok()))
    handover.klok.advance(timedelta(hours=1))
    after = (await handover.call("GET", path, TEAM)).json()

    def told(read: dict[str, Any]) -> str:
        return str(read["pakket"]["veiligheidsbeoordeling"]["motivering"])

    assert told(shown) == "Buurvrouw Bo belde."
    assert told(hidden) == told(proof) == "[weggelaten] belde."
    assert (hidden["zoalsOverhandigd"], again, told(after)) == (True, hidden, told(shown))
    assert (shown["samengesteldOp"], after["samengesteldOp"]) == ("2026-03-02T11:00:00Z", "2026-03-02T13:00:00Z")
    async with in_transaction(handover.made.engine) as conn:
        rows = (await conn.execute(text("SELECT nr, stand, achterhaald_op FROM pakket ORDER BY nr"))).all()
    assert [(row.nr, row.stand, row.achterhaald_op is not None) for row in rows] == [
        (1, "1", True),
        (2, "2", True),
        (3, "1", False),
    ]


async def test_without_an_answer_about_the_melders_a_receiver_is_given_nothing_and_veilig_thuis_the_proof(
    handover: HandoverRoom,
) -> None:
    _, (team, _) = await offered(handover)
    path = f"/overdrachten/{team['id']}"
    await handover.call("GET", path, TEAM)
    handover.rooms.away = True

    answers = [await handover.call("GET", path, who) for who in (TEAM, VT)]

    assert [answer.status_code for answer in answers] == [503, 200]


async def test_a_package_is_not_given_while_the_protection_of_a_melder_changes(
    handover: HandoverRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, (team, _) = await offered(handover)
    stands = iter("abcdefgh")
    ask = handover.rooms.cut_teksten

    async def changing(casus_id: UUID, teksten: Any, *, purpose: str) -> Any:
        handover.rooms.stand = next(stands)
        return await ask(casus_id, teksten, purpose=purpose)

    monkeypatch.setattr(handover.rooms, "cut_teksten", changing)

    assert (await handover.call("GET", f"/overdrachten/{team['id']}", TEAM)).status_code == 503


async def test_what_people_wrote_at_an_overdracht_is_cut_for_the_receiver_too(handover: HandoverRoom) -> None:
    _, (team, _) = await offered(handover)
    refusal = {"reden": "anders", "toelichting": "Buurvrouw Bo hoort erbij."}
    await handover.call("POST", f"/overdrachten/{team['id']}/weigering", TEAM, json=refusal)
    handover.rooms.verborgen = "Buurvrouw Bo"

    answers = [(await handover.call("GET", f"/overdrachten/{team['id']}", who)).json() for who in (TEAM, VT)]

    assert [answer["toelichting"] for answer in answers] == ["[weggelaten] hoort erbij.", "Buurvrouw Bo hoort erbij."]


async def test_half_a_package_is_never_given(handover: HandoverRoom) -> None:
    _, (team, _) = await offered(handover)
    handover.rooms.away = True

    answer = await handover.call("GET", f"/overdrachten/{team['id']}", TEAM)

    assert answer.status_code == 503
    assert "Retry-After" in answer.headers
    assert "pakket" not in answer.json()


async def test_a_package_is_read_by_who_it_is_for_only_and_every_read_is_in_the_audit(handover: HandoverRoom) -> None:
    _, (team, _) = await offered(handover)
    path = f"/overdrachten/{team['id']}"

    answers = [await handover.call("GET", path, who) for who in (TEAM, VT, OTHER_TEAM, OPVANG)]

    assert [answer.status_code for answer in answers] == [200, 200, 404, 404]
    assert answers[0].headers["ETag"] == '"1"'
    acts = await handover.audit()
    assert [(act.actie, act.rol, act.resultaat) for act in acts] == [
        ("lezen", "lokaal-team", "gelukt"),
        ("lezen", "vt-medewerker", "gelukt"),
        ("readOverdracht", "lokaal-team", "niet-gevonden"),
        ("readOverdracht", "ketenpartner", "niet-gevonden"),
    ]
    assert {str(act.object_id) for act in acts} == {team["id"]}
    assert [str(act.casus_id) for act in acts[:2]] == [team["casusId"]] * 2


async def test_nothing_that_people_wrote_stands_readable_on_disk(handover: HandoverRoom) -> None:
    _, (team, opvang) = await offered(handover)
    said = {"naam": "Zichtbare Naam", "toelichting": "Zichtbare Tekst"}
    await handover.call("GET", f"/overdrachten/{team['id']}", TEAM)
    await handover.call("POST", f"/overdrachten/{team['id']}/acceptatie", TEAM, json=said)
    refusal = {"reden": "anders", "toelichting": "Zichtbare Reden"}
    await handover.call("POST", f"/overdrachten/{opvang['id']}/weigering", OPVANG, json=refusal)

    async with in_transaction(handover.made.engine) as conn:
        stored = ""
        for table in tables.metadata.sorted_tables:
            rows = (await conn.execute(table.select())).all()
            stored += repr([tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in rows])

    read = (await handover.call("GET", f"/overdrachten/{team['id']}", VT)).json()
    assert (read["geaccepteerdDoor"], read["toelichting"]) == ("Zichtbare Naam", "Zichtbare Tekst")
    assert "Zichtbare" not in stored
    assert "Voorbeeld" not in stored


# --- the tables -------------------------------------------------------------------------------------------------


def test_the_migrations_make_the_tables_that_the_code_expects_and_can_be_undone(
    room_database: RoomDatabaseFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = room_database("scratch")
    migrate("handover", database.owner_url)
    engine = create_engine(database.owner_url.replace("postgresql://", "postgresql+psycopg://", 1))
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), tables.metadata) == []
    engine.dispose()

    from alembic import command  # noqa: PLC0415, only here

    monkeypatch.setenv("KETENRADAR_MIGRATION_URL", database.owner_url)
    command.downgrade(config_of("handover"), "base")
    migrate("handover", database.owner_url)
