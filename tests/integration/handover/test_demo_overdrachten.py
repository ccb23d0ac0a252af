"""What the demo does with overdrachten and in the shelter is taken by the doors, and waits where its reader looks."""

from collections import Counter
from datetime import timedelta
from typing import Any, cast

import pytest

from deploy.demo import deeds, opvangdeeds
from deploy.demo.carers import Known
from deploy.demo.course import Ontvanger
from deploy.demo.deeds import Aanbod, Daad, Step
from deploy.demo.doors import Actor, Doors
from deploy.demo.exchangers import Exchangers
from deploy.demo.exchanges import Uitwisseling
from deploy.demo.opvangdeeds import Mens, Opvangdaad
from deploy.demo.planners import Plandaad, Planners
from deploy.demo.shelter import PLAATSEN
from deploy.demo.shelterers import Shelterers
from shared.rules.codes import BestemmingSoort, Rol
from shared.rules.opvang import (
    Doelgroep,
    OpvangIntrekReden,
    OpvangSoort,
    OpvangWeigerReden,
    ScreeningUitkomst,
    ScreeningVervolg,
    UitstroomNaar,
)
from shared.rules.overdrachtcodes import AfzegReden, IntrekReden, TeruggaveReden, ZichtVraag
from shared.rules.plancodes import AfwijkReden, PlanEinde
from tests.integration.handover.conftest import OPVANG, TEAM, VT, HandoverRoom
from tests.integration.handover.opvang import a_family
from tests.integration.handover.palet import accepted
from tests.integration.handover.test_demo_hulp import RoomDoors
from tests.integration.handover.test_overdrachten import offered

pytestmark = pytest.mark.anyio

AANBOD = Aanbod(Ontvanger(BestemmingSoort.LOKAAL_VELD, TEAM[1]), uit_dienst=False)
RECEIVER = Actor(Rol.LOKAAL_TEAM, TEAM[1], TEAM[2])


def doors_of(room: HandoverRoom) -> Doors:
    return cast("Doors", RoomDoors(room))


def step(room: HandoverRoom, daad: Daad, kenmerk: str = "2026-00001") -> Step:
    """Return a deed of an hour later: nothing is done at the moment of what was done before."""
    room.klok.advance(timedelta(hours=1))
    return Step(room.klok(), 8, kenmerk, "gezin-1", "0599", daad)


async def waiting(room: HandoverRoom, who: tuple[str, str, tuple[str, ...]]) -> Counter[str]:
    answer = (await room.call("GET", "/openstaand", who)).json()
    return Counter({row["soort"]: row["aantal"] for row in answer["aantallen"]})


async def test_what_is_asked_of_each_other_waits_for_whoever_must_answer(handover: HandoverRoom) -> None:
    exchangers = Exchangers(doors_of(handover))
    _, overdracht_id = await accepted(handover)

    async def do(*daden: Uitwisseling) -> None:
        for daad in daden:
            await exchangers.do(step(handover, daad), daad, overdracht_id, RECEIVER)

    moment = handover.klok() + timedelta(days=3)
    await do(
        deeds.NavraagStellen(AANBOD),
        deeds.GesprekPlannen(AANBOD, moment),
        deeds.GesprekAfzeggen(AANBOD, AfzegReden.ANDER_MOMENT),
        deeds.GesprekPlannen(AANBOD, moment),
        deeds.ZichtVragen(AANBOD, ZichtVraag.TERUGVRAGEN),
    )
    assert (await waiting(handover, VT))["navraag"] == 1
    assert {"gesprek": 1, "zicht": 1}.items() <= (await waiting(handover, TEAM)).items()

    handover.klok.advance(timedelta(days=4))
    await do(
        deeds.NavraagBeantwoorden(AANBOD),
        deeds.GesprekVastleggen(AANBOD, moment),
        deeds.ZichtAanvaarden(AANBOD),
        deeds.ZichtVragen(AANBOD, ZichtVraag.TERUGVRAGEN),  # there is nothing left to ask back
        deeds.ZichtAanvaarden(AANBOD),
    )
    assert (await waiting(handover, VT))["navraag"] == 0
    assert (await waiting(handover, TEAM))["navraag-beantwoord"] == 1
    await do(deeds.AntwoordLezen(AANBOD))
    assert (await waiting(handover, TEAM))["navraag-beantwoord"] == 0
    assert {(await waiting(handover, TEAM))[soort] for soort in ("gesprek", "zicht")} == {0}

    await do(deeds.TeruggaveVragen(AANBOD, TeruggaveReden.ONVEILIGER))
    assert (await waiting(handover, VT))["teruggave"] == 1
    await do(
        deeds.TeruggaveBeslissen(AANBOD, terug=False),
        deeds.TeruggaveVragen(AANBOD, TeruggaveReden.HULP_GEWEIGERD),
        deeds.TeruggaveBeslissen(AANBOD, terug=True),
    )
    assert {"teruggave": 0, "opnieuw-aanbieden": 1}.items() <= (await waiting(handover, VT)).items()


