"""How intake keeps and finds its rows: the only module that touches the tables, seals and opens.

The way in is a few statements: lock the keys of the people, look who is known, write everything at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.domain.advies import Advies, AdviesDossier
from services.intake.domain.casus import Casus, CasusStatus
from services.intake.domain.codes import AdviesUitkomst, Duur, Kanaal, PersoonRol
from services.intake.domain.koppelvoorstel import Koppelvoorstel, KoppelvoorstelStatus
from services.intake.domain.matching import SleutelSoort, Treffer, Voorstel
from services.intake.domain.melding import (
    Gegevens,
    Melding,
    MeldingDossier,
    MeldingStatus,
    Ontvangst,
    PersoonDossier,
    Waarschuwing,
    WaarschuwingCode,
)
from shared.crypto import Vault
from shared.events.payloads import AardGeweld
from shared.ids import new_id
from shared.messaging.outbox import NewFact, facts_json
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import MelderCategorie, MelderSoort, Relatie, Vorm
from shared.telemetry import current_traceparent

# --- the way in ------------------------------------------------------------------------------------------------

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
    """Write a melding, its people, its place in a casus and its fact in one statement; return the kenmerk.

    Returns None, and has written nothing, when the casus to join was merged or closed since it was looked up.
    """
    statement = _ADD_TO_KNOWN_CASUS if new.ontvangst.hermelding else _ADD_WITH_NEW_CASUS
    kenmerk: str | None = (await conn.execute(statement, _columns(vault, new))).scalar()
    return kenmerk


def _columns(vault: Vault, new: NewMelding) -> dict[str, Any]:
    ontvangst, melding = new.ontvangst, new.melding
    ids = [new_id() for _ in melding.personen]
    keys = [
        (persoon_id, soort.value, key, koppelt)
        for persoon_id, sleutels, koppelt in zip(ids, new.sleutels, new.koppelt, strict=True)
        for soort, key in sleutels.items()
    ]
    return {
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
        "melder": _seal(vault, melding.melder.gegevens, f"melding:melder:{ontvangst.id}"),
        "gegevens": _seal(vault, melding.gegevens, f"melding:gegevens:{ontvangst.id}"),
        "advies_id": new.advies_id,
        "aantal_personen": len(ids),
        "persoon_ids": ids,
        "rollen": [persoon.rol.value for persoon in melding.personen],
        "bsns": [sleutels.get(SleutelSoort.BSN) for sleutels in new.sleutels],
        "personen": [
            _seal(vault, persoon.gegevens, f"persoon:gegevens:{persoon_id}")
            for persoon_id, persoon in zip(ids, melding.personen, strict=True)
        ],
        "sleutel_personen": [key[0] for key in keys],
        "sleutel_soorten": [key[1] for key in keys],
        "sleutels": [key[2] for key in keys],
        "sleutel_koppelt": [key[3] for key in keys],
        "feiten": facts_json([new.fact]),
        "traceparent": current_traceparent(),
    }


def _seal(vault: Vault, value: Gegevens, place: str) -> bytes:
    return vault.seal(orjson.dumps(dict(value)), place=place)


def _open(vault: Vault, sealed: bytes, place: str) -> dict[str, Any]:
    value: dict[str, Any] = orjson.loads(vault.open(bytes(sealed), place=place))
    return value


# --- reading ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KeptMelding:
    """A melding as it is kept, with what decides who may see what of it."""

    dossier: MeldingDossier
    melder_soort: MelderSoort


def _ontvangst(row: Row[Any]) -> Ontvangst:
    return Ontvangst(
        id=row.id,
        kenmerk=row.kenmerk,
        casus_id=row.casus_id,
        status=MeldingStatus(row.status),
        ontvangen_op=row.ontvangen_op,
        gemeente_code=row.gemeente_code,
        hermelding=row.hermelding,
        veiligheidsbeoordeling_uiterlijk=row.veiligheidsbeoordeling_uiterlijk,
    )


_MELDING = text("SELECT * FROM melding WHERE id = :id")
_MELDINGEN_OF_CASUS = text("SELECT * FROM melding WHERE casus_id = :id ORDER BY ontvangen_op, id")


async def load_ontvangst(conn: AsyncConnection, melding_id: UUID) -> Ontvangst:
    """Return what the sender of a melding heard; the melding must be there."""
    return _ontvangst((await conn.execute(_MELDING, {"id": melding_id})).one())


async def load_meldingen(
    conn: AsyncConnection, vault: Vault, *, melding_id: UUID | None = None, casus_id: UUID | None = None
) -> tuple[KeptMelding, ...]:
    """Return one melding, or those of a casus, the oldest first, opened."""
    statement, value = (_MELDING, melding_id) if melding_id else (_MELDINGEN_OF_CASUS, casus_id)
    rows = (await conn.execute(statement, {"id": value})).all()
    people = await _load_personen(conn, vault, [row.id for row in rows])
    return tuple(_kept(vault, row, tuple(people.get(row.id, ()))) for row in rows)


def _kept(vault: Vault, row: Row[Any], personen: tuple[PersoonDossier, ...]) -> KeptMelding:
    dossier = MeldingDossier(
        ontvangst=_ontvangst(row),
        organisatie_id=row.organisatie_id,
        dubbel_anoniem=row.dubbel_anoniem,
        advies_id=row.advies_id,
        vorige_afsluiting_op=row.vorige_afsluiting_op,
        waarschuwingen=tuple(Waarschuwing(WaarschuwingCode(code), pointer) for code, pointer in row.waarschuwingen),
        melder=_open(vault, row.melder, f"melding:melder:{row.id}"),
        personen=personen,
        gegevens=_open(vault, row.gegevens, f"melding:gegevens:{row.id}"),
    )
    return KeptMelding(dossier, MelderSoort(row.melder_soort))


_PERSONEN = text("""
SELECT p.id, p.melding_id, p.rol, p.gegevens,
       (SELECT array_agg(s.sleutel) FROM persoon_sleutel s
        WHERE s.persoon_id = p.id AND s.soort = ANY(CAST(:soorten AS text[]))) AS sleutels
