"""The clocks of what Veilig Thuis itself does with a melding: which fact starts each, meets it, or makes it pointless.

What is looked at again and again (safety, a voorwaarde, AWARE) has a clock for each stretch, so that one that was
missed stays missed whatever is done later. A stretch is known by the moment at which it began.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.monitoring.domain.casus import Heard
from services.monitoring.domain.huisverbod import huisverbod_klokken
from services.monitoring.domain.klokken import Klok, ended_at, klok_of
from services.monitoring.domain.opvang import opvang_klokken
from services.monitoring.domain.stukken import Look, stretches
from services.monitoring.domain.werk import werk_klokken
from shared.events.behandeling import VerzoekTotOnderzoekGedaan, VoorwaardeGesteld, VoorwaardeNagegaan
from shared.events.volgen import VoorwaardeGevolgd
from shared.rules.behandelcodes import (
    ForensischEinde,
    InformatieverzoekEinde,
    VoorwaardeStatus,
    VtoGemeldAan,
)
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import MelderSoort, TermijnSoort
from shared.rules.deadlines import uitstel_maximaal
from shared.rules.settings import RuleSettings


@dataclass(frozen=True, slots=True)
class Uitstel:
    """How often informing the betrokkenen of one melding was postponed, and what the uitleg says of it."""

    aantal: int = 0
    uitleg: tuple[str, ...] = ()


def klokken_of(heard: Heard, settings: RuleSettings) -> Iterator[Klok]:
    """Give every clock of treatment of a casus, open and ended."""
    yield from werk_klokken(heard)
    yield from _of_informatieverzoeken(heard)
    yield from _of_voorwaarden(heard)
    yield from _of_vtos(heard)
    yield from _of_forensisch(heard)
    yield from huisverbod_klokken(heard, settings)
    yield from _of_aware(heard)
    yield from _of_acties(heard)
    yield from opvang_klokken(heard)


# --- asking ------------------------------------------------------------------------------------------------------


def _of_informatieverzoeken(heard: Heard) -> Iterator[Klok]:
    """Give the term of each question; the besluit does not end it, for a late answer still counts."""
    for asked in heard.behandeling.informatieverzoeken.values():
        ended = heard.behandeling.informatie_afgerond.get(asked.informatieverzoek_id)
        given_up = ended is not None and ended.einde is InformatieverzoekEinde.INGETROKKEN
        end = ended_at(asked.gedaan_op, ended.afgerond_op if ended else None, vervallen=given_up)
        yield klok_of(
            TermijnSoort.INFORMATIEVERZOEK, asked, ref_id=asked.informatieverzoek_id, start=asked.gedaan_op, end=end
        )


def _of_forensisch(heard: Heard) -> Iterator[Klok]:
    for asked in heard.behandeling.forensisch.values():
        ended = heard.behandeling.forensisch_afgerond.get(asked.forensisch_id)
        given_up = ended is not None and ended.einde is ForensischEinde.INGETROKKEN
        end = ended_at(asked.gevraagd_op, ended.afgerond_op if ended else None, vervallen=given_up)
        yield klok_of(TermijnSoort.FORENSISCH, asked, ref_id=asked.forensisch_id, start=asked.gevraagd_op, end=end)


def _of_vtos(heard: Heard) -> Iterator[Klok]:
    """Give the term within which the college, and a melder who can be reached, hear that the raad was asked."""
    for vto in heard.behandeling.vtos.values():
        melding = heard.meldingen.get(vto.melding_id)
        yield _of_vto(heard, vto, VtoGemeldAan.COLLEGE, "Aan wie: het college van burgemeester en wethouders.")
        if melding and melding.melder_soort is not MelderSoort.ONBEKEND:
            yield _of_vto(heard, vto, VtoGemeldAan.MELDER, "Aan wie: de melder.")


def _of_vto(heard: Heard, vto: VerzoekTotOnderzoekGedaan, aan: VtoGemeldAan, words: str) -> Klok:
    told = [one.gemeld_op for one in heard.behandeling.vto_gemeld if one.vto_id == vto.vto_id and one.aan is aan]
    end = ended_at(vto.gedaan_op, min(told, default=None))
    clock = klok_of(TermijnSoort.VERZOEK_TOT_ONDERZOEK_MELDEN, vto, ref_id=vto.vto_id, start=vto.gedaan_op, end=end)
    return replace(clock, sleutel=(aan.value,), extra=(words,))


# --- what is looked at again -------------------------------------------------------------------------------------


def _of_voorwaarden(heard: Heard) -> Iterator[Klok]:
    for voorwaarde in heard.behandeling.voorwaarden.values():
        first = klok_of(
            TermijnSoort.VOORWAARDE_CONTROLE,
            voorwaarde,
            ref_id=voorwaarde.voorwaarde_id,
            start=voorwaarde.gesteld_op,
        )
        yield from stretches(replace(first, afgesproken=voorwaarde.controle_dag), _looks_at(heard, voorwaarde))


def _looks_at(heard: Heard, voorwaarde: VoorwaardeGesteld) -> Iterator[Look]:
    """Give each look at a voorwaarde, of Veilig Thuis and of the receiver who follows it.

    A receiver who names no next day leaves the day that was agreed, if that is still to come.
    """
    looks: list[VoorwaardeNagegaan | VoorwaardeGevolgd] = [
        *(one for one in heard.behandeling.nagegaan if one.voorwaarde_id == voorwaarde.voorwaarde_id),
        *(one for one in heard.plannen.gevolgd.values() if one.voorwaarde_id == voorwaarde.voorwaarde_id),
    ]
    dag: date | None = voorwaarde.controle_dag
    for look in sorted(looks, key=lambda one: one.nagegaan_op):
        given_up = look.status is VoorwaardeStatus.VERVALLEN
        left = dag if isinstance(look, VoorwaardeGevolgd) and dag and dag > amsterdam_day(look.nagegaan_op) else None
        dag = None if given_up else look.controle_dag or left
        yield Look(look.nagegaan_op, dag, vervallen=given_up)


def _of_aware(heard: Heard) -> Iterator[Klok]:
    for aware in heard.behandeling.aware.values():
        ended = heard.behandeling.aware_beeindigd.get(aware.aware_id)
        first = klok_of(TermijnSoort.AWARE_EVALUATIE, aware, ref_id=aware.aware_id, start=aware.verleend_op)
        looks = [
            Look(more.verlengd_op, more.evaluatie_dag)
            for more in heard.behandeling.aware_verlengd
            if more.aware_id == aware.aware_id and not (ended and more.verlengd_op >= ended.beeindigd_op)
        ]
        looks += [Look(ended.beeindigd_op, None)] if ended else []
        yield from stretches(replace(first, afgesproken=aware.evaluatie_dag), looks)


def _of_acties(heard: Heard) -> Iterator[Klok]:
    for actie in heard.behandeling.acties.values():
        ended = heard.behandeling.actie_afgerond.get(actie.actie_id)
        given_up = ended is not None and not ended.gedaan
        end = ended_at(actie.afgesproken_op, ended.afgerond_op if ended else None, vervallen=given_up)
        clock = klok_of(TermijnSoort.ACTIE, actie, ref_id=actie.actie_id, start=actie.afgesproken_op, end=end)
        yield replace(clock, afgesproken=actie.uiterlijk_dag)


# --- telling people ----------------------------------------------------------------------------------------------


def uitstel_of(heard: Heard, melding_id: UUID, settings: RuleSettings) -> Uitstel:
    """Return how often informing the betrokkenen of a melding was postponed, within what the rule allows.

    ``nummer`` counts them, so one of which the fact is still on its way counts already.
    """
    told = {one.nummer: one for one in heard.behandeling.uitgesteld if one.melding_id == melding_id and one.nummer > 0}
    if not told:
        return Uitstel()
    asked, allowed = max(told), uitstel_maximaal(settings)
    redenen = ", ".join(told[nummer].reden.value for nummer in sorted(told))
    words = f"Het informeren is {asked} keer uitgesteld; de reden: {redenen}."
    more = f" De regel laat {allowed} keer toe; meer telt niet." if asked > allowed else ""
    return Uitstel(min(asked, allowed), (words + more,))
