"""What waits is due at the moment that monitoring keeps for it: both rooms hear of one walk, and must say the same."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.handover.domain.openstaand import TERMIJN_VAN, OpenSoort
from services.monitoring.domain.fold import fold
from shared.db import in_transaction
from shared.events.behandeling import VoorwaardeGesteld
from shared.events.catalogue import BY_PAYLOAD, Room
from shared.events.envelope import Event
from shared.events.payloads import Fact, MeldingOntvangen
from shared.messaging.codec import load_payload
from shared.rules.codes import Uitkomst
from shared.rules.settings import DEFAULT_SETTINGS
from tests.integration.handover.conftest import OPVANG, OTHER_PARTNER, TEAM, VT, HandoverRoom
from tests.integration.handover.test_overdrachten import TO_OPVANG, TO_TEAM, besluit, melding

pytestmark = pytest.mark.anyio

_SIDES = (TEAM, OPVANG, OTHER_PARTNER, VT)
# While nobody has a family nobody is shown them, and their terms run on: of these only the moments must agree.
_RUN_ON = {OpenSoort.PLAN_EVALUATIE, OpenSoort.PLANACTIE, OpenSoort.VOORWAARDE}
_KIND_OF = {termijn: soort for soort, termijn in TERMIJN_VAN.items() if termijn}

Due = set[tuple[OpenSoort, str, datetime]]


@dataclass
class BothRooms:
    """Handover at work, and what monitoring makes of all that was told so far."""

    room: HandoverRoom
    heard: list[Event] = field(default_factory=list)
    seen: set[OpenSoort] = field(default_factory=set)

    async def hear(self, casus_id: UUID, *payloads: Fact) -> None:
        await self.room.hear(casus_id, *payloads)
        for number, payload in enumerate(payloads, len(self.heard)):
            room = BY_PAYLOAD[type(payload)].publisher
            now = self.room.klok()
            told = Event(id=uuid4(), room=room, casus_id=casus_id, sequence=number, time=now, payload=payload)
            self.heard.append(told)

    async def offered(self, uitkomst: Uitkomst = Uitkomst.OVERDRACHT) -> tuple[UUID, MeldingOntvangen, str, str]:
        """A casus that is offered to the team, with sight of safety, and beside it to the shelter."""
        casus_id, reported = uuid4(), melding(self.room, directbetrokkenen=(0,))
        decided = replace(besluit(self.room, TO_TEAM, TO_OPVANG), melding_id=reported.melding_id, uitkomst=uitkomst)
        await self.hear(casus_id, reported, decided)
        rows = [row for row in await self.room.overdrachten() if row["casusId"] == str(casus_id)]
        ids = {row["soort"]: row["id"] for row in rows}
        await self.agree()
        return casus_id, reported, ids["lokaal-veld"], ids["opvang"]

    async def step(self, overdracht_id: str, what: str, who: Any, **body: Any) -> Any:
        """Take a step an hour later, after which both rooms must still agree."""
        return await self.post(f"/overdrachten/{overdracht_id}/{what}", who, **body)

    async def post(self, path: str, who: Any, **body: Any) -> Any:
        self.room.klok.advance(timedelta(hours=1))
        answer = await self.room.call("POST", path, who, **({"json": body} if body else {}))
        assert answer.status_code == 201, answer.text
        await self.agree()
        return answer.json()

    async def agree(self) -> Due:
        """Hold both rooms to the same moments, and return them."""
        shown, kept = await self._shown(), await self._kept()
        assert {one for one in shown if one[0] in _RUN_ON} <= kept
        assert {one for one in shown if one[0] not in _RUN_ON} == {one for one in kept if one[0] not in _RUN_ON}
        self.seen |= {soort for soort, _, _ in shown}
        return shown

    async def _shown(self) -> Due:
        found: Due = set()
        for who in _SIDES:
            answer = await self.room.call("GET", "/openstaand?limiet=100", who)
            rows = [row for row in answer.json()["resultaten"] if TERMIJN_VAN[OpenSoort(row["soort"])]]
            found |= {(OpenSoort(row["soort"]), row["id"], datetime.fromisoformat(row["uiterlijk"])) for row in rows}
        return found

    async def _kept(self) -> Due:
        facts = [*self.heard, *await self._told()]
        casussen = {fact.casus_id for fact in facts}
        clocks = [
            clock
            for casus_id in casussen
            for clock in fold([fact for fact in facts if fact.casus_id == casus_id], DEFAULT_SETTINGS).termijnen
        ]
        return {
            (_KIND_OF[clock.soort], str(clock.ref_id), clock.uiterlijk)
            for clock in clocks
            if clock.is_open and clock.soort in _KIND_OF
        }

    async def _told(self) -> Sequence[Event]:
        query = text("SELECT event_id, soort, casus_id, volgnummer, tijdstip, data FROM outbox ORDER BY id")
        async with in_transaction(self.room.made.engine) as conn:
            rows = (await conn.execute(query)).all()
        return [
            Event(
                id=row.event_id,
                room=Room.HANDOVER,
                casus_id=row.casus_id,
                sequence=row.volgnummer,
                time=row.tijdstip,
                payload=load_payload(row.soort, row.data),
            )
            for row in rows
        ]


@pytest.fixture
def both(handover: HandoverRoom) -> BothRooms:
    return BothRooms(handover)


def of_kind(due: Due, soort: OpenSoort) -> set[tuple[str, datetime]]:
    return {(found, moment) for kind, found, moment in due if kind is soort}


async def test_from_offer_to_next_offer_both_rooms_keep_the_same_moments(both: BothRooms) -> None:
    casus_id, reported, team, opvang = await both.offered()
    await both.step(team, "acceptatie", TEAM)
    await both.step(opvang, "acceptatie", OPVANG)
    await both.hear(
        casus_id,
        VoorwaardeGesteld(
            voorwaarde_id=(voorwaarde := uuid4()),
            dienst_id=uuid4(),
            melding_id=reported.melding_id,
            gemeente_code="0599",
            gesteld_op=both.room.klok(),
            controle_dag=date(2026, 4, 1),
        ),
    )
    looked = {"status": "nagekomen", "nagegaanOp": both.room.klok().isoformat(), "uitkomst": "Gezien."}
    path = f"voorwaarden/{voorwaarde}/controles"
    await both.step(team, path, TEAM, **looked)
    next_look = {"nagegaanOp": both.room.klok().isoformat(), "volgendeDag": "2026-06-01"}
    await both.step(team, path, TEAM, **looked | next_look)
    await both.step(team, "eerste-contact", TEAM, tijdstip=both.room.klok().isoformat())
    asked = await both.step(team, "navragen", TEAM, vraag="Waar gaat het kind naar school?")
    await both.step(team, f"navragen/{asked['id']}/antwoord", VT, antwoord="Dat weten wij niet.")
    plan = await both.step(team, "plannen", TEAM, leden=[{"nr": 0, "hoedanigheid": "volwassene"}])
    actie = {"omschrijving": "x", "organisatieId": TEAM[1], "functie": "x"}
    await both.post(f"/plannen/{plan['id']}/acties", TEAM, **actie)

    await both.step(team, "teruggave", TEAM, reden="niet-passend", toelichting="x")
    assert {OpenSoort.TERUGGAVE, OpenSoort.PLANACTIE} <= {soort for soort, _, _ in await both.agree()}
    await both.step(team, "teruggave-afwijzing", VT, toelichting="x")
    await both.step(team, "teruggave", TEAM, reden="onveiliger", toelichting="x")
    await both.step(team, "teruggave-aanvaarding", VT)
    bestemming = {"soort": "gecertificeerde-instelling"}
    again = {"vervangtOverdrachtId": team, "bestemming": bestemming, "motivering": "m"}
    await both.post("/overdrachten", VT, **again)

    assert both.seen == set(_KIND_OF.values())


@pytest.mark.parametrize("ending", ["weigering", "intrekking", "terugkeer"])
async def test_what_nobody_took_is_offered_again_by_the_same_moment(both: BothRooms, ending: str) -> None:
    _, _, team, _ = await both.offered()

    if ending == "terugkeer":
        both.room.klok.advance(timedelta(days=15))
        assert await both.room.work() == 2
    elif ending == "weigering":
        await both.step(team, ending, TEAM, reden="geen-capaciteit", toelichting="x")
    else:
        await both.step(team, ending, VT, reden="anders", toelichting="x")

    assert team in {found for found, _ in of_kind(await both.agree(), OpenSoort.OPNIEUW_AANBIEDEN)}


async def test_a_plan_is_expected_of_who_takes_sight_of_safety_later_and_no_longer_of_who_gives_it_back(
    both: BothRooms,
) -> None:
    _, _, team, opvang = await both.offered()
    await both.step(team, "acceptatie", TEAM)
    await both.step(opvang, "acceptatie", OPVANG)
    before = of_kind(await both.agree(), OpenSoort.PLAN)
    both.room.klok.advance(timedelta(days=3))

    await both.step(opvang, "zicht-aanbod", VT, stap="aanbieden", motivering="x")
    await both.step(opvang, "zicht-aanvaarding", OPVANG)
    both_expected = of_kind(await both.agree(), OpenSoort.PLAN)
    await both.step(opvang, "zicht-aanbod", VT, stap="terugvragen", motivering="x")
    await both.step(opvang, "zicht-aanvaarding", OPVANG)

    assert {found for found, _ in before} == {team}
    assert {found for found, _ in both_expected} == {team, opvang}
    assert max(moment for _, moment in both_expected) > max(moment for _, moment in before)
    assert {found for found, _ in of_kind(await both.agree(), OpenSoort.PLAN)} == {team}


async def test_after_a_preventieve_zorgmelding_no_plan_is_expected_in_either_room(both: BothRooms) -> None:
    _, _, refused, _ = await both.offered(Uitkomst.PREVENTIEVE_ZORGMELDING)
    await both.step(refused, "weigering", TEAM, reden="geen-capaciteit", toelichting="x")
    same = {"vervangtOverdrachtId": refused, "bestemming": {"soort": "lokaal-veld"}, "motivering": "Er is weer plaats."}
    team = (await both.post("/overdrachten", VT, **same))["id"]

    await both.step(team, "acceptatie", TEAM)

    due = await both.agree()
    assert of_kind(due, OpenSoort.PLAN) == set()
    assert {found for found, _ in of_kind(due, OpenSoort.EERSTE_CONTACT)} == {team}
    shown = (await both.room.call("GET", f"/overdrachten/{team}", TEAM)).json()
    assert (shown["planUiterlijk"], shown["eersteContactUiterlijk"]) == (None, shown["eersteContactUiterlijk"])
