"""Sends what Veilig Thuis and a receiver ask of each other about an overdracht."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, assert_never

from deploy.demo import bodies, deeds
from deploy.demo.deeds import Step
from deploy.demo.doors import MEDEWERKER, Actor, Call, Doors
from deploy.demo.exchanges import Uitwisseling
from shared.rules.overdrachtcodes import TeruggaveReden, ZichtVraag

_ANY_VERSION = (("If-Match", "*"),)
_CONFLICT = 409


class Exchangers:
    """Veilig Thuis and the receivers."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._navragen: dict[str, str] = {}  # by overdracht, the last one; and so on
        self._gesprekken: dict[str, str] = {}
        self._zicht: set[str] = set()  # of which something is asked about sight of safety

    async def do(self, step: Step, daad: Uitwisseling, overdracht_id: str, receiver: Actor) -> None:  # noqa: C901, one line a deed
        """Do one deed; raises ``PlayError`` when a door says no."""
        match daad:
            case deeds.Intrekken():
                body = {"reden": daad.reden.value, "toelichting": "De ontvanger is gebeld en weet ervan."}
                await self._post(step, overdracht_id, "intrekking", body, MEDEWERKER)
            case deeds.NavraagStellen():
                answer = await self._post(step, overdracht_id, "navragen", {"vraag": _VRAAG}, receiver)
                self._navragen[overdracht_id] = answer["id"]
            case deeds.NavraagBeantwoorden():
                what = f"navragen/{self._navragen[overdracht_id]}/antwoord"
                told = {"antwoord": _ANTWOORD}
                await self._post(step, overdracht_id, what, told, MEDEWERKER, "navragen/{navraagId}/antwoord")
            case deeds.AntwoordLezen():
                what = f"navragen/{self._navragen[overdracht_id]}/gezien"
                await self._post(step, overdracht_id, what, None, receiver, "navragen/{navraagId}/gezien")
            case deeds.GesprekAfzeggen():
                await self._of_talk("afzegging", overdracht_id, {"reden": daad.reden.value}, receiver)
            case deeds.GesprekPlannen() | deeds.GesprekVastleggen():
                await self._talk(step, daad, overdracht_id, receiver)
            case deeds.TeruggaveVragen():
                body = {"reden": daad.reden.value, "toelichting": _TERUGGAVE[daad.reden]}
                await self._post(step, overdracht_id, "teruggave", body, receiver)
            case deeds.TeruggaveBeslissen():
                what = "teruggave-aanvaarding" if daad.terug else "teruggave-afwijzing"
                reason = None if daad.terug else {"toelichting": "Besproken met de ontvanger: het gezin blijft bij u."}
                await self._post(step, overdracht_id, what, reason, MEDEWERKER)
            case deeds.ZichtVragen():
                await self._ask_for_sight(step, daad, overdracht_id)
            case deeds.ZichtAanvaarden():
                if overdracht_id in self._zicht:
                    self._zicht.discard(overdracht_id)
                    # An offer that came in the meantime can carry sight of safety: then nothing is asked any more.
                    await self._post(step, overdracht_id, "zicht-aanvaarding", None, receiver, good=(200, 201, 409))
            case _:
                assert_never(daad)

    async def _talk(
        self, step: Step, daad: deeds.GesprekPlannen | deeds.GesprekVastleggen, overdracht_id: str, receiver: Actor
    ) -> None:
        people = [{"rol": "veilig-thuis"}, {"rol": "ontvanger", "organisatieId": receiver.organisatie}]
        people.append({"rol": "gezin"})
        if isinstance(daad, deeds.GesprekPlannen):
            body = {"moment": bodies.wire(daad.moment), "deelnemers": people}
            answer = await self._post(step, overdracht_id, "gesprekken", body, MEDEWERKER)
            self._gesprekken[overdracht_id] = answer["id"]
            return
        held = {"gehoudenOp": bodies.wire(daad.gehouden_op), "deelnemers": people, "verslag": _VERSLAG}
        await self._of_talk("verslag", overdracht_id, held, MEDEWERKER)

    async def _of_talk(self, what: str, overdracht_id: str, body: bodies.JSON, actor: Actor) -> None:
        route = "/overdrachten/{overdrachtId}/gesprekken/{gesprekId}/" + what
        path = f"/overdrachten/{overdracht_id}/gesprekken/{self._gesprekken[overdracht_id]}/{what}"
        await self._doors.send(Call("handover", "PUT", path, route, actor, body, _ANY_VERSION))

    async def _ask_for_sight(self, step: Step, daad: deeds.ZichtVragen, overdracht_id: str) -> None:
        """Ask; where another melding of the family changed who has it in sight there is nothing to ask."""
        body = {"stap": daad.vraag.value, "motivering": _ZICHT[daad.vraag]}
        good = (200, 201, _CONFLICT)
        answer = await self._post(step, overdracht_id, "zicht-aanbod", body, MEDEWERKER, good=good)
        if answer.get("status") != _CONFLICT:
            self._zicht.add(overdracht_id)

    async def _post(  # noqa: PLR0913, PLR0917, what is sent about which overdracht, and by whom
        self,
        step: Step,
        overdracht_id: str,
        what: str,
        body: bodies.JSON | None,
        actor: Actor,
        route: str = "",
        *,
        good: tuple[int, ...] = (200, 201),
    ) -> Any:  # JSON
        path, shown = f"/overdrachten/{overdracht_id}/{what}", f"/overdrachten/{{overdrachtId}}/{route or what}"
        key = f"demo-{step.kenmerk}-{step.rang}-{type(step.daad).__name__.lower()}-{bodies.wire(step.tijdstip)}"
        headers = (("Idempotency-Key", f"{key}-{overdracht_id}"),)
        return await self._doors.send(Call("handover", "POST", path, shown, actor, body, headers, good=good))


_VRAAG = "Welke afspraken zijn met het gezin gemaakt, en wie van de school kunnen wij bellen?"
_ANTWOORD = "De afspraken staan in het pakket bij de veiligheidsvoorwaarden; de intern begeleider weet van uw komst."
_VERSLAG = "De zorgen en de afspraken zijn besproken; het gezin weet wie er nu komt en wanneer."
_ZICHT: Mapping[ZichtVraag, str] = MappingProxyType(
    {
        ZichtVraag.AANBIEDEN: "U bent het vaakst bij het gezin; wij vragen u het zicht op de veiligheid te houden.",
        ZichtVraag.TERUGVRAGEN: "Er is een nieuw signaal van geweld; wij kijken zelf weer naar de veiligheid.",
    }
)
_TERUGGAVE: Mapping[TeruggaveReden, str] = MappingProxyType(
    {
        TeruggaveReden.NIET_PASSEND: "Er is specialistische hulp nodig die wij niet bieden.",
        TeruggaveReden.HULP_GEWEIGERD: "Het gezin doet na vier bezoeken nog niet open.",
        TeruggaveReden.ONVEILIGER: "Er is vaker en ernstiger geweld dan bij de overdracht bekend was.",
        TeruggaveReden.GEEN_CAPACITEIT: "Door ziekte kan niemand de begeleiding overnemen.",
        TeruggaveReden.GEZIN_VERHUISD: "Het gezin is verhuisd naar een andere gemeente.",
        TeruggaveReden.ANDERS: "Zie het telefoongesprek.",
    }
)