FROM persoon p WHERE p.melding_id = ANY(CAST(:ids AS uuid[])) ORDER BY p.melding_id, p.nr
""")
_ONE_HUMAN = [SleutelSoort.BSN.value, SleutelSoort.NAAM_GEBOORTEDATUM.value]


async def _load_personen(
    conn: AsyncConnection, vault: Vault, melding_ids: Sequence[UUID]
) -> dict[UUID, list[PersoonDossier]]:
    found: dict[UUID, list[PersoonDossier]] = {}
    for row in (await conn.execute(_PERSONEN, {"ids": list(melding_ids), "soorten": _ONE_HUMAN})).all():
        found.setdefault(row.melding_id, []).append(
            PersoonDossier(
                id=row.id,
                rol=PersoonRol(row.rol),
                sleutels=frozenset(bytes(key) for key in row.sleutels or ()),
                gegevens=_open(vault, row.gegevens, f"persoon:gegevens:{row.id}"),
            )
        )
    return found


_SEARCH = text("""
SELECT m.* FROM melding m
WHERE (CAST(:organisatie_id AS text) IS NULL OR m.organisatie_id = :organisatie_id)
  AND (CAST(:na AS uuid) IS NULL OR m.id < :na)
  AND (CAST(:kenmerk AS text) IS NULL OR m.kenmerk = :kenmerk)
  AND (CAST(:externe_identificatie AS bytea) IS NULL OR m.externe_identificatie = :externe_identificatie)
  AND (CAST(:sleutel AS bytea) IS NULL OR m.id IN (
        SELECT p.melding_id FROM persoon_sleutel s JOIN persoon p ON p.id = s.persoon_id WHERE s.sleutel = :sleutel))
