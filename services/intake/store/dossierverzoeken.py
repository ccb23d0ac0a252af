"""How dossierverzoeken are kept and found, and what a granted one changes: a fact, a limit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.domain.afschrift import Inzage
from services.intake.domain.dossierverzoek import Besluit, Dossierverzoek, DossierverzoekStatus, VerzoekKeuze
from services.intake.domain.matching import SleutelSoort
from services.intake.store.sealed import opened_json, seal
from shared.crypto import Vault
from shared.ids import new_id
from shared.keyring import Keyring, key_of, keyring_for
from shared.rules.codes import DossierverzoekSoort, VernietigingReden
from shared.rules.dossierrechten import Correctie, CorrectieVeld, Hoedanigheid, VerzoekWaarschuwing, Weigeringsgrond

_SAVE = text("""
INSERT INTO dossierverzoek AS d (id, soort, reden, casus_id, persoon_id, hoedanigheid, ontvangen_op, status, versie,
    waarschuwing, keuze, grond, gegevens, besloten_op, besloten_door, bevestigd_op, bevestigd_door, afgehandeld_op)
VALUES (:id, :soort, :reden, :casus_id, CAST(:persoon_id AS uuid), :hoedanigheid, :ontvangen_op, :status, :versie,
    :waarschuwing, :keuze, :grond, :gegevens, CAST(:besloten_op AS timestamptz), :besloten_door,
    CAST(:bevestigd_op AS timestamptz), :bevestigd_door, CAST(:afgehandeld_op AS timestamptz))
ON CONFLICT (id) DO UPDATE SET status = excluded.status, versie = excluded.versie, keuze = excluded.keuze,
    grond = excluded.grond, gegevens = excluded.gegevens, besloten_op = excluded.besloten_op,
    besloten_door = excluded.besloten_door, bevestigd_op = excluded.bevestigd_op,
    bevestigd_door = excluded.bevestigd_door, afgehandeld_op = excluded.afgehandeld_op
""")


async def save_verzoek(conn: AsyncConnection, vault: Vault, verzoek: Dossierverzoek) -> None:
    """Keep a request as it is now; what was said in it is sealed with the key of its casus."""
    key = await key_of(conn, vault, verzoek.casus_id)
    besluit = verzoek.besluit
    told = {
        "toelichting": verzoek.toelichting,
        "correctie": verzoek.correctie.waarde if verzoek.correctie else None,
        "veld": verzoek.correctie.veld if verzoek.correctie else None,
        "verklaring": verzoek.verklaring,
        "motivering": besluit.motivering if besluit else None,
    }
    told = {name: value for name, value in told.items() if value is not None}
    await conn.execute(
        _SAVE,
        {
            "id": verzoek.id,
            "soort": verzoek.soort.value,
            "reden": verzoek.reden.value,
            "casus_id": verzoek.casus_id,
            "persoon_id": verzoek.persoon_id,
            "hoedanigheid": verzoek.hoedanigheid,
            "ontvangen_op": verzoek.ontvangen_op,
            "status": verzoek.status.value,
            "versie": verzoek.versie,
            "waarschuwing": verzoek.waarschuwing,
            "keuze": besluit.keuze if besluit else None,
            "grond": besluit.grond if besluit else None,
            "gegevens": seal(
                key, {name: value for name, value in told.items() if value is not None}, _place(verzoek.id)
            ),
            "besloten_op": verzoek.besloten_op,
            "besloten_door": verzoek.besloten_door,
            "bevestigd_op": verzoek.bevestigd_op,
            "bevestigd_door": verzoek.bevestigd_door,
            "afgehandeld_op": verzoek.afgehandeld_op,
        },
    )


_ONE = text("SELECT * FROM dossierverzoek WHERE id = :id")
_LOCKED = text("SELECT * FROM dossierverzoek WHERE id = :id FOR UPDATE")
_LIST = text("""
SELECT * FROM dossierverzoek
WHERE (CAST(:status AS text) IS NULL OR status = :status)
  AND (CAST(:casus_id AS uuid) IS NULL OR casus_id = :casus_id)
  AND (CAST(:na AS uuid) IS NULL OR id > :na)
