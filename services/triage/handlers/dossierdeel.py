"""What triage holds of a casus, for a file that somebody may read: beoordelingen, handelingen and diensten."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import asdict
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain.dossier import Dossier
from services.triage.handlers.aware import load_aware_delen
from services.triage.handlers.brieven import load_brieven_delen
from services.triage.handlers.consulten import load_consult_delen
from services.triage.handlers.dienstdelen import load_dienst_delen
from services.triage.handlers.forensisch import load_forensisch_delen
from services.triage.handlers.huisverbod_lezen import load_huisverbod_delen
from services.triage.handlers.informatieverzoeken import load_informatieverzoek_delen
from services.triage.handlers.informeren import load_informeren_delen
from services.triage.handlers.kantonrechter import load_kantonrechter_delen
from services.triage.handlers.opschaling_lezen import load_opschaling_delen
from services.triage.handlers.taxaties import load_taxatie_delen
from services.triage.handlers.veiligheidscheck import load_toewijzing_delen
from services.triage.handlers.vto import load_raad_delen
from services.triage.store.casussen import current_casus
from services.triage.store.diensten import DienstFile
from services.triage.store.diensten import load_file as load_dienst
from services.triage.store.dossierdeel import diensten_of, meldingen_of
from services.triage.store.dossiers import DossierFile, load_file
from shared.crypto import Vault
from shared.web.dossierdeel import Dossierdeel, deel

# What each subject holds of a casus; a subject that is left out here is left out of what somebody may read of his file.
LoadDelen = Callable[[AsyncConnection, Vault, UUID], Awaitable[list[Dossierdeel]]]
_OF_SUBJECTS: tuple[LoadDelen, ...] = (
    load_dienst_delen,
    load_raad_delen,
    load_consult_delen,
    load_kantonrechter_delen,
    load_forensisch_delen,
    load_aware_delen,
    load_toewijzing_delen,
    load_huisverbod_delen,
    load_opschaling_delen,
    load_informeren_delen,
    load_brieven_delen,
    load_taxatie_delen,
    load_informatieverzoek_delen,
)


async def load_dossierdelen(conn: AsyncConnection, vault: Vault, casus_id: UUID) -> list[Dossierdeel]:
    """Return everything that was written down in this room about a casus, also under an id that vanished."""
    here = await current_casus(conn, casus_id)
    found: list[Dossierdeel] = []
    for melding_id in await meldingen_of(conn, here):
        file = await load_file(conn, vault, melding_id)
        if file is not None:
            found += _of_melding(file)
    for dienst_id in await diensten_of(conn, here):
        dienst = await load_dienst(conn, vault, dienst_id)
        if dienst is not None:
            found += _of_dienst(dienst)
    for load in _OF_SUBJECTS:
        found += await load(conn, vault, here)
    return found


def _of_melding(file: DossierFile) -> Iterator[Dossierdeel]:
    for dossier in (file.dossier, *file.eerdere):
        yield _beoordeling(dossier)
    for handeling in file.handelingen:
        yield deel("handeling", handeling.tijdstip, {"soort": handeling.soort}, handeling.toelichting)


def _beoordeling(dossier: Dossier) -> Dossierdeel:
    check, besluit = dossier.acuutcheck, dossier.besluit
    interventies = check.opgave.interventies if check else ()
    instrument = besluit.opgave.instrument if besluit else None
    overleg = besluit.opgave.overleg if besluit else None
    return deel(
        "veiligheidsbeoordeling",
        dossier.geopend_op,
        {
            "status": dossier.status,
            "acuut": check.opgave.acuut if check else None,
            "acuutcheckOp": check.gedaan_op if check else None,
            "interventies": [one.soort for one in interventies] or None,
            "interventiePartijen": [one.partij for one in interventies if one.partij] or None,
            "uitkomst": besluit.opgave.uitkomst if besluit else None,
            "acuutOnveilig": besluit.opgave.acuut_onveilig if besluit else None,
            "structureelOnveilig": besluit.opgave.structureel_onveilig if besluit else None,
            "instrument": asdict(instrument) if instrument else None,
            "beslotenOp": besluit.besloten_op if besluit else None,
            "bevestigd": sorted(besluit.opgave.bevestigd) or None if besluit else None,
            "overlegOp": overleg.moment if overleg else None,
            "overlegFuncties": [one.functie for one in overleg.deelnemers] if overleg else None,
        },
        check.opgave.motivering if check else None,
        # Which organisation came, and who sat at the table, can tell who the melder is: as texts, which intake cuts.
        *(text for one in interventies for text in (one.organisatie, one.toelichting)),
        besluit.opgave.motivering if besluit else None,
        overleg.toelichting if overleg else None,
        *(text for one in (overleg.deelnemers if overleg else ()) for text in (one.naam, one.medewerker_id)),
    )


def _of_dienst(file: DienstFile) -> Iterator[Dossierdeel]:
    dienst = file.dienst
    afronding = dienst.afronding
    yield deel(
        "dienst",
        dienst.gestart_op,
        {
            "soort": dienst.soort,
            "status": dienst.status,
            "conclusie": afronding.opgave.conclusie if afronding else None,
            "afgerondOp": afronding.afgerond_op if afronding else None,
        },
        afronding.opgave.motivering if afronding else None,
    )
    for contact in file.contacten:
        velden = {
            "soort": contact.soort,
            "met": contact.met,
            "kanaal": contact.kanaal,
            "persoonNr": contact.betrokkene.nr if contact.betrokkene else None,
        }
        yield deel("contact", contact.tijdstip, velden, contact.verslag)
    for voorwaarde in file.voorwaarden:
        yield deel(
            "veiligheidsvoorwaarde",
            voorwaarde.gesteld_op,
            {
                "controleOp": voorwaarde.controle_op,
                "instemming": voorwaarde.instemming,
                "status": voorwaarde.status,
            },
            voorwaarde.omschrijving,
            voorwaarde.eigenaar,
            voorwaarde.controle,
        )
