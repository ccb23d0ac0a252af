"""What becomes of an overdracht when its receiver is slow, wrong, lying or dead: a table, made by running it.

A day passes in a moment: each attempt is made at the moment at which it is due. The table is written to
``.ketenradar/levering.md``.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from deploy.generated import PROJECT
from services.handover.handlers.bezorgen import Bezorging, run_bezorging
from shared.rules.leveringcodes import ALARMEERT, VoorlegReden
from tests.integration.handover.conftest import VT, HandoverRoom
from tests.integration.handover.levering import deliverer, let_pass, levering, offer, one_round, rest, told
from tests.integration.handover.partner import (
    DUBBEL,
    FOUT,
    GOED,
    OMGELEID,
    TRAAG,
    VERWERKT_502,
    WEBPAGINA,
    WEIGERT,
    ZONDER_BEWIJS,
    Gedrag,
    Partner,
)

pytestmark = pytest.mark.anyio

TABLE = PROJECT / ".ketenradar" / "levering.md"
_DAY = timedelta(hours=25)
_HEADINGS = ("de ontvanger", "pogingen", "gezien", "verwerkt", "eindstand", "na", "alarm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verwacht:
    """How a row must end; of attempts, how many at least and at most."""

    eindstand: str
    pogingen: tuple[int, int]
    verwerkt: int = 0  # how many different notices it handled
    alarm: str = "-"
    binnen: timedelta = _DAY


@dataclass(frozen=True, slots=True)
class Rij:
    """One row of the table."""

    naam: str
    pogingen: int
    gezien: int
    verwerkt: int
    eindstand: str
    na: str
    alarm: str

    @property
    def line(self) -> str:
        """The row as it stands in the table."""
        cells = (self.naam, self.pogingen, self.gezien, self.verwerkt, self.eindstand, self.na, self.alarm)
        return "| " + " | ".join(map(str, cells)) + " |"


@dataclass(frozen=True, slots=True)
class Geval:
    """One kind of receiver: how he answers first and after that, and how it must end."""

    naam: str
    verwacht: Verwacht
    eerst: tuple[Gedrag, ...] = ()
    daarna: Gedrag = GOED


_GELEVERD = Verwacht(eindstand="ontvangen", pogingen=(1, 1), verwerkt=1, binnen=timedelta(minutes=1))
_EEN_DAG = Verwacht(eindstand="wacht-op-mens", pogingen=(15, 30), alarm="niet-gelukt")
GEVALLEN = (
    Geval("goed", _GELEVERD),
    Geval(
        "twee keer te traag",
        replace(_GELEVERD, pogingen=(3, 3), binnen=timedelta(minutes=5)),
        eerst=(TRAAG, TRAAG),
    ),
    Geval("een etmaal te traag", _EEN_DAG, daarna=TRAAG),
    Geval("drie keer 500", replace(_GELEVERD, pogingen=(4, 4), binnen=timedelta(minutes=10)), eerst=(FOUT, FOUT, FOUT)),
    Geval("een etmaal 500", _EEN_DAG, daarna=FOUT),
    Geval("200 met een webpagina", _EEN_DAG, daarna=WEBPAGINA),
    Geval("200 zonder bewijs", _EEN_DAG, daarna=ZONDER_BEWIJS),
    Geval("leidt om naar elders", _EEN_DAG, daarna=OMGELEID),
    Geval(
        "verwerkt, maar twee keer 502",
        replace(_GELEVERD, pogingen=(3, 3), binnen=timedelta(minutes=5)),
        eerst=(VERWERKT_502, VERWERKT_502),
    ),
    Geval("verwerkt, maar een etmaal 502", replace(_EEN_DAG, verwerkt=1), daarna=VERWERKT_502),
    Geval("verwerkt twee keer en antwoordt twee keer", _GELEVERD, daarna=DUBBEL),
    Geval(
        "weigert met 400",
        Verwacht(eindstand="wacht-op-mens", pogingen=(3, 3), alarm="geweigerd", binnen=timedelta(minutes=5)),
        daarna=WEIGERT,
    ),
)


@pytest.fixture(scope="module")
def rijen() -> Iterator[list[Rij]]:
    """The rows as they come; written when all are there."""
    made: list[Rij] = []
    yield made
    if len(made) == len(GEVALLEN) + 2:
        _write(made)


def _write(rows: list[Rij]) -> None:
    TABLE.parent.mkdir(exist_ok=True)
    head = ["| " + " | ".join(_HEADINGS) + " |", "|" + "---|" * len(_HEADINGS)]
    about = (
        "# Levering van overdrachten bij ontvangers die traag, fout of stil zijn\n\n"
        "Gemaakt door `tests/integration/handover/test_leveringchaos.py`, met een klok die een etmaal in een ogenblik "
        "laat verstrijken. *gezien*: verzoeken die de ontvanger kreeg; *verwerkt*: verschillende berichten die hij "
        "verwerkte; *na*: hoe lang na het aanbieden.\n\n"
    )
    TABLE.write_text(about + "\n".join([*head, *(row.line for row in rows)]) + "\n")


@pytest.mark.parametrize("geval", GEVALLEN, ids=lambda geval: geval.naam)
async def test_whatever_a_receiver_does_nothing_is_lost_and_a_person_hears_of_it_in_time(
    handover: HandoverRoom, rijen: list[Rij], geval: Geval
) -> None:
    async with Partner(script=list(geval.eerst), then=geval.daarna) as partner, deliverer(handover) as plan:
        await rest(handover, partner.url)
        _, overdracht_id = await offer(handover)
        begin = handover.klok()

        await let_pass(handover, plan, _DAY)

        assert handover.klok() - begin == _DAY
        rij = await _row(handover, geval.naam, partner, overdracht_id)
        await _twice_more_proves_nothing_new(handover, plan, partner)
    rijen.append(rij)
    _check(rij, geval.verwacht)
    assert len({one.headers["webhook-id"] for one in partner.requests}) == 1
    assert len({one.body for one in partner.requests}) == 1


async def _twice_more_proves_nothing_new(room: HandoverRoom, plan: Bezorging, partner: Partner) -> None:
    """See that what ended is not tried any more, also days later."""
    seen = len(partner.requests)
    await let_pass(room, plan, timedelta(days=3))
    assert len(partner.requests) == seen


async def _row(room: HandoverRoom, naam: str, partner: Partner, overdracht_id: str) -> Rij:
    found = await levering(room, overdracht_id)
    since = found["afgerondOp"] or found["voorgelegdOp"]
    begin = _moment(found["gemaaktOp"])
    alarms = [fact["reden"] for fact in await told(room, "levering-voorgelegd")]
    return Rij(
        naam=naam,
        pogingen=found["aantalPogingen"],
        gezien=len(partner.requests),
        verwerkt=len(set(partner.handled)),
        eindstand=found["status"],
        na=_words(_moment(since) - begin),
        alarm=next((reden for reden in alarms if VoorlegReden(reden) in ALARMEERT), "-"),
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _words(span: timedelta) -> str:
    seconds = round(span.total_seconds())
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds / 3600:.1f} u" if seconds >= 7200 else f"{seconds / 60:.1f} min"


def _check(rij: Rij, verwacht: Verwacht) -> None:
    assert verwacht.pogingen[0] <= rij.pogingen <= verwacht.pogingen[1], rij
    assert rij.gezien == rij.pogingen, rij
    assert (rij.verwerkt, rij.eindstand, rij.alarm) == (verwacht.verwerkt, verwacht.eindstand, verwacht.alarm), rij


async def test_a_receiver_that_was_dead_for_a_day_gets_it_when_a_person_starts_it_again(
    handover: HandoverRoom, rijen: list[Rij]
) -> None:
    async with Partner() as partner, deliverer(handover) as plan:
        await rest(handover, partner.url)
        await partner.die()
        _, overdracht_id = await offer(handover)
        await let_pass(handover, plan, _DAY)
        dead = await levering(handover, overdracht_id)
        waiting = (await handover.call("GET", "/leveringen?status=wacht-op-mens", VT)).json()["resultaten"]

        await partner.wake()
        await let_pass(handover, plan, timedelta(hours=1))
        nobody_asked = len(partner.requests)
        path = f"/overdrachten/{overdracht_id}/leveringen/{dead['id']}/herstart"
        assert (await handover.call("POST", path, VT)).status_code == 201
        await one_round(plan)
        rij = await _row(handover, "een etmaal dood, dan herstart", partner, overdracht_id)
    rijen.append(rij)

    assert (dead["status"], dead["reden"], nobody_asked) == ("wacht-op-mens", "niet-gelukt", 0)
    assert [one["id"] for one in waiting] == [dead["id"]]
    assert {one["uitkomst"] for one in dead["pogingen"]} == {"geen-antwoord"}
    assert (rij.eindstand, rij.gezien, rij.verwerkt, rij.alarm) == ("ontvangen", 1, 1, "niet-gelukt")
    assert len(await told(handover, "levering-hervat")) == 1


async def test_a_silent_receiver_with_a_hundred_waiting_holds_back_nobody(
    handover: HandoverRoom, rijen: list[Rij]
) -> None:
    others = [f"partner-{number}" for number in range(5)]
    async with AsyncExitStack() as stack:
        plan = await stack.enter_async_context(deliverer(handover, timeout_seconds=3, tegelijk=8))
        silent = await stack.enter_async_context(Partner(then=replace(TRAAG, delay=30)))
        good = [await stack.enter_async_context(Partner()) for _ in others]
        await rest(handover, silent.url)
        for name, partner in zip(others, good, strict=True):
            await rest(handover, partner.url, name)
        for _ in range(100):
            await offer(handover)
        stop = asyncio.Event()
        workers = [asyncio.create_task(run_bezorging(plan, stop, poll_seconds=0.05)) for _ in range(4)]
        await _until(lambda: silent.open_at_once == 2, seconds=5)

        loop = asyncio.get_running_loop()
        offered = []
        for name in others:
            await offer(handover, name)
            offered.append(loop.time())
        await _until(lambda: all(partner.handled for partner in good), seconds=5)
        took = max(partner.handled_at - moment for partner, moment in zip(good, offered, strict=True))
        stop.set()
        await asyncio.gather(*workers)
    naam = "stil, met honderd in de rij en vier bezorgers: vijf anderen"
    each = len(others)
    rijen.append(Rij(naam, each, each, each, "ontvangen", f"hooguit {took:.2f} s", "-"))

    assert took < 1.0
    assert silent.most_at_once == 2


async def _until(found: Callable[[], bool], *, seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while not found():  # noqa: ASYNC110, of another task, which tells nobody
            await asyncio.sleep(0.01)