ORDER BY m.id DESC LIMIT :limiet
""")


async def search_meldingen(  # noqa: PLR0913, three ways to search, keyword only
    conn: AsyncConnection,
    *,
    organisatie_id: str | None,
    na: UUID | None,
    limiet: int,
    sleutel: bytes | None = None,
    externe_identificatie: bytes | None = None,
    kenmerk: str | None = None,
) -> list[Ontvangst]:
    """Return meldingen, the newest first; with an ``organisatie_id`` only those that it sent."""
    values = {
        "organisatie_id": organisatie_id,
        "na": na,
        "limiet": limiet,
        "sleutel": sleutel,
        "externe_identificatie": externe_identificatie,
        "kenmerk": kenmerk,
    }
    return [_ontvangst(row) for row in (await conn.execute(_SEARCH, values)).all()]


# --- casussen --------------------------------------------------------------------------------------------------


def _casus(row: Row[Any]) -> Casus:
    return Casus(
        id=row.id,
        status=CasusStatus(row.status),
        aangemaakt_op=row.aangemaakt_op,
        afgesloten_op=row.afgesloten_op,
        opgegaan_in=row.opgegaan_in,
        aantal_meldingen=row.aantal_meldingen,
        aantal_personen=row.aantal_personen,
    )


async def load_casus(conn: AsyncConnection, casus_id: UUID) -> Casus | None:
    """Return the casus that answers to an id: itself, or the one in which it went up."""
    statement = text("""
        SELECT c.* FROM casus gevraagd JOIN casus c ON c.id = coalesce(gevraagd.opgegaan_in, gevraagd.id)
        WHERE gevraagd.id = :id
    """)
    row = (await conn.execute(statement, {"id": casus_id})).one_or_none()
    return _casus(row) if row else None


async def load_vanished_ids(conn: AsyncConnection, casus_id: UUID) -> tuple[UUID, ...]:
    """Return the casussen that went up in this one."""
    statement = text("SELECT id FROM casus WHERE opgegaan_in = :id ORDER BY id")
    return tuple((await conn.execute(statement, {"id": casus_id})).scalars())


async def lock_casussen(conn: AsyncConnection, casus_ids: Sequence[UUID]) -> dict[UUID, Casus]:
    """Return casussen as they are now, locked until the commit, in a fixed order."""
    statement = text("SELECT * FROM casus WHERE id = ANY(CAST(:ids AS uuid[])) ORDER BY id FOR UPDATE")
    rows = (await conn.execute(statement, {"ids": list(casus_ids)})).all()
    return {row.id: _casus(row) for row in rows}


async def last_melding_op(conn: AsyncConnection, casus_id: UUID) -> datetime | None:
    """Return when the newest melding of a casus came in."""
    statement = text("SELECT max(ontvangen_op) FROM melding WHERE casus_id = :id")
    found: datetime | None = (await conn.execute(statement, {"id": casus_id})).scalar()
    return found


async def save_casus(conn: AsyncConnection, casus: Casus) -> None:
    """Save a casus that was locked."""
    statement = text("""
        UPDATE casus SET status = :status, afgesloten_op = :afgesloten_op, opgegaan_in = :opgegaan_in,
                         aantal_meldingen = :aantal_meldingen, aantal_personen = :aantal_personen
        WHERE id = :id
    """)
    await conn.execute(
        statement,
        {
            "id": casus.id,
            "status": casus.status.value,
            "afgesloten_op": casus.afgesloten_op,
            "opgegaan_in": casus.opgegaan_in,
            "aantal_meldingen": casus.aantal_meldingen,
            "aantal_personen": casus.aantal_personen,
        },
    )


async def move_meldingen(conn: AsyncConnection, *, source: UUID, target: UUID) -> tuple[UUID, ...]:
    """Move what belongs to a casus that vanishes to the one that stays; return the ids of the meldingen."""
    values = {"source": source, "target": target}
    await conn.execute(text("UPDATE casus SET opgegaan_in = :target WHERE opgegaan_in = :source"), values)
    moved = await conn.execute(
        text("UPDATE melding SET casus_id = :target WHERE casus_id = :source RETURNING id"), values
    )
    return tuple(sorted(moved.scalars()))


# --- koppelvoorstellen -----------------------------------------------------------------------------------------

# The casussen are share-locked: a merge that runs at the same moment is waited for, and then seen.
_PROPOSE = text("""
INSERT INTO koppelvoorstel AS v (id, casus_id, andere_casus_id, redenen, status, versie, aangemaakt_op)
SELECT n.id, oud.id, jong.id, string_to_array(n.redenen, ','), :status, 1, :nu
FROM unnest(CAST(:ids AS uuid[]), CAST(:casussen AS uuid[]), CAST(:redenen AS text[])) AS n(id, casus_id, redenen)
JOIN casus oud ON oud.id IN (n.casus_id, :casus_id) AND oud.opgegaan_in IS NULL
JOIN casus jong ON jong.id IN (n.casus_id, :casus_id) AND jong.opgegaan_in IS NULL
     AND (oud.aangemaakt_op, oud.id) < (jong.aangemaakt_op, jong.id)
