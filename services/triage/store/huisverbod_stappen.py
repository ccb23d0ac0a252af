"""How the lines of a huisverbod are kept: adviezen, verlengingen, who holds the casusregie, and talks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain.dienst import Contact, ContactMet, ContactSoort
from services.triage.domain.huisverbod import Huisverbod
from services.triage.domain.huisverbod_toets import Advies, Casusregie, Verlenging
from services.triage.store.values import AnyRow, opened, opened_optional, seal
from services.triage.tables.huisverbod import huisverbod_stap
from shared.crypto import Vault
from shared.keyring import Key, Keyring, key_of
from shared.rules.huisverbod import HuisverbodAdvies, HuisverbodGezag

_ADVIES, _VERLENGING, _CASUSREGIE, _GESPREK = "advies", "verlenging", "casusregie", "gesprek"


@dataclass(frozen=True, slots=True)
class Stappen:
    """The lines of one huisverbod."""

    adviezen: tuple[Advies, ...]
    verlengingen: tuple[Verlenging, ...]
    casusregie: tuple[Casusregie, ...]
    gesprekken: tuple[Contact, ...]


def new_rows(key: Key, before: Huisverbod, after: Huisverbod) -> list[dict[str, Any]]:
    """Return the rows of the lines that a step added."""
    lines: list[dict[str, Any]] = [
        *(_advies_row(key, one) for one in after.adviezen[len(before.adviezen) :]),
        *(_verlenging_row(key, one) for one in after.verlengingen[len(before.verlengingen) :]),
        *(_casusregie_row(key, one) for one in after.casusregie[len(before.casusregie) :]),
    ]
    first = _count(before) + 1
    return [{**line, "huisverbod_id": after.id, "nummer": nr} for nr, line in enumerate(lines, first)]


def _count(of: Huisverbod) -> int:
    return len(of.adviezen) + len(of.verlengingen) + len(of.casusregie) + len(of.gesprekken)


async def insert_gesprek(conn: AsyncConnection, vault: Vault, of: Huisverbod, new: Contact) -> None:
    """Add a talk to a huisverbod that was locked."""
    key = await key_of(conn, vault, of.casus_id)
    c = huisverbod_stap.c
    last = await conn.scalar(select(func.max(c.nummer)).where(c.huisverbod_id == of.id))
    row = {**_row(key, new.id, _GESPREK, new.tijdstip, new.verslag), "code": new.soort, "met": new.met}
    await conn.execute(insert(huisverbod_stap).values(**row, huisverbod_id=of.id, nummer=(last or 0) + 1))


def _advies_row(key: Key, one: Advies) -> dict[str, Any]:
    return {**_row(key, one.id, _ADVIES, one.gegeven_op, one.motivering), "code": one.advies}


def _verlenging_row(key: Key, one: Verlenging) -> dict[str, Any]:
    return {**_row(key, one.id, _VERLENGING, one.besloten_op, one.motivering), "code": one.door, "dagen": one.dagen}


def _casusregie_row(key: Key, one: Casusregie) -> dict[str, Any]:
    row = _row(key, one.id, _CASUSREGIE, one.vanaf, one.medewerker)
    return {**row, "organisatie_id": one.organisatie_id}


def _row(key: Key, stap_id: Any, soort: str, tijdstip: Any, text: str | None) -> dict[str, Any]:
    sealed = None if text is None else seal(key, text, f"huisverbod_stap:tekst:{stap_id}")
    empty = {"code": None, "met": None, "dagen": None, "organisatie_id": None}
    return {"id": stap_id, "soort": soort, "tijdstip": tijdstip, "tekst": sealed, **empty}


def stappen_of(rows: Iterable[AnyRow], keys: Keyring) -> Stappen:
    """Return the lines of one huisverbod from its rows, in their order."""
    lines = list(rows)
    return Stappen(
        tuple(
            Advies(row.id, HuisverbodAdvies(row.code), row.tijdstip, _text(row, keys)) for row in _of(lines, _ADVIES)
        ),
        tuple(
            Verlenging(row.id, row.dagen, row.tijdstip, HuisverbodGezag(row.code), _text(row, keys))
            for row in _of(lines, _VERLENGING)
        ),
        tuple(
            Casusregie(row.id, row.organisatie_id, _text(row, keys), row.tijdstip) for row in _of(lines, _CASUSREGIE)
        ),
        tuple(
            Contact(row.id, ContactSoort(row.code), ContactMet(row.met), row.tijdstip, _optional(row, keys))
            for row in _of(lines, _GESPREK)
        ),
    )


def _of(lines: Iterable[AnyRow], soort: str) -> Iterator[AnyRow]:
    return (row for row in lines if row.soort == soort)


def _text(row: AnyRow, keys: Keyring) -> str:
    return str(opened(keys, row.tekst, f"huisverbod_stap:tekst:{row.id}"))


def _optional(row: AnyRow, keys: Keyring) -> str | None:
    return opened_optional(keys, row.tekst, f"huisverbod_stap:tekst:{row.id}")
