"""The fold: from the facts of one casus to its clocks, its moments, what is open, and whether it may close."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.monitoring.domain.behandeling import end_of_vto
from services.monitoring.domain.casus import Heard, dossiers_of, first_besluit, hear
from services.monitoring.domain.eigenaren import owned
from services.monitoring.domain.huisverbod import end_of_huisverbod
from services.monitoring.domain.monitormomenten import Monitormoment, MonitormomentStatus, plan_momenten
from services.monitoring.domain.opvang import staying
from services.monitoring.domain.termijnen import Termijn, termijnen_of
from services.monitoring.domain.vertraging import explained
from services.monitoring.domain.werk import converted
from shared.events.envelope import Event
from shared.ids import derived_id
from shared.rules.codes import MonitorVervolg
from shared.rules.routing import ROUTES
from shared.rules.settings import RuleSettings


@dataclass(frozen=True, slots=True)
class Closing:
    """The closing that a casus has come to; its id is made of everything that is closed by it."""

    event_id: UUID
    afgesloten_op: datetime
    reden: str


@dataclass(frozen=True, slots=True)
class CasusState:
    heard: Heard
    termijnen: tuple[Termijn, ...]
    momenten: tuple[Monitormoment, ...]
    closing: Closing | None  # None while anything is open

    @property
    def is_closed(self) -> bool:
        """Say whether the closing that it has come to was told."""
        return self.closing is not None and self.closing.event_id in self.heard.afsluitingen

    @property
    def is_destroyed(self) -> bool:
        """Say whether the file was destroyed; what is told of it afterwards changes nothing but the figures."""
        return bool(self.heard.vernietigingen)

    @property
    def bewaren_tot(self) -> date | None:
        """The first day on which the file may be destroyed; None while it is open, or not counted from this closing."""
        newest = self.heard.bewaartermijnen[-1] if self.heard.bewaartermijnen else None
        if newest is None or self.closing is None or not self.is_closed or self.is_destroyed:
            return None
        return newest.bewaren_tot if newest.afgesloten_op >= self.closing.afgesloten_op else None

    @property
    def voorstellen_op(self) -> date | None:
        """The day on which destruction must still be proposed, or None: it is told once for each day."""
        return None if self.bewaren_tot in self.heard.voorgesteld else self.bewaren_tot

    @property
    def gemeente_code(self) -> str | None:
        """The municipality of the newest melding; of a casus with none, that of the signal with which it began."""
        told = self.heard.meldingen or self.heard.dubbel_anoniem
        newest = max(told.values(), key=lambda m: (m.ontvangen_op, m.melding_id), default=None)
        return newest.gemeente_code if newest else None


def fold(facts: Iterable[Event], settings: RuleSettings) -> CasusState:
    """Return the state of a casus; the same facts in any order, any number of times, give the same state."""
    heard = hear(facts)
    momenten = plan_momenten(heard, settings)
    clocks = owned(heard, explained(heard, termijnen_of(heard, momenten, settings)))
    return CasusState(heard, clocks, momenten, _closing_of(heard, momenten))


def _closing_of(heard: Heard, momenten: tuple[Monitormoment, ...]) -> Closing | None:
    if not heard.meldingen or any(True for _ in open_points(heard, momenten)):
        return None
    # After a split both casussen close anew: whoever had them as one cannot know which of both it was.
    running = _running(heard)
    closed = sorted(
        str(key)
        for key in (
            *(*heard.meldingen, *heard.besluiten, *heard.conclusies, *heard.aangeboden, *heard.momenten),
            *running,
        )
    )
    ends = [
        *(besluit.besloten_op for besluit in heard.besluiten.values()),
        *(conclusie.afgerond_op for conclusie in heard.conclusies.values()),
        *(overdracht.geaccepteerd_op for overdracht in heard.geaccepteerd.values()),
        *(gone.ingetrokken_op for gone in heard.ingetrokken.values() if not gone.vervolg),
        *(moment.afgerond_op for moment in heard.momenten.values()),
        *(end for end in running.values() if end),
    ]
    splits = (f"splitsing {volgorde}" for volgorde in sorted(heard.splitsingen))
    return Closing(derived_id("casus-afgesloten", *closed, *splits), max(ends), _reden(heard))


def _running(heard: Heard) -> dict[UUID, datetime | None]:
    """Return what else keeps a casus open, and when it ended if it did.

    A ban, a button, a table and a place in a shelter protect somebody now, and of a verzoek tot onderzoek the raad must
    still say what came of it: who closes the file over them loses sight, and the years of keeping it would begin to
    count. Asking, a consult and looking after a voorwaarde do not: those can go on, or be given up, when the casus is
    in other hands; nor does what was agreed at a table, because the table itself does. Whether a term ran out plays no
    part: nothing ends because nobody told its end, and the clocks ring until somebody does.

    Of what was never told nothing is in here, so that a casus that closed before there were such facts stays closed
    with the same closing.
    """
    said = heard.behandeling
    aware, tables = said.aware_beeindigd, said.opschaling_beeindigd
    return {
        **{key: end_of_huisverbod(heard, ban) for key, ban in said.huisverboden.items()},
        **{key: aware[key].beeindigd_op if key in aware else None for key in said.aware},
        **{key: tables[key].beeindigd_op if key in tables else None for key in said.opschalingen},
        **{key: end_of_vto(said, key) for key in said.vtos},
        **staying(heard.opvang),
    }


def _reden(heard: Heard) -> str:
    """Return as a code what the casus ended with: the last link of the chain that it reached."""
    if heard.momenten:
        return "monitoring-afgerond"
    if heard.geaccepteerd:
        return "overgedragen"
    if heard.conclusies:
        return max(heard.conclusies.values(), key=lambda conclusie: conclusie.afgerond_op).conclusie.value
    return max(heard.besluiten.values(), key=lambda besluit: besluit.besloten_op).uitkomst.value


def open_points(heard: Heard, momenten: tuple[Monitormoment, ...]) -> Iterator[UUID]:
    """Return the ids of what keeps a casus open.

    What another room must still tell counts as open: after a besluit that leads to a dienst or an overdracht, the casus
    is not closed in the moment between the two facts, in whichever order they come.
    """
    yield from _unheard_meldingen(heard)
    yield from _undecided(heard)
    yield from _missing_diensten(heard)
    yield from (
        (heard.diensten.keys() | converted(heard)) - heard.conclusies.keys() - heard.behandeling.omzettingen.keys()
    )
    yield from _missing_overdrachten(heard)
    yield from _open_overdrachten(heard)
    yield from (moment.id for moment in momenten if moment.status is MonitormomentStatus.GEPLAND)
    yield from _missing_heropeningen(heard)
    yield from (key for key, end in _running(heard).items() if end is None)


def _unheard_meldingen(heard: Heard) -> set[UUID]:
    told = {
        *(fact.melding_id for fact in heard.acuutchecks.values()),
        *(fact.melding_id for fact in heard.besluiten.values()),
        *(fact.melding_id for fact in heard.heropeningen.values()),
        *(fact.melding_id for fact in heard.diensten.values()),
        *(fact.melding_id for fact in heard.conclusies.values()),
        *(fact.melding_id for fact in heard.aangeboden.values()),
        *(fact.melding_id for fact in heard.geaccepteerd.values()),
    }
    return told - heard.meldingen.keys()


def _undecided(heard: Heard) -> Iterator[UUID]:
    for melding_id in heard.meldingen:
        if first_besluit(heard, melding_id) is None:
            yield melding_id
        yield from (dossier for dossier in dossiers_of(heard, melding_id) if dossier not in heard.besluiten)


def _missing_diensten(heard: Heard) -> Iterator[UUID]:
    decided = Counter((b.melding_id, ROUTES[b.uitkomst].dienst) for b in heard.besluiten.values())
    others = converted(heard)  # what another dienst became was not started by a besluit
    started = Counter((d.melding_id, d.soort) for d in heard.diensten.values() if d.dienst_id not in others)
    for (melding_id, soort), count in decided.items():
        if soort is not None and started[melding_id, soort] < count:
            yield melding_id


def _missing_overdrachten(heard: Heard) -> Iterator[UUID]:
    named: Counter[tuple[UUID, UUID | None, str]] = Counter()
    for besluit in heard.besluiten.values():
        named.update((besluit.melding_id, None, b.soort.value) for b in besluit.bestemmingen)
    for conclusie in heard.conclusies.values():
        named.update((conclusie.melding_id, conclusie.dienst_id, b.soort.value) for b in conclusie.bestemmingen)
    offered = Counter((o.melding_id, o.dienst_id, o.soort.value) for o in heard.aangeboden.values())
    for key, count in named.items():
        if offered[key] < count:
            yield key[0]


def _open_overdrachten(heard: Heard) -> Iterator[UUID]:
    ended = {offer.vervangt_overdracht_id for offer in heard.aangeboden.values()}
    ended |= {gone.overdracht_id for gone in heard.ingetrokken.values() if not gone.vervolg}
    held = heard.geaccepteerd.keys() - heard.teruggegeven.keys()
    yield from (overdracht_id for overdracht_id in heard.aangeboden if overdracht_id not in held | ended)


def _missing_heropeningen(heard: Heard) -> Iterator[UUID]:
    asked = Counter(m.melding_id for m in heard.momenten.values() if m.vervolg is MonitorVervolg.HEROPENEN)
    opened = Counter(opening.melding_id for opening in heard.heropeningen.values())
    for melding_id, count in asked.items():
        if opened[melding_id] < count:
            yield melding_id
