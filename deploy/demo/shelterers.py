"""Sends what is asked of the shelter and what the shelter does, and adds the kinds of places that are not there yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, assert_never

from deploy.demo import bodies
from deploy.demo import opvangdeeds as deeds
from deploy.demo.deeds import Step
from deploy.demo.doors import MEDEWERKER, TEAMLEIDER, Actor, Call, Doors
from deploy.demo.opvangdeeds import Opvangdaad
from deploy.demo.shelter import PLAATSEN
from shared.rules.codes import BestemmingSoort, Rol
from shared.rules.opvang import OpvangSoort, OpvangWeigerReden
from shared.rules.routing import default_organisatie

_ANY_VERSION = (("If-Match", "*"),)
_CONFLICT = 409
_GEMEENTE = "0599"
_OPVANG = default_organisatie(BestemmingSoort.OPVANG, _GEMEENTE) or ""
OPVANG = Actor(Rol.KETENPARTNER, _OPVANG)


@dataclass(slots=True)
class _Aanvraag:
    """What the server called a request, and whether its people have a place."""

    id: str
    geplaatst: bool = False


class Shelterers:
    """Who asks shelter, and the shelter of the region."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._voorzieningen: dict[OpvangSoort, str] = {}
        self._aanvragen: dict[str, _Aanvraag] = {}  # by kenmerk, the last one

    async def fill(self, dag: date) -> None:
        """Add the places that the shelter has not: the crisis shelter stands there, and one play follows on another."""
        route = "/opvang/bezetting"
        rows = (await self._doors.send(Call("handover", "GET", route, route, TEAMLEIDER)))["resultaten"]
        known = {OpvangSoort(row["soort"]): row["id"] for row in rows if row["organisatieId"] == _OPVANG}
        route = "/opvang/voorzieningen"
        for soort, plaatsen in PLAATSEN.items():
            if soort not in known:
                body = {"organisatieId": _OPVANG, "soort": soort, "plaatsen": plaatsen, "gemeenteCode": _GEMEENTE}
                key = (("Idempotency-Key", f"demo-plaatsen-{dag.isoformat()}-{soort}"),)
                call = Call("handover", "POST", route, route, TEAMLEIDER, body, key)
                known[soort] = (await self._doors.send(call))["id"]
        self._voorzieningen = known

    async def do(self, step: Step, daad: Opvangdaad, melding_id: str) -> None:
        """Do one deed; raises ``PlayError`` when a door says no."""
        at = bodies.wire(step.tijdstip)
        match daad:
            case deeds.OpvangAanvragen():
                await self._ask(step, daad, melding_id)
            case deeds.OpvangPlaatsen():
                await self._place(step, daad)
            case deeds.OpvangWachten():
                await self._put(step, "wachten", {"sinds": at})
            case deeds.OpvangElders():
                body = {"geplaatstOp": at, "regio": daad.regio, "gemeenteCode": daad.gemeente_code}
                await self._put(step, "elders", body)
            case deeds.OpvangWeigeren():
                body = {"geweigerdOp": at, "reden": daad.reden.value, "toelichting": _WEIGERING[daad.reden]}
                await self._put(step, "weigering", body)
            case deeds.OpvangIntrekken():
                body = {"ingetrokkenOp": at, "reden": daad.reden.value}
                await self._put(step, "intrekking", body, MEDEWERKER)
            case deeds.Traumascreenen():
                await self._of_who_stays(step, "traumascreening", _screening(daad, at))
            case deeds.OpvangKlaarMelden():
                await self._of_who_stays(step, "klaar", {"klaarSinds": at})
            case deeds.OpvangUitstromen():
                await self._of_who_stays(step, "uitstroom", {"uitgestroomdOp": at, "naar": daad.naar.value})
            case _:
                assert_never(daad)

    async def _ask(self, step: Step, daad: deeds.OpvangAanvragen, melding_id: str) -> None:
        body: bodies.JSON = {
            "meldingId": melding_id,
            "spoed": daad.spoed,
            "aangevraagdOp": bodies.wire(step.tijdstip),
            "clienten": [
                {
                    "persoonNr": one.nr,
                    "doelgroep": one.doelgroep,
                    "onzekereVerblijfsstatus": one.onzekere_verblijfsstatus,
                }
                for one in daad.groep
            ],
            "toelichting": "Thuis blijven is niet veilig; er is geen netwerk waar zij terechtkunnen.",
        }
        if daad.niet_hier:
            body["nietInGemeenten"] = [step.gemeente_code]
        actor = MEDEWERKER
        if daad.door_team:
            gemeente = step.gemeente_code or ""
            team = default_organisatie(BestemmingSoort.LOKAAL_VELD, gemeente) or ""
            actor = Actor(Rol.LOKAAL_TEAM, team, (gemeente,))
        path, key = "/opvang/aanvragen", f"demo-opvang-{step.kenmerk}-{bodies.wire(step.tijdstip)}"
        headers = (("Idempotency-Key", key),)
        # The room may still have to hear of the melding.
        call = Call("handover", "POST", path, path, actor, body, headers, may_come=True)
        self._aanvragen[step.kenmerk] = _Aanvraag((await self._doors.send(call))["id"])

    async def _place(self, step: Step, daad: deeds.OpvangPlaatsen) -> None:
        """Give a group its places; when those of a play before this one are in them it waits, or stays where it is."""
        places = [{"persoonNr": nr, "voorzieningId": self._voorzieningen[soort]} for nr, soort in daad.plaatsen]
        body = {"geplaatstOp": bodies.wire(step.tijdstip), "plaatsen": places}
        answer = await self._put(step, "plaatsing", body, good=(200, _CONFLICT))
        one = self._aanvragen[step.kenmerk]
        if answer.get("status") != _CONFLICT:
            one.geplaatst = True
        elif not one.geplaatst:
            await self._put(step, "wachten", {"sinds": bodies.wire(step.tijdstip)}, good=(200, _CONFLICT))

    async def _of_who_stays(self, step: Step, what: str, body: bodies.JSON) -> None:
        if self._aanvragen[step.kenmerk].geplaatst:
            await self._put(step, what, body)

    async def _put(
        self, step: Step, what: str, body: bodies.JSON, actor: Actor = OPVANG, *, good: tuple[int, ...] = (200,)
    ) -> Any:  # JSON
        route = "/opvang/aanvragen/{opvangaanvraagId}/" + what
        path = route.replace("{opvangaanvraagId}", self._aanvragen[step.kenmerk].id)
        return await self._doors.send(Call("handover", "PUT", path, route, actor, body, _ANY_VERSION, good=good))


def _screening(daad: deeds.Traumascreenen, at: str) -> bodies.JSON:
    return {"persoonNr": daad.nr, "gescreendOp": at, "uitkomst": daad.uitkomst, "vervolg": daad.vervolg}


_WEIGERING: Mapping[OpvangWeigerReden, str] = MappingProxyType(
    {
        OpvangWeigerReden.ZORGVRAAG_TE_ZWAAR: "Er is klinische behandeling nodig die de opvang niet kan bieden.",
        OpvangWeigerReden.VEILIGHEID_NIET_TE_BORGEN: "De pleger kent het adres; Veilig Thuis zoekt een andere plek.",
        OpvangWeigerReden.GEEN_GEWELD_IN_AFHANKELIJKHEID: "Er is woningnood en geen geweld; doorverwezen.",
        OpvangWeigerReden.GEEN_PASSENDE_PLAATS: "Er is geen kamer voor een groep van deze grootte.",
        OpvangWeigerReden.ANDERS: "Zie het telefoongesprek.",
    }
)
