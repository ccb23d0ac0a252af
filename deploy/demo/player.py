"""Plays the steps through the doors, in simulated time: the clock moves, the people act, and the house catches up.

Within a batch the clock stands still, so that what is recorded does not depend on how fast this machine is. After
each day the play waits until the rooms have told everything and the sweep has looked at the new day.
"""

import asyncio
import heapq
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from deploy.demo import bodies, deeds, opvangdeeds
from deploy.demo.adressen import give_up_adressen
from deploy.demo.batches import Batch, next_batch
from deploy.demo.carers import Carers, Known, known_of
from deploy.demo.chance import chance_of
from deploy.demo.course import Ontvanger
from deploy.demo.deeds import Aanbod, Step
from deploy.demo.doors import BEHEERDER, MEDEWERKER, TEAMLEIDER, Actor, Call, Doors, PlayError
from deploy.demo.exchangers import Exchangers
from deploy.demo.hulp import Hulp
from deploy.demo.overview import Overview
from deploy.demo.plan import Wishes, plan
from deploy.demo.planners import Planners
from deploy.demo.shelterers import Shelterers
from deploy.demo.signalen import weigh_and_place
from shared.clock import SimulatedClock, write_clock
from shared.rules.calendar import amsterdam_day, midnight_after
from shared.rules.codes import BestemmingSoort, MonitorVervolg, Rol, Uitkomst
from shared.rules.settings import DEFAULT_SETTINGS

Say = Callable[[str], None]

_TOGETHER = 16
_ROOMS = ("intake", "triage", "handover", "monitoring")
_SETTLE_SECONDS = 60.0
_POLL_SECONDS = 0.1
_SWEEP = "sweep_termijnen"
# A sweep that ended so shortly after the clock moved may have read the old time.
_SWEEP_OVERLAP_SECONDS = 0.25
_AFTER_MIDNIGHT = timedelta(seconds=1)
_ANY_VERSION = (("If-Match", "*"),)
_BEHANDELAARS = 6  # who take turns at each receiver
_MONITOR_AHEAD = timedelta(days=14)


