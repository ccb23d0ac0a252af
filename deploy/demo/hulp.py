"""Fills the interventiepalet of the region, and lets local teams ask help of it for a part of what they accept.

The offers are invented: names that nobody bears, and figures of our own. No source says which help a region has.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from deploy.demo.chance import chance_of, pick
from deploy.demo.doors import TEAMLEIDER, Actor, Call, Doors
from shared.rules.codes import Rol
from shared.rules.palet import Doelgroep, Fase, Indicatie, VoorWie

# In our own estimate: how often a team asks help of the palet, and how often it finds none.
_SHARE = 0.4
_MISSED = 0.15
_STARTS_AT_ONCE = 0.5
# There is nothing in this palet for whom that has happened: so that a lacune is to be seen.
_MISSING = {"doelgroep": Doelgroep.SEKSUELE_UITBUITING, "fase": Fase.ACUTE_VEILIGHEID, "voorWie": VoorWie.PLEGER}


@dataclass(frozen=True, slots=True)
class Aanbod:
    naam: str
    organisatie: str
    doelgroep: Doelgroep
    fase: Fase
    voor_wie: VoorWie
    plaatsen: int | None
    wachttijd_dagen: int
    eigen_bijdrage: bool = False
    indicatie: Indicatie = Indicatie.GEEN


_D, _F, _W = Doelgroep, Fase, VoorWie
# Places enough for a year: who of two got the last one would not repeat.
PALET = (
    Aanbod("Samen veilig verder", "verzonnen-gezinshulp", _D.ALGEMEEN, _F.DIRECTE_VEILIGHEID, _W.GEZIN, None, 7),
    Aanbod("Weer in balans", "verzonnen-gezinshulp", _D.ALGEMEEN, _F.STABIELE_VEILIGHEID, _W.PLEGER, 400, 35),
    Aanbod("Kind uit de knel", "verzonnen-jeugdhulp", _D.COMPLEXE_SCHEIDING, _F.HERSTEL, _W.KIND, 300, 60),
    Aanbod(
        "Spelen en praten",
        "verzonnen-jeugdhulp",
        _D.KWETSBARE_OPVOEDSITUATIE,
        _F.STABIELE_VEILIGHEID,
        _W.KIND,
        300,
        21,
        indicatie=Indicatie.JEUGDHULP,
    ),
    Aanbod("Ouder en veilig", "verzonnen-ouderenzorg", _D.OUDERENMISHANDELING, _F.HERSTEL, _W.SLACHTOFFER, 150, 10),
    Aanbod(
        "In eigen kring", "verzonnen-gezinshulp", _D.EERGERELATEERD_GEWELD, _F.DIRECTE_VEILIGHEID, _W.GEZIN, 150, 14
    ),
    Aanbod(
        "Na de schok",
        "verzonnen-ggz",
        _D.SEKSUEEL_GEWELD,
        _F.HERSTEL,
        _W.SLACHTOFFER,
        150,
        90,
        eigen_bijdrage=True,
        indicatie=Indicatie.VERWIJZING,
    ),
)
# How often each is asked for, in the order of the palet.
_ASKED: Mapping[int, float] = MappingProxyType(dict(enumerate((40, 20, 12, 15, 5, 4, 4))))


def asks(zaad: int, kenmerk: str) -> bool:
    """Say whether a team looks for help in the palet for this melding."""
    return chance_of("hulp", zaad, kenmerk).random() < _SHARE


@dataclass(slots=True)
class Hulp:
    """The palet of one play, and who asks for help of it."""

    doors: Doors
    zaad: int
    _ids: list[str] = field(default_factory=list)

    async def fill(self, dag: date) -> None:
        """Put every offer in the palet that is not there yet: one play can follow on another."""
        route = "/interventies"
        rows = await self.doors.send(Call("handover", "GET", route, route, TEAMLEIDER, params=(("limiet", "200"),)))
        known = {row["naam"]: row["id"] for row in rows["resultaten"]}
        for nr, one in enumerate(PALET):
            if one.naam not in known:
                key = (("Idempotency-Key", f"demo-palet-{self.zaad}-{dag.isoformat()}-{nr}"),)
                call = Call("handover", "POST", route, route, TEAMLEIDER, _body(one, dag), key)
                known[one.naam] = (await self.doors.send(call))["id"]
            self._ids.append(known[one.naam])

    async def ask(self, kenmerk: str, overdracht_id: str, team: Actor) -> str | None:
        """Let a team ask for help under what it accepted, or note that there is none; return which of the two."""
        if not asks(self.zaad, kenmerk):
            return None
        random = chance_of("welke-hulp", self.zaad, kenmerk)
        if random.random() < _MISSED:
            await self._post(overdracht_id, "lacunes", _MISSING, team)
            return "lacunes"
        nr = pick(random, _ASKED)
        one = PALET[nr]
        body = {"interventieId": self._ids[nr], "doelgroep": one.doelgroep, "fase": one.fase, "instemming": True}
        inzet = await self._post(overdracht_id, "inzetten", body, team)
        if random.random() < _STARTS_AT_ONCE:
            await self._start(inzet["id"], Actor(Rol.KETENPARTNER, one.organisatie))
        return "inzetten"

    async def _post(self, overdracht_id: str, what: str, body: Mapping[str, Any], team: Actor) -> Any:  # JSON
        path, route = f"/overdrachten/{overdracht_id}/{what}", f"/overdrachten/{{overdrachtId}}/{what}"
        key = (("Idempotency-Key", f"demo-{what}-{overdracht_id}"),)
        return await self.doors.send(Call("handover", "POST", path, route, team, body, key))

    async def _start(self, inzet_id: str, aanbieder: Actor) -> None:
        path, route = f"/inzetten/{inzet_id}/start", "/inzetten/{inzetId}/start"
        # Where every place is taken all the same it goes on waiting.
        headers = (("If-Match", "*"),)
        await self.doors.send(Call("handover", "PUT", path, route, aanbieder, headers=headers, good=(200, 409)))


def _body(one: Aanbod, dag: date) -> dict[str, Any]:
    return {
        "naam": one.naam,
        "organisatieId": one.organisatie,
        "gemeenteCodes": [],
        "doelgroepen": [one.doelgroep],
        "fasen": [one.fase],
        "voorWie": [one.voor_wie],
        "plaatsen": one.plaatsen,
        "wachttijd": {"dagen": one.wachttijd_dagen, "op": dag.isoformat()},
        "eigenBijdrage": one.eigen_bijdrage,
        "indicatie": one.indicatie,
        "geldigVan": dag.isoformat(),
    }
