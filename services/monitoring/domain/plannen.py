"""What was heard of phased care and of what receivers tell beside it, and what that adds to the counts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from shared.events.payloads import Fact
from shared.events.plannen import (
    PlanactieAfgerond,
    PlanactieAfgesproken,
    PlanBeeindigd,
    PlanfaseGewijzigd,
    PlanGeevalueerd,
    PlanGestart,
    PlanOvergegaan,
)
from shared.events.volgen import ContactpogingGedaan, VoorwaardeGevolgd


@dataclass(frozen=True, slots=True)
class Plannen:
    """All that is known of it in one casus; of what can happen once to a thing the first fact counts."""

    gestart: dict[UUID, PlanGestart] = field(default_factory=dict)
    beeindigd: dict[UUID, PlanBeeindigd] = field(default_factory=dict)
    acties: dict[UUID, PlanactieAfgesproken] = field(default_factory=dict)
    actie_afgerond: dict[UUID, PlanactieAfgerond] = field(default_factory=dict)
    fasen: list[PlanfaseGewijzigd] = field(default_factory=list)
    overgegaan: list[PlanOvergegaan] = field(default_factory=list)
    geevalueerd: list[PlanGeevalueerd] = field(default_factory=list)
    pogingen: dict[UUID, ContactpogingGedaan] = field(default_factory=dict)
    gevolgd: dict[UUID, VoorwaardeGevolgd] = field(default_factory=dict)  # by check


_BY_ID: Mapping[type[Fact], tuple[str, str]] = MappingProxyType(
    {
        PlanGestart: ("gestart", "plan_id"),
        PlanBeeindigd: ("beeindigd", "plan_id"),
        PlanactieAfgesproken: ("acties", "planactie_id"),
        PlanactieAfgerond: ("actie_afgerond", "planactie_id"),
        ContactpogingGedaan: ("pogingen", "contactpoging_id"),
        VoorwaardeGevolgd: ("gevolgd", "controle_id"),
    }
)
_ALL: Mapping[type[Fact], str] = MappingProxyType(
    {PlanfaseGewijzigd: "fasen", PlanGeevalueerd: "geevalueerd", PlanOvergegaan: "overgegaan"}
)
HEARD = _BY_ID.keys() | _ALL.keys()


def take_plan(plannen: Plannen, payload: Fact) -> bool:
    """Keep a fact of phased care, given in the order of time; say whether it was one."""
    if type(payload) in _BY_ID:
        name, key = _BY_ID[type(payload)]
        getattr(plannen, name).setdefault(getattr(payload, key), payload)
        return True
    if type(payload) in _ALL:
        getattr(plannen, _ALL[type(payload)]).append(payload)
        return True
    return False


# --- counts ------------------------------------------------------------------------------------------------------

Telling = tuple[str, datetime, str, str]


def plantellingen(plannen: Plannen, due: Mapping[UUID, datetime]) -> Iterator[Telling]:
    """Give every count of phased care, as municipality, moment, name and kind.

    ``due`` says of each action when it is too late.
    """
    for plan in plannen.gestart.values():
        yield plan.gemeente_code, plan.gestart_op, "plannenPerFase", plan.fase.value
    for step in plannen.fasen:
        yield step.gemeente_code, step.gewijzigd_op, "plannenPerFase", step.fase.value
        if step.afgeweken:
            yield step.gemeente_code, step.gewijzigd_op, "planfasenMetAfwijking", step.fase.value
    for ended in plannen.beeindigd.values():
        yield ended.gemeente_code, ended.beeindigd_op, "plannenPerEinde", ended.einde.value
    for held in plannen.geevalueerd:
        yield held.gemeente_code, held.geevalueerd_op, "planevaluatiesPerVeiligheid", _veiligheid(held)
    for actie in plannen.acties.values():
        said = plannen.actie_afgerond.get(actie.planactie_id)
        if said:
            in_time = "op-tijd" if said.afgerond_op < due[actie.planactie_id] else "te-laat"
            afloop = in_time if said.gedaan else "niet-gedaan"
            yield actie.gemeente_code, actie.afgesproken_op, "planactiesPerAfloop", afloop
    for poging in plannen.pogingen.values():
        yield poging.gemeente_code, poging.tijdstip, "contactpogingenPerUitkomst", poging.uitkomst.value
    for look in plannen.gevolgd.values():
        yield look.gemeente_code, look.nagegaan_op, "voorwaardenGevolgdPerStatus", look.status.value


def _veiligheid(look: PlanGeevalueerd) -> str:
    if not look.direct_veilig:
        return "niet-direct-veilig"
    return "stabiel-veilig" if look.stabiel_veilig else "direct-veilig"
