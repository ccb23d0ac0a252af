"""What was heard of what Veilig Thuis itself does with a melding: owners, checks, questions, bans, tables.

As everywhere in the fold nothing depends on the order in which facts came: they are given in the order of their time.
Of what can happen once to a thing the first fact counts; what can happen often is kept whole, and whoever reads it
sorts by the moment that it tells of.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from shared.events.behandeling import (
    ActieAfgerond,
    ActieAfgesproken,
    AwareBeeindigd,
    AwareVerleend,
    AwareVerlengd,
    ConsultVastgelegd,
    DienstOmgezet,
    ForensischAfgerond,
    ForensischGevraagd,
    HuisverbodAdviesGegeven,
    HuisverbodBeeindigd,
    HuisverbodGescreend,
    HuisverbodOpgelegd,
    HuisverbodVerlengd,
    InformatieverzoekAfgerond,
    InformatieverzoekGedaan,
    InformerenUitgesteld,
    OpschalingBeeindigd,
    OpschalingGestart,
    VeiligheidscheckGedaan,
    VeiligheidscheckGepland,
    VertragingVerklaard,
    VerzoekTotOnderzoekBeantwoord,
    VerzoekTotOnderzoekGedaan,
    VerzoekTotOnderzoekGemeld,
    VoorwaardeGesteld,
    VoorwaardeNagegaan,
    WerkToegewezen,
    WerkVrijgegeven,
)
from shared.events.payloads import Fact
from shared.rules.behandelcodes import VtoStatus


@dataclass(frozen=True, slots=True)
class Behandeling:
    """All that is known of it in one casus."""

    # By the id of the thing.
    informatieverzoeken: dict[UUID, InformatieverzoekGedaan] = field(default_factory=dict)
    informatie_afgerond: dict[UUID, InformatieverzoekAfgerond] = field(default_factory=dict)
    omzettingen: dict[UUID, DienstOmgezet] = field(default_factory=dict)  # by the dienst that ended
    voorwaarden: dict[UUID, VoorwaardeGesteld] = field(default_factory=dict)
    vtos: dict[UUID, VerzoekTotOnderzoekGedaan] = field(default_factory=dict)
    consulten: dict[UUID, ConsultVastgelegd] = field(default_factory=dict)
    forensisch: dict[UUID, ForensischGevraagd] = field(default_factory=dict)
    forensisch_afgerond: dict[UUID, ForensischAfgerond] = field(default_factory=dict)
    huisverbod_screening: dict[UUID, HuisverbodGescreend] = field(default_factory=dict)
    huisverboden: dict[UUID, HuisverbodOpgelegd] = field(default_factory=dict)
    huisverbod_advies: dict[UUID, HuisverbodAdviesGegeven] = field(default_factory=dict)
    huisverbod_beeindigd: dict[UUID, HuisverbodBeeindigd] = field(default_factory=dict)
    aware: dict[UUID, AwareVerleend] = field(default_factory=dict)
    aware_beeindigd: dict[UUID, AwareBeeindigd] = field(default_factory=dict)
    opschalingen: dict[UUID, OpschalingGestart] = field(default_factory=dict)
    opschaling_beeindigd: dict[UUID, OpschalingBeeindigd] = field(default_factory=dict)
    acties: dict[UUID, ActieAfgesproken] = field(default_factory=dict)
    actie_afgerond: dict[UUID, ActieAfgerond] = field(default_factory=dict)
    # Of which there can be several.
    eigenaar: list[WerkToegewezen | WerkVrijgegeven] = field(default_factory=list)
    gepland: list[VeiligheidscheckGepland] = field(default_factory=list)
    gekeken: list[VeiligheidscheckGedaan] = field(default_factory=list)
    vertragingen: list[VertragingVerklaard] = field(default_factory=list)
    nagegaan: list[VoorwaardeNagegaan] = field(default_factory=list)
    vto_gemeld: list[VerzoekTotOnderzoekGemeld] = field(default_factory=list)
    vto_beantwoord: list[VerzoekTotOnderzoekBeantwoord] = field(default_factory=list)
    huisverbod_verlengd: list[HuisverbodVerlengd] = field(default_factory=list)
    aware_verlengd: list[AwareVerlengd] = field(default_factory=list)
    uitgesteld: list[InformerenUitgesteld] = field(default_factory=list)


_BY_ID: Mapping[type[Fact], tuple[str, str]] = MappingProxyType(
    {
        InformatieverzoekGedaan: ("informatieverzoeken", "informatieverzoek_id"),
        InformatieverzoekAfgerond: ("informatie_afgerond", "informatieverzoek_id"),
        DienstOmgezet: ("omzettingen", "dienst_id"),
        VoorwaardeGesteld: ("voorwaarden", "voorwaarde_id"),
        VerzoekTotOnderzoekGedaan: ("vtos", "vto_id"),
        ConsultVastgelegd: ("consulten", "consult_id"),
        ForensischGevraagd: ("forensisch", "forensisch_id"),
        ForensischAfgerond: ("forensisch_afgerond", "forensisch_id"),
        HuisverbodGescreend: ("huisverbod_screening", "huisverbod_id"),
        HuisverbodOpgelegd: ("huisverboden", "huisverbod_id"),
        HuisverbodAdviesGegeven: ("huisverbod_advies", "huisverbod_id"),
        HuisverbodBeeindigd: ("huisverbod_beeindigd", "huisverbod_id"),
        AwareVerleend: ("aware", "aware_id"),
        AwareBeeindigd: ("aware_beeindigd", "aware_id"),
        OpschalingGestart: ("opschalingen", "opschaling_id"),
        OpschalingBeeindigd: ("opschaling_beeindigd", "opschaling_id"),
        ActieAfgesproken: ("acties", "actie_id"),
        ActieAfgerond: ("actie_afgerond", "actie_id"),
    }
)
_ALL: Mapping[type[Fact], str] = MappingProxyType(
    {
        WerkToegewezen: "eigenaar",
        WerkVrijgegeven: "eigenaar",
        VeiligheidscheckGepland: "gepland",
        VeiligheidscheckGedaan: "gekeken",
        VertragingVerklaard: "vertragingen",
        VoorwaardeNagegaan: "nagegaan",
        VerzoekTotOnderzoekGemeld: "vto_gemeld",
        VerzoekTotOnderzoekBeantwoord: "vto_beantwoord",
        HuisverbodVerlengd: "huisverbod_verlengd",
        AwareVerlengd: "aware_verlengd",
        InformerenUitgesteld: "uitgesteld",
    }
)
HEARD = _BY_ID.keys() | _ALL.keys()


def take(behandeling: Behandeling, payload: Fact) -> bool:
    """Keep a fact of treatment, given in the order of time; say whether it was one."""
    if type(payload) in _BY_ID:
        name, key = _BY_ID[type(payload)]
        getattr(behandeling, name).setdefault(getattr(payload, key), payload)
        return True
    if type(payload) in _ALL:
        getattr(behandeling, _ALL[type(payload)]).append(payload)
        return True
    return False


def end_of_vto(behandeling: Behandeling, vto_id: UUID) -> datetime | None:
    """Return when the raad told that it was ready: the last status, or a result, which comes with the last one."""
    ends = (
        told.ontvangen_op
        for told in behandeling.vto_beantwoord
        if told.vto_id == vto_id and (told.status is VtoStatus.ZAAK_AFGEROND or told.resultaat is not None)
    )
    return min(ends, default=None)


def newest_vertragingen(behandeling: Behandeling) -> Iterable[VertragingVerklaard]:
    """Return why things are late, of each thing what was told last."""
    told = sorted(behandeling.vertragingen, key=lambda one: one.verklaard_op)  # stable: of one moment the last counts
    return {(one.soort, one.ref_id): one for one in told}.values()
