"""How dossiers are kept, and read with their handelingen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain.besluitoverleg import Deelnemer, Overleg
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
from services.triage.domain.taxatie import Taxatie
from services.triage.domain.voorraad import Stap, Werk
from services.triage.store.betrokkenen import betrokkenen_of_melding
from services.triage.store.handelingen import handeling_of, handeling_rows
from services.triage.store.taxaties import taxatie_of, taxatie_rows
from services.triage.store.values import (
    AnyRow,
    genoemd_of,
    opened,
    routering_columns,
    routering_of,
    seal,
    werk_columns,
)
from services.triage.tables.core import dossier
from shared.crypto import Vault
from shared.keyring import Keyring, key_of, keyring_for
from shared.rules.behandelcodes import InterventiePartij, OverlegFunctie
from shared.rules.codes import InterventieSoort, Uitkomst
from shared.rules.uitkomsten import UitkomstVoorwaarde


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
        **werk_columns(new.werk),
    }
    answer = await conn.execute(upsert(dossier).values(row).on_conflict_do_nothing())
    return bool(answer.rowcount)


async def has_dossier(conn: AsyncConnection, dossier_id: UUID) -> bool:
    """Tell whether a dossier is there."""
    return await conn.scalar(select(dossier.c.id).where(dossier.c.id == dossier_id)) is not None


@dataclass(frozen=True, slots=True)
class DossierFile:
    """The newest dossier of a melding, with what is read together with it."""

    dossier: Dossier
    handelingen: tuple[Handeling, ...]
    eerdere: tuple[Dossier, ...]  # of the same melding, the newest first
    taxaties: tuple[Taxatie, ...] = ()
    betrokkenen: frozenset[int] = frozenset()


async def load_file(conn: AsyncConnection, vault: Vault, melding_id: UUID, *, lock: bool = False) -> DossierFile | None:
    """Return what is known of a melding; ``lock`` keeps others from changing it meanwhile."""
    newest = await _newest(conn, melding_id, lock=lock)
    if newest is None:
        return None
    earlier = await _earlier(conn, newest) if newest.nummer > 1 else []
    done = await handeling_rows(conn, melding_id)
    weighed = await taxatie_rows(conn, newest.id)
    dossiers = [newest, *earlier]
    sealed = [value for row in dossiers for value in (row.acuutcheck_tekst, row.besluit_tekst)]
    texts = [*(row.toelichting for row in done), *(row.tekst for row in weighed)]
    keys = await keyring_for(conn, vault, [*sealed, *texts])
    return DossierFile(
        _dossier(newest, keys),
        tuple(handeling_of(row, keys) for row in done),
        tuple(_dossier(row, keys) for row in earlier),
        tuple(taxatie_of(row, keys) for row in weighed),
        await betrokkenen_of_melding(conn, melding_id),
    )


async def load_dossier(conn: AsyncConnection, vault: Vault, dossier_id: UUID) -> Dossier | None:
    """Return one dossier, also one that is not the newest of its melding."""
    row = (await conn.execute(select(dossier).where(dossier.c.id == dossier_id))).one_or_none()
    if row is None:
        return None
    return _dossier(row, await keyring_for(conn, vault, [row.acuutcheck_tekst, row.besluit_tekst]))


async def latest_dossier(
    conn: AsyncConnection, vault: Vault, melding_id: UUID, *, lock: bool = False
) -> Dossier | None:
    """Return the newest dossier of a melding; ``lock`` keeps others from changing it meanwhile."""
    row = await _newest(conn, melding_id, lock=lock)
    if row is None:
        return None
    return _dossier(row, await keyring_for(conn, vault, [row.acuutcheck_tekst, row.besluit_tekst]))


async def _newest(conn: AsyncConnection, melding_id: UUID, *, lock: bool) -> AnyRow | None:
    query = select(dossier).where(dossier.c.melding_id == melding_id).order_by(dossier.c.nummer.desc()).limit(1)
    return (await conn.execute(query.with_for_update() if lock else query)).one_or_none()


async def _earlier(conn: AsyncConnection, newest: AnyRow) -> Sequence[AnyRow]:
    query = (
        select(dossier)
        .where(dossier.c.melding_id == newest.melding_id, dossier.c.nummer < newest.nummer)
        .order_by(dossier.c.nummer.desc())
    )
    return (await conn.execute(query)).all()


@dataclass(frozen=True, slots=True)
class DossierHead:
    """Of which casus the newest dossier of a melding is, and how far it is: nothing that was written down."""

    casus_id: UUID
    status: DossierStatus


async def load_head(conn: AsyncConnection, melding_id: UUID, *, lock: bool = False) -> DossierHead | None:
    """Return the head of the newest dossier of a melding; ``lock`` keeps others from changing it meanwhile."""
    c = dossier.c
    query = select(c.casus_id, c.status).where(c.melding_id == melding_id).order_by(c.nummer.desc()).limit(1)
    row = (await conn.execute(query.with_for_update() if lock else query)).one_or_none()
    return DossierHead(row.casus_id, DossierStatus(row.status)) if row else None


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
    plain = [_plain(one) for one in opgave.interventies]
    key = await key_of(conn, vault, after.casus_id)
    await conn.execute(
        update(dossier)
        .where(dossier.c.id == after.id)
        .values(
            status=after.status,
            versie=after.versie,
            acuut=opgave.acuut,
            gedaan_op=after.acuutcheck.gedaan_op,
            interventies=plain,
            acuutcheck_tekst=seal(key, sealed, f"dossier:acuutcheck_tekst:{after.id}"),
            **werk_columns(after.werk),
        )
    )


def _plain(one: Interventie) -> dict[str, str | None]:
    moments = {"tijdstip": one.tijdstip, "gevraagd_op": one.gevraagd_op, "aangekomen_op": one.aangekomen_op}
    told = {name: moment.isoformat() if moment else None for name, moment in moments.items()}
    return {"soort": one.soort, "partij": one.partij, **told}


async def save_besluit(conn: AsyncConnection, vault: Vault, after: Dossier) -> None:
    """Write the besluit of a dossier and the work that follows."""
    assert after.besluit is not None  # noqa: S101, saved after it was taken
    opgave = after.besluit.opgave
    instrument = opgave.instrument
    sealed = {
        "motivering": opgave.motivering,
        "instrument": [instrument.naam, instrument.versie, instrument.antwoorden] if instrument else None,
        "overleg": _overleg_json(opgave.overleg) if opgave.overleg else None,
        "bevestigd": sorted(opgave.bevestigd),
    }
    key = await key_of(conn, vault, after.casus_id)
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
            besluit_tekst=seal(key, sealed, f"dossier:besluit_tekst:{after.id}"),
            **routering_columns(opgave.bestemmingen, after.besluit.routering),
            **werk_columns(after.werk),
        )
    )


async def save_versie(conn: AsyncConnection, after: Dossier) -> None:
    """Write the version of a dossier to which something was added."""
    await conn.execute(update(dossier).where(dossier.c.id == after.id).values(status=after.status, versie=after.versie))


async def note_addition(conn: AsyncConnection, melding_id: UUID, moment: datetime) -> bool:
    """Note on the newest dossier of a melding when something was last added; an older moment changes nothing."""
    newest = (
        select(dossier.c.id)
        .where(dossier.c.melding_id == melding_id)
        .order_by(dossier.c.nummer.desc())
        .limit(1)
        .scalar_subquery()
    )
    later = or_(dossier.c.aangevuld_op.is_(None), dossier.c.aangevuld_op < moment)
    answer = await conn.execute(
        update(dossier).where(dossier.c.id == newest, later).values(aangevuld_op=moment, versie=dossier.c.versie + 1)
    )
    return bool(answer.rowcount)


async def end_work(conn: AsyncConnection, dossier_id: UUID) -> None:
    """Take a dossier from the work list; what it shows changes, so its version does too."""
    await conn.execute(
        update(dossier).where(dossier.c.id == dossier_id).values(versie=dossier.c.versie + 1, **werk_columns(None))
    )


def _dossier(row: AnyRow, keys: Keyring) -> Dossier:
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
        acuutcheck=_acuutcheck(row, keys) if row.acuutcheck_tekst else None,
        besluit=_besluit(row, keys) if row.besluit_tekst else None,
        dienst_id=row.dienst_id,
        aangevuld_op=row.aangevuld_op,
        werk=Werk(Stap(row.stap), row.uiterlijk, row.urgentie_op) if row.stap else None,
    )


def _acuutcheck(row: AnyRow, keys: Keyring) -> Acuutcheck:
    sealed: Mapping[str, Any] = opened(keys, row.acuutcheck_tekst, f"dossier:acuutcheck_tekst:{row.id}")
    interventies = tuple(
        Interventie(
            InterventieSoort(plain["soort"]),
            _moment(plain["tijdstip"]),
            organisatie,
            toelichting,
            # Those of before this was asked have none.
            InterventiePartij(plain["partij"]) if plain.get("partij") else None,
            _moment(plain.get("gevraagd_op")),
            _moment(plain.get("aangekomen_op")),
        )
        for plain, (organisatie, toelichting) in zip(row.interventies, sealed["interventies"], strict=True)
    )
    return Acuutcheck(AcuutcheckOpgave(row.acuut, sealed["motivering"], interventies), row.gedaan_op)


def _besluit(row: AnyRow, keys: Keyring) -> Besluit:
    sealed: Mapping[str, Any] = opened(keys, row.besluit_tekst, f"dossier:besluit_tekst:{row.id}")
    opgave = BesluitOpgave(
        Uitkomst(row.uitkomst),
        acuut_onveilig=row.acuut_onveilig,
        structureel_onveilig=row.structureel_onveilig,
        motivering=sealed["motivering"],
        instrument=Instrument(*sealed["instrument"]) if sealed["instrument"] else None,
        bestemmingen=genoemd_of(row),
        overleg=_overleg(sealed["overleg"]) if sealed.get("overleg") else None,
        bevestigd=frozenset(map(UitkomstVoorwaarde, sealed.get("bevestigd", ()))),
    )
    return Besluit(opgave, row.besloten_op, routering_of(row, row.dienst_soort))


def _moment(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told) if told else None


def _overleg_json(overleg: Overleg) -> list[Any]:
    deelnemers = [[one.functie, one.medewerker_id, one.naam] for one in overleg.deelnemers]
    return [overleg.moment.isoformat(), deelnemers, overleg.toelichting]


def _overleg(told: list[Any]) -> Overleg:
    moment, deelnemers, toelichting = told
    took_part = tuple(Deelnemer(OverlegFunctie(functie), medewerker, naam) for functie, medewerker, naam in deelnemers)
    return Overleg(datetime.fromisoformat(moment), took_part, toelichting)
