"""The catalogue: every type of event, the room that publishes it, and the rooms that read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from shared.events import behandeling, levering, opvang, overdragen, palet, payloads, plannen, volgen
from shared.events.payloads import Fact


class Room(StrEnum):
    INTAKE = "intake"
    TRIAGE = "triage"
    HANDOVER = "handover"
    MONITORING = "monitoring"


@dataclass(frozen=True, slots=True)
class EventType:
    name: str
    publisher: Room
    readers: frozenset[Room]
    payload: type[Fact]


def _row(noun_participle: str, publisher: Room, readers: set[Room], payload: type[Fact], version: int = 1) -> EventType:
    return EventType(f"nl.ketenradar.{noun_participle}.v{version}", publisher, frozenset(readers), payload)


_I, _T, _H, _M = Room.INTAKE, Room.TRIAGE, Room.HANDOVER, Room.MONITORING

_ROWS = (
    _row("melding-ontvangen", _I, {_I, _T, _H, _M}, payloads.MeldingOntvangen),
    _row("melding-aangevuld", _I, {_T, _M}, payloads.MeldingAangevuld),
    _row("advies-gegeven", _I, {_M}, payloads.AdviesGegeven),
    _row("advies-omgezet", _I, {_M}, payloads.AdviesOmgezet),
    _row("casus-samengevoegd", _I, {_T, _H, _M}, payloads.CasusSamengevoegd),
    _row("casus-gesplitst", _I, {_T, _H, _M}, payloads.CasusGesplitst),
    _row("dossierverzoek-ontvangen", _I, {_M}, payloads.DossierverzoekOntvangen),
    _row("dossierverzoek-afgehandeld", _I, {_M}, payloads.DossierverzoekAfgehandeld),
    _row("bewaartermijn-vastgesteld", _I, {_M}, payloads.BewaartermijnVastgesteld),
    _row("signaal-geplaatst", _I, {_M}, payloads.SignaalGeplaatst),
    _row("match-ontvangen", _I, {_M}, payloads.MatchOntvangen),
    _row("handle-with-care-gestart", _I, {_M}, payloads.HandleWithCareGestart),
    _row("handle-with-care-afgeleverd", _I, {_M}, payloads.HandleWithCareAfgeleverd),
    _row("handle-with-care-vervallen", _I, {_M}, payloads.HandleWithCareVervallen),
    _row("handle-with-care-niet-afgeleverd", _I, {_M}, payloads.HandleWithCareNietAfgeleverd),
    _row("casus-vernietigd", _I, {_T, _H, _M}, payloads.CasusVernietigd),
    _row("dubbel-anoniem-ontvangen", _I, {_M}, payloads.DubbelAnoniemOntvangen),
    _row("dubbel-anoniem-besloten", _I, {_M}, payloads.DubbelAnoniemBesloten),
    _row("bekendmaking-gewijzigd", _I, {_H, _M}, payloads.BekendmakingGewijzigd),
    _row("terugkoppeling-gegeven", _I, {_M}, payloads.TerugkoppelingGegeven),
    _row("acuutcheck-gedaan", _T, {_M}, payloads.AcuutcheckGedaan),
    _row("veiligheidsbeoordeling-afgerond", _T, {_I, _H, _M}, payloads.VeiligheidsbeoordelingAfgerond),
    _row("veiligheidsbeoordeling-heropend", _T, {_M}, payloads.VeiligheidsbeoordelingHeropend),
    _row("dienst-gestart", _T, {_M}, payloads.DienstGestart),
    _row("dienst-afgerond", _T, {_I, _H, _M}, payloads.DienstAfgerond),
    _row("handeling-vastgelegd", _T, {_M}, payloads.HandelingVastgelegd),
    _row("werk-toegewezen", _T, {_M}, behandeling.WerkToegewezen),
    _row("werk-vrijgegeven", _T, {_M}, behandeling.WerkVrijgegeven),
    _row("veiligheidscheck-gepland", _T, {_M}, behandeling.VeiligheidscheckGepland),
    _row("veiligheidscheck-gedaan", _T, {_M}, behandeling.VeiligheidscheckGedaan),
    _row("informatieverzoek-gedaan", _T, {_M}, behandeling.InformatieverzoekGedaan),
    _row("informatieverzoek-afgerond", _T, {_M}, behandeling.InformatieverzoekAfgerond),
    _row("vertraging-verklaard", _T, {_M}, behandeling.VertragingVerklaard),
    _row("dienst-omgezet", _T, {_M}, behandeling.DienstOmgezet),
    _row("voorwaarde-gesteld", _T, {_H, _M}, behandeling.VoorwaardeGesteld),
    _row("voorwaarde-nagegaan", _T, {_H, _M}, behandeling.VoorwaardeNagegaan),
    _row("verzoek-tot-onderzoek-gedaan", _T, {_M}, behandeling.VerzoekTotOnderzoekGedaan),
    _row("verzoek-tot-onderzoek-gemeld", _T, {_M}, behandeling.VerzoekTotOnderzoekGemeld),
    _row("verzoek-tot-onderzoek-beantwoord", _T, {_M}, behandeling.VerzoekTotOnderzoekBeantwoord),
    _row("consult-vastgelegd", _T, {_M}, behandeling.ConsultVastgelegd),
    _row("forensisch-gevraagd", _T, {_M}, behandeling.ForensischGevraagd),
    _row("forensisch-afgerond", _T, {_M}, behandeling.ForensischAfgerond),
    _row("huisverbod-gescreend", _T, {_M}, behandeling.HuisverbodGescreend),
    _row("huisverbod-opgelegd", _T, {_M}, behandeling.HuisverbodOpgelegd),
    _row("huisverbod-advies-gegeven", _T, {_M}, behandeling.HuisverbodAdviesGegeven),
    _row("huisverbod-verlengd", _T, {_M}, behandeling.HuisverbodVerlengd),
    _row("huisverbod-beeindigd", _T, {_M}, behandeling.HuisverbodBeeindigd),
    _row("aware-verleend", _T, {_M}, behandeling.AwareVerleend),
    _row("aware-verlengd", _T, {_M}, behandeling.AwareVerlengd),
    _row("aware-beeindigd", _T, {_M}, behandeling.AwareBeeindigd),
    _row("opschaling-gestart", _T, {_M}, behandeling.OpschalingGestart),
    _row("opschaling-beeindigd", _T, {_M}, behandeling.OpschalingBeeindigd),
    _row("actie-afgesproken", _T, {_M}, behandeling.ActieAfgesproken),
    _row("actie-afgerond", _T, {_M}, behandeling.ActieAfgerond),
    _row("informeren-uitgesteld", _T, {_M}, behandeling.InformerenUitgesteld),
    _row("overdracht-aangeboden", _H, {_M}, payloads.OverdrachtAangeboden),
    _row("overdracht-geaccepteerd", _H, {_I, _M}, payloads.OverdrachtGeaccepteerd),
    _row("overdracht-geweigerd", _H, {_M}, payloads.OverdrachtGeweigerd),
    _row("overdracht-ingetrokken", _H, {_M}, overdragen.OverdrachtIngetrokken),
    _row("overdracht-teruggekeerd", _H, {_M}, overdragen.OverdrachtTeruggekeerd),
    _row("teruggave-gevraagd", _H, {_M}, overdragen.TeruggaveGevraagd),
    _row("teruggave-afgewezen", _H, {_M}, overdragen.TeruggaveAfgewezen),
    _row("overdracht-teruggegeven", _H, {_M}, overdragen.OverdrachtTeruggegeven),
    _row("zicht-overgegaan", _H, {_I, _M}, overdragen.ZichtOvergegaan),
    _row("overdracht-gesprek-gehouden", _H, {_M}, overdragen.OverdrachtGesprekGehouden),
    _row("eerste-contact-gelegd", _H, {_M}, payloads.EersteContactGelegd),
    _row("levering-voorgelegd", _H, {_M}, levering.LeveringVoorgelegd),
    _row("levering-hervat", _H, {_M}, levering.LeveringHervat),
    _row("levering-afgerond", _H, {_M}, levering.LeveringAfgerond),
    _row("navraag-gesteld", _H, {_M}, levering.NavraagGesteld),
    _row("navraag-afgerond", _H, {_M}, levering.NavraagAfgerond),
    _row("noodtoegang-verleend", _H, {_M}, payloads.NoodtoegangVerleend),
    _row("plan-gestart", _H, {_M}, plannen.PlanGestart),
    _row("planfase-gewijzigd", _H, {_M}, plannen.PlanfaseGewijzigd),
    _row("plan-geevalueerd", _H, {_M}, plannen.PlanGeevalueerd),
    _row("plan-overgegaan", _H, {_M}, plannen.PlanOvergegaan),
    _row("plan-beeindigd", _H, {_M}, plannen.PlanBeeindigd),
    _row("planactie-afgesproken", _H, {_M}, plannen.PlanactieAfgesproken),
    _row("planactie-afgerond", _H, {_M}, plannen.PlanactieAfgerond),
    _row("contactpoging-gedaan", _H, {_M}, volgen.ContactpogingGedaan),
    _row("voorwaarde-gevolgd", _H, {_T, _M}, volgen.VoorwaardeGevolgd),
    _row("inzet-gevraagd", _H, {_M}, palet.InzetGevraagd),
    _row("inzet-gestart", _H, {_M}, palet.InzetGestart),
    _row("inzet-geweigerd", _H, {_M}, palet.InzetGeweigerd),
    _row("inzet-beeindigd", _H, {_M}, palet.InzetBeeindigd),
    _row("lacune-vastgesteld", _H, {_M}, palet.LacuneVastgesteld),
    _row("opvang-aangevraagd", _H, {_M}, opvang.OpvangAangevraagd),
    _row("opvang-geplaatst", _H, {_M}, opvang.OpvangGeplaatst),
    _row("opvang-klaargemeld", _H, {_M}, opvang.OpvangKlaargemeld),
    _row("opvang-geweigerd", _H, {_M}, opvang.OpvangGeweigerd),
    _row("opvang-beeindigd", _H, {_M}, opvang.OpvangBeeindigd),
    _row("traumascreening-gedaan", _H, {_M}, opvang.TraumascreeningGedaan),
    _row("termijn-dreigend", _M, set(), payloads.TermijnDreigend),
    _row("termijn-verstreken", _M, set(), payloads.TermijnVerstreken),
    _row("monitormoment-afgerond", _M, {_T}, payloads.MonitormomentAfgerond),
    _row("monitormoment-verplaatst", _M, set(), payloads.MonitormomentVerplaatst),
    _row("casus-afgesloten", _M, {_I, _H}, payloads.CasusAfgesloten),
    _row("bewaartermijn-verstreken", _M, {_I}, payloads.BewaartermijnVerstreken),
)

CATALOGUE: Mapping[str, EventType] = MappingProxyType({row.name: row for row in _ROWS})
BY_PAYLOAD: Mapping[type[Fact], EventType] = MappingProxyType({row.payload: row for row in _ROWS})


def stream_of(room: Room) -> str:
    """Return the Redis stream on which a room publishes."""
    return f"keten:{room}"


def sources_of(reader: Room) -> tuple[Room, ...]:
    """Return the rooms whose streams ``reader`` follows, in the order of the chain."""
    return tuple(room for room in Room if any(row.publisher is room and reader in row.readers for row in _ROWS))
