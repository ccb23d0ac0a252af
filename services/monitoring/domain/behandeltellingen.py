"""What one casus adds to the counts of what Veilig Thuis itself does: bans, questions, reasons for delay, tables.

Each is given as municipality, moment, name and kind; it counts in the month of its moment.
"""

from collections.abc import Iterator
from datetime import datetime

from services.monitoring.domain.behandeling import newest_vertragingen
from services.monitoring.domain.casus import Heard
from services.monitoring.domain.fold import CasusState
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
    """Count questions and actions, and what became of each that ended, in the month in which it was asked or agreed."""
    for clock in state.termijnen:
        place = (clock.gemeente_code, clock.start)
        ended = "op-tijd" if clock.in_time else "te-laat"
        match clock.soort:
            case TermijnSoort.INFORMATIEVERZOEK:
                soort = state.heard.behandeling.informatieverzoeken[clock.ref_id].soort
                yield *place, "informatieverzoekenPerSoort", soort.value
                if not clock.is_open:
                    yield *place, "informatieverzoekenPerAfloop", "ingetrokken" if clock.vervallen else ended
            case TermijnSoort.ACTIE:
                yield *place, "actiesAfgesproken", ""
                if not clock.is_open:
                    yield *place, "actiesPerAfloop", "niet-gedaan" if clock.vervallen else ended
            case _:
                pass