class Player:
    """One play."""

    def __init__(self, wishes: Wishes, doors: Doors, clock_file: Path, say: Say) -> None:
        self._wishes = wishes
        self._doors = doors
        self._clock_file = clock_file
        self._say = say
        self._overview = Overview(doors)
        self._known: dict[str, Known] = {}
        self._carers = Carers(doors, self._known)
        self._planners = Planners(doors)
        self._exchangers = Exchangers(doors)
        self._shelterers = Shelterers(doors)
        self._hulp = Hulp(doors, wishes.zaad)
        self._kenmerk_of: dict[str, str] = {}
        self._adviezen: dict[tuple[int, int], str] = {}  # by year and number
        self._heap: list[Step] = []
        self._at_once = asyncio.Semaphore(_TOGETHER)
        self._today: Counter[str] = Counter()
        self.done: Counter[str] = Counter()

    async def play(self) -> None:
        """Play everything, and let the time run on afterwards; raises ``PlayError`` when a door says no."""
        wishes = self._wishes
        now = SimulatedClock(self._clock_file)()
        if now > wishes.begin + _AFTER_MIDNIGHT:
            raise PlayError(
                f"de klok van de regio staat al na {wishes.vanaf:%Y-%m}; kies een latere maand met --vanaf."
            )
        write_clock(self._clock_file, wishes.begin, 0)
        await self._hulp.fill(wishes.vanaf)
        await self._shelterers.fill(wishes.vanaf)
        await give_up_adressen(self._doors)
        self._heap = plan(wishes)  # sorted, and so a heap
        day = wishes.vanaf
        while self._heap:
            coming = amsterdam_day(self._heap[0].tijdstip)
            while day < coming:
                day = await self._close(day)
            await self._do(next_batch(self._heap))
        while midnight_after(day) <= wishes.einde:
            day = await self._close(day)
        write_clock(self._clock_file, wishes.einde + _AFTER_MIDNIGHT, 1)

    # --- a batch -------------------------------------------------------------------------------------------------

    async def _do(self, batch: Batch) -> None:
        write_clock(self._clock_file, batch.klok, 0)
        try:
            async with asyncio.TaskGroup() as group:
                for keten in batch.ketens:
                    group.create_task(self._do_chain(keten))
        except ExceptionGroup as failed:
            # What ran beside it was stopped because of the first.
            raise failed.exceptions[0] from None

    async def _do_chain(self, keten: tuple[Step, ...]) -> None:
        for step in keten:
            async with self._at_once:
                await self._do_step(step)
            kind = type(step.daad).__name__
            self._today[kind] += 1
            self.done[kind] += 1

    async def _do_step(self, step: Step) -> None:  # noqa: C901, PLR0912, one line a deed
        daad = step.daad
        match daad:
            case deeds.Melden():
                await self._report(step, daad)
            case deeds.Adviseren():
                await self._advise(step, daad)
            case deeds.Acuutchecken():
                answer = await self._judge(step, "acuutcheck", bodies.acuutcheck(daad))
                self._known[step.kenmerk].dossier_id = answer["dossierId"]
                await self._signal(step)
            case deeds.Besluiten():
                answer = await self._judge(step, "besluit", bodies.besluit(daad))
                self._known[step.kenmerk].dienst_id = answer["dienstId"]
            case deeds.Handelen():
                await self._act(step, daad)
            case deeds.Spreken():
                await self._in_dienst(step, "contacten", bodies.contact(step, daad), daad.volgnummer)
            case deeds.Voorwaarde():
                await self._in_dienst(step, "veiligheidsvoorwaarden", bodies.voorwaarde(step, daad), daad.volgnummer)
            case deeds.Concluderen():
                await self._conclude(step, daad)
            case deeds.Accepteren():
                await self._take(step, daad.aanbod)
                await self._answer(step, daad.aanbod, "acceptatie", {"warm": daad.warm})
                await self._help(step, daad.aanbod)
            case deeds.Weigeren():
                await self._answer(step, daad.aanbod, "weigering", bodies.weigering(daad))
            case deeds.OpnieuwAanbieden():
                await self._offer_again(step, daad)
            case (
                deeds.Intrekken()
                | deeds.NavraagStellen()
                | deeds.NavraagBeantwoorden()
                | deeds.AntwoordLezen()
                | deeds.GesprekPlannen()
                | deeds.GesprekAfzeggen()
                | deeds.GesprekVastleggen()
                | deeds.TeruggaveVragen()
                | deeds.TeruggaveBeslissen()
                | deeds.ZichtVragen()
                | deeds.ZichtAanvaarden()
            ):
                overdracht_id = await self._overview.find(self._known[step.kenmerk].melding_id, daad.aanbod)
                await self._exchangers.do(step, daad, overdracht_id, _receiver(step, daad.aanbod.ontvanger))
            case deeds.EersteContact():
                await self._answer(step, daad.aanbod, "eerste-contact", {"tijdstip": bodies.wire(step.tijdstip)})
            case deeds.HulpStap():
                overdracht_id = await self._overview.find(self._known[step.kenmerk].melding_id, daad.aanbod)
                await self._hulp.go_on(daad, overdracht_id)
            case (
                deeds.PlanMaken()
                | deeds.PlanEvalueren()
                | deeds.PlanactieAfronden()
                | deeds.PlanfaseWijzigen()
                | deeds.PlanEindigen()
            ):
                known = self._known[step.kenmerk]
                overdracht_id = await self._overview.find(known.melding_id, daad.aanbod)
                actor = _receiver(step, daad.aanbod.ontvanger)
                await self._planners.do(step, daad, known, overdracht_id, actor)
            case deeds.Monitorronde():
                await self._look_again(step)
            case (
                opvangdeeds.OpvangAanvragen()
                | opvangdeeds.OpvangPlaatsen()
                | opvangdeeds.OpvangWachten()
                | opvangdeeds.OpvangElders()
                | opvangdeeds.OpvangWeigeren()
                | opvangdeeds.OpvangIntrekken()
                | opvangdeeds.Traumascreenen()
                | opvangdeeds.OpvangKlaarMelden()
                | opvangdeeds.OpvangUitstromen()
            ):
                await self._shelterers.do(step, daad, self._known[step.kenmerk].melding_id)
            case _:
                await self._carers.do(step, daad)

    # --- the deeds -----------------------------------------------------------------------------------------------

    async def _report(self, step: Step, daad: deeds.Melden) -> None:
        sender = bodies.sender_of(daad.aankomst)
        actor = Actor(Rol.KETENPARTNER, sender) if sender else MEDEWERKER
        body = bodies.melding(self._wishes.zaad, step, daad)
        answer = await self._doors.send(replace(_create("intake", "/meldingen", step, body), actor=actor))
        self._known[step.kenmerk] = known_of(self._wishes.zaad, daad.aankomst.gezin, answer["id"])
        self._kenmerk_of[answer["id"]] = step.kenmerk
        self.done["hermeldingen"] += answer["hermelding"]
        if answer["status"] == bodies.WACHT_OP_BESLUIT:
            await self._take_up(answer["id"])

    async def _take_up(self, melding_id: str) -> None:
        """Let a team lead take up a melding of an unknown melder at once: until then nobody else knows of it."""
        route = "/dubbel-anonieme-meldingen/{meldingId}/besluit"
        path, body = route.replace("{meldingId}", melding_id), bodies.dubbel_anoniem_besluit()
        # After an interrupted call it may have been taken up already.
        await self._doors.send(Call("intake", "PUT", path, route, TEAMLEIDER, body, _ANY_VERSION))
        self.done["dubbelAnoniem"] += 1

    async def _advise(self, step: Step, daad: deeds.Adviseren) -> None:
        vraag = daad.vraag
        eerder_id = self._adviezen.get((vraag.tijdstip.year, vraag.eerder)) if vraag.eerder else None
        answer = await self._doors.send(_create("intake", "/adviezen", step, bodies.advies(daad, eerder_id)))
        self._adviezen[vraag.tijdstip.year, vraag.nummer] = answer["id"]

    async def _judge(self, step: Step, what: str, body: bodies.JSON) -> Any:  # JSON
        melding_id = self._known[step.kenmerk].melding_id
        return await self._doors.send(
            Call(
                "triage",
                "PUT",
                f"/veiligheidsbeoordelingen/{melding_id}/{what}",
                f"/veiligheidsbeoordelingen/{{meldingId}}/{what}",
                MEDEWERKER,
                body,
                _ANY_VERSION,
                may_come=True,
            )
        )

    async def _signal(self, step: Step) -> None:
        melding_id = self._known[step.kenmerk].melding_id
        placed = await weigh_and_place(self._doors, self._wishes.zaad, step.kenmerk, melding_id)
        self.done["signalen"] += placed

    async def _act(self, step: Step, daad: deeds.Handelen) -> None:
        melding_id = self._known[step.kenmerk].melding_id
        route = "/veiligheidsbeoordelingen/{meldingId}/handelingen"
        path, body = route.replace("{meldingId}", melding_id), bodies.handeling(step, daad)
        call = _create("triage", path, step, body, f"{daad.soort}-{body['tijdstip']}")
        await self._doors.send(replace(call, route=route, may_come=True))

    async def _in_dienst(self, step: Step, what: str, body: bodies.JSON, volgnummer: int) -> None:
        dienst_id = self._known[step.kenmerk].dienst_id
        call = _create("triage", f"/diensten/{dienst_id}/{what}", step, body, f"{what}-{volgnummer}")
        await self._doors.send(replace(call, route=f"/diensten/{{dienstId}}/{what}"))

    async def _conclude(self, step: Step, daad: deeds.Concluderen) -> None:
        dienst_id = self._known[step.kenmerk].dienst_id
        path, route = f"/diensten/{dienst_id}/conclusie", "/diensten/{dienstId}/conclusie"
        await self._doors.send(Call("triage", "PUT", path, route, MEDEWERKER, bodies.conclusie(daad), _ANY_VERSION))

    async def _answer(self, step: Step, aanbod: Aanbod, what: str, body: bodies.JSON) -> None:
        overdracht_id = await self._overview.find(self._known[step.kenmerk].melding_id, aanbod)
        path, route = f"/overdrachten/{overdracht_id}/{what}", f"/overdrachten/{{overdrachtId}}/{what}"
        await self._doors.send(Call("handover", "POST", path, route, _receiver(step, aanbod.ontvanger), body))

    async def _help(self, step: Step, aanbod: Aanbod) -> None:
        """Let the local field ask for help, for a part of what it accepted."""
        if aanbod.ontvanger.soort is not BestemmingSoort.LOKAAL_VELD:
            return
        overdracht_id = await self._overview.find(self._known[step.kenmerk].melding_id, aanbod)
        done = await self._hulp.ask(step.kenmerk, overdracht_id, _receiver(step, aanbod.ontvanger))
        if done:
            self.done[done] += 1

    async def _take(self, step: Step, aanbod: Aanbod) -> None:
        """Let one of the people of a receiver see to an offer, before he accepts it."""
        overdracht_id = await self._overview.find(self._known[step.kenmerk].melding_id, aanbod)
        path, route = f"/overdrachten/{overdracht_id}/behandelaar", "/overdrachten/{overdrachtId}/behandelaar"
        receiver = _receiver(step, aanbod.ontvanger)
        who = chance_of("behandelaar", self._wishes.zaad, step.kenmerk).randrange(_BEHANDELAARS)
        actor = replace(receiver, subject=f"behandelaar-{who}@{receiver.organisatie}")
        await self._doors.send(Call("handover", "PUT", path, route, actor, {"medewerkerId": "mij"}, _ANY_VERSION))

    async def _offer_again(self, step: Step, daad: deeds.OpnieuwAanbieden) -> None:
        vorige = await self._overview.find(self._known[step.kenmerk].melding_id, daad.vorige)
        body = bodies.heraanbod(vorige, daad)
        await self._doors.send(_create("handover", "/overdrachten", step, body, f"opnieuw-{vorige}"))

    # --- the radar -----------------------------------------------------------------------------------------------

    async def _look_again(self, step: Step) -> None:
        """Do every monitormoment that is due within two weeks; choices follow from the melding, not from the list."""
        place: str | None = None
        due: list[dict[str, Any]] = []
        while True:
            params = (("limiet", "100"), ("status", "gepland"), *((("na", place),) if place else ()))
            route = "/monitormomenten"
            answer = await self._doors.send(Call("monitoring", "GET", route, route, MEDEWERKER, params=params))
            due += [
                row
                for row in answer["resultaten"]
                if datetime.fromisoformat(row["uiterlijk"]) <= step.tijdstip + _MONITOR_AHEAD
            ]
            place = answer["volgende"]
            if place is None:
                break
        for row in sorted(due, key=lambda row: (self._kenmerk_of.get(row["meldingId"], ""), row["maand"])):
            await self._finish_moment(step, row)

    async def _finish_moment(self, step: Step, row: dict[str, Any]) -> None:
        kenmerk = self._kenmerk_of.get(row["meldingId"])
        if kenmerk is None:
            return  # of a play before this one
        random = chance_of("monitormoment", self._wishes.zaad, kenmerk, row["maand"])
        body = bodies.monitoruitkomst(random, last=row["maand"] >= max(DEFAULT_SETTINGS.monitor_offsets_months))
        path, route = f"/monitormomenten/{row['id']}/uitkomst", "/monitormomenten/{monitormomentId}/uitkomst"
        # Another uitkomst of the same round may have cancelled this one: then there is nothing left to look at.
        call = Call("monitoring", "PUT", path, route, MEDEWERKER, body, _ANY_VERSION, good=(200, 409))
        await self._doors.send(call)
        self.done["monitormomenten"] += 1
        if body["vervolg"] == MonitorVervolg.HEROPENEN:
            self._judge_again(step, kenmerk, row["gemeenteCode"])

    def _judge_again(self, step: Step, kenmerk: str, gemeente_code: str) -> None:
        """Judge a melding that the radar sent back anew within the week; it goes to the local field."""
        local = Ontvanger(BestemmingSoort.LOKAAL_VELD, f"lokaal-team-{gemeente_code}")
        acute = deeds.Acuutchecken(acuut=False, interventies=())
        besluit = deeds.Besluiten(Uitkomst.OVERDRACHT, acuut=False, structureel=True, bestemmingen=(local,))
        accept = deeds.Accepteren(Aanbod(local, uit_dienst=False), warm=True)
        for days, rang, daad in ((0, 1, acute), (0, 2, deeds.Oppakken(0)), (2, 2, besluit), (3, 7, accept)):
            moment = step.tijdstip + timedelta(days=days, hours=3)
            if moment < self._wishes.einde:
                heapq.heappush(self._heap, Step(moment, rang, kenmerk, f"heropend-{kenmerk}", gemeente_code, daad))

    # --- the end of a day ----------------------------------------------------------------------------------------

    async def _close(self, day: date) -> date:
        """Let the day end: everything told, the clock past midnight, the sweep done; return the next day."""
        await self._drain()
        write_clock(self._clock_file, midnight_after(day) + _AFTER_MIDNIGHT, 0)
        await self._swept(midnight_after(day))
        self._tell(day)
        return day + timedelta(days=1)

    async def _drain(self) -> None:
        begin = time.monotonic()
        while True:
            told = [await self._doors.send(Call(room, "GET", "/toestand", "/toestand", BEHEERDER)) for room in _ROOMS]
            if not any(one["teVerzenden"] or one["wachtendOpVoorganger"] for one in told):
                return
            if time.monotonic() - begin > _SETTLE_SECONDS:
                raise PlayError("de kamers raken hun feiten niet kwijt (60 s); de demo stopt hier.")
            await asyncio.sleep(_POLL_SECONDS)

    async def _swept(self, midnight: datetime) -> None:
        """Wait until a sweep has run that saw the new day."""
        begin = time.monotonic()
        moved_at = time.time()
        while True:
            route = "/hartslagen"
            told = await self._doors.send(Call("monitoring", "GET", route, route, BEHEERDER))
            for one in told["resultaten"]:
                if one["naam"] != _SWEEP or one["tijdstipKeten"] is None:
                    continue
                real = datetime.fromisoformat(one["tijdstip"]).timestamp()
                seen = datetime.fromisoformat(one["tijdstipKeten"])
                if seen >= midnight and real > moved_at + _SWEEP_OVERLAP_SECONDS:
                    return
            if time.monotonic() - begin > _SETTLE_SECONDS:
                raise PlayError("de bewaking van termijnen komt niet langs (60 s); de demo stopt hier.")
            await asyncio.sleep(_POLL_SECONDS)

    def _tell(self, day: date) -> None:
        today, self._today = self._today, Counter()
        self._say(
            f"{day:%d-%m-%Y}  {today['Melden']:>3} meldingen  {today['Adviseren']:>3} adviezen  "
            f"{today['Besluiten']:>3} besluiten  {today['Accepteren']:>3} overdrachten geaccepteerd"
        )


def _create(room: str, path: str, step: Step, body: bodies.JSON, extra: str = "") -> Call:
    """Return a creating call with a key of its own: sent twice it is done once."""
    name = extra or f"{type(step.daad).__name__.lower()}-{bodies.wire(step.tijdstip)}"
    key = f"demo-{step.kenmerk}-{step.rang}-{name}"
    return Call(room, "POST", path, path, MEDEWERKER, body, (("Idempotency-Key", key),))


def _receiver(step: Step, ontvanger: Ontvanger) -> Actor:
    if ontvanger.soort is BestemmingSoort.LOKAAL_VELD:
        return Actor(Rol.LOKAAL_TEAM, ontvanger.organisatie_id, (step.gemeente_code or "",))
    return Actor(Rol.KETENPARTNER, ontvanger.organisatie_id)
