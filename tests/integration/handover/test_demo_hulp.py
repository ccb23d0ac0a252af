"""What the demo asks of the palet is taken by the door: offers, help that starts, and help that is not there."""

from datetime import timedelta
from typing import Any, Literal

import pytest

from deploy.demo.course import Ontvanger
from deploy.demo.deeds import Aanbod, HulpStap
from deploy.demo.doors import Actor, Call
from deploy.demo.hulp import PALET, Hulp, asks, choice_of
from shared.rules.codes import BestemmingSoort, Rol
from tests.integration.handover.conftest import TEAM, VT, HandoverRoom
from tests.integration.handover.palet import accepted

pytestmark = pytest.mark.anyio

ZAAD = 7
AANBOD = Aanbod(Ontvanger(BestemmingSoort.LOKAAL_VELD, TEAM[1]), uit_dienst=False)
Stap = Literal["start", "weigering", "afbreking", "afronding"]


class RoomDoors:
    """The doors of the demo, with this room behind them."""

    def __init__(self, room: HandoverRoom) -> None:
        self.room = room

    async def send(self, call: Call) -> Any:
        who = (call.actor.rol, call.actor.organisatie, call.actor.gemeenten)
        more = {"json": dict(call.body)} if call.body is not None else {}
        answer = await self.room.call(
            call.method, call.path, who, headers=dict(call.headers), params=dict(call.params), **more
        )
        assert answer.status_code in call.good, (call.route, answer.text)
        return answer.json()


async def test_the_demo_fills_the_palet_once_and_asks_help_of_it(handover: HandoverRoom) -> None:
    hulp = Hulp(RoomDoors(handover), ZAAD)  # type: ignore[arg-type]
    dag = handover.klok().date()
    await hulp.fill(dag)
    await Hulp(RoomDoors(handover), ZAAD).fill(dag)  # type: ignore[arg-type]
    team = Actor(Rol.LOKAAL_TEAM, TEAM[1], TEAM[2])

    done = []
    for kenmerk in [str(nr) for nr in range(40) if asks(ZAAD, str(nr))]:
        _, overdracht_id = await accepted(handover)
        first, again = [await hulp.ask(kenmerk, overdracht_id, team) for _ in range(2)]
        assert first == again
        done.append(first)
        if {"inzetten", "lacunes"} <= set(done):
            break

    palet = (await handover.call("GET", "/interventies", VT)).json()["resultaten"]
    inzetten = (await handover.call("GET", "/inzetten", VT)).json()["resultaten"]
    assert sorted(one["naam"] for one in palet) == sorted(one.naam for one in PALET)
    assert {"inzetten", "lacunes"} == set(done)
    assert len(inzetten) == done.count("inzetten")  # under one key for each overdracht: asked again it is the same
    assert (await handover.call("GET", "/lacunes", VT)).json()["resultaten"][0]["reden"] == "geen-aanbod"


async def test_who_gives_help_begins_ends_or_refuses_and_a_refusal_can_be_a_lacune(handover: HandoverRoom) -> None:
    hulp = Hulp(RoomDoors(handover), ZAAD)  # type: ignore[arg-type]
    await hulp.fill(handover.klok().date())
    team = Actor(Rol.LOKAAL_TEAM, TEAM[1], TEAM[2])
    later = [nr for nr in map(str, range(60)) if asks(ZAAD, nr) and choice_of(ZAAD, nr).nr is not None]
    waits = [nr for nr in later if not choice_of(ZAAD, nr).start_meteen]
    steps: list[list[tuple[Stap, str | None]]] = [
        [("weigering", "geen-plaats")],
        [("start", None), ("afronding", None)],
        [("start", None), ("afbreking", "gezin-stopt")],
    ]

    for kenmerk, daden in zip(waits, steps, strict=False):
        _, overdracht_id = await accepted(handover)
        await hulp.ask(kenmerk, overdracht_id, team)
        for stap, reden in daden:
            handover.klok.advance(timedelta(hours=1))
            await hulp.go_on(HulpStap(AANBOD, stap, reden), overdracht_id)

    found = (await handover.call("GET", "/inzetten", VT)).json()["resultaten"]
    lacunes = (await handover.call("GET", "/lacunes", VT)).json()["resultaten"]
    assert sorted(one["status"] for one in found) == ["afgebroken", "afgerond", "geweigerd"]
    assert [one["reden"] for one in lacunes] == ["geen-plaats"]