ORDER BY n.casus_id
FOR SHARE OF oud, jong
ON CONFLICT (casus_id, andere_casus_id) DO UPDATE
SET redenen = ARRAY(SELECT DISTINCT r FROM unnest(v.redenen || excluded.redenen) AS r ORDER BY r), versie = v.versie + 1
WHERE v.status = excluded.status AND NOT v.redenen @> excluded.redenen
""")


async def add_voorstellen(
    conn: AsyncConnection, casus_id: UUID, voorstellen: Sequence[Voorstel], *, now: datetime
) -> None:
    """Put other casussen beside this one before a worker; a pair that is waiting gets the new reasons."""
    if not voorstellen:
        return
    await conn.execute(
        _PROPOSE,
        {
            "casus_id": casus_id,
            "ids": [new_id() for _ in voorstellen],
            "casussen": [voorstel.casus_id for voorstel in voorstellen],
            "redenen": [",".join(voorstel.redenen) for voorstel in voorstellen],
            "status": KoppelvoorstelStatus.OPEN.value,
            "nu": now,
        },
    )


def _voorstel(vault: Vault, row: Row[Any]) -> Koppelvoorstel:
    motivering = None
    if row.motivering is not None:
        motivering = vault.open(bytes(row.motivering), place=f"koppelvoorstel:motivering:{row.id}").decode()
    return Koppelvoorstel(
        id=row.id,
        casus_id=row.casus_id,
        andere_casus_id=row.andere_casus_id,
        redenen=tuple(row.redenen),
        status=KoppelvoorstelStatus(row.status),
        versie=row.versie,
        aangemaakt_op=row.aangemaakt_op,
        besloten_op=row.besloten_op,
        motivering=motivering,
    )


async def list_voorstellen(
    conn: AsyncConnection, vault: Vault, *, status: KoppelvoorstelStatus | None, na: UUID | None, limiet: int
) -> list[Koppelvoorstel]:
    """Return koppelvoorstellen, the oldest first."""
    statement = text("""
        SELECT * FROM koppelvoorstel
        WHERE (CAST(:status AS text) IS NULL OR status = :status) AND (CAST(:na AS uuid) IS NULL OR id > :na)
        ORDER BY id LIMIT :limiet
    """)
    rows = await conn.execute(statement, {"status": status.value if status else None, "na": na, "limiet": limiet})
    return [_voorstel(vault, row) for row in rows.all()]


_VOORSTEL = text("SELECT * FROM koppelvoorstel WHERE id = :id")
_LOCKED_VOORSTEL = text("SELECT * FROM koppelvoorstel WHERE id = :id FOR UPDATE")


async def load_voorstel(
    conn: AsyncConnection, vault: Vault, voorstel_id: UUID, *, lock: bool = False
) -> Koppelvoorstel | None:
    """Return a koppelvoorstel, locked until the commit when it is about to change."""
    statement = _LOCKED_VOORSTEL if lock else _VOORSTEL
    row = (await conn.execute(statement, {"id": voorstel_id})).one_or_none()
    return _voorstel(vault, row) if row else None


async def save_besluit(conn: AsyncConnection, vault: Vault, voorstel: Koppelvoorstel) -> None:
    """Save what was decided on a koppelvoorstel."""
    statement = text("""
        UPDATE koppelvoorstel SET status = :status, versie = :versie, besloten_op = :besloten_op,
               motivering = :motivering, casus_id = :casus_id, andere_casus_id = :andere_casus_id
        WHERE id = :id
    """)
    place = f"koppelvoorstel:motivering:{voorstel.id}"
    await conn.execute(
        statement,
        {
            "id": voorstel.id,
            "status": voorstel.status.value,
            "versie": voorstel.versie,
            "besloten_op": voorstel.besloten_op,
            "motivering": vault.seal(voorstel.motivering.encode(), place=place) if voorstel.motivering else None,
            "casus_id": voorstel.casus_id,
            "andere_casus_id": voorstel.andere_casus_id,
        },
    )


async def open_voorstellen_of(conn: AsyncConnection, vault: Vault, casus_id: UUID) -> list[Koppelvoorstel]:
    """Return the open koppelvoorstellen in which a casus stands, locked, in a fixed order."""
    statement = text("""
        SELECT * FROM koppelvoorstel WHERE status = :status AND (casus_id = :id OR andere_casus_id = :id)
        ORDER BY id FOR UPDATE
    """)
    rows = await conn.execute(statement, {"id": casus_id, "status": KoppelvoorstelStatus.OPEN.value})
    return [_voorstel(vault, row) for row in rows.all()]


async def pair_exists(conn: AsyncConnection, casus_id: UUID, andere_casus_id: UUID) -> bool:
    """Tell whether these two were ever put before a worker together."""
    statement = text("SELECT 1 FROM koppelvoorstel WHERE casus_id = :een AND andere_casus_id = :ander")
    return (await conn.execute(statement, {"een": casus_id, "ander": andere_casus_id})).first() is not None


# --- adviezen --------------------------------------------------------------------------------------------------

_ADD_ADVIES = text("""
INSERT INTO advies (id, gegeven_op, organisatie_id, gemeente_code, adviesvrager_categorie, aard_geweld, duur, kanaal,
                    uitkomst, adviesvrager)
