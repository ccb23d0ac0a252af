"""How AWARE is kept; its decisions and actions stand in one sealed text, for nobody looks for them by code."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from services.triage.domain.aware import (
    Aware,
    AwareBeeindiging,
    AwareBesluit,
    AwareBesluitSoort,
    AwareDoor,
    AwareEinde,
    AwareOptreden,
    AwareStatus,
    AwareTekst,
    AwareUitvoering,
    SashNiveau,
    Verlenging,
)
from services.triage.store.matter import OneTable, head_of, moment_of
from services.triage.store.values import AnyRow
from services.triage.tables.aware import aware

_AS_IT_IS = ("persoon_nr", "besloten_op", "evaluatie_dag", "beeindigd_op")


def _columns(one: Aware) -> Mapping[str, object]:
    return {
        **{name: getattr(one, name) for name in _AS_IT_IS},
        "sash_niveau": one.sash_niveau,
        "status": one.status,
        "reden_einde": one.reden_einde,
    }


def _text(one: Aware) -> object:
    tekst = one.tekst
    return {
        "indicatie": tekst.indicatie,
        "besluit": _besluit(tekst.besluit) if tekst.besluit else None,
        "verlengingen": [
            [each.verlengd_op.isoformat(), each.evaluatie_dag.isoformat(), each.toelichting]
            for each in tekst.verlengingen
        ],
        "einde": [tekst.einde.beeindigd_op.isoformat(), tekst.einde.reden, tekst.einde.toelichting]
        if tekst.einde
        else None,
        "optredens": [
            [str(each.id), each.door, each.wat, each.uiterlijk_dag.isoformat(), _uitvoering(each.uitvoering)]
            for each in tekst.optredens
        ],
    }


def _besluit(one: AwareBesluit) -> list[object]:
    dag = one.evaluatie_dag.isoformat() if one.evaluatie_dag else None
    return [one.soort, one.besloten_op.isoformat(), one.motivering, list(one.deelnemers), dag]


def _uitvoering(one: AwareUitvoering | None) -> list[object] | None:
    return [one.gedaan, one.moment.isoformat(), one.toelichting] if one else None


def _read(row: AnyRow, tekst: Mapping[str, Any]) -> Aware:
    return Aware(
        **head_of(row),
        **{name: getattr(row, name) for name in _AS_IT_IS},
        sash_niveau=SashNiveau(row.sash_niveau) if row.sash_niveau else None,
        status=AwareStatus(row.status),
        reden_einde=AwareEinde(row.reden_einde) if row.reden_einde else None,
        tekst=_tekst(tekst) if tekst else AwareTekst(),
    )


def _tekst(kept: Mapping[str, Any]) -> AwareTekst:
    return AwareTekst(
        indicatie=kept["indicatie"],
        besluit=_besluit_of(*kept["besluit"]) if kept["besluit"] else None,
        verlengingen=tuple(
            Verlenging(moment_of(moment), date.fromisoformat(dag), toelichting)
            for moment, dag, toelichting in kept["verlengingen"]
        ),
        einde=_einde_of(*kept["einde"]) if kept["einde"] else None,
        optredens=tuple(_optreden_of(*one) for one in kept["optredens"]),
    )


def _besluit_of(soort: str, moment: str, motivering: str, deelnemers: list[str], dag: str | None) -> AwareBesluit:
    evaluatie_dag = date.fromisoformat(dag) if dag else None
    return AwareBesluit(AwareBesluitSoort(soort), moment_of(moment), motivering, tuple(deelnemers), evaluatie_dag)


def _einde_of(moment: str, reden: str, toelichting: str | None) -> AwareBeeindiging:
    return AwareBeeindiging(moment_of(moment), AwareEinde(reden), toelichting)


def _optreden_of(optreden_id: str, door: str, wat: str, dag: str, done: list[Any] | None) -> AwareOptreden:
    uitvoering = AwareUitvoering(done[0], moment_of(done[1]), done[2]) if done else None
    return AwareOptreden(UUID(optreden_id), AwareDoor(door), wat, date.fromisoformat(dag), uitvoering)


AWARE: OneTable[Aware] = OneTable(aware, _columns, _text, _read)
