"""What handover holds of shelter in a casus, for a file that somebody may read: of each client by himself.

Intake shows a part only to the grown-up whom it is about: somebody else of the casus, who may be whom she fled from, is
not even told that there is one.
"""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.domain.opvang import Aanvraag, Client
from services.handover.store import opvang as store
from shared.crypto import Vault
from shared.web.dossierdeel import Dossierdeel, deel


async def load_opvangdelen(conn: AsyncConnection, vault: Vault, casus_id: UUID) -> list[Dossierdeel]:
    """Return what was written down of shelter."""
    found: list[Dossierdeel] = []
    for aanvraag_id in await store.aanvragen_of(conn, casus_id):
        aanvraag = await store.find_aanvraag(conn, vault, aanvraag_id)
        if aanvraag is not None:
            found += _delen(aanvraag)
    return found


def _delen(aanvraag: Aanvraag) -> Iterator[Dossierdeel]:
    for client in aanvraag.clienten:
        yield deel(
            "opvang",
            aanvraag.aangevraagd_op,
            _velden(aanvraag, client),
            aanvraag.tekst.toelichting,
            *(
                tekst
                for stap in aanvraag.tekst.stappen
                if client.persoon_nr in stap.personen
                for tekst in (stap.toelichting, stap.splitsing.toelichting if stap.splitsing else None)
            ),
        )


def _velden(aanvraag: Aanvraag, client: Client) -> dict[str, object]:
    return {
        "meldingId": str(aanvraag.melding_id),
        "persoonNr": client.persoon_nr,
        "doelgroep": client.doelgroep,
        "organisatie": aanvraag.organisatie_id,
        "status": client.status,
        "wachtendSinds": client.wachtend_sinds,
        "geplaatstOp": client.geplaatst_op,
        "klaarSinds": client.klaar_sinds,
        "gescreendOp": client.gescreend_op,
        "geeindigdOp": client.geeindigd_op,
        "stappen": [
            {
                "actie": stap.actie,
                "moment": stap.moment,
                "reden": stap.reden,
                "regio": stap.regio,
                "uitkomst": stap.uitkomst,
                "vervolg": stap.vervolg,
            }
            for stap in aanvraag.tekst.stappen
            if client.persoon_nr in stap.personen
        ],
    }
