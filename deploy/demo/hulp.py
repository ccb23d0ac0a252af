"""Fills the interventiepalet of the region, and lets local teams ask help of it for a part of what they accept.

The offers are invented: names that nobody bears, and figures of our own. No source says which help a region has.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from deploy.demo import deeds
from deploy.demo.chance import chance_of, pick
from deploy.demo.doors import TEAMLEIDER, Actor, Call, Doors
from deploy.demo.hours import later
from shared.rules.codes import Rol
from shared.rules.palet import Doelgroep, Fase, Indicatie, InzetAfbreking, InzetWeigering, VoorWie

# In our own estimate: how often a team asks help of the palet, and how often it finds none.
_SHARE = 0.4
_MISSED = 0.15
_STARTS_AT_ONCE = 0.4
_WEIGERT, _START_LATER = 0.15, 0.45  # of what does not start at once; the rest waits
_WEIGERT_NA: Mapping[int, float] = MappingProxyType({1: 30, 2: 40, 4: 30})  # working days, and so on
_START_NA: Mapping[int, float] = MappingProxyType({3: 25, 5: 35, 8: 25, 12: 15})
_AFGEBROKEN, _AFGEROND = 0.1, 0.6
_EINDE_NA: Mapping[int, float] = MappingProxyType({4: 10, 8: 15, 15: 25, 30: 30, 60: 20})
_WEIGERREDEN: Mapping[InzetWeigering, float] = MappingProxyType(
    {
        InzetWeigering.WACHTTIJD_TE_LANG: 35,
        InzetWeigering.GEEN_PLAATS: 25,
        InzetWeigering.NIET_PASSEND: 20,
        InzetWeigering.GEZIN_WIL_NIET: 20,
    }
)
_AFBREEKREDEN: Mapping[InzetAfbreking, float] = MappingProxyType(
    {InzetAfbreking.GEZIN_STOPT: 60, InzetAfbreking.ANDERE_HULP: 25, InzetAfbreking.VERHUISD: 15}
)
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


@dataclass(frozen=True, slots=True)
class Keuze:
    """What a team finds in the palet: the place of an offer in it, or None when there is nothing."""

    nr: int | None
    start_meteen: bool = False


def choice_of(zaad: int, kenmerk: str) -> Keuze:
    """Return what a team finds that looks for help for this melding."""
    random = chance_of("welke-hulp", zaad, kenmerk)
    if random.random() < _MISSED:
        return Keuze(None)
    return Keuze(pick(random, _ASKED), random.random() < _STARTS_AT_ONCE)


def went_on(
    zaad: int, kenmerk: str, aanbod: deeds.Aanbod, asked_op: datetime
) -> Iterator[tuple[datetime, deeds.HulpStap]]:
    """Yield what who gives help does afterwards: begin later or refuse, and end."""
    keuze = choice_of(zaad, kenmerk)
    if keuze.nr is None or not asks(zaad, kenmerk):
        return
    random = chance_of("hulp-vervolg", zaad, kenmerk)
    at, left = asked_op, random.random()
    if not keuze.start_meteen:
        if left < _WEIGERT:
            refused_op = later(at, pick(random, _WEIGERT_NA), random)
            yield refused_op, deeds.HulpStap(aanbod, "weigering", pick(random, _WEIGERREDEN).value)
            return
        if left >= _WEIGERT + _START_LATER:
            return
        at = later(at, pick(random, _START_NA), random)
        yield at, deeds.HulpStap(aanbod, "start")
    at, left = later(at, pick(random, _EINDE_NA), random), random.random()
    if left < _AFGEBROKEN:
        yield at, deeds.HulpStap(aanbod, "afbreking", pick(random, _AFBREEKREDEN).value)
    elif left < _AFGEBROKEN + _AFGEROND:
        yield at, deeds.HulpStap(aanbod, "afronding")


def asks(zaad: int, kenmerk: str) -> bool:
    """Say whether a team looks for help in the palet for this melding."""
    return chance_of("hulp", zaad, kenmerk).random() < _SHARE


@dataclass(slots=True)
class Hulp:
    """The palet of one play, and who asks for help of it."""

    doors: Doors
    zaad: int
    _ids: list[str] = field(default_factory=list)
    _inzetten: dict[str, tuple[str, Actor]] = field(default_factory=dict)  # by overdracht, with who gives the help

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
        keuze = choice_of(self.zaad, kenmerk)
        if keuze.nr is None:
            await self._post(overdracht_id, "lacunes", _MISSING, team)
            return "lacunes"
        one = PALET[keuze.nr]
        body = {"interventieId": self._ids[keuze.nr], "doelgroep": one.doelgroep, "fase": one.fase, "instemming": True}
        inzet = await self._post(overdracht_id, "inzetten", body, team)
        self._inzetten[overdracht_id] = inzet["id"], Actor(Rol.KETENPARTNER, one.organisatie)
        if keuze.start_meteen:
            await self._put(overdracht_id, "start", None)
        return "inzetten"

    async def go_on(self, daad: deeds.HulpStap, overdracht_id: str) -> None:
        """Let who gives the help of an overdracht begin, refuse or end."""
        body = {"reden": daad.reden} if daad.reden else {} if daad.stap == "afronding" else None
        await self._put(overdracht_id, daad.stap, body)

    async def _post(self, overdracht_id: str, what: str, body: Mapping[str, Any], team: Actor) -> Any:  # JSON
        path, route = f"/overdrachten/{overdracht_id}/{what}", f"/overdrachten/{{overdrachtId}}/{what}"
        key = (("Idempotency-Key", f"demo-{what}-{overdracht_id}"),)
        return await self.doors.send(Call("handover", "POST", path, route, team, body, key))

    async def _put(self, overdracht_id: str, stap: str, body: Mapping[str, Any] | None) -> None:
        inzet_id, aanbieder = self._inzetten[overdracht_id]
        path, route = f"/inzetten/{inzet_id}/{stap}", f"/inzetten/{{inzetId}}/{stap}"
        # Where every place is taken all the same it goes on waiting, and does not end.
        headers = (("If-Match", "*"),)
        await self.doors.send(Call("handover", "PUT", path, route, aanbieder, body, headers, good=(200, 409)))


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