VALUES (:id, :nu, :organisatie_id, :gemeente_code, :categorie, CAST(:aard_geweld AS jsonb), :duur, :kanaal, :uitkomst,
        :adviesvrager)
""")


async def add_advies(  # noqa: PLR0913, what an advies is, keyword only
    conn: AsyncConnection, vault: Vault, advies_id: UUID, advies: Advies, *, organisatie_id: str, now: datetime
) -> None:
    """Write an advies."""
    asked_by = advies.adviesvrager
    await conn.execute(
        _ADD_ADVIES,
        {
            "id": advies_id,
            "nu": now,
            "organisatie_id": organisatie_id,
            "gemeente_code": advies.gemeente_code,
            "categorie": advies.adviesvrager_categorie.value,
            "aard_geweld": orjson.dumps([[aard.relatie, aard.vorm] for aard in advies.aard_geweld]).decode(),
            "duur": advies.duur.value if advies.duur else None,
            "kanaal": advies.kanaal.value,
            "uitkomst": advies.uitkomst.value,
            "adviesvrager": _seal(vault, asked_by, f"advies:adviesvrager:{advies_id}") if asked_by else None,
        },
    )


_ADVIES = text("SELECT * FROM advies WHERE id = :id")
_LOCKED_ADVIES = text("SELECT * FROM advies WHERE id = :id FOR UPDATE")


async def load_advies(
    conn: AsyncConnection, vault: Vault, advies_id: UUID, *, lock: bool = False
) -> AdviesDossier | None:
    """Return an advies, locked until the commit when it is about to become a melding."""
    row = (await conn.execute(_LOCKED_ADVIES if lock else _ADVIES, {"id": advies_id})).one_or_none()
    if row is None:
        return None
    asked_by = row.adviesvrager
    return AdviesDossier(
        id=row.id,
        gegeven_op=row.gegeven_op,
        melding_id=row.melding_id,
        advies=Advies(
            adviesvrager_categorie=MelderCategorie(row.adviesvrager_categorie),
            gemeente_code=row.gemeente_code,
            aard_geweld=tuple(
                AardGeweld(relatie=Relatie(relatie), vorm=Vorm(vorm)) for relatie, vorm in row.aard_geweld
            ),
            duur=Duur(row.duur) if row.duur else None,
            kanaal=Kanaal(row.kanaal),
            uitkomst=AdviesUitkomst(row.uitkomst),
            adviesvrager=_open(vault, asked_by, f"advies:adviesvrager:{row.id}") if asked_by else None,
        ),
    )


async def link_advies(conn: AsyncConnection, advies_id: UUID, melding_id: UUID) -> None:
    """Record which melding an advies was turned into."""
    await conn.execute(
        text("UPDATE advies SET melding_id = :melding_id WHERE id = :id"), {"id": advies_id, "melding_id": melding_id}
    )


async def load_inhoud(conn: AsyncConnection, melding_id: UUID) -> bytes:
    """Return the keyed hash of what was sent as a melding; the melding must be there."""
    found = await conn.execute(text("SELECT inhoud FROM melding WHERE id = :id"), {"id": melding_id})
    return bytes(found.scalar_one())
