"""Sends what is done about open work and families that wait: owners, checks, questions, huisverboden."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, assert_never

from deploy.demo import bodies, deeds
from deploy.demo.deeds import Step
from deploy.demo.doors import MEDEWERKER, TEAMLEIDER, VT, Actor, Call, Doors
from deploy.demo.fiction import make_gezin
from shared.rules.codes import BestemmingSoort, Rol
from shared.rules.routing import default_organisatie

_ANY_VERSION = (("If-Match", "*"),)
_OVERLAP = 409

Zorg = (
    deeds.Oppakken
    | deeds.Toewijzen
    | deeds.CheckAfspreken
    | deeds.Veiligheidscheck
    | deeds.Navragen
    | deeds.Beantwoorden
    | deeds.Screenen
    | deeds.HuisverbodAdviseren
    | deeds.HuisverbodVerlengen
    | deeds.HuisverbodEindigen
)


@dataclass(slots=True)
class Known:
    """What the servers called a melding and what belongs to it."""

    melding_id: str
    adults: int = 1  # who come first in it
    children: int = 0
    dossier_id: str | None = None
    dienst_id: str | None = None
    verzoek_id: str | None = None
    huisverbod_id: str | None = None  # of one that was imposed


class Carers:
    """The workers of Veilig Thuis who have the work, and the local field that they ask."""

    def __init__(self, doors: Doors, known: Mapping[str, Known]) -> None:
        self._doors = doors
        self._known = known

    async def do(self, step: Step, daad: Zorg) -> None:  # noqa: C901, one line a deed
        """Do one deed; raises ``PlayError`` when a door says no."""
        known = self._known[step.kenmerk]
        match daad:
            case deeds.Oppakken():
                await self._of_werk(known, "toewijzing", {"medewerkerId": "mij"}, _worker(daad.medewerker))
            case deeds.Toewijzen():
                body = {"medewerkerId": _subject(_worker(daad.medewerker))}
                await self._of_werk(known, "toewijzing", body, TEAMLEIDER)
            case deeds.CheckAfspreken():
                await self._of_werk(known, "volgende-veiligheidscheck", {"dag": daad.dag.isoformat()}, MEDEWERKER)
            case deeds.Veiligheidscheck():
                path = f"/werkstukken/{known.dossier_id}/veiligheidschecks"
                body = bodies.veiligheidscheck(step, daad)
                await self._create(step, path, "/werkstukken/{dossierId}/veiligheidschecks", body)
            case deeds.Navragen():
                body = bodies.navraag(known.melding_id)
                known.verzoek_id = (await self._create(step, "/informatieverzoeken", "", body))["id"]
            case deeds.Beantwoorden():
                await self._answer(step, known, daad)
            case deeds.Screenen():
                await self._screen(step, known, daad)
            case deeds.HuisverbodAdviseren():
                await self._of_huisverbod(known, "advies", bodies.huisverbod_advies(step, daad))
            case deeds.HuisverbodVerlengen():
                await self._of_huisverbod(known, "verlenging", bodies.verlenging(step, daad))
            case deeds.HuisverbodEindigen():
                await self._of_huisverbod(known, "einde", None)
            case _:
                assert_never(daad)

    async def _of_werk(self, known: Known, what: str, body: bodies.JSON, actor: Actor) -> None:
        path, route = f"/werkstukken/{known.dossier_id}/{what}", f"/werkstukken/{{dossierId}}/{what}"
        await self._doors.send(Call("triage", "PUT", path, route, actor, body, _ANY_VERSION))

    async def _create(self, step: Step, path: str, route: str, body: bodies.JSON) -> Any:  # JSON
        key = f"demo-{step.kenmerk}-{step.rang}-{type(step.daad).__name__.lower()}-{bodies.wire(step.tijdstip)}"
        headers = (("Idempotency-Key", key),)
        return await self._doors.send(Call("triage", "POST", path, route or path, MEDEWERKER, body, headers))

    async def _answer(self, step: Step, known: Known, daad: deeds.Beantwoorden) -> None:
        gemeente = step.gemeente_code or ""
        organisatie = default_organisatie(BestemmingSoort.LOKAAL_VELD, gemeente) or ""
        actor = Actor(Rol.LOKAAL_TEAM, organisatie, (gemeente,))
        path = f"/informatieverzoeken/{known.verzoek_id}/antwoord"
        route = "/informatieverzoeken/{informatieverzoekId}/antwoord"
        await self._doors.send(Call("triage", "PUT", path, route, actor, bodies.antwoord(daad), _ANY_VERSION))

    async def _screen(self, step: Step, known: Known, daad: deeds.Screenen) -> None:
        body = bodies.screening(known.melding_id, step, daad)
        huisverbod_id = (await self._create(step, "/huisverboden", "", body))["id"]
        if daad.opleggen:
            body = bodies.oplegging(known.melding_id, step, known.adults)
            answer = await self._put(huisverbod_id, "oplegging", body, good=(200, _OVERLAP))
            if answer.get("status") == "opgelegd":
                known.huisverbod_id = huisverbod_id
                return
        # Also when a ban of the same family still runs: nobody can have two at once.
        await self._put(huisverbod_id, "afzien", bodies.afzien(step))

    async def _of_huisverbod(self, known: Known, what: str, body: bodies.JSON | None) -> None:
        if known.huisverbod_id:
            await self._put(known.huisverbod_id, what, body)

    async def _put(
        self, huisverbod_id: str, what: str, body: bodies.JSON | None, *, good: tuple[int, ...] = (200,)
    ) -> Any:  # JSON
        path, route = f"/huisverboden/{huisverbod_id}/{what}", f"/huisverboden/{{huisverbodId}}/{what}"
        return await self._doors.send(Call("triage", "PUT", path, route, MEDEWERKER, body, _ANY_VERSION, good=good))


def known_of(zaad: int, gezin: int, melding_id: str) -> Known:
    """Return a melding about a family as its server called it, with how many people it names."""
    people = make_gezin(zaad, gezin)
    return Known(melding_id, len(people.volwassenen[:2]), len(people.kinderen))


def _worker(medewerker: int) -> Actor:
    """Return a worker; the first is the one whose token a run gives out, so that he sees work of his own."""
    if medewerker == 0:
        return MEDEWERKER
    return Actor(Rol.VT_MEDEWERKER, VT, subject=f"medewerker-{medewerker:02d}@{VT}")


def _subject(worker: Actor) -> str:
    return worker.subject or f"{worker.rol}@{worker.organisatie}"
