"""What one casus adds to the counts of what Veilig Thuis itself does: bans, questions, reasons for delay, tables.

Each is given as municipality, moment, name and kind; it counts in the month of its moment.
"""

from collections.abc import Iterator
from datetime import datetime

from services.monitoring.domain.behandeling import newest_vertragingen
from services.monitoring.domain.casus import Heard
from services.monitoring.domain.fold import CasusState
from services.monitoring.domain.termijnen import Termijn
from shared.rules.behandelcodes import InformatieverzoekEinde
from shared.rules.codes import TermijnSoort

Telling = tuple[str, datetime, str, str]


def behandeltellingen(state: CasusState) -> Iterator[Telling]:
    """Give every count of treatment."""
    heard = state.heard
    yield from _of_diensten(heard)
    yield from _of_huisverboden(heard)
    yield from _of_partners(heard)
    yield from _of_what_was_asked(state)
    # What tells of a delay names no municipality: it counts where its melding is.
    for told in newest_vertragingen(heard.behandeling):
        melding = heard.meldingen.get(told.melding_id)
        if melding:
            yield melding.gemeente_code, told.verklaard_op, "vertragingen", told.reden.value
    for later in heard.behandeling.uitgesteld:
        yield later.gemeente_code, later.uitgesteld_op, "informerenUitgesteld", later.reden.value


def _of_diensten(heard: Heard) -> Iterator[Telling]:
    """Count each dienst once, as what it became.

    For the ratio between onderzoek and voorwaarden en vervolg a V&V that became an onderzoek is one onderzoek and no
    V&V: it is one family with one dienst, and both together would count it twice. The month stays that of its start,
    which the onderzoek took over. How many were converted, and why, is a count beside it.
    """
    for dienst in heard.diensten.values():
        if dienst.dienst_id not in heard.behandeling.omzettingen:
            yield dienst.gemeente_code, dienst.gestart_op, "dienstenPerSoort", dienst.soort.value
    for omzetting in heard.behandeling.omzettingen.values():
        yield omzetting.gemeente_code, omzetting.omgezet_op, "dienstenOmgezet", omzetting.reden.value


def _of_huisverboden(heard: Heard) -> Iterator[Telling]:
    for screened in heard.behandeling.huisverbod_screening.values():
        place = (screened.gemeente_code, screened.gescreend_op)
        yield *place, "huisverbodenGescreend", "geadviseerd" if screened.geadviseerd else "niet-geadviseerd"
        if screened.op_verzoek:
            yield *place, "huisverbodenOpVerzoek", ""
        if screened.kindermishandeling:
            yield *place, "huisverbodenKindermishandeling", ""
    for ban in heard.behandeling.huisverboden.values():
        yield ban.gemeente_code, ban.opgelegd_op, "huisverbodenOpgelegd", ""


def _of_partners(heard: Heard) -> Iterator[Telling]:
    said = heard.behandeling
    for vto in said.vtos.values():
        yield vto.gemeente_code, vto.gedaan_op, "verzoekenTotOnderzoek", ""
    answers = sorted(said.vto_beantwoord, key=lambda told: told.ontvangen_op)
    for told in {told.vto_id: told for told in answers if told.resultaat}.values():  # of several the newest counts
        if told.resultaat:
            yield told.gemeente_code, told.ontvangen_op, "verzoekenTotOnderzoekPerResultaat", told.resultaat.value
    for consult in said.consulten.values():
        yield consult.gemeente_code, consult.tijdstip, "consultenPerPartij", consult.partij.value
    for asked in said.forensisch.values():
        yield asked.gemeente_code, asked.gevraagd_op, "forensischPerSoort", asked.soort.value
    for aware in said.aware.values():
        yield aware.gemeente_code, aware.verleend_op, "awareVerleend", ""
    for table in said.opschalingen.values():
        yield table.gemeente_code, table.gestart_op, "opschalingenPerSoort", table.soort.value


def _of_what_was_asked(state: CasusState) -> Iterator[Telling]:
    """Count questions and actions, and what became of each that ended, in the month in which it was asked or agreed.

    What became of it is taken from what was told and not from how its clock stands: the destruction of a file ends
    every clock, and takes nothing back.
    """
    said = state.heard.behandeling
    for clock in state.termijnen:
        place = (clock.gemeente_code, clock.start)
        match clock.soort:
            case TermijnSoort.INFORMATIEVERZOEK:
                answer = said.informatie_afgerond.get(clock.ref_id)
                yield *place, "informatieverzoekenPerSoort", said.informatieverzoeken[clock.ref_id].soort.value
                if answer and answer.einde is InformatieverzoekEinde.INGETROKKEN:
                    yield *place, "informatieverzoekenPerAfloop", "ingetrokken"
                elif answer:
                    yield *place, "informatieverzoekenPerAfloop", _afloop(clock, answer.afgerond_op)
            case TermijnSoort.ACTIE:
                done = said.actie_afgerond.get(clock.ref_id)
                yield *place, "actiesAfgesproken", ""
                if done:
                    afloop = _afloop(clock, done.afgerond_op) if done.gedaan else "niet-gedaan"
                    yield *place, "actiesPerAfloop", afloop
            case _:
                pass


def _afloop(clock: Termijn, op: datetime) -> str:
    return "op-tijd" if op < clock.uiterlijk else "te-laat"
