"""How meldingen are read and found again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.domain.codes import PersoonRol
from services.intake.domain.matching import SleutelSoort
from services.intake.domain.melding import (
    MeldingDossier,
    MeldingStatus,
    Ontvangst,
    PersoonDossier,
    Waarschuwing,
    WaarschuwingCode,
)
from services.intake.store.bescherming import opened_passages
from services.intake.store.bijlagen import added_values, load_added
from services.intake.store.sealed import opened_json
from shared.crypto import Vault
from shared.keyring import Keyring, keyring_for
from shared.rules.codes import MelderSoort


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


# What a sender may not see of the protection of his melding, the wall leaves out of the row.
_SELECT = """
SELECT m.*, b.passages, coalesce(b.versie, 0) AS bescherming_versie
FROM melding m LEFT JOIN bescherming b ON b.melding_id = m.id
"""
_MELDING = text(_SELECT + "WHERE m.id = :id")
_MELDINGEN_OF_CASUS = text(_SELECT + "WHERE m.casus_id = :id ORDER BY m.ontvangen_op, m.id")


async def load_ontvangst(conn: AsyncConnection, melding_id: UUID) -> Ontvangst:
    """Return what the sender of a melding heard; the melding must be there."""
    return _ontvangst((await conn.execute(_MELDING, {"id": melding_id})).one())


async def load_meldingen(
    conn: AsyncConnection, vault: Vault, *, melding_id: UUID | None = None, casus_id: UUID | None = None
) -> tuple[KeptMelding, ...]:
    """Return one melding, or those of a casus, the oldest first, opened."""
    statement, value = (_MELDING, melding_id) if melding_id else (_MELDINGEN_OF_CASUS, casus_id)
    rows = (await conn.execute(statement, {"id": value})).all()
    people = await _load_personen(conn, [row.id for row in rows])
    sealed = [value for row in rows for value in (row.melder, row.gegevens, row.passages)]
    sealed += [persoon.gegevens for one in people.values() for persoon in one]
    added = await load_added(conn, [row.id for row in rows])
    sealed += [one.verzegeld for ones in added.values() for one in ones]
    keys = await keyring_for(conn, vault, sealed)
    return tuple(_kept(keys, row, people.get(row.id, ()), added.get(row.id, ())) for row in rows)


def _kept(keys: Keyring, row: Row[Any], personen: Sequence[Row[Any]], added: Sequence[Row[Any]]) -> KeptMelding:
    dossier = MeldingDossier(
        ontvangst=_ontvangst(row),
        organisatie_id=row.organisatie_id,
        dubbel_anoniem=row.dubbel_anoniem,
        advies_id=row.advies_id,
        vorige_afsluiting_op=row.vorige_afsluiting_op,
        waarschuwingen=tuple(Waarschuwing(WaarschuwingCode(code), pointer) for code, pointer in row.waarschuwingen),
        melder=opened_json(keys, row.melder, f"melding:melder:{row.id}"),
        personen=tuple(_persoon(keys, persoon) for persoon in personen),
        gegevens=opened_json(keys, row.gegevens, f"melding:gegevens:{row.id}") | added_values(keys, added),
        passages=opened_passages(keys, row.passages, row.id),
        bescherming_versie=row.bescherming_versie,
    )
    return KeptMelding(dossier, MelderSoort(row.melder_soort))


_PERSONEN = text("""
SELECT p.id, p.melding_id, p.nr, p.rol, p.gegevens,
       (SELECT array_agg(s.sleutel) FROM persoon_sleutel s
        WHERE s.persoon_id = p.id AND s.soort = ANY(CAST(:soorten AS text[]))) AS sleutels
FROM persoon p WHERE p.melding_id = ANY(CAST(:ids AS uuid[])) ORDER BY p.melding_id, p.nr
""")
# Within one casus a name that many bear and an estimated birth date name one human too.
_ONE_HUMAN = [
    SleutelSoort.BSN.value,
    SleutelSoort.NAAM_GEBOORTEDATUM.value,
    SleutelSoort.GEWONE_NAAM_GEBOORTEDATUM.value,
]


async def _load_personen(conn: AsyncConnection, melding_ids: Sequence[UUID]) -> dict[UUID, list[Row[Any]]]:
    found: dict[UUID, list[Row[Any]]] = {}
    for row in (await conn.execute(_PERSONEN, {"ids": list(melding_ids), "soorten": _ONE_HUMAN})).all():
        found.setdefault(row.melding_id, []).append(row)
    return found


def _persoon(keys: Keyring, row: Row[Any]) -> PersoonDossier:
    return PersoonDossier(
        id=row.id,
        rol=PersoonRol(row.rol),
        sleutels=frozenset(bytes(key) for key in row.sleutels or ()),
        gegevens=opened_json(keys, row.gegevens, f"persoon:gegevens:{row.id}"),
        nr=row.nr - 1,  # in the table they count from 1, over the wire from 0
    )


# An array, which an index can be asked for: behind an OR a subquery would be compared with every melding there is.
_SEARCH = text("""
SELECT m.* FROM melding m
WHERE (CAST(:organisatie_id AS text) IS NULL OR m.organisatie_id = :organisatie_id)
  AND (CAST(:na AS uuid) IS NULL OR m.id < :na)
  AND NOT (:zonder_beperkte AND EXISTS (SELECT FROM casus c WHERE c.id = m.casus_id AND c.beperkt_op IS NOT NULL))
  AND (CAST(:kenmerk AS text) IS NULL OR m.kenmerk = :kenmerk)
  AND (CAST(:externe_identificatie AS bytea) IS NULL OR m.externe_identificatie = :externe_identificatie)
  AND (CAST(:sleutel AS bytea) IS NULL OR m.id = ANY(ARRAY(
        SELECT p.melding_id FROM persoon_sleutel s JOIN persoon p ON p.id = s.persoon_id WHERE s.sleutel = :sleutel)))
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
    zonder_beperkte: bool = False,
) -> list[Ontvangst]:
    """Return meldingen, the newest first; with an ``organisatie_id`` only those that it sent.

    ``zonder_beperkte`` leaves out what stands in a casus that is limited.
    """
    values = {
        "zonder_beperkte": zonder_beperkte,
        "organisatie_id": organisatie_id,
        "na": na,
        "limiet": limiet,
        "sleutel": sleutel,
        "externe_identificatie": externe_identificatie,
        "kenmerk": kenmerk,
    }
    return [_ontvangst(row) for row in (await conn.execute(_SEARCH, values)).all()]


async def load_inhoud(conn: AsyncConnection, melding_id: UUID) -> bytes:
    """Return the keyed hash of what was sent as a melding; the melding must be there."""
    found = await conn.execute(text("SELECT inhoud FROM melding WHERE id = :id"), {"id": melding_id})
    return bytes(found.scalar_one())
