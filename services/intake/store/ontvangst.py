"""How a melding comes in: lock the keys of the people, look who is known, write everything in one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.domain.casus import CasusStatus
from services.intake.domain.matching import SleutelSoort, Treffer
from services.intake.domain.melding import Melding, Ontvangst, Waarschuwing
from services.intake.store.sealed import seal
from shared.crypto import Vault
from shared.keyring import NewKey, make_key
from shared.messaging.outbox import NewFact, facts_json
from shared.rules.calendar import amsterdam_day
from shared.telemetry import current_traceparent

# Sorted, so that two meldingen on the same people wait for each other and never in a ring.
_LOCK = text("""
SELECT count(pg_advisory_xact_lock(s.nummer))
FROM (SELECT nummer FROM unnest(CAST(:nummers AS bigint[])) AS u(nummer) ORDER BY nummer OFFSET 0) AS s
""")

_FIND = text("""
SELECT DISTINCT c.id AS casus_id, c.aangemaakt_op, c.afgesloten_op, s.soort, s.sleutel, p.bsn,
       CAST(NULL AS uuid) AS melding_id, CAST(NULL AS bytea) AS inhoud
FROM persoon_sleutel s
JOIN persoon p ON p.id = s.persoon_id
JOIN melding m ON m.id = p.melding_id
JOIN casus c ON c.id = m.casus_id
WHERE s.koppelt AND s.sleutel = ANY(CAST(:sleutels AS bytea[]))
UNION ALL
SELECT m.casus_id, NULL, NULL, NULL, NULL, NULL, m.id, m.inhoud FROM melding m
WHERE m.organisatie_id = :organisatie_id AND m.externe_identificatie = CAST(:externe_identificatie AS bytea)
""")

_NEW_CASUS = """
WITH doel AS (
    INSERT INTO casus (id, status, aangemaakt_op, aantal_meldingen, aantal_personen)
    VALUES (:casus_id, :casus_status, :nu, 1, :aantal_personen) RETURNING id
)"""

# Joins only the casus that was seen: one that was merged or closed meanwhile gives no row, and we look again.
_KNOWN_CASUS = """
WITH doel AS (
    UPDATE casus SET status = :casus_status, afgesloten_op = NULL, aantal_meldingen = aantal_meldingen + 1,
                     aantal_personen = aantal_personen + :aantal_personen
    WHERE id = :casus_id AND opgegaan_in IS NULL
      AND afgesloten_op IS NOT DISTINCT FROM CAST(:vorige_afsluiting_op AS timestamptz)
    RETURNING id
)"""

# The outbox part is what shared.messaging.outbox.append does, for one fact, in the same round trip.
_REST = """
, nieuw AS (
    INSERT INTO melding (id, kenmerk, casus_id, status, ontvangen_op, veiligheidsbeoordeling_uiterlijk, gemeente_code,
                         melder_categorie, melder_soort, dubbel_anoniem, hermelding, vorige_afsluiting_op,
                         waarschuwingen, organisatie_id, externe_identificatie, inhoud, melder, gegevens, advies_id)
    SELECT :id, 'M-' || :jaar || '-' || lpad(nr.cijfers, greatest(6, length(nr.cijfers)), '0'), doel.id, :status, :nu,
           :uiterlijk, :gemeente_code, :categorie, :soort, :dubbel_anoniem, :hermelding,
           CAST(:vorige_afsluiting_op AS timestamptz), CAST(:waarschuwingen AS jsonb), :organisatie_id,
           CAST(:externe_identificatie AS bytea), :inhoud, :melder, :gegevens, CAST(:advies_id AS uuid)
    FROM doel CROSS JOIN LATERAL (SELECT CAST(nextval('melding_kenmerk') AS text) AS cijfers) AS nr
    RETURNING kenmerk
), slot AS (
    INSERT INTO sleutel (id, eigenaar_id, hoofdsleutel, gewikkeld)
    SELECT :sleutel_id, doel.id, :hoofdsleutel, :gewikkeld FROM doel
), mensen AS (
    INSERT INTO persoon (id, melding_id, nr, rol, bsn, gegevens)
    SELECT p.id, :id, p.nr, p.rol, p.bsn, p.gegevens
    FROM doel, unnest(CAST(:persoon_ids AS uuid[]), CAST(:rollen AS text[]), CAST(:bsns AS bytea[]),
                      CAST(:personen AS bytea[])) WITH ORDINALITY AS p(id, rol, bsn, gegevens, nr)
), sleutels AS (
    INSERT INTO persoon_sleutel (persoon_id, soort, sleutel, koppelt)
    SELECT s.persoon_id, s.soort, s.sleutel, s.koppelt
    FROM doel, unnest(CAST(:sleutel_personen AS uuid[]), CAST(:sleutel_soorten AS text[]),
                      CAST(:sleutels AS bytea[]), CAST(:sleutel_koppelt AS boolean[]))
               AS s(persoon_id, soort, sleutel, koppelt)
), feit AS (
    SELECT f.* FROM doel, jsonb_to_recordset(CAST(:feiten AS jsonb))
        AS f(event_id uuid, soort text, casus_id uuid, data jsonb, oorzaak_id uuid)
), teller AS (
    INSERT INTO volgnummer AS v (casus_id, laatste) SELECT casus_id, 1 FROM feit
    ON CONFLICT (casus_id) DO UPDATE SET laatste = v.laatste + excluded.laatste
    RETURNING casus_id, laatste
), verteld AS (
    INSERT INTO outbox (event_id, soort, casus_id, volgnummer, tijdstip, data, oorzaak_id, traceparent)
    SELECT f.event_id, f.soort, f.casus_id, t.laatste, :nu, f.data, f.oorzaak_id, CAST(:traceparent AS text)
    FROM feit f JOIN teller t USING (casus_id)
)
SELECT kenmerk FROM nieuw
"""

_ADD_WITH_NEW_CASUS = text(_NEW_CASUS + _REST)
_ADD_TO_KNOWN_CASUS = text(_KNOWN_CASUS + _REST)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known already of the people in a melding, and of the melding itself."""

    treffers: tuple[Treffer, ...]
    afgesloten_op: Mapping[UUID, datetime | None]
    earlier_id: UUID | None
    earlier_inhoud: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMelding:
    """A melding with everything that intake has found and decided about it; ``ontvangst.kenmerk`` is not there yet."""

    melding: Melding
    ontvangst: Ontvangst
    persoon_ids: Sequence[UUID]
    sleutels: Sequence[Mapping[SleutelSoort, bytes]]
    koppelt: Sequence[bool]
    waarschuwingen: tuple[Waarschuwing, ...]
    vorige_afsluiting_op: datetime | None
    organisatie_id: str
    externe_identificatie: bytes | None
    inhoud: bytes
    advies_id: UUID | None
    fact: NewFact


