"""How each thing in a plan is kept: its columns, and the texts that are sealed beside them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table

from services.handover.domain.doel import Doel, DoelStatus
from services.handover.domain.plan import Evaluatie, Fasebesluit, Hoedanigheid, Lid, Regie
from services.handover.domain.planactie import Afronding, NietGedaanReden, Planactie, PlanactieStatus
from services.handover.domain.planfase import Eis
from services.handover.tables import plannen as t
from shared.rules.plancodes import AfwijkReden, Fase, RegieSoort

AnyRow = Any  # a row of SQLAlchemy, whose columns are its attributes
Teksten = Sequence[str | None]


@dataclass(frozen=True, slots=True)
class Deel:
    """One kind of thing in a plan: under which name the plan holds it, and how it is written and read."""

    naam: str
    table: Table
    columns: Callable[[Any], Mapping[str, Any]]
    teksten: Callable[[Any], Teksten]
    read: Callable[[AnyRow, Teksten], Any]
    order: str


def text_of(value: str | None) -> str:
    """Return a text that is always there."""
    if value is None:
        raise ValueError("a text is missing in a row")
    return value


def _lid(row: AnyRow, teksten: Teksten) -> Lid:
    return Lid(
        id=row.id,
        nr=row.nr,
        hoedanigheid=Hoedanigheid(row.hoedanigheid),
        eigen_doelen=row.eigen_doelen,
        toelichting=teksten[0],
    )


def _doel(row: AnyRow, teksten: Teksten) -> Doel:
    return Doel(
        id=row.id,
        fase=Fase(row.fase),
        lid_nr=row.lid_nr,
        omschrijving=text_of(teksten[0]),
        streefdag=row.streefdag,
        gesteld_op=row.gesteld_op,
        status=DoelStatus(row.status),
        toelichting=teksten[1],
        afgerond_op=row.afgerond_op,
    )


def _actie(row: AnyRow, teksten: Teksten) -> Planactie:
    status = PlanactieStatus(row.status)
    said = status in {PlanactieStatus.GEDAAN, PlanactieStatus.NIET_GEDAAN}
    reden = NietGedaanReden(row.reden) if row.reden else None
    return Planactie(
        id=row.id,
        fase=Fase(row.fase),
        doel_id=row.doel_id,
        organisatie_id=row.organisatie_id,
        functie=teksten[1],
        omschrijving=text_of(teksten[0]),
        uiterlijk_dag=row.uiterlijk_dag,
        afgesproken_op=row.afgesproken_op,
        status=status,
        afronding=Afronding(status is PlanactieStatus.GEDAAN, reden, teksten[2]) if said else None,
        afgerond_op=row.afgerond_op,
    )


def _regie(row: AnyRow, teksten: Teksten) -> Regie:
    return Regie(
        id=row.id,
        soort=RegieSoort(row.soort),
        organisatie_id=row.organisatie_id,
        functie=teksten[0],
        motivering=text_of(teksten[1]),
        vanaf=row.vanaf,
        tot=row.tot,
    )


def _evaluatie(row: AnyRow, teksten: Teksten) -> Evaluatie:
    return Evaluatie(
        id=row.id,
        fase=Fase(row.fase),
        gehouden_op=row.gehouden_op,
        direct_veilig=row.direct_veilig,
        stabiel_veilig=row.stabiel_veilig,
        gesproken=tuple(row.gesproken),
        verslag=text_of(teksten[0]),
        volgende_dag=row.volgende_dag,
    )


def _fase(row: AnyRow, teksten: Teksten) -> Fasebesluit:
    return Fasebesluit(
        id=row.id,
        fase=Fase(row.fase),
        vanaf=row.vanaf,
        motivering=teksten[0],
        reden=AfwijkReden(row.afwijk_reden) if row.afwijk_reden else None,
        niet_voldaan=tuple(Eis(eis) for eis in row.niet_voldaan),
    )


def _named(*names: str) -> Callable[[Any], Mapping[str, Any]]:
    return lambda one: {name: getattr(one, name) for name in names}


def _actie_columns(one: Planactie) -> Mapping[str, Any]:
    names = ("doel_id", "fase", "organisatie_id", "uiterlijk_dag", "afgesproken_op", "status", "afgerond_op")
    return {**_named(*names)(one), "reden": one.afronding.reden if one.afronding else None}


def _fase_columns(one: Fasebesluit) -> Mapping[str, Any]:
    return {"fase": one.fase, "vanaf": one.vanaf, "afwijk_reden": one.reden, "niet_voldaan": list(one.niet_voldaan)}


# Parents first, as they are written.
DELEN: tuple[Deel, ...] = (
    Deel("leden", t.plan_lid, _named("nr", "hoedanigheid", "eigen_doelen"), lambda one: [one.toelichting], _lid, "nr"),
    Deel(
        "doelen",
        t.plan_doel,
        _named("fase", "lid_nr", "streefdag", "gesteld_op", "status", "afgerond_op"),
        lambda one: [one.omschrijving, one.toelichting],
        _doel,
        "id",
    ),
    Deel(
        "acties",
        t.plan_actie,
        _actie_columns,
        lambda one: [one.omschrijving, one.functie, one.afronding.toelichting if one.afronding else None],
        _actie,
        "id",
    ),
    Deel(
        "regie",
        t.plan_regie,
        _named("soort", "organisatie_id", "vanaf", "tot"),
        lambda one: [one.functie, one.motivering],
        _regie,
        "vanaf",
    ),
    Deel(
        "evaluaties",
        t.plan_evaluatie,
        lambda one: {
            **_named("fase", "gehouden_op", "direct_veilig", "stabiel_veilig", "volgende_dag")(one),
            "gesproken": list(one.gesproken),
        },
        lambda one: [one.verslag],
        _evaluatie,
        "gehouden_op",
    ),
    Deel("fasen", t.plan_fase, _fase_columns, lambda one: [one.motivering], _fase, "vanaf"),
)
