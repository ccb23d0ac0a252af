"""How triage keeps its dossiers and diensten in PostgreSQL; whoever changes both locks the dossier first."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, insert, literal, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain.dienst import (
    Afronding,
    ConclusieOpgave,
    Contact,
    ContactMet,
    ContactSoort,
    Dienst,
    DienstStatus,
    Veiligheidsvoorwaarde,
)
from services.triage.domain.dossier import (
    Acuutcheck,
    AcuutcheckOpgave,
    Besluit,
    BesluitOpgave,
    Dossier,
    DossierStatus,
    Handeling,
    Instrument,
    Interventie,
)
from services.triage.domain.voorraad import Stap, Werk, WerkItem
from services.triage.tables import casus_alias, contact, dienst, dossier, handeling, veiligheidsvoorwaarde
from shared.crypto import Vault
from shared.rules.codes import (
    BestemmingSoort,
    Conclusie,
    DienstSoort,
    HandelingSoort,
    InterventieSoort,
    Uitkomst,
)
from shared.rules.routing import Bestemming, Ontvanger, Routering

AnyRow = Row[*tuple[Any, ...]]
Place = tuple[datetime, UUID]


# --- casussen ----------------------------------------------------------------------------------------------------


async def lock_casussen(conn: AsyncConnection, *casus_ids: UUID) -> None:
    """Let one transaction at a time open or move dossiers of these casussen."""
    for casus_id in sorted(casus_ids):
        await conn.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:casus_id, 0))"), {"casus_id": str(casus_id)}
        )


async def current_casus(conn: AsyncConnection, casus_id: UUID) -> UUID:
    """Return the casus in which this one lives on: itself, unless it was merged."""
    found: UUID | None = await conn.scalar(select(casus_alias.c.casus_id).where(casus_alias.c.verdwenen_id == casus_id))
    return found or casus_id


async def merge_casus(conn: AsyncConnection, *, verdwenen: UUID, blijft: UUID, now: datetime) -> None:
    """Move everything of one casus to another, and remember where it went."""
    moved = {"casus_id": blijft}
    for table in (dossier, dienst):
        where = table.c.casus_id == verdwenen
        await conn.execute(update(table).where(where).values(**moved, versie=table.c.versie + 1))
    await conn.execute(update(casus_alias).where(casus_alias.c.casus_id == verdwenen).values(**moved))
    row = {"verdwenen_id": verdwenen, "samengevoegd_op": now, **moved}
    await conn.execute(upsert(casus_alias).values(row).on_conflict_do_nothing())


# --- dossiers ----------------------------------------------------------------------------------------------------


async def insert_dossier(conn: AsyncConnection, new: Dossier) -> bool:
    """Add a dossier that has neither acuutcheck nor besluit; tell whether it was not there yet."""
    row = {
        "id": new.id,
        "melding_id": new.melding_id,
        "nummer": new.nummer,
        "casus_id": new.casus_id,
        "gemeente_code": new.gemeente_code,
        "ontvangen_op": new.ontvangen_op,
        "geopend_op": new.geopend_op,
        "hermelding": new.hermelding,
        "status": new.status,
        "versie": new.versie,
        **_werk_columns(new.werk),
    }
    answer = await conn.execute(upsert(dossier).values(row).on_conflict_do_nothing())
    return bool(answer.rowcount)


async def has_dossier(conn: AsyncConnection, dossier_id: UUID) -> bool:
    """Tell whether a dossier is there."""
    return await conn.scalar(select(dossier.c.id).where(dossier.c.id == dossier_id)) is not None


async def latest_dossier(
    conn: AsyncConnection, vault: Vault, melding_id: UUID, *, lock: bool = False
) -> Dossier | None:
    """Return the newest dossier of a melding; ``lock`` keeps others from changing it meanwhile."""
    query = select(dossier).where(dossier.c.melding_id == melding_id).order_by(dossier.c.nummer.desc()).limit(1)
    row = (await conn.execute(query.with_for_update() if lock else query)).one_or_none()
    return _dossier(row, vault) if row else None


async def earlier_dossiers(conn: AsyncConnection, vault: Vault, newest: Dossier) -> tuple[Dossier, ...]:
    """Return the dossiers of the same melding before this one, the newest first."""
    if newest.nummer == 1:
        return ()
    query = (
        select(dossier)
        .where(dossier.c.melding_id == newest.melding_id, dossier.c.nummer < newest.nummer)
        .order_by(dossier.c.nummer.desc())
    )
    return tuple(_dossier(row, vault) for row in (await conn.execute(query)).all())


async def lock_dossier(conn: AsyncConnection, dossier_id: UUID) -> None:
    """Keep others from changing a dossier, and with it its dienst."""
    await conn.execute(select(dossier.c.id).where(dossier.c.id == dossier_id).with_for_update())


async def save_acuutcheck(conn: AsyncConnection, vault: Vault, after: Dossier) -> None:
    """Write the acuutcheck of a dossier and the work that follows."""
    assert after.acuutcheck is not None  # noqa: S101, saved after it was answered
    opgave = after.acuutcheck.opgave
    sealed = {
        "motivering": opgave.motivering,
        "interventies": [[one.organisatie, one.toelichting] for one in opgave.interventies],
    }
    plain = [
        {"soort": one.soort, "tijdstip": one.tijdstip.isoformat() if one.tijdstip else None}
        for one in opgave.interventies
    ]
    await conn.execute(
        update(dossier)
        .where(dossier.c.id == after.id)
        .values(
            status=after.status,
            versie=after.versie,
            acuut=opgave.acuut,
            gedaan_op=after.acuutcheck.gedaan_op,
            interventies=plain,
            acuutcheck_tekst=_seal(vault, sealed, f"dossier:acuutcheck_tekst:{after.id}"),
            **_werk_columns(after.werk),
        )
    )


async def save_besluit(conn: AsyncConnection, vault: Vault, after: Dossier) -> None:
    """Write the besluit of a dossier and the work that follows."""
    assert after.besluit is not None  # noqa: S101, saved after it was taken
    opgave = after.besluit.opgave
    instrument = opgave.instrument
    sealed = {
        "motivering": opgave.motivering,
        "instrument": [instrument.naam, instrument.versie, instrument.antwoorden] if instrument else None,
    }
    await conn.execute(
        update(dossier)
        .where(dossier.c.id == after.id)
        .values(
            status=after.status,
            versie=after.versie,
            uitkomst=opgave.uitkomst,
            acuut_onveilig=opgave.acuut_onveilig,
            structureel_onveilig=opgave.structureel_onveilig,
            besloten_op=after.besluit.besloten_op,
            dienst_soort=after.besluit.routering.dienst,
            dienst_id=after.dienst_id,
            besluit_tekst=_seal(vault, sealed, f"dossier:besluit_tekst:{after.id}"),
            **_routering_columns(opgave.bestemmingen, after.besluit.routering),
            **_werk_columns(after.werk),
        )
    )


async def end_work(conn: AsyncConnection, dossier_id: UUID) -> None:
    """Take a dossier from the work list; what it shows changes, so its version does too."""
    await conn.execute(
        update(dossier).where(dossier.c.id == dossier_id).values(versie=dossier.c.versie + 1, **_werk_columns(None))
    )


async def work_list(
    conn: AsyncConnection, *, gemeente_code: str | None, stap: Stap | None, after: Place | None, limit: int
) -> list[WerkItem]:
    """Return open work, the most urgent first, in one walk along a partial index."""
    c = dossier.c
    query = (
        select(
            c.id, c.melding_id, c.casus_id, c.dienst_id, c.gemeente_code, c.stap, c.uiterlijk, c.urgentie_op, c.acuut,
            c.acuut_onveilig, c.structureel_onveilig, c.dienst_soort, c.ontvangen_op,
        )
        .where(c.stap.is_not(None))
        .order_by(c.urgentie_op, c.id)
        .limit(limit)
    )  # fmt: skip
    if gemeente_code is not None:
        query = query.where(c.gemeente_code == gemeente_code)
    if stap is not None:
        query = query.where(c.stap == stap.value)
    if after is not None:
        query = query.where(_beyond(c.urgentie_op, c.id, after))
    return [_werk_item(row) for row in (await conn.execute(query)).all()]


# --- handelingen -------------------------------------------------------------------------------------------------


async def insert_handeling(conn: AsyncConnection, vault: Vault, melding_id: UUID, new: Handeling) -> bool:
    """Add a handeling; tell whether it was not there yet."""
    row = {
        "id": new.id,
        "melding_id": melding_id,
        "soort": new.soort,
        "tijdstip": new.tijdstip,
        "toelichting": _seal_optional(vault, new.toelichting, f"handeling:toelichting:{new.id}"),
    }
    return bool((await conn.execute(upsert(handeling).values(row).on_conflict_do_nothing())).rowcount)


async def handelingen_of(conn: AsyncConnection, vault: Vault, melding_id: UUID) -> tuple[Handeling, ...]:
    """Return the handelingen for a melding in the order in which they were done."""
    c = handeling.c
    query = select(handeling).where(c.melding_id == melding_id).order_by(c.tijdstip, c.id)
    return tuple(
        Handeling(
            row.id,
            HandelingSoort(row.soort),
            row.tijdstip,
            _open_optional(vault, row.toelichting, f"handeling:toelichting:{row.id}"),
        )
        for row in (await conn.execute(query)).all()
    )


# --- diensten ----------------------------------------------------------------------------------------------------


async def insert_dienst(conn: AsyncConnection, new: Dienst) -> None:
    """Add a dienst that has just started."""
    await conn.execute(
        insert(dienst).values(
            id=new.id,
            dossier_id=new.dossier_id,
            melding_id=new.melding_id,
            casus_id=new.casus_id,
            gemeente_code=new.gemeente_code,
            soort=new.soort,
            status=new.status,
            gestart_op=new.gestart_op,
            uiterlijk=new.uiterlijk,
            versie=new.versie,
        )
    )


async def find_dienst(conn: AsyncConnection, vault: Vault, dienst_id: UUID, *, lock: bool = False) -> Dienst | None:
    """Return a dienst; ``lock`` keeps others from changing it, and its dossier, meanwhile."""
    if lock:
        dossier_id = await conn.scalar(select(dienst.c.dossier_id).where(dienst.c.id == dienst_id))
        if dossier_id is None:
            return None
        await lock_dossier(conn, dossier_id)
    query = select(dienst).where(dienst.c.id == dienst_id)
    row = (await conn.execute(query.with_for_update() if lock else query)).one_or_none()
    return _dienst(row, vault) if row else None


async def diensten_page(
    conn: AsyncConnection, vault: Vault, *, casus_id: UUID | None, after: Place | None, limit: int
) -> list[Dienst]:
    """Return diensten in the order in which they started."""
    c = dienst.c
    query = select(dienst).order_by(c.gestart_op, c.id).limit(limit)
    if casus_id is not None:
        query = query.where(c.casus_id == casus_id)
    if after is not None:
        query = query.where(_beyond(c.gestart_op, c.id, after))
    return [_dienst(row, vault) for row in (await conn.execute(query)).all()]


async def save_versie(conn: AsyncConnection, after: Dienst) -> None:
    """Write the new version of a dienst whose veiligheidsvoorwaarden changed."""
    await conn.execute(update(dienst).where(dienst.c.id == after.id).values(versie=after.versie))


async def save_conclusie(conn: AsyncConnection, vault: Vault, after: Dienst) -> None:
    """Write the conclusie of a dienst."""
    assert after.afronding is not None  # noqa: S101, saved after it was drawn
    opgave = after.afronding.opgave
    await conn.execute(
        update(dienst)
        .where(dienst.c.id == after.id)
        .values(
            status=after.status,
            versie=after.versie,
            conclusie=opgave.conclusie,
            afgerond_op=after.afronding.afgerond_op,
            conclusie_tekst=_seal(vault, opgave.motivering, f"dienst:conclusie_tekst:{after.id}"),
            **_routering_columns(opgave.bestemmingen, after.afronding.routering),
        )
    )


async def insert_contact(conn: AsyncConnection, vault: Vault, dienst_id: UUID, new: Contact) -> None:
    """Add a contact to a dienst."""
    await conn.execute(
        insert(contact).values(
            id=new.id,
            dienst_id=dienst_id,
            soort=new.soort,
            met=new.met,
            tijdstip=new.tijdstip,
            verslag=_seal_optional(vault, new.verslag, f"contact:verslag:{new.id}"),
        )
    )


async def contacten_of(conn: AsyncConnection, vault: Vault, dienst_id: UUID) -> tuple[Contact, ...]:
    """Return the contacten of a dienst in the order in which they were made."""
    c = contact.c
    query = select(contact).where(c.dienst_id == dienst_id).order_by(c.tijdstip, c.id)
    return tuple(
        Contact(
            row.id,
            ContactSoort(row.soort),
            ContactMet(row.met),
            row.tijdstip,
            _open_optional(vault, row.verslag, f"contact:verslag:{row.id}"),
        )
        for row in (await conn.execute(query)).all()
    )


async def insert_voorwaarde(conn: AsyncConnection, vault: Vault, dienst_id: UUID, new: Veiligheidsvoorwaarde) -> None:
    """Add a veiligheidsvoorwaarde to a dienst."""
    texts = [new.omschrijving, new.eigenaar, new.controle]
    await conn.execute(
        insert(veiligheidsvoorwaarde).values(
            id=new.id,
            dienst_id=dienst_id,
            controle_op=new.controle_op,
            instemming=new.instemming,
            tekst=_seal(vault, texts, f"veiligheidsvoorwaarde:tekst:{new.id}"),
        )
    )


async def voorwaarden_of(conn: AsyncConnection, vault: Vault, dienst_id: UUID) -> tuple[Veiligheidsvoorwaarde, ...]:
    """Return the veiligheidsvoorwaarden of a dienst in the order in which they were set."""
    c = veiligheidsvoorwaarde.c
    query = select(veiligheidsvoorwaarde).where(c.dienst_id == dienst_id).order_by(c.id)
    found = []
    for row in (await conn.execute(query)).all():
        omschrijving, eigenaar, controle = _open(vault, row.tekst, f"veiligheidsvoorwaarde:tekst:{row.id}")
        found.append(Veiligheidsvoorwaarde(row.id, omschrijving, eigenaar, controle, row.controle_op, row.instemming))
    return tuple(found)


async def count_voorwaarden(conn: AsyncConnection, dienst_id: UUID) -> int:
    """Return how many veiligheidsvoorwaarden a dienst has."""
    c = veiligheidsvoorwaarde.c
    return await conn.scalar(select(func.count()).where(c.dienst_id == dienst_id)) or 0


# --- rows and values ---------------------------------------------------------------------------------------------


def _beyond(moment: ColumnElement[datetime], row_id: ColumnElement[UUID], after: Place) -> ColumnElement[bool]:
    return tuple_(moment, row_id) > tuple_(literal(after[0]), literal(after[1]))


def _seal(vault: Vault, value: object, place: str) -> bytes:
    # The standard library writes every number that it read; the answers of an instrument may hold large ones.
    return vault.seal(json.dumps(value).encode(), place=place)


def _open(vault: Vault, sealed: bytes, place: str) -> Any:
    return json.loads(vault.open(sealed, place=place))


def _seal_optional(vault: Vault, value: str | None, place: str) -> bytes | None:
    return None if value is None else _seal(vault, value, place)


def _open_optional(vault: Vault, sealed: bytes | None, place: str) -> str | None:
    return None if sealed is None else str(_open(vault, sealed, place))


def _werk_columns(werk: Werk | None) -> dict[str, object]:
    if werk is None:
        return {"stap": None, "uiterlijk": None, "urgentie_op": None}
    return {"stap": werk.stap, "uiterlijk": werk.uiterlijk, "urgentie_op": werk.urgentie_op}


def _routering_columns(genoemd: Sequence[Bestemming], routering: Routering) -> dict[str, object]:
    return {
        "statuscode": routering.statuscode,
        "sluit": routering.sluit,
        "grondslagen": list(routering.grondslagen),
        "genoemd": [[one.soort, one.organisatie_id] for one in genoemd],
        "bestemmingen": [[one.soort, one.organisatie_id, one.draagt_zicht] for one in routering.bestemmingen],
    }


def _genoemd(row: AnyRow) -> tuple[Bestemming, ...]:
    return tuple(Bestemming(BestemmingSoort(soort), organisatie) for soort, organisatie in row.genoemd)


def _routering(row: AnyRow, dienst_soort: str | None) -> Routering:
    return Routering(
        dienst=DienstSoort(dienst_soort) if dienst_soort else None,
        bestemmingen=tuple(
            Ontvanger(BestemmingSoort(soort), organisatie, draagt_zicht)
            for soort, organisatie, draagt_zicht in row.bestemmingen
        ),
        sluit=row.sluit,
        statuscode=row.statuscode,
        grondslagen=tuple(row.grondslagen),
    )


def _dossier(row: AnyRow, vault: Vault) -> Dossier:
    return Dossier(
        id=row.id,
        melding_id=row.melding_id,
        nummer=row.nummer,
        casus_id=row.casus_id,
        gemeente_code=row.gemeente_code,
        ontvangen_op=row.ontvangen_op,
        geopend_op=row.geopend_op,
        hermelding=row.hermelding,
        status=DossierStatus(row.status),
        versie=row.versie,
        acuutcheck=_acuutcheck(row, vault) if row.acuutcheck_tekst else None,
        besluit=_besluit(row, vault) if row.besluit_tekst else None,
        dienst_id=row.dienst_id,
        werk=Werk(Stap(row.stap), row.uiterlijk, row.urgentie_op) if row.stap else None,
    )


def _acuutcheck(row: AnyRow, vault: Vault) -> Acuutcheck:
    sealed: Mapping[str, Any] = _open(vault, row.acuutcheck_tekst, f"dossier:acuutcheck_tekst:{row.id}")
    interventies = tuple(
        Interventie(
            InterventieSoort(plain["soort"]),
            datetime.fromisoformat(plain["tijdstip"]) if plain["tijdstip"] else None,
            organisatie,
            toelichting,
        )
        for plain, (organisatie, toelichting) in zip(row.interventies, sealed["interventies"], strict=True)
    )
    return Acuutcheck(AcuutcheckOpgave(row.acuut, sealed["motivering"], interventies), row.gedaan_op)


def _besluit(row: AnyRow, vault: Vault) -> Besluit:
    sealed: Mapping[str, Any] = _open(vault, row.besluit_tekst, f"dossier:besluit_tekst:{row.id}")
    opgave = BesluitOpgave(
        Uitkomst(row.uitkomst),
        acuut_onveilig=row.acuut_onveilig,
        structureel_onveilig=row.structureel_onveilig,
        motivering=sealed["motivering"],
        instrument=Instrument(*sealed["instrument"]) if sealed["instrument"] else None,
        bestemmingen=_genoemd(row),
    )
    return Besluit(opgave, row.besloten_op, _routering(row, row.dienst_soort))


def _dienst(row: AnyRow, vault: Vault) -> Dienst:
    return Dienst(
        id=row.id,
        dossier_id=row.dossier_id,
        melding_id=row.melding_id,
        casus_id=row.casus_id,
        gemeente_code=row.gemeente_code,
        soort=DienstSoort(row.soort),
        status=DienstStatus(row.status),
        gestart_op=row.gestart_op,
        uiterlijk=row.uiterlijk,
        versie=row.versie,
        afronding=_afronding(row, vault) if row.conclusie_tekst else None,
    )


def _afronding(row: AnyRow, vault: Vault) -> Afronding:
    motivering = _open(vault, row.conclusie_tekst, f"dienst:conclusie_tekst:{row.id}")
    opgave = ConclusieOpgave(Conclusie(row.conclusie), motivering, _genoemd(row))
    return Afronding(opgave, row.afgerond_op, _routering(row, None))


def _werk_item(row: AnyRow) -> WerkItem:
    decided = row.acuut_onveilig is not None
    return WerkItem(
        dossier_id=row.id,
        melding_id=row.melding_id,
        casus_id=row.casus_id,
        dienst_id=row.dienst_id,
        gemeente_code=row.gemeente_code,
        werk=Werk(Stap(row.stap), row.uiterlijk, row.urgentie_op),
        acuut=row.acuut_onveilig if decided else row.acuut,
        structureel=row.structureel_onveilig,
        dienst_soort=DienstSoort(row.dienst_soort) if row.dienst_soort else None,
        ontvangen_op=row.ontvangen_op,
    )
