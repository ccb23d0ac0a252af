"""What handover holds of a casus, for a file that somebody may read: overdrachten, plans, help, who had sight of it."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.domain.gesprek import Gesprek
from services.handover.domain.inzet import Inzet
from services.handover.domain.overdracht import Overdracht
from services.handover.domain.stappen import Beschreven
from services.handover.domain.zicht import Periode
from services.handover.handlers.opvangdossier import load_opvangdelen
from services.handover.handlers.plandossier import delen_of, delen_of_volgen
from services.handover.store import (
    casussen,
    gesprekken,
    inzetten,
    leveringen,
    navragen,
    overdrachten,
    plannen,
    stappen,
    volgen,
    zichtboek,
)
from services.handover.store.overdrachten import Teksten
from shared.crypto import Vault
from shared.web.dossierdeel import Dossierdeel, deel


async def load_dossierdelen(conn: AsyncConnection, vault: Vault, casus_id: UUID) -> list[Dossierdeel]:
    """Return everything that was written down in this room about a casus, also under an id that vanished."""
    here = await casussen.locate_casus(conn, casus_id)
    found: list[Dossierdeel] = []
    for overdracht_id in await overdrachten.overdrachten_of(conn, here):
        read = await overdrachten.find_with_teksten(conn, vault, overdracht_id)
        if read is not None:
            found.append(_of_overdracht(*read))
            found += [_of_gesprek(one) for one in await gesprekken.list_gesprekken(conn, vault, overdracht_id)]
            found += [_of_stap(one) for one in await stappen.list_beschreven(conn, vault, overdracht_id)]
        pogingen = await volgen.list_pogingen(conn, vault, overdracht_id, after=None, limit=None)
        controles = await volgen.controles_of(conn, vault, overdracht_id)
        found += delen_of_volgen(pogingen, [one for looks in controles.values() for one in looks])
        for plan in await plannen.plannen_of_overdracht(conn, vault, overdracht_id):
            found += delen_of(plan)
        found += await _of_leveringen(conn, vault, overdracht_id)
        found += [_of_navraag(one) for one in await navragen.list_navragen(conn, vault, overdracht_id)]
    for inzet_id in await inzetten.inzetten_of(conn, here):
        kept = await inzetten.find_with_teksten(conn, vault, inzet_id)
        if kept is not None:
            found.append(_of_inzet(*kept))
    found += await load_opvangdelen(conn, vault, here)
    found += _of_zicht(await zichtboek.list_perioden(conn, here))
    return found


def _of_overdracht(overdracht: Overdracht, teksten: Teksten) -> Dossierdeel:
    """Return one offer; who of the receiver accepted it is left out."""
    return deel(
        "overdracht",
        overdracht.aangeboden_op,
        {
            "soort": overdracht.soort,
            "organisatie": overdracht.organisatie_id,
            "status": overdracht.status,
            "warm": overdracht.warm,
            "geaccepteerdOp": overdracht.geaccepteerd_op,
            "geweigerdOp": overdracht.geweigerd_op,
            "reden": overdracht.reden,
            "ingetrokkenOp": overdracht.ingetrokken_op,
            "teruggekeerdOp": overdracht.teruggekeerd_op,
            "teruggegevenOp": overdracht.teruggegeven_op,
            "eersteContactOp": overdracht.eerste_contact_op,
        },
        teksten.toelichting,
        teksten.motivering,
    )


def _of_gesprek(gesprek: Gesprek) -> Dossierdeel:
    """Return a talk with the last version of what came of it."""
    verslag = gesprek.verslag
    rollen = [one.rol.value for one in (verslag.deelnemers if verslag else gesprek.deelnemers)]
    said = gesprek.afzegging
    velden = {
        "gehoudenOp": verslag.gehouden_op if verslag else None,
        "afgezegdOp": said.op if said else None,
        "afzegreden": said.reden.value if said else None,
        "deelnemers": rollen,
    }
    return deel("overdracht-gesprek", gesprek.moment, velden, *([verslag.tekst] if verslag else []))


def _of_stap(beschreven: Beschreven) -> Dossierdeel:
    """Return a step at which something was written."""
    stap = beschreven.stap
    return deel(
        "overdracht-stap",
        stap.op,
        {"stap": stap.stap, "organisatie": stap.organisatie_id, "reden": stap.reden},
        beschreven.tekst,
    )


def _of_inzet(inzet: Inzet, teksten: inzetten.Teksten) -> Dossierdeel:
    """Return help that was asked, and how it ended; what the palet lacked is about the palet and not about people."""
    return deel(
        "inzet",
        inzet.aangevraagd_op,
        {
            "doelgroep": inzet.doelgroep,
            "fase": inzet.fase,
            "instemming": inzet.instemming,
            "status": inzet.status,
            "gestartOp": inzet.gestart_op,
            "geweigerdOp": inzet.geweigerd_op,
            "weigering": inzet.weigering,
            "beeindigdOp": inzet.beeindigd_op,
            "afbreking": inzet.afbreking,
        },
        teksten.toelichting,
        teksten.einde,
        # Who gives the help can be who reported: as a text, which intake cuts.
        inzet.aanbieder_id,
    )


def _of_navraag(beschreven: navragen.Beschreven) -> Dossierdeel:
    """Return what a receiver asked, and what he was answered."""
    one = beschreven.navraag
    told = {"organisatie": one.organisatie_id, "status": one.status, "afgerondOp": one.afgerond_op}
    return deel("navraag", one.gesteld_op, told, beschreven.vraag, beschreven.antwoord)


async def _of_leveringen(conn: AsyncConnection, vault: Vault, overdracht_id: UUID) -> list[Dossierdeel]:
    """Return what a person wrote when he told the receiver; what went by itself says nothing of the family."""
    mine = await leveringen.leveringen_of(conn, [overdracht_id])
    written = await leveringen.toelichtingen_of(conn, vault, [one.id for one in mine])
    return [
        deel(
            "levering",
            one.afgerond_op,
            {"organisatie": one.organisatie_id, "status": one.status, "afhandeling": one.afhandeling},
            written[one.id],
        )
        for one in mine
        if one.id in written and one.afgerond_op
    ]


def _of_zicht(perioden: Iterable[Periode]) -> Iterator[Dossierdeel]:
    for periode in perioden:
        yield deel(
            "zicht-op-veiligheid",
            periode.vanaf,
            {"tot": periode.tot, "organisatie": periode.houder.organisatie_id, "soort": periode.houder.soort},
        )
