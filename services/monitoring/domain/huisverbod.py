"""The clocks of a tijdelijk huisverbod that was told with facts of its own, and when it ended."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from services.monitoring.domain.casus import Heard, first_handeling
from services.monitoring.domain.klokken import End, Klok, computed, earliest, klok_of
from shared.events.behandeling import HuisverbodOpgelegd
from shared.rules.behandelcodes import HuisverbodEinde
from shared.rules.codes import HandelingSoort, TermijnSoort
from shared.rules.settings import RuleSettings

_JUST_BEFORE = timedelta(microseconds=1)


def imposed_in(heard: Heard) -> set[UUID]:
    """Return the meldingen of which a ban was told with its own facts: those have its clocks, no intervention has."""
    return {ban.melding_id for ban in heard.behandeling.huisverboden.values()}


def end_of_huisverbod(heard: Heard, ban: HuisverbodOpgelegd) -> datetime | None:
    """Return when a ban ended; a worker who notes only the act has ended it too."""
    told = heard.behandeling.huisverbod_beeindigd.get(ban.huisverbod_id)
    noted = first_handeling(heard, ban.melding_id, HandelingSoort.HUISVERBOD_BEEINDIGD, since=ban.opgelegd_op)
    ends = [op for op in (told.beeindigd_op if told else None, noted) if op]
    return max(ban.opgelegd_op, min(ends)) if ends else None


def huisverbod_klokken(heard: Heard, settings: RuleSettings) -> Iterator[Klok]:
    """Give the term of each ban, and the day on which the burgemeester must have the advice on it."""
    for ban in heard.behandeling.huisverboden.values():
        term = klok_of(TermijnSoort.HUISVERBOD, ban, ref_id=ban.huisverbod_id, start=ban.opgelegd_op)
        advice = replace(term, soort=TermijnSoort.HUISVERBOD_ADVIES)
        term = replace(term, dagen=_dagen(heard, ban, settings))
        end = end_of_huisverbod(heard, ban)
        yield replace(term, end=End(_not_after_its_term(heard, term, end, settings)))
        told = heard.behandeling.huisverbod_advies.get(ban.huisverbod_id)
        noted = first_handeling(heard, ban.melding_id, HandelingSoort.HUISVERBOD_ADVIES_GEGEVEN, since=ban.opgelegd_op)
        given = [op for op in (told.gegeven_op if told else None, noted) if op]
        advised = max(ban.opgelegd_op, min(given)) if given else None
        yield replace(advice, end=earliest(advised, end))


def _dagen(heard: Heard, ban: HuisverbodOpgelegd, settings: RuleSettings) -> int | None:
    """Return how long a ban lasts in all by its newest extension, within what the Wet tijdelijk huisverbod allows."""
    extended = [one for one in heard.behandeling.huisverbod_verlengd if one.huisverbod_id == ban.huisverbod_id]
    if not extended:
        return None
    newest = sorted(extended, key=lambda one: one.verlengd_op)[-1]  # noqa: FURB192, of one moment the last
    return min(max(newest.dagen, 1), settings.huisverbod_dagen_maximaal)


def _not_after_its_term(heard: Heard, term: Klok, end: datetime | None, settings: RuleSettings) -> datetime | None:
    """Return when the term of a ban was met: one that ran its whole time ended by law.

    Whenever that is written down: else each ban that nobody withdrew would count as late.
    """
    told = heard.behandeling.huisverbod_beeindigd.get(term.ref_id)
    if end is None or told is None or told.einde is not HuisverbodEinde.AFGELOPEN:
        return end
    return min(end, computed(term.soort, term.start, settings, dagen=term.dagen).uiterlijk - _JUST_BEFORE)