ORDER BY id LIMIT :limiet
""")
_OPEN_OF_CASUS = text("""
SELECT * FROM dossierverzoek WHERE casus_id = :casus_id AND status IN ('ontvangen', 'te-bevestigen')
ORDER BY id FOR UPDATE
""")


async def load_verzoek(
    conn: AsyncConnection, vault: Vault, verzoek_id: UUID, *, lock: bool = False
) -> Dossierverzoek | None:
    """Return a request, locked until the commit when it is about to change."""
    rows = (await conn.execute(_LOCKED if lock else _ONE, {"id": verzoek_id})).all()
    return next(iter(await _opened(conn, vault, rows)), None)


async def list_verzoeken(  # noqa: PLR0913, what a list is asked by, keyword only
    conn: AsyncConnection,
    vault: Vault,
    *,
    status: DossierverzoekStatus | None,
    casus_id: UUID | None,
    na: UUID | None,
    limiet: int,
) -> list[Dossierverzoek]:
    """Return requests, the oldest first."""
    asked = {"status": status.value if status else None, "casus_id": casus_id, "na": na, "limiet": limiet}
    return await _opened(conn, vault, (await conn.execute(_LIST, asked)).all())


async def open_verzoeken_of(conn: AsyncConnection, vault: Vault, casus_id: UUID) -> list[Dossierverzoek]:
    """Return what is still to be decided on a casus, locked."""
    return await _opened(conn, vault, (await conn.execute(_OPEN_OF_CASUS, {"casus_id": casus_id})).all())


async def _opened(conn: AsyncConnection, vault: Vault, rows: Sequence[Row[Any]]) -> list[Dossierverzoek]:
    keys = await keyring_for(conn, vault, [row.gegevens for row in rows])
    return [_verzoek(keys, row) for row in rows]


def _verzoek(keys: Keyring, row: Row[Any]) -> Dossierverzoek:
    # What was said is gone with the casus when that was destroyed; that it was asked and done stays.
    told = opened_json(keys, row.gegevens, _place(row.id)) if row.gegevens is not None else {}
    correctie = Correctie(CorrectieVeld(told["veld"]), told["correctie"]) if "veld" in told else None
    besluit = None
    if row.keuze is not None:
        besluit = Besluit(
            keuze=VerzoekKeuze(row.keuze),
            grond=Weigeringsgrond(row.grond) if row.grond else None,
            motivering=told.get("motivering"),
        )
    return Dossierverzoek(
        id=row.id,
        soort=DossierverzoekSoort(row.soort),
        reden=VernietigingReden(row.reden),
        casus_id=row.casus_id,
        persoon_id=row.persoon_id,
        hoedanigheid=Hoedanigheid(row.hoedanigheid) if row.hoedanigheid else None,
        ontvangen_op=row.ontvangen_op,
        status=DossierverzoekStatus(row.status),
        versie=row.versie,
        toelichting=told.get("toelichting"),
        correctie=correctie,
        verklaring=told.get("verklaring"),
        waarschuwing=VerzoekWaarschuwing(row.waarschuwing) if row.waarschuwing else None,
        besluit=besluit,
        besloten_op=row.besloten_op,
        besloten_door=row.besloten_door,
        bevestigd_op=row.bevestigd_op,
        bevestigd_door=row.bevestigd_door,
        afgehandeld_op=row.afgehandeld_op,
    )


def _place(verzoek_id: UUID) -> str:
    return f"dossierverzoek:gegevens:{verzoek_id}"


# --- what a casus carries with it ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rechten:
    """What was granted on a casus that a reader must know of."""

    beperkt_op: datetime | None
    heeft_verklaring: bool


async def load_rechten(conn: AsyncConnection, casus_id: UUID) -> Rechten:
    """Return whether a casus is limited, and whether somebody's own statement stands beside it."""
    statement = text("""
        SELECT c.beperkt_op, EXISTS (SELECT FROM dossierverzoek d WHERE d.casus_id = c.id
                                     AND d.soort = 'verklaring' AND d.status = 'toegewezen') AS heeft_verklaring
        FROM casus c WHERE c.id = :id
    """)
    row = (await conn.execute(statement, {"id": casus_id})).one()
    return Rechten(row.beperkt_op, row.heeft_verklaring)


