"""What a professional says of each directbetrokkene: how safe he is, and whether he was seen."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain.taxatie import Taxatie, TaxatieOpgave, find_taxatie_faults, give_taxatie
from services.triage.handlers.common import moment_faults, told
from services.triage.handlers.dossier import locked_file
from services.triage.handlers.reading import DossierView
from services.triage.store import dossiers, taxaties
from shared.audit import Act, record
from shared.crypto import Vault
from shared.db import in_transaction, retry_conflicts
from shared.errors import Fault, InvalidInputError
from shared.log import get_logger
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.dossierdeel import Dossierdeel, deel
from shared.web.etag import check_version

log = get_logger()


async def record_taxatie(
    made: Resources, caller: Caller, melding_id: UUID, opgave: TaxatieOpgave, *, seen: int
) -> DossierView:
    """Keep how safe a person is; what was said of him before stays in the file."""
    now = made.clock()
    moments = (("/getaxeerdOp", opgave.getaxeerd_op), ("/gezienOp", opgave.gezien_op))

    async def work() -> DossierView:
        async with in_transaction(made.engine) as conn:
            found = await locked_file(conn, made, melding_id)
            check_version(seen, found.dossier.versie)
            wrong = find_taxatie_faults(opgave, found.betrokkenen)
            faults = (*(Fault(*one) for one in wrong), *moment_faults(moments, now))
            if faults:
                raise InvalidInputError("De taxatie kan niet kloppen.", faults=faults)
            current = next((one for one in found.taxaties if one.opgave.persoon_nr == opgave.persoon_nr), None)
            with told():
                after = give_taxatie(found.dossier, current, opgave)
            if after is not found.dossier:
                await taxaties.save_taxatie(conn, made.vault, opgave, dossier=after, now=now)
                await dossiers.save_versie(conn, after)
            act = Act("getaxeerd", "veiligheidsbeoordeling", after.id, casus_id=after.casus_id)
            await record(conn, caller, act, now=now)
            return DossierView(await locked_file(conn, made, melding_id), now)

    view = await retry_conflicts(work)
    log.info("taxatie_recorded", melding_id=str(melding_id), dossier_id=str(view.file.dossier.id))
    return view


async def load_taxatie_delen(conn: AsyncConnection, vault: Vault, casus_id: UUID) -> list[Dossierdeel]:
    """Return what was said of persons in a casus, for a file that somebody may read."""
    return [_deel(one) for one in await taxaties.taxaties_of_casus(conn, vault, casus_id)]


def _deel(taxatie: Taxatie) -> Dossierdeel:
    one = taxatie.opgave
    return deel(
        "veiligheidstaxatie",
        taxatie.vastgelegd_op,
        {
            "persoonNr": one.persoon_nr,
            "cijfer": one.cijfer,
            "acuutOnveilig": one.acuut_onveilig,
            "structureelOnveilig": one.structureel_onveilig,
            "getaxeerdOp": one.getaxeerd_op,
            "gezien": one.gezien,
            "gezienOp": one.gezien_op,
            "gezienWijze": one.gezien_wijze,
            "nietGezienReden": one.niet_gezien_reden,
            "vervangenOp": taxatie.vervangen_op,
        },
        one.toelichting,
        one.gezien_toelichting,
    )