async def test_an_offer_is_taken_back_before_it_is_answered(handover: HandoverRoom) -> None:
    _, (row, _) = await offered(handover)
    daad = deeds.Intrekken(AANBOD, IntrekReden.ONTVANGER_AFWEZIG)

    await Exchangers(doors_of(handover)).do(step(handover, daad), daad, row["id"], RECEIVER)

    assert (await waiting(handover, VT))["opnieuw-aanbieden"] == 1


async def test_plans_are_filled_evaluated_go_on_to_another_phase_and_end(handover: HandoverRoom) -> None:
    planners = Planners(doors_of(handover))
    known = Known("", adults=2, children=1)

    async def do(overdracht_id: str, *daden: Plandaad) -> None:
        for daad in daden:
            await planners.do(step(handover, daad), daad, known, overdracht_id, RECEIVER)

    due = (handover.klok() + timedelta(days=14)).date()
    ended = []
    for reden in (None, AfwijkReden.VEILIGHEID_VRAAGT_HET):
        _, overdracht_id = await accepted(handover)
        await do(overdracht_id, deeds.PlanMaken(AANBOD, due, intensief=True))
        assert (await waiting(handover, TEAM))["planactie"] == 1
        await do(
            overdracht_id,
            deeds.PlanactieAfronden(AANBOD, gedaan=reden is None),
            deeds.PlanEvalueren(AANBOD, due + timedelta(days=28)),
            deeds.PlanfaseWijzigen(AANBOD, reden),
        )
        rows = (await handover.call("GET", f"/overdrachten/{overdracht_id}/plannen", TEAM)).json()["resultaten"]
        ended.append(rows[0]["fase"])
    _, overdracht_id = await accepted(handover)
    await do(overdracht_id, deeds.PlanMaken(AANBOD, due), deeds.PlanEindigen(AANBOD, PlanEinde.VERHUISD))
    rows = (await handover.call("GET", f"/overdrachten/{overdracht_id}/plannen", TEAM)).json()["resultaten"]

    assert ended == ["hulpverleningsplan", "hulpverleningsplan"]
    assert [(row["status"], row["einde"]) for row in rows] == [("beeindigd", "verhuisd")]


