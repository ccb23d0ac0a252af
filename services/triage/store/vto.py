"""How requests to the raad are kept: how far they are stands apart from what they say, for the raad sees only that."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain.verzoek import VtoDocument, VtoDocumentSoort, VtoOpgave
from services.triage.domain.vto import (
    Intrekking,
    Kennisgeving,
    KennisgevingWijze,
    Raadsbericht,
    Vto,
    VtoVerzoekStatus,
)
from services.triage.store.matter import Wanted, as_pairs, head_columns, head_of, of_pairs, page_query
from services.triage.store.values import AnyRow, Place, beyond, opened, seal
from services.triage.tables.raad import raadsbericht, verzoek_tot_onderzoek, vto_inhoud, vto_kennisgeving
from shared.crypto import Vault
from shared.keyring import Key, Keyring, key_of, keyring_for
from shared.rules.behandelcodes import VtoGemeldAan, VtoResultaat, VtoStatus


class VtoShelf:
    """Where requests to the raad are kept."""

    async def insert(self, conn: AsyncConnection, vault: Vault, new: Vto) -> None:
        """Add a request."""
        await conn.execute(insert(verzoek_tot_onderzoek).values({**head_columns(new), **_columns(new)}))
        key = await key_of(conn, vault, new.casus_id)
        await conn.execute(insert(vto_inhoud).values({"vto_id": new.id, **_inhoud(new, key)}))

    async def load(self, conn: AsyncConnection, vault: Vault, matter_id: UUID, *, lock: bool = False) -> Vto | None:
        """Return a request with all that is known of it; ``lock`` keeps others from changing it meanwhile."""
        row = await _row(conn, matter_id, lock=lock)
        if row is None:
            return None
        inhoud = (await conn.execute(select(vto_inhoud).where(vto_inhoud.c.vto_id == matter_id))).one()
        told = await _told(conn, matter_id)
        keys = await keyring_for(conn, vault, [inhoud.tekst, *(one.tekst for one in told)])
        tekst = opened(keys, inhoud.tekst, f"vto_inhoud:tekst:{matter_id}")
        return Vto(
            **head_of(row),
            status=VtoVerzoekStatus(row.status),
            opgave=_opgave(row, inhoud, tekst),
            gedaan_op=row.gedaan_op,
            intrekking=Intrekking(row.ingetrokken_op, tekst["intrekking"]) if row.ingetrokken_op else None,
            kennisgevingen=tuple(_kennisgeving(one, keys) for one in told),
            berichten=await _berichten(conn, matter_id),
        )

    async def save(self, conn: AsyncConnection, vault: Vault, after: Vto) -> None:
        """Write a request, its kennisgevingen and the messages of the raad."""
        await save_status(conn, after)
        key = await key_of(conn, vault, after.casus_id)
        await conn.execute(update(vto_inhoud).where(vto_inhoud.c.vto_id == after.id).values(_inhoud(after, key)))
        rows = [_kennisgeving_row(after.id, one, key) for one in after.kennisgevingen]
        if rows:
            await conn.execute(upsert(vto_kennisgeving).values(rows).on_conflict_do_nothing())

    async def page(self, conn: AsyncConnection, wanted: Wanted) -> list[Vto]:
        """Return requests in the order in which they were begun; no text is opened."""
        return [_status_of(row, ()) for row in (await conn.execute(page_query(verzoek_tot_onderzoek, wanted))).all()]


VERZOEKEN = VtoShelf()


async def load_status(conn: AsyncConnection, vto_id: UUID, *, lock: bool = False) -> Vto | None:
    """Return how far a request is and what the raad told: nothing of what was written down."""
    row = await _row(conn, vto_id, lock=lock)
    return _status_of(row, await _berichten(conn, vto_id)) if row else None


async def sent_to(conn: AsyncConnection, uitvoerder: str, *, after: Place | None, limit: int) -> list[Vto]:
    """Return the requests that were sent to a raad, in the order in which they were: nothing of what was written."""
    c = verzoek_tot_onderzoek.c
    query = select(verzoek_tot_onderzoek).where(c.uitvoerder == uitvoerder, c.gedaan_op.is_not(None))
    if after is not None:
        query = query.where(beyond(c.gedaan_op, c.id, after))
    rows = (await conn.execute(query.order_by(c.gedaan_op, c.id).limit(limit))).all()
    return [_status_of(row, await _berichten(conn, row.id)) for row in rows]


async def save_status(conn: AsyncConnection, after: Vto) -> None:
    """Write how far a request is, with the messages of the raad."""
    values = {"versie": after.versie, **_columns(after)}
    await conn.execute(update(verzoek_tot_onderzoek).where(verzoek_tot_onderzoek.c.id == after.id).values(values))
    rows = [
        {
            "id": one.id,
            "vto_id": after.id,
            "status": one.status,
            "resultaat": one.resultaat,
            "ontvangen_op": one.ontvangen_op,
        }
        for one in after.berichten
    ]
    if rows:
        await conn.execute(upsert(raadsbericht).values(rows).on_conflict_do_nothing())


async def _row(conn: AsyncConnection, vto_id: UUID, *, lock: bool) -> AnyRow | None:
    query = select(verzoek_tot_onderzoek).where(verzoek_tot_onderzoek.c.id == vto_id)
    return (await conn.execute(query.with_for_update() if lock else query)).one_or_none()


async def _told(conn: AsyncConnection, vto_id: UUID) -> Sequence[AnyRow]:
    c = vto_kennisgeving.c
    return (await conn.execute(select(vto_kennisgeving).where(c.vto_id == vto_id).order_by(c.moment, c.id))).all()


async def _berichten(conn: AsyncConnection, vto_id: UUID) -> tuple[Raadsbericht, ...]:
    c = raadsbericht.c
    rows = await conn.execute(select(raadsbericht).where(c.vto_id == vto_id).order_by(c.ontvangen_op, c.id))
    return tuple(
        Raadsbericht(
            row.id, VtoStatus(row.status), VtoResultaat(row.resultaat) if row.resultaat else None, row.ontvangen_op
        )
        for row in rows.all()
    )


def _status_of(row: AnyRow, berichten: tuple[Raadsbericht, ...]) -> Vto:
    return Vto(
        **head_of(row),
        status=VtoVerzoekStatus(row.status),
        opgave=VtoOpgave(uitvoerder=row.uitvoerder),
        gedaan_op=row.gedaan_op,
        intrekking=Intrekking(row.ingetrokken_op, "") if row.ingetrokken_op else None,
        berichten=berichten,
    )


def _columns(vto: Vto) -> dict[str, object]:
    return {
        "status": vto.status,
        "uitvoerder": vto.opgave.uitvoerder,
        "gedaan_op": vto.gedaan_op,
        "ingetrokken_op": vto.intrekking.ingetrokken_op if vto.intrekking else None,
    }


def _inhoud(vto: Vto, key: Key) -> dict[str, object]:
    opgave = vto.opgave
    sealed = {
        "identificatie": opgave.identificatie,
        "documenten": [[one.soort, one.titel, one.verwijzing] for one in opgave.documenten],
        "reden_niet_ingelicht": opgave.reden_niet_ingelicht,
        "motivering": opgave.motivering,
        "intrekking": vto.intrekking.reden if vto.intrekking else None,
    }
    return {
        "startdatum": opgave.startdatum,
        "registratiedatum": opgave.registratiedatum,
        "onderwerpen": as_pairs(opgave.onderwerpen),
        "ongeboren": opgave.ongeboren,
        "belanghebbenden": as_pairs(opgave.belanghebbenden),
        "spoed": opgave.spoed,
        "ouders_ingelicht": opgave.ouders_ingelicht,
        "tekst": seal(key, sealed, f"vto_inhoud:tekst:{vto.id}"),
    }


def _opgave(row: AnyRow, inhoud: AnyRow, tekst: Mapping[str, Any]) -> VtoOpgave:
    return VtoOpgave(
        identificatie=tekst["identificatie"],
        startdatum=inhoud.startdatum,
        registratiedatum=inhoud.registratiedatum,
        onderwerpen=of_pairs(inhoud.onderwerpen),
        ongeboren=inhoud.ongeboren,
        belanghebbenden=of_pairs(inhoud.belanghebbenden),
        uitvoerder=row.uitvoerder,
        documenten=tuple(
            VtoDocument(VtoDocumentSoort(soort), titel, verwijzing) for soort, titel, verwijzing in tekst["documenten"]
        ),
        spoed=inhoud.spoed,
        ouders_ingelicht=inhoud.ouders_ingelicht,
        reden_niet_ingelicht=tekst["reden_niet_ingelicht"],
        motivering=tekst["motivering"],
    )


def _kennisgeving_row(vto_id: UUID, one: Kennisgeving, key: Key) -> dict[str, object]:
    sealed = {"bewijs": one.bewijs, "inhoud": one.inhoud, "niet_mogelijk": one.niet_mogelijk}
    return {
        "id": one.id,
        "vto_id": vto_id,
        "aan": one.aan,
        "moment": one.moment,
        "wijze": one.wijze,
        "tekst": seal(key, sealed, f"vto_kennisgeving:tekst:{one.id}"),
    }


def _kennisgeving(row: AnyRow, keys: Keyring) -> Kennisgeving:
    tekst = opened(keys, row.tekst, f"vto_kennisgeving:tekst:{row.id}")
    wijze = KennisgevingWijze(row.wijze) if row.wijze else None
    return Kennisgeving(row.id, VtoGemeldAan(row.aan), row.moment, wijze, **tekst)
