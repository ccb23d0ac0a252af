"""How an afschrift is made: everything that the rooms hold of a casus is gathered, and cut to one person."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.intake.domain import dossierverzoek as rules
from services.intake.domain.afschermen import shield
from services.intake.domain.afschrift import Afschrift, Stukken, make_afschrift, own_ids
from services.intake.handlers import handle_with_care, indexen
from services.intake.handlers.dossierverzoeken import load_verzoek
from services.intake.handlers.reading import load_bronnen
from services.intake.partners.dossierdelen import DossierdelenOverHttp
from services.intake.store import casussen
from services.intake.store import dossierverzoeken as store
from shared.audit import Act, record
from shared.db import in_transaction
from shared.errors import ConflictError, NotFoundError
from shared.web.app import Resources
from shared.web.auth import Caller


@dataclass(frozen=True, slots=True)
class _Gathered:
    """What this room holds, and under which ids the others know the casus."""

    stukken: Stukken
    casus_ids: tuple[UUID, ...]


async def read_afschrift(
    made: Resources, rooms: DossierdelenOverHttp, caller: Caller, verzoek_id: UUID, *, now: datetime
) -> Afschrift:
    """Return the file of one person, to be given to him; that it was made is recorded before it leaves.

    Raises ``ConflictError`` when no reading was granted and ``OperationalError`` when another room does not answer.
    """
    found = await _gather(made, verzoek_id)
    delen, inzagen = await rooms.read(found.stukken.casus_id, found.casus_ids)
    seen = sorted((*found.stukken.inzagen, *inzagen), key=lambda inzage: inzage.tijdstip)
    delen = (*found.stukken.delen, *delen)
    stukken = replace(found.stukken, delen=delen, inzagen=tuple(seen))
    afschrift = make_afschrift(shield(stukken, own_ids(stukken.meldingen, stukken.persoon_id)), now)
    async with in_transaction(made.engine) as conn:
        act = Act(
            "afschrift-gemaakt",
            "dossierverzoek",
            verzoek_id,
            casus_id=found.stukken.casus_id,
            betrokkenen=[found.stukken.persoon_id],
        )
        await record(conn, caller, act, now=now)
    return afschrift


async def _gather(made: Resources, verzoek_id: UUID) -> _Gathered:
    async with in_transaction(made.engine) as conn:
        verzoek = await load_verzoek(conn, made, verzoek_id)
        if verzoek.persoon_id is None or not rules.gives_a_copy(verzoek):
            raise ConflictError("Een afschrift kan na een toegewezen verzoek om inzage of afschrift.")
        bronnen = await load_bronnen(conn, made, verzoek.casus_id)
        own = own_ids(bronnen, verzoek.persoon_id)
        if not own:
            raise NotFoundError("Deze persoon is er niet meer.")
        said = await store.load_verklaringen(conn, made.vault, verzoek.casus_id)
        ids = (verzoek.casus_id, *await casussen.load_vanished_ids(conn, verzoek.casus_id))
        stukken = Stukken(
            verzoek_id=verzoek.id,
            casus_id=verzoek.casus_id,
            persoon_id=verzoek.persoon_id,
            meldingen=bronnen,
            delen=(
                *await handle_with_care.delen_of(conn, made, verzoek.casus_id, own),
                *await indexen.delen_of(conn, made, verzoek.casus_id, own),
            ),
            verklaringen=tuple(one.verklaring for one in said if one.verklaring and one.persoon_id in own),
            inzagen=await store.load_inzagen(conn, ids),
        )
    return _Gathered(stukken, ids)