async def test_the_shelter_is_filled_once_and_does_everything_that_the_play_knows(handover: HandoverRoom) -> None:
    shelterers = Shelterers(doors_of(handover))
    for _ in range(2):
        await shelterers.fill(handover.klok().date())
    beds = (await handover.call("GET", "/opvang/bezetting", OPVANG)).json()["resultaten"]
    assert {row["soort"]: row["plaatsen"] for row in beds} == dict(PLAATSEN)

    groep = (Mens(0, Doelgroep.VROUW), Mens(1, Doelgroep.KIND, onzekere_verblijfsstatus=True))
    ask = opvangdeeds.OpvangAanvragen(groep, spoed=True, niet_hier=False, door_team=False)
    place = opvangdeeds.OpvangPlaatsen(((0, OpvangSoort.CRISISOPVANG_VROUWEN), (1, OpvangSoort.CRISISOPVANG_KINDEREN)))
    screen = opvangdeeds.Traumascreenen(1, ScreeningUitkomst.LICHTE_KLACHTEN, ScreeningVervolg.BEGELEIDING_IN_OPVANG)
    longer = opvangdeeds.OpvangPlaatsen(((0, OpvangSoort.LANGER_VERBLIJF), (1, OpvangSoort.LANGER_VERBLIJF)))
    leave = opvangdeeds.OpvangUitstromen(UitstroomNaar.EIGEN_WONING)
    not_here = opvangdeeds.OpvangAanvragen(groep, spoed=True, niet_hier=True, door_team=False)
    courses: list[tuple[str, tuple[Opvangdaad, ...]]] = [
        ("aangevraagd", (ask,)),
        ("wachtend", (ask, opvangdeeds.OpvangWachten())),
        ("geplaatst", (ask, opvangdeeds.OpvangWachten(), place, screen)),
        ("klaar-maar-niet-uit", (ask, place, longer, opvangdeeds.OpvangKlaarMelden())),
        ("uitgestroomd", (ask, place, opvangdeeds.OpvangKlaarMelden(), leave)),
        ("elders-geplaatst", (not_here, opvangdeeds.OpvangElders("veilig-thuis-haaglanden", "0518"))),
        ("geweigerd", (ask, opvangdeeds.OpvangWeigeren(OpvangWeigerReden.ZORGVRAAG_TE_ZWAAR))),
        ("ingetrokken", (ask, opvangdeeds.OpvangIntrekken(OpvangIntrekReden.ZELF_AFGEZIEN))),
    ]
    for number, (_, daden) in enumerate(courses):
        _, melding_id = await a_family(handover)
        for daad in daden:
            await shelterers.do(step(handover, daad, f"2026-{number:05d}"), daad, str(melding_id))

    rows: list[dict[str, Any]] = (await handover.call("GET", "/opvang/aanvragen", OPVANG)).json()["resultaten"]
    assert [{one["status"] for one in row["clienten"]} for row in rows] == [{status} for status, _ in courses]
    assert len((await handover.call("GET", "/opvang/wachtlijst", OPVANG)).json()["resultaten"]) == 1


async def test_who_finds_every_bed_taken_waits_and_does_nothing_that_needs_a_bed(handover: HandoverRoom) -> None:
    shelterers = Shelterers(doors_of(handover))
    await shelterers.fill(handover.klok().date())
    man = (Mens(2, Doelgroep.MAN),)
    ask = opvangdeeds.OpvangAanvragen(man, spoed=False, niet_hier=False, door_team=False)
    place = opvangdeeds.OpvangPlaatsen(((2, OpvangSoort.MANNENOPVANG),))
    leave = opvangdeeds.OpvangUitstromen(UitstroomNaar.ONBEKEND)
    for number in range(PLAATSEN[OpvangSoort.MANNENOPVANG] + 1):
        _, melding_id = await a_family(handover)
        for daad in (ask, place):
            await shelterers.do(step(handover, daad, f"2026-{number:05d}"), daad, str(melding_id))
    last = f"2026-{PLAATSEN[OpvangSoort.MANNENOPVANG]:05d}"
    await shelterers.do(step(handover, leave, last), leave, "")

    rows = (await handover.call("GET", "/opvang/aanvragen", OPVANG)).json()["resultaten"]
    assert [row["clienten"][0]["status"] for row in rows] == [
        *["geplaatst"] * PLAATSEN[OpvangSoort.MANNENOPVANG],
        "wachtend",
    ]
