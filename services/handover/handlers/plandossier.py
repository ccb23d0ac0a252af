"""What stands in the plans of a household and was told beside them, for a file that somebody may read."""

from collections.abc import Iterable, Iterator

from services.handover.domain.plan import Plan
from services.handover.domain.volgen import Contactpoging, Controle
from shared.web.dossierdeel import Dossierdeel, deel


def delen_of(plan: Plan) -> Iterator[Dossierdeel]:
    """Give a plan, and each thing in it with what was written there."""
    einde = plan.einde
    yield deel(
        "plan",
        plan.gestart_op,
        {
            "status": plan.status,
            "fase": plan.fase,
            "evaluatieDag": plan.evaluatie_dag,
            "beeindigdOp": plan.beeindigd_op,
            "einde": einde.uitkomst if einde else None,
        },
        einde.bereikt if einde else None,
    )
    for lid in plan.leden:
        velden = {"nr": lid.nr, "hoedanigheid": lid.hoedanigheid, "eigenDoelen": lid.eigen_doelen}
        yield deel("planlid", plan.gestart_op, velden, lid.toelichting)
    for doel in plan.doelen:
        velden = {"fase": doel.fase, "lidNr": doel.lid_nr, "streefdag": doel.streefdag, "status": doel.status}
        yield deel("plandoel", doel.gesteld_op, velden, doel.omschrijving, doel.toelichting)
    for actie in plan.acties:
        said = actie.afronding
        yield deel(
            "planactie",
            actie.afgesproken_op,
            {
                "organisatie": actie.organisatie_id,
                "uiterlijkDag": actie.uiterlijk_dag,
                "status": actie.status,
                "reden": said.reden if said else None,
            },
            actie.omschrijving,
            actie.functie,
            said.toelichting if said else None,
        )
    for regie in plan.regie:
        velden = {"soort": regie.soort, "organisatie": regie.organisatie_id, "tot": regie.tot}
        yield deel("planregie", regie.vanaf, velden, regie.functie, regie.motivering)
    for look in plan.evaluaties:
        velden = {"fase": look.fase, "directVeilig": look.direct_veilig, "stabielVeilig": look.stabiel_veilig}
        yield deel("planevaluatie", look.gehouden_op, velden, look.verslag)
    for besluit in plan.fasen:
        velden = {"fase": besluit.fase, "reden": besluit.reden, "nietVoldaan": list(besluit.niet_voldaan) or None}
        yield deel("planfase", besluit.vanaf, velden, besluit.motivering)


def delen_of_volgen(pogingen: Iterable[Contactpoging], controles: Iterable[Controle]) -> Iterator[Dossierdeel]:
    """Give each attempt at contact, and each time that a receiver looked whether a voorwaarde is kept."""
    for poging in pogingen:
        velden = {"wijze": poging.wijze, "uitkomst": poging.uitkomst}
        yield deel("contactpoging", poging.tijdstip, velden, poging.toelichting)
    for look in controles:
        seen = {"status": look.status, "organisatie": look.organisatie_id, "volgendeDag": look.volgende_dag}
        yield deel("voorwaardecontrole", look.nagegaan_op, seen, look.uitkomst)
