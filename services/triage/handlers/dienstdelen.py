"""What was done in the diensten of a casus beside contacten and voorwaarden, for a file that somebody may read."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain.dienst import Betrokkene
from services.triage.domain.onderzoek import Bevinding, Informant, PlanVersie
from services.triage.domain.voorwaarden import Veiligheidsvoorwaarde
from services.triage.store.diensten import DienstFile, load_file
from services.triage.store.dossierdeel import diensten_of
from services.triage.store.vertragingen import vertragingen_of_casus
from shared.crypto import Vault
from shared.web.dossierdeel import Dossierdeel, deel


async def load_dienst_delen(conn: AsyncConnection, vault: Vault, casus_id: UUID) -> list[Dossierdeel]:
    """Return what was done in the diensten of a casus, and why something in it was late."""
    found: list[Dossierdeel] = []
    for dienst_id in await diensten_of(conn, casus_id):
        file = await load_file(conn, vault, dienst_id)
        if file is not None:
            found += _of_dienst(file)
    for one in await vertragingen_of_casus(conn, vault, casus_id):
        found.append(deel("vertraging", one.verklaard_op, {"termijn": one.soort, "reden": one.reden}, one.toelichting))
    return found


def _of_dienst(file: DienstFile) -> Iterator[Dossierdeel]:
    omzetting, done = file.dienst.omzetting, file.onderzoek
    if omzetting is not None:
        yield deel("omzetting", omzetting.omgezet_op, {"reden": omzetting.opgave.reden}, omzetting.opgave.motivering)
    yield from (_plan(one) for one in done.plannen)
    yield from (_informant(one) for one in done.informanten)
    yield from (_bevinding(one) for one in done.bevindingen)
    for voorwaarde in file.voorwaarden:
        yield from _followed(voorwaarde)
    for aanbod in done.aanbiedingen:
        velden = {"wijze": aanbod.wijze, **_who(aanbod.betrokkene)}
        yield deel("vernietigingsaanbieding", aanbod.moment, velden)


def _who(betrokkene: Betrokkene) -> dict[str, object]:
    return {"meldingId": str(betrokkene.melding_id), "persoonNr": betrokkene.nr}


def _plan(versie: PlanVersie) -> Dossierdeel:
    plan = versie.plan
    return deel(
        "plan",
        versie.opgesteld_op,
        {
            "nummer": versie.nummer,
            "spreken": [_who(one) for one in plan.spreken] or None,
            "dagen": [one.dag for one in plan.momenten] or None,
        },
        *plan.doelen,
        *plan.vragen,
        *(one.wat for one in plan.momenten),
        # Who is asked could tell who reported: as texts, which intake cuts.
        *(text for one in plan.informanten for text in (one.soort, one.wie)),
        plan.eigenaar,
    )


def _informant(informant: Informant) -> Dossierdeel:
    opgave = informant.opgave
    return deel(
        "informant",
        opgave.tijdstip,
        {"toestemming": opgave.toestemming, "bevestigd": opgave.bevestigd},
        opgave.soort,
        opgave.organisatie,
        opgave.naam,
        opgave.motivering_zonder_toestemming,
        opgave.mededeling,
    )


def _bevinding(bevinding: Bevinding) -> Dossierdeel:
    vermoeden = bevinding.vermoeden
    velden = {
        **_who(vermoeden.betrokkene),
        "relatie": vermoeden.relatie,
        "vorm": vermoeden.vorm,
        "oordeel": bevinding.oordeel,
    }
    return deel("bevinding", bevinding.vastgesteld_op, velden, bevinding.onderbouwing)


def _followed(voorwaarde: Veiligheidsvoorwaarde) -> Iterator[Dossierdeel]:
    for controle in voorwaarde.controles:
        opgave = controle.opgave
        checked = {"status": opgave.status, "volgendeControleOp": opgave.volgende_controle_op}
        yield deel("voorwaarde-controle", opgave.nagegaan_op, checked, opgave.uitkomst)
    for one in voorwaarde.instemmingen:
        velden = {**_who(one.betrokkene), "instemt": one.instemt}
        yield deel("voorwaarde-instemming", one.moment, velden, one.toelichting)
