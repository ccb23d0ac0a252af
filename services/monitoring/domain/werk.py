"""Open work, and its clocks: from the receipt or reopening of a melding until Veilig Thuis itself has nothing to do.

Work ends with a besluit that leads to no dienst, and otherwise with the conclusie of its dienst. Voorwaarden en
vervolg that became an onderzoek end nothing: the work goes on in the other dienst. As long as there is work somebody
must own it, and somebody must look at the safety of the family.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

from services.monitoring.domain.casus import Heard, first_besluit
from services.monitoring.domain.klokken import End, Klok, klok_of, moment_key
from shared.events.behandeling import WerkToegewezen, WerkVrijgegeven
from shared.events.payloads import VeiligheidsbeoordelingAfgerond
from shared.rules.codes import DienstSoort, TermijnSoort
from shared.rules.routing import ROUTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Werk:
    melding_id: UUID
    ref_id: UUID  # of the clocks: the melding, or the dossier with which it was opened again
    gemeente_code: str
    sinds: datetime
    tot: datetime | None


def werk_of(heard: Heard) -> Iterator[Werk]:
    """Give all work of a casus, open and ended."""
    for melding in heard.meldingen.values():
        yield Werk(
            melding_id=melding.melding_id,
            ref_id=melding.melding_id,
            gemeente_code=melding.gemeente_code,
            sinds=melding.ontvangen_op,
            tot=_end(heard, first_besluit(heard, melding.melding_id), melding.ontvangen_op),
        )
    for opening in heard.heropeningen.values():
        yield Werk(
            melding_id=opening.melding_id,
            ref_id=opening.dossier_id,
            gemeente_code=opening.gemeente_code,
            sinds=opening.heropend_op,
            tot=_end(heard, heard.besluiten.get(opening.dossier_id), opening.heropend_op),
        )


def ref_of(heard: Heard, melding_id: UUID, dossier_id: UUID) -> UUID:
    """Return the ref of the clocks of a dossier: no fact tells the id of the first one before something is done."""
    return dossier_id if dossier_id in heard.heropeningen else melding_id


def converted(heard: Heard) -> set[UUID]:
    """Return the diensten that another one became; no besluit of their own started them."""
    return {omzetting.nieuwe_dienst_id for omzetting in heard.behandeling.omzettingen.values()}


def _end(heard: Heard, besluit: VeiligheidsbeoordelingAfgerond | None, sinds: datetime) -> datetime | None:
    if besluit is None:
        return None
    soort = ROUTES[besluit.uitkomst].dienst
    end = besluit.besloten_op if soort is None else _end_of_dienst(heard, _dienst_of(heard, besluit, soort))
    return max(sinds, end) if end else None


def _dienst_of(heard: Heard, besluit: VeiligheidsbeoordelingAfgerond, soort: DienstSoort) -> UUID | None:
    """Return the dienst that a besluit started: the first besluit the first dienst of its kind, and so on."""
    decided = sorted(
        (other.besloten_op, other.dossier_id)
        for other in heard.besluiten.values()
        if other.melding_id == besluit.melding_id and ROUTES[other.uitkomst].dienst is soort
    )
    others = converted(heard)
    started = sorted(
        (dienst.gestart_op, dienst.dienst_id)
        for dienst in heard.diensten.values()
        if dienst.melding_id == besluit.melding_id and dienst.soort is soort and dienst.dienst_id not in others
    )
    place = decided.index((besluit.besloten_op, besluit.dossier_id))
    return started[place][1] if place < len(started) else None


def _end_of_dienst(heard: Heard, dienst_id: UUID | None) -> datetime | None:
    """Return when a dienst ended, or the last of those that it became; no dienst becomes itself again."""
    for _ in range(len(heard.behandeling.omzettingen) + 1):
        omzetting = heard.behandeling.omzettingen.get(dienst_id) if dienst_id else None
        if omzetting is None:
            break
        dienst_id = omzetting.nieuwe_dienst_id
    conclusie = heard.conclusies.get(dienst_id) if dienst_id else None
    return conclusie.afgerond_op if conclusie else None


# --- its clocks --------------------------------------------------------------------------------------------------


class _OfDossier(Protocol):
    @property
    def melding_id(self) -> UUID: ...
    @property
    def dossier_id(self) -> UUID: ...


F = TypeVar("F", bound=_OfDossier)


def werk_klokken(heard: Heard) -> Iterator[Klok]:
    """Give the clocks of all work: that somebody owns it, and that somebody looks at safety."""
    for werk in werk_of(heard):
        yield from _of_eigenaar(heard, werk)
        yield from _of_veiligheid(heard, werk)


def _about(heard: Heard, werk: Werk, facts: Iterable[F]) -> Iterator[F]:
    for fact in facts:
        if fact.melding_id == werk.melding_id and ref_of(heard, fact.melding_id, fact.dossier_id) == werk.ref_id:
            yield fact


def _of_eigenaar(heard: Heard, werk: Werk) -> Iterator[Klok]:
    """Give a clock for each time that work waited for an owner; also where nobody is ever assigned: that is the alarm.

    Passing work from one owner to the next leaves no gap, and starts no clock.
    """
    waits: dict[datetime, datetime | None] = {werk.sinds: None}
    since: datetime | None = werk.sinds
    changes = [(max(_op_of(one), werk.sinds), one) for one in _about(heard, werk, heard.behandeling.eigenaar)]
    for op, change in sorted(changes, key=lambda pair: pair[0]):
        if werk.tot is not None and op >= werk.tot:
            break
        owned = isinstance(change, WerkToegewezen)
        if owned and since is not None:
            waits[since], since = op, None
        elif not owned and since is None:
            waits[op], since = None, op
    for start, done in waits.items():
        yield _klok(TermijnSoort.TOEWIJZING, werk, start, done)


def _op_of(change: WerkToegewezen | WerkVrijgegeven) -> datetime:
    return change.toegewezen_op if isinstance(change, WerkToegewezen) else change.vrijgegeven_op


def _of_veiligheid(heard: Heard, werk: Werk) -> Iterator[Klok]:
    """Give a clock for each stretch in which somebody must look at safety: while there is work, one is always open.

    It ends on the day that was agreed last in the stretch, and otherwise after what the table gives. Answering the
    acute question is looking too.
    """
    checks = (
        *(check.gedaan_op for check in _about(heard, werk, heard.behandeling.gekeken)),
        *(check.gedaan_op for check in _about(heard, werk, heard.acuutchecks.values())),
    )
    looked = {op for op in checks if werk.sinds < op and (werk.tot is None or op < werk.tot)}
    plans = [(max(plan.gepland_op, werk.sinds), plan) for plan in _about(heard, werk, heard.behandeling.gepland)]
    plans.sort(key=lambda pair: pair[0])
    starts = sorted({werk.sinds, *looked})
    for start, done in zip(starts, [*starts[1:], None], strict=True):
        agreed = [plan.uiterlijk_dag for op, plan in plans if start <= op and (done is None or op < done)]
        clock = _klok(TermijnSoort.VEILIGHEIDSCHECK, werk, start, done)
        yield replace(clock, afgesproken=agreed[-1] if agreed else None)


def _klok(soort: TermijnSoort, werk: Werk, start: datetime, done: datetime | None) -> Klok:
    end = End(done) if done or werk.tot is None else End(werk.tot, vervallen=True)
    return replace(klok_of(soort, werk, ref_id=werk.ref_id, start=start, end=end), sleutel=(moment_key(start),))
