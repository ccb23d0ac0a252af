"""What one casus adds to the counts of handing over: offers, how they ended, and when the receiver met the family.

Each is given as municipality, moment, name and kind; it counts in the month of its moment.
"""

from collections.abc import Iterator

from services.monitoring.domain.behandeltellingen import Telling
from services.monitoring.domain.fold import CasusState
from services.monitoring.domain.leveringen import leveringtellingen
from shared.rules.calendar import amsterdam_day


def overdrachttellingen(state: CasusState) -> Iterator[Telling]:
    """Give every count of handing over."""
    heard = state.heard
    for offer in heard.aangeboden.values():
        yield offer.gemeente_code, offer.aangeboden_op, "overdrachtenPerBestemming", offer.soort.value
        refused = heard.geweigerd.get(offer.overdracht_id)
        if refused:
            yield offer.gemeente_code, refused.geweigerd_op, "overdrachtenGeweigerd", ""
    for gone in heard.ingetrokken.values():
        yield gone.gemeente_code, gone.ingetrokken_op, "overdrachtenIngetrokken", gone.reden.value
    for back in heard.teruggekeerd.values():
        yield back.gemeente_code, back.teruggekeerd_op, "overdrachtenTeruggekeerd", ""
    for given_back in heard.teruggegeven.values():
        place = (given_back.gemeente_code, given_back.teruggegeven_op)
        yield *place, "overdrachtenTeruggegeven", given_back.reden.value
    for refused_return in heard.teruggave_afgewezen:
        yield refused_return.gemeente_code, refused_return.afgewezen_op, "teruggavenAfgewezen", ""
    for talk in heard.gesprekken.values():
        yield talk.gemeente_code, talk.gehouden_op, "overdrachtsgesprekken", ""
    for passed in heard.zicht_overgegaan:
        naar = "veilig-thuis" if passed.bij_veilig_thuis else "ontvanger"
        yield passed.gemeente_code, passed.overgegaan_op, "zichtOvergegaan", naar
    yield from _of_acceptances(state)
    yield from leveringtellingen(heard.leveringen)


def _of_acceptances(state: CasusState) -> Iterator[Telling]:
    heard = state.heard
    for accepted in heard.geaccepteerd.values():
        yield accepted.gemeente_code, accepted.geaccepteerd_op, "overdrachtenGeaccepteerd", ""
        contact = heard.eerste_contacten.get(accepted.overdracht_id)
        if contact:
            days = max((amsterdam_day(contact.tijdstip) - amsterdam_day(accepted.geaccepteerd_op)).days, 0)
            yield accepted.gemeente_code, contact.tijdstip, "dagenTotEersteContact", str(days)