async def refresh_beperking(conn: AsyncConnection, casus_id: UUID) -> None:
    """Let a casus be limited from the first beperking that is in force, and no longer when there is none."""
    statement = text("""
        UPDATE casus SET beperkt_op = (SELECT min(besloten_op) FROM dossierverzoek
            WHERE casus_id = :id AND soort = 'beperking' AND status = 'toegewezen')
        WHERE id = :id
    """)
    await conn.execute(statement, {"id": casus_id})


async def move_verzoeken(conn: AsyncConnection, *, source: UUID, target: UUID) -> None:
    """Move what was asked about a casus that vanishes to the one that stays; a limit goes along."""
    values = {"source": source, "target": target}
    await conn.execute(text("UPDATE dossierverzoek SET casus_id = :target WHERE casus_id = :source"), values)
    await refresh_beperking(conn, target)


async def load_verklaringen(conn: AsyncConnection, vault: Vault, casus_id: UUID) -> list[Dossierverzoek]:
    """Return the statements that were laid beside a file, the oldest first."""
    statement = text("""
        SELECT * FROM dossierverzoek WHERE casus_id = :id AND soort = 'verklaring' AND status = 'toegewezen' ORDER BY id
    """)
    return await _opened(conn, vault, (await conn.execute(statement, {"id": casus_id})).all())


# --- correction ------------------------------------------------------------------------------------------------


async def save_correctie(  # noqa: PLR0913, the old and the new of one row, keyword only
    conn: AsyncConnection,
    vault: Vault,
    verzoek: Dossierverzoek,
    *,
    persoon_id: UUID,
    oud: Mapping[str, Any],
    nieuw: Mapping[str, Any],
    sleutels: Mapping[SleutelSoort, bytes],
    koppelt: bool,
    now: datetime,
) -> None:
    """Write a corrected description of a person with the keys by which he is found, and keep the old value."""
    if verzoek.correctie is None:
        raise ValueError("a correction without a value")
    key = await key_of(conn, vault, verzoek.casus_id)
    correctie_id = new_id()
    veld = verzoek.correctie.veld.value
    await conn.execute(
        text("""INSERT INTO correctie (id, verzoek_id, persoon_id, veld, oude_waarde, gecorrigeerd_op)
                VALUES (:id, :verzoek_id, :persoon_id, :veld, :oude_waarde, :nu)"""),
        {
            "id": correctie_id,
            "verzoek_id": verzoek.id,
            "persoon_id": persoon_id,
            "veld": veld,
            "oude_waarde": seal(key, {veld: oud.get(veld)}, f"correctie:oude_waarde:{correctie_id}"),
            "nu": now,
        },
    )
    await conn.execute(
        text("UPDATE persoon SET gegevens = :gegevens, bsn = CAST(:bsn AS bytea) WHERE id = :id"),
        {
            "id": persoon_id,
            "gegevens": seal(key, nieuw, f"persoon:gegevens:{persoon_id}"),
            "bsn": sleutels.get(SleutelSoort.BSN),
        },
    )
    await conn.execute(text("DELETE FROM persoon_sleutel WHERE persoon_id = :id"), {"id": persoon_id})
    if sleutels:
        await conn.execute(
            text("""INSERT INTO persoon_sleutel (persoon_id, soort, sleutel, koppelt)
                    VALUES (:persoon_id, :soort, :sleutel, :koppelt)"""),
            [
                {"persoon_id": persoon_id, "soort": soort.value, "sleutel": sleutel, "koppelt": koppelt}
                for soort, sleutel in sleutels.items()
            ],
        )


# --- who saw it ------------------------------------------------------------------------------------------------

_INZAGEN = text("""
SELECT tijdstip, actie, doel, resultaat, rol, organisatie_id FROM audit
WHERE casus_id = ANY(CAST(:ids AS uuid[])) ORDER BY id
""")


async def load_inzagen(conn: AsyncConnection, casus_ids: Sequence[UUID]) -> tuple[Inzage, ...]:
    """Return who saw or changed a casus in this room, the first one first."""
    rows = await conn.execute(_INZAGEN, {"ids": list(casus_ids)})
    return tuple(
        Inzage(
            tijdstip=row.tijdstip.isoformat(),
            afdeling="intake",
            wat=row.actie,
            doel=row.doel,
            resultaat=row.resultaat,
            rol=row.rol,
            organisatie=row.organisatie_id,
        )
        for row in rows.all()
    )
