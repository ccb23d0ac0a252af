"""Who did what to personal data: one row an act, in the transaction of the act, sealed and chained.

The row itself is written without waiting for anyone, under a seal (HMAC) that only the room can make. Within a second
or so the worker of the room puts it in the chain (``shared.chain``), where each link holds the hash of the one before.
A row that was changed breaks its seal, one that was removed or cut off breaks the chain or an anchor, and one that
never came into the chain is told (docs/adr/0013). Rows hold ids, codes and times; never a value of a person.

Fields by BIO2 8.15.01 (action, object, result, origin, actor, time), NEN 7513 (whose record, purpose) and Logboek
Dataverwerkingen 1.0 (trace, span, processing activity, data subjects).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, Index, Integer, LargeBinary, MetaData, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.canonical import canonical
from shared.ids import new_id
from shared.rules.access import Toegang
from shared.rules.verwerkingen import VERWERKINGEN, VerwerkingCode
from shared.telemetry import current_span
from shared.web.auth import Caller
from shared.work import current_work


class Resultaat(StrEnum):
    GELUKT = "gelukt"
    GEWEIGERD = "geweigerd"
    NIET_GEVONDEN = "niet-gevonden"


def audit_table(metadata: MetaData) -> Table:
    """Add the audit tables of a room to its catalogue and return that of the rows.

    Beside it stand the queue, the chain, and the rows of the first form.
    """
    audit = Table(
        "audit",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("tijdstip", DateTime(timezone=True), nullable=False),
        Column("duur_ms", Integer, nullable=False),
        Column("actie", Text, nullable=False),
        Column("object_soort", Text, nullable=False),
        Column("object_id", Uuid),
        Column("casus_id", Uuid),
        Column("betrokkenen", ARRAY(Uuid), nullable=False, comment="the persons concerned, under their opaque ids"),
        Column("resultaat", Text, nullable=False),
        Column("reden", Text),
        Column("actor", Text, nullable=False),
        Column("rol", Text, nullable=False),
        Column("organisatie_id", Text, nullable=False),
        Column("client", Text, nullable=False),
        Column("herkomst", Text, nullable=False, comment="the network address from which it was asked"),
        Column("doel", Text, nullable=False),
        Column("verwerking", Text, nullable=False, comment="id in the register of processing activities"),
        Column("trace_id", Text),
        Column("span_id", Text),
        Column("parent_span_id", Text),
        Column("mac", LargeBinary, nullable=False),
        comment="Acts on personal data and refusals; append-only, sealed one by one and chained afterwards.",
    )
    Index("ix_audit_casus", audit.c.casus_id, postgresql_where=text("casus_id IS NOT NULL"))
    Index("ix_audit_trace", audit.c.trace_id)
    Index("ix_audit_tijdstip", audit.c.tijdstip)
    Table(
        "audit_wachtrij",
        metadata,
        Column("audit_id", Uuid, primary_key=True),
        comment="Audit rows that are not in the chain yet.",
    )
    Table(
        "audit_keten",
        metadata,
        Column("nr", BigInteger, primary_key=True, autoincrement=False),
        Column("audit_id", Uuid, nullable=False, unique=True),
        Column("hash", LargeBinary, nullable=False),
        comment="The chain over the audit rows; append-only.",
    )
    Table(
        "audit_oud",
        metadata,
        Column("nr", BigInteger, primary_key=True, autoincrement=False),
        Column("tijdstip", DateTime(timezone=True), nullable=False),
        Column("actie", Text, nullable=False),
        Column("object_soort", Text, nullable=False),
        Column("object_id", Uuid, nullable=False),
        Column("resultaat", Text, nullable=False),
        Column("actor", Text, nullable=False),
        Column("rol", Text, nullable=False),
        Column("organisatie_id", Text, nullable=False),
        Column("herkomst", Text, nullable=False),
        Column("doel", Text, nullable=False),
        Column("trace_id", Text),
        Column("hash", LargeBinary, nullable=False),
        comment="Acts on personal data, append-only, chained by hash.",
    )
    return audit


def anchor_table(metadata: MetaData) -> Table:
    """Add the table in which one room keeps how far the chains of the others had come, and return it."""
    return Table(
        "audit_anker",
        metadata,
        Column("kamer", Text, primary_key=True),
        Column("nr", BigInteger, primary_key=True, autoincrement=False),
        Column("hash", LargeBinary, nullable=False),
        Column("tijdstip", DateTime(timezone=True), nullable=False),
        comment="The end of the audit chain of a room at some moment, kept by another room; append-only.",
    )


@dataclass(frozen=True, slots=True)
class Act:
    """One act on personal data: what was done, on which object, of which casus, concerning which persons."""

    actie: str
    object_soort: str
    object_id: UUID | None
    casus_id: UUID | None = None
    betrokkenen: Sequence[UUID] = ()
    resultaat: Resultaat = Resultaat.GELUKT
    reden: str | None = None


async def record(conn: AsyncConnection, caller: Caller, act: Act, *, now: datetime) -> None:
    """Add an act, in the running transaction: without the row there is no act.

    Purpose and processing activity are those for which the policy let the caller in. Raises ``RuntimeError`` outside
    ``Work``, or for a caller that no policy let in: nothing may be done under no name.
    """
    work = current_work()
    if work is None or caller.toegang is None:
        raise RuntimeError("nobody was let in for what is recorded here")
    row = _row(caller, caller.toegang, act, now)
    row["herkomst"] = work.origin
    row["duur_ms"] = work.milliseconds
    row["mac"] = work.vault.audit_mac(sealed_content(row))
    await conn.execute(_INSERT, row)
    work.recorded += 1


def _row(caller: Caller, toegang: Toegang, act: Act, now: datetime) -> dict[str, Any]:
    span = current_span()
    return {
        "id": new_id(),
        "tijdstip": now.astimezone(UTC),  # sealed as it will be read back
        "actie": act.actie,
        "object_soort": act.object_soort,
        "object_id": act.object_id,
        "casus_id": act.casus_id,
        "betrokkenen": list(act.betrokkenen),
        "resultaat": act.resultaat.value,
        "reden": act.reden,
        "actor": caller.subject,
        "rol": caller.rol.value,
        "organisatie_id": caller.organisatie_id,
        "client": caller.client_id,
        "doel": toegang.doel.value,
        "verwerking": VERWERKINGEN[VerwerkingCode.NOODTOEGANG].uri
        if toegang.noodtoegang
        else toegang.regel.activity.uri,
        "trace_id": span.trace_id if span else None,
        "span_id": span.span_id if span else None,
        "parent_span_id": span.parent_id if span else None,
    }


def _activity(toegang: Toegang) -> str:
    """Return the activity under which this is recorded: a broken glass has its own, to be found by."""
    return (VERWERKINGEN[VerwerkingCode.NOODTOEGANG] if toegang.noodtoegang else toegang.regel.activity).uri


_INSERT = text("""
WITH rij AS (
    INSERT INTO audit (id, tijdstip, duur_ms, actie, object_soort, object_id, casus_id, betrokkenen, resultaat, reden,
                       actor, rol, organisatie_id, client, herkomst, doel, verwerking, trace_id, span_id,
                       parent_span_id, mac)
    VALUES (:id, :tijdstip, :duur_ms, :actie, :object_soort, CAST(:object_id AS uuid), CAST(:casus_id AS uuid),
            CAST(:betrokkenen AS uuid[]), :resultaat, :reden, :actor, :rol, :organisatie_id, :client, :herkomst, :doel,
            :verwerking, :trace_id, :span_id, :parent_span_id, :mac)
    RETURNING id
)
INSERT INTO audit_wachtrij (audit_id) SELECT id FROM rij
""")


def sealed_content(row: dict[str, Any]) -> bytes:
    """Return what the seal of a row covers: everything but the seal."""
    return canonical({key: value for key, value in row.items() if key != "mac"})
