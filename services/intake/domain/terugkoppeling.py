"""What a melder hears of his melding (Wmo 2015 art. 4.1.1 lid 2 g): which fact tells what, and how much of it to whom.

A line is never changed: whatever is decided anew is a new line. It holds codes, times and names of organisations;
only what Veilig Thuis adds by hand is text. Informants hear nothing (KNMG-meldcode): they send no melding.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from shared.events.overdragen import ZichtOvergegaan
from shared.events.payloads import Bestemming, DienstAfgerond, OverdrachtGeaccepteerd, VeiligheidsbeoordelingAfgerond
from shared.ids import derived_id
from shared.rules.codes import BestemmingSoort, DienstSoort, MelderSoort
from shared.rules.gemeenten import EIGEN_VT, Adressering
from shared.rules.opvang import AFGESCHERMD
from shared.rules.statuscodes import OMSCHRIJVING, Statuscode

TOELICHTING_MAX = 1000  # characters: what the national message holds


class TerugkoppelingSoort(StrEnum):
    """At which moment something is told."""

    ONTVANGST = "ontvangst"
    NA_VEILIGHEIDSBEOORDELING = "na-veiligheidsbeoordeling"
    NA_ONDERZOEK = "na-onderzoek"
    NA_VOORWAARDEN_EN_VERVOLG = "na-voorwaarden-en-vervolg"
    NA_REGIONAAL_MAATWERK = "na-regionaal-maatwerk"
    OVERDRACHT_GEACCEPTEERD = "overdracht-geaccepteerd"
    ZICHT_OVERGEGAAN = "zicht-overgegaan"
    TOELICHTING = "toelichting"


_S = TerugkoppelingSoort

NA_DIENST: Mapping[DienstSoort, TerugkoppelingSoort] = MappingProxyType(
    {
        DienstSoort.ONDERZOEK: _S.NA_ONDERZOEK,
        DienstSoort.VOORWAARDEN_EN_VERVOLG: _S.NA_VOORWAARDEN_EN_VERVOLG,
        DienstSoort.REGIONAAL_MAATWERK: _S.NA_REGIONAAL_MAATWERK,
    }
)

# The moments at which the law wants the melder to hear: their clock stops when he has (monitoring).
BEWAAKT = frozenset({_S.NA_VEILIGHEIDSBEOORDELING, *NA_DIENST.values()})

# What tells of who took over, and so of the family.
_OF_RECEIVERS = frozenset({_S.OVERDRACHT_GEACCEPTEERD, _S.ZICHT_OVERGEGAAN})

# Where no official code says it, or the melder may not hear the code.
_IN_WORDS: Mapping[TerugkoppelingSoort, str] = MappingProxyType(
    {
        _S.ONTVANGST: "De melding is ontvangen",
        _S.NA_VEILIGHEIDSBEOORDELING: "De melding is beoordeeld",
        _S.NA_ONDERZOEK: "Het onderzoek is afgerond",
        _S.NA_VOORWAARDEN_EN_VERVOLG: "Veilig Thuis heeft zijn werk afgerond",
        _S.NA_REGIONAAL_MAATWERK: "Veilig Thuis heeft zijn werk afgerond",
        _S.OVERDRACHT_GEACCEPTEERD: "De overdracht is geaccepteerd",
        _S.ZICHT_OVERGEGAAN: "Een ander heeft nu het zicht op veiligheid",
        _S.TOELICHTING: "Toelichting van Veilig Thuis",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terugkoppeling:
    """One line of what became of a melding."""

    id: UUID
    melding_id: UUID
    soort: TerugkoppelingSoort
    statuscode: Statuscode | None
    tijdstip: datetime
    overdracht_aan: tuple[str, ...] = ()  # to whom it was offered, or who accepted
    verantwoordelijke: str | None = None  # who holds sight of safety by this line, as far as it is known here
    toelichting: str | None = None
    bron_id: UUID | None = None  # the dossier, dienst or overdracht of which it tells
    gegeven_op: datetime | None = None  # when the sender fetched it

    @property
    def omschrijving(self) -> str:
        """The official label, or what is said where there is none."""
        return OMSCHRIJVING[self.statuscode] if self.statuscode else _IN_WORDS[self.soort]


def on_receipt(melding_id: UUID, ontvangen_op: datetime, adressering: Adressering) -> Terugkoppeling:
    """Return the first line of every melding; one for another Veilig Thuis is told so at once, and stays with us."""
    return Terugkoppeling(
        id=derived_id("terugkoppeling", melding_id),
        melding_id=melding_id,
        soort=TerugkoppelingSoort.ONTVANGST,
        statuscode=None if adressering.juist else Statuscode.ONJUIST_GEADRESSEERD,
        tijdstip=ontvangen_op,
        verantwoordelijke=EIGEN_VT,
    )


def after_besluit(besluit: VeiligheidsbeoordelingAfgerond, *, held_elsewhere: bool) -> Terugkoppeling:
    """Return what the melder hears of a besluit; that of a reopened dossier is a line of its own.

    Until a receiver accepts, Veilig Thuis holds sight. With ``held_elsewhere`` somebody took over the casus before:
    who that is belongs to another melding, and is not told here.
    """
    keeps = not besluit.sluit and not held_elsewhere
    return Terugkoppeling(
        id=derived_id("terugkoppeling", besluit.dossier_id),
        melding_id=besluit.melding_id,
        soort=TerugkoppelingSoort.NA_VEILIGHEIDSBEOORDELING,
        statuscode=Statuscode(besluit.statuscode),
        tijdstip=besluit.besloten_op,
        overdracht_aan=_told_of(besluit.bestemmingen),
        verantwoordelijke=EIGEN_VT if keeps else None,
        bron_id=besluit.dossier_id,
    )


def after_dienst(dienst: DienstAfgerond, *, held_elsewhere: bool) -> Terugkoppeling:
    """Return what the melder hears at the end of what Veilig Thuis took up itself."""
    handed_over = bool(dienst.bestemmingen)
    return Terugkoppeling(
        id=derived_id("terugkoppeling", dienst.dienst_id),
        melding_id=dienst.melding_id,
        soort=NA_DIENST[dienst.soort],
        statuscode=Statuscode.OVERDRACHT if handed_over else Statuscode.ZONDER_OVERDRACHT,
        tijdstip=dienst.afgerond_op,
        overdracht_aan=_told_of(dienst.bestemmingen),
        verantwoordelijke=EIGEN_VT if handed_over and not held_elsewhere else None,
        bron_id=dienst.dienst_id,
    )


def after_acceptatie(accepted: OverdrachtGeaccepteerd, before: Iterable[Terugkoppeling]) -> Terugkoppeling:
    """Return what the melder hears when a receiver takes over.

    The code is that of the besluit which handed over; its fact comes from another room, and may not be here yet.
    """
    return Terugkoppeling(
        id=derived_id("terugkoppeling", accepted.overdracht_id),
        melding_id=accepted.melding_id,
        soort=TerugkoppelingSoort.OVERDRACHT_GEACCEPTEERD,
        statuscode=_code_of(accepted, before),
        tijdstip=accepted.geaccepteerd_op,
        overdracht_aan=(_named(accepted.soort, accepted.organisatie_id),),
        verantwoordelijke=_named(accepted.soort, accepted.organisatie_id) if accepted.draagt_zicht else None,
        bron_id=accepted.overdracht_id,
    )


def after_overgang(passed: ZichtOvergegaan, event_id: UUID) -> Terugkoppeling:
    """Return what the melder hears when sight of safety changes hands after a receiver took over."""
    return Terugkoppeling(
        id=derived_id("terugkoppeling", event_id),
        melding_id=passed.melding_id,
        soort=TerugkoppelingSoort.ZICHT_OVERGEGAAN,
        statuscode=None,
        tijdstip=passed.overgegaan_op,
        verantwoordelijke=EIGEN_VT if passed.bij_veilig_thuis else _named(passed.soort, passed.organisatie_id),
        bron_id=passed.overdracht_id,
    )


def _told_of(bestemmingen: Iterable[Bestemming]) -> tuple[str, ...]:
    return tuple(_named(one.soort, one.organisatie_id) for one in bestemmingen)


def _named(soort: BestemmingSoort | None, organisatie_id: str) -> str:
    """Return a receiver as a melder may know it: not which shelter, for there somebody is.

    In a fact of before the soort was told, every receiver is kept back.
    """
    return AFGESCHERMD if soort in {None, BestemmingSoort.OPVANG} else organisatie_id


def _code_of(accepted: OverdrachtGeaccepteerd, before: Iterable[Terugkoppeling]) -> Statuscode:
    if accepted.dienst_id is not None:
        return Statuscode.OVERDRACHT
    told = [line for line in in_order(before) if line.soort is TerugkoppelingSoort.NA_VEILIGHEIDSBEOORDELING]
    if told:
        rerouted = told[-1].statuscode is Statuscode.ONJUIST_GEADRESSEERD
    else:
        rerouted = accepted.soort is BestemmingSoort.VEILIG_THUIS_ELDERS
    return Statuscode.ONJUIST_GEADRESSEERD if rerouted else Statuscode.UITKOMST_OVERDRACHT


def by_hand(terugkoppeling_id: UUID, melding_id: UUID, toelichting: str, now: datetime) -> Terugkoppeling:
    """Return what Veilig Thuis adds in its own words; it changes nothing of where the melding stands."""
    return Terugkoppeling(
        id=terugkoppeling_id,
        melding_id=melding_id,
        soort=TerugkoppelingSoort.TOELICHTING,
        statuscode=None,
        tijdstip=now,
        toelichting=toelichting,
    )


def in_order(lines: Iterable[Terugkoppeling]) -> list[Terugkoppeling]:
    """Return lines from first to last; facts of different rooms can come in another order."""
    return sorted(lines, key=lambda line: (line.tijdstip, line.id))


def heard_by(soort: MelderSoort, line: Terugkoppeling) -> Terugkoppeling | None:
    """Return how much of a line a melder of this soort may hear; nothing when he hears nothing.

    A professional hears whether there is a follow-up and who has it (KNMG-meldcode, bijlage 4). Who is none hears that
    his melding came in, that it was judged, and what Veilig Thuis says to him in its own words: an uitkomst or a
    receiver tells of the family. Nobody can reach an unknown melder; that he sent to the wrong place is told to who
    delivered his melding.
    """
    if soort is MelderSoort.PROFESSIONAL or line.soort is TerugkoppelingSoort.ONTVANGST:
        return line
    if soort is MelderSoort.ONBEKEND or line.soort in _OF_RECEIVERS:
        return None
    return replace(line, statuscode=None, overdracht_aan=(), verantwoordelijke=None)


def has_part(heard: Terugkoppeling | None, organisatie_id: str) -> bool:
    """Say whether the organisation of a melder has a part in the follow-up, by what he may hear of a line.

    A shelter is not named in a line, so it has none here; it reads its overdracht itself. It has when the casus was
    offered to it: in the overdracht it reads the veiligheidsvoorwaarden and what is agreed
    about monitoring, as a professional with such a part must (KNMG-meldcode, bijlage 4). A line never repeats those.
    """
    return heard is not None and organisatie_id in heard.overdracht_aan


def is_delivered_by_reading(soort: MelderSoort, line: Terugkoppeling) -> bool:
    """Say whether the clock of the feedback stops when the sender reads this line.

    Only of a professional the sender and the melder are one; for others somebody still has to call.
    """
    return soort is MelderSoort.PROFESSIONAL and line.soort in BEWAAKT and line.gegeven_op is None


def last_statuscode(lines: Iterable[Terugkoppeling]) -> Statuscode | None:
    """Return where a melding stands by the newest line that has a code."""
    return next((line.statuscode for line in reversed(in_order(lines)) if line.statuscode), None)
