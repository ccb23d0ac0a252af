"""What one casus adds to the counts of what came in and what was judged: meldingen, casussen, persons, adviezen.

Each is given as municipality, moment, name and kind; it counts in the month of its moment.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import pairwise, repeat
from types import MappingProxyType

from services.monitoring.domain.behandeltellingen import Telling
from services.monitoring.domain.casus import Heard
from services.monitoring.domain.fold import CasusState
from shared.events.payloads import MeldingOntvangen, MonitormomentAfgerond, VeiligheidsbeoordelingAfgerond
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import MelderSoort, MonitorVervolg, TermijnSoort

# An advies may be given without a municipality: it counts for the region and for no municipality.
GEEN_GEMEENTE = "0000"

# Under which name the melding of a professional counts, by whether his meldcode was complete.
MELDCODE: Mapping[bool | None, str] = MappingProxyType(
    {True: "meldcodeVolledig", False: "meldcodeOnvolledig", None: "zonderMeldcode"}
)
_YEAR = timedelta(days=365)
_STABLE_AFTER = 12  # months: the moment at which Rotterdam asks whether a family is stable and safe


def meldingtellingen(state: CasusState) -> Iterator[Telling]:
    """Give every count of what came in and what was judged."""
    yield from _of_meldingen(state.heard)
    yield from _of_casus(state)
    yield from _of_advies(state.heard)
    yield from _of_signals(state.heard)
    yield from _of_handle_with_care(state)
    yield from _of_dubbel_anoniem(state.heard)
    yield from _of_judgement(state)
    yield from _of_monitoring(state)


def _of_meldingen(heard: Heard) -> Iterator[Telling]:
    for melding in heard.meldingen.values():
        place = (melding.gemeente_code, melding.ontvangen_op)
        yield *place, "meldingen", ""
        yield *place, "meldingenPerMelderCategorie", melding.melder_categorie.value
        # Of one melding several can be told, and it counts once under each.
        for relatie in {aard.relatie for aard in melding.aard_geweld}:
            yield *place, "meldingenPerRelatie", relatie.value
        for vorm in {aard.vorm for aard in melding.aard_geweld}:
            yield *place, "meldingenPerVorm", vorm.value
        yield from repeat((*place, "personen", ""), melding.aantal_personen)
        yield from repeat((*place, "directbetrokkenen", ""), len(melding.directbetrokkenen))
        if melding.hermelding:
            yield *place, "hermeldingen", ""
        if melding.vorige_afsluiting_op:
            yield (
                *place,
                "hermeldingenNaAfsluiting",
                _how_long_after(melding.ontvangen_op - melding.vorige_afsluiting_op),
            )
        if melding.melder_soort is MelderSoort.PROFESSIONAL:
            yield *place, MELDCODE[melding.meldcode_volledig], melding.melder_categorie.value


def _how_long_after(passed: timedelta) -> str:
    if passed <= _YEAR:
        return "binnen-een-jaar"
    return "binnen-twee-jaar" if passed <= 2 * _YEAR else "later"


def _of_casus(state: CasusState) -> Iterator[Telling]:
    """Count the casus with its first melding, again when it comes back within a year, and when it is closed.

    Each once, so that months add up: a family with three meldingen is one casus, and came back once.
    """
    meldingen = sorted(state.heard.meldingen.values(), key=lambda melding: (melding.ontvangen_op, melding.melding_id))
    if not meldingen:
        return
    yield meldingen[0].gemeente_code, meldingen[0].ontvangen_op, "casussen", ""
    back = next((after for before, after in pairwise(meldingen) if _within_a_year(before, after)), None)
    if back:
        yield back.gemeente_code, back.ontvangen_op, "casussenMetHerhaling", ""
    if state.closing and state.is_closed:
        yield meldingen[-1].gemeente_code, state.closing.afgesloten_op, "casussenAfgesloten", state.closing.reden


def _within_a_year(before: MeldingOntvangen, after: MeldingOntvangen) -> bool:
    return after.ontvangen_op - before.ontvangen_op <= _YEAR


def _of_signals(heard: Heard) -> Iterator[Telling]:
    for signaal in heard.signalen.values():
        yield signaal.gemeente_code, signaal.geplaatst_op, "signalenPerIndex", signaal.index.value
    for match in heard.matches.values():
        yield match.gemeente_code, match.ontvangen_op, "matches", match.index.value


def _of_advies(heard: Heard) -> Iterator[Telling]:
    for advies in heard.adviezen.values():
        place = (advies.gemeente_code or GEEN_GEMEENTE, advies.gegeven_op)
        yield *place, "adviezen", ""
        yield *place, "adviezenPerSoort", advies.soort.value
        yield *place, "adviezenPerKanaal", advies.kanaal
        yield *place, "adviezenPerAdviesvragerCategorie", advies.adviesvrager_categorie.value
    for omzetting in heard.omzettingen.values():
        # Both facts have the advies for a subject; where it was given is where it counts.
        given = heard.adviezen.get(omzetting.advies_id)
        gemeente = given.gemeente_code if given else None
        yield gemeente or GEEN_GEMEENTE, omzetting.omgezet_op, "adviesOmzettingen", omzetting.reden.value


def _of_handle_with_care(state: CasusState) -> Iterator[Telling]:
    """Count what became of each signal, in the month of the message of the police; one that is under way not yet."""
    heard = state.heard
    lessons = {
        clock.melding_id: clock.uiterlijk
        for clock in state.termijnen
        if clock.soort is TermijnSoort.HANDLE_WITH_CARE and clock.ref_id == clock.melding_id
    }
    for signaal in heard.hwc_gestart.values():
        arrived = heard.hwc_afgeleverd.get(signaal.signaal_id)
        lost = heard.hwc_niet_afgeleverd.get(signaal.signaal_id)
        due = lessons.get(signaal.melding_id)
        if arrived and due:
            uitkomst = "op-tijd" if arrived.afgeleverd_op < due else "te-laat"
        elif signaal.signaal_id in heard.hwc_vervallen:
            uitkomst = "vervallen"
        elif lost:
            uitkomst = lost.reden.value
        else:
            continue
        yield signaal.gemeente_code, signaal.ontvangen_op, "handleWithCare", uitkomst


def _of_dubbel_anoniem(heard: Heard) -> Iterator[Telling]:
    for unknown in heard.dubbel_anoniem.values():
        yield unknown.gemeente_code, unknown.ontvangen_op, "dubbelAnoniem", ""
    for besloten in heard.dubbel_besluiten:
        known = heard.dubbel_anoniem.get(besloten.melding_id)
        if known:
            yield known.gemeente_code, besloten.besloten_op, "dubbelAnoniemPerBesluit", besloten.besluit.value


def _of_judgement(state: CasusState) -> Iterator[Telling]:
    heard = state.heard
    for check in heard.acuutchecks.values():
        melding = heard.meldingen.get(check.melding_id)
        if check.acuut and melding:
            yield melding.gemeente_code, check.gedaan_op, "acuut", ""
    for besluit in heard.besluiten.values():
        yield besluit.gemeente_code, besluit.besloten_op, "uitkomsten", besluit.uitkomst.value
        yield besluit.gemeente_code, besluit.besloten_op, "veiligheidPerBesluit", _veiligheid(besluit)
    for conclusie in heard.conclusies.values():
        yield conclusie.gemeente_code, conclusie.afgerond_op, "conclusies", conclusie.conclusie.value
    for vto in heard.behandeling.vtos.values():
        told = [one.ontvangen_op for one in heard.behandeling.vto_beantwoord if one.vto_id == vto.vto_id]
        if told:
            days = max((amsterdam_day(min(told)) - amsterdam_day(vto.gedaan_op)).days, 0)
            yield vto.gemeente_code, min(told), "dagenTotAntwoordRaad", str(days)


def _veiligheid(besluit: VeiligheidsbeoordelingAfgerond) -> str:
    match besluit.acuut_onveilig, besluit.structureel_onveilig:
        case True, True:
            return "acuut-en-structureel-onveilig"
        case True, False:
            return "acuut-onveilig"
        case False, True:
            return "structureel-onveilig"
        case _:
            return "niet-onveilig"


def _reached(found: MonitormomentAfgerond) -> str:
    """Return what was reached when monitoring ended: no acute danger any more, no structural one, or neither."""
    if not found.directe_veiligheid:
        return "niet-veilig"
    return "stabiel-en-veilig" if found.stabiele_veiligheid else "direct-veilig"


def _of_monitoring(state: CasusState) -> Iterator[Telling]:
    """Count what was found at each moment, whether it is safe after a year, and which diensten have any moment."""
    heard = state.heard
    for moment in state.momenten:
        found = moment.uitkomst
        if found is None:
            continue
        place = (moment.gemeente_code, found.afgerond_op)
        yield *place, "monitormomentenPerNaleving", found.naleving.value
        if found.maand == _STABLE_AFTER:
            safe = found.directe_veiligheid and found.stabiele_veiligheid
            yield *place, "veiligNaEenJaar", "stabiel-en-veilig" if safe else "niet-stabiel-of-veilig"
        if found.vervolg is MonitorVervolg.AFSLUITEN:
            yield *place, "afsluitingenPerVeiligheid", _reached(found)
    followed = {moment.overdracht_id for moment in state.momenten}
    of_diensten = {heard.geaccepteerd[key].dienst_id for key in followed if key in heard.geaccepteerd}
    for conclusie in heard.conclusies.values():
        kind = "gevolgd" if conclusie.dienst_id in of_diensten else "niet-gevolgd"
        yield conclusie.gemeente_code, conclusie.afgerond_op, "monitoringNaDienst", f"{conclusie.soort.value}:{kind}"