async def lock_keys(conn: AsyncConnection, keys: Sequence[bytes]) -> None:
    """Wait until nobody else is placing the same people: what is looked up afterwards stays true until the commit."""
    numbers = sorted({int.from_bytes(key[:8], signed=True) for key in keys})
    await conn.execute(_LOCK, {"nummers": numbers})


async def find_known(
    conn: AsyncConnection, keys: Sequence[bytes], *, organisatie_id: str, externe_identificatie: bytes | None
) -> Known:
    """Return where these people are known, and the melding that this organisation sent under the same number."""
    values = {
        "sleutels": list(keys),
        "organisatie_id": organisatie_id,
        "externe_identificatie": externe_identificatie,
    }
    rows = (await conn.execute(_FIND, values)).all()
    people = [row for row in rows if row.melding_id is None]
    earlier = next((row for row in rows if row.melding_id is not None), None)
    return Known(
        tuple(
            Treffer(
                row.casus_id,
                row.aangemaakt_op,
                SleutelSoort(row.soort),
                bytes(row.sleutel),
                bytes(row.bsn) if row.bsn is not None else None,
            )
            for row in people
        ),
        {row.casus_id: row.afgesloten_op for row in people},
        earlier.melding_id if earlier else None,
        bytes(earlier.inhoud) if earlier else None,
    )


async def add_melding(conn: AsyncConnection, vault: Vault, new: NewMelding) -> str | None:
    """Write a melding, its key, its people, its place in a casus and its fact in one statement; return the kenmerk.

    Returns None, and has written nothing, when the casus to join was merged or closed since it was looked up.
    """
    statement = _ADD_TO_KNOWN_CASUS if new.ontvangst.hermelding else _ADD_WITH_NEW_CASUS
    # A key for each melding: one that is made costs no round trip, one that is looked up does.
    made = await make_key(vault, new.ontvangst.casus_id)
    kenmerk: str | None = (await conn.execute(statement, _columns(made, new))).scalar()
    return kenmerk


def _columns(made: NewKey, new: NewMelding) -> dict[str, Any]:
    ontvangst, melding, key = new.ontvangst, new.melding, made.key
    ids = list(new.persoon_ids)
    found_by = [
        (persoon_id, soort.value, index, koppelt)
        for persoon_id, sleutels, koppelt in zip(ids, new.sleutels, new.koppelt, strict=True)
        for soort, index in sleutels.items()
    ]
    return {
        "sleutel_id": key.id,
        "hoofdsleutel": made.row["hoofdsleutel"],
        "gewikkeld": made.row["gewikkeld"],
        "id": ontvangst.id,
        "casus_id": ontvangst.casus_id,
        "casus_status": CasusStatus.OPEN.value,
        "nu": ontvangst.ontvangen_op,
        "jaar": str(amsterdam_day(ontvangst.ontvangen_op).year),
        "status": ontvangst.status.value,
        "uiterlijk": ontvangst.veiligheidsbeoordeling_uiterlijk,
        "gemeente_code": ontvangst.gemeente_code,
        "categorie": melding.melder.categorie.value,
        "soort": melding.melder.soort.value,
        "dubbel_anoniem": melding.melder.dubbel_anoniem,
        "hermelding": ontvangst.hermelding,
        "vorige_afsluiting_op": new.vorige_afsluiting_op,
        "waarschuwingen": orjson.dumps([[w.code, w.pointer] for w in new.waarschuwingen]).decode(),
        "organisatie_id": new.organisatie_id,
        "externe_identificatie": new.externe_identificatie,
        "inhoud": new.inhoud,
        "melder": seal(key, melding.melder.gegevens, f"melding:melder:{ontvangst.id}"),
        "gegevens": seal(key, melding.gegevens, f"melding:gegevens:{ontvangst.id}"),
        "advies_id": new.advies_id,
        "aantal_personen": len(ids),
        "persoon_ids": ids,
        "rollen": [persoon.rol.value for persoon in melding.personen],
        "bsns": [sleutels.get(SleutelSoort.BSN) for sleutels in new.sleutels],
        "personen": [
            seal(key, persoon.gegevens, f"persoon:gegevens:{persoon_id}")
            for persoon_id, persoon in zip(ids, melding.personen, strict=True)
        ],
        "sleutel_personen": [one[0] for one in found_by],
        "sleutel_soorten": [one[1] for one in found_by],
        "sleutels": [one[2] for one in found_by],
        "sleutel_koppelt": [one[3] for one in found_by],
        "feiten": facts_json([new.fact]),
        "traceparent": current_traceparent(),
    }
