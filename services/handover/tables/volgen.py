"""What a receiver tells beside a plan: attempts at contact, and how the veiligheidsvoorwaarden are kept."""

from sqlalchemy import Column, Date, DateTime, ForeignKey, LargeBinary, Table, Text, Uuid

from services.handover.tables.core import metadata

_MOMENT = DateTime(timezone=True)

contactpoging = Table(
    "contactpoging",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("overdracht_id", Uuid, ForeignKey("overdracht.id"), nullable=False, index=True),
    Column("wijze", Text, nullable=False),
    Column("uitkomst", Text, nullable=False),
    Column("tijdstip", _MOMENT, nullable=False),
    Column("tekst", LargeBinary, nullable=False),
    comment="Each time that the receiver tried to reach a family before the first contact.",
)

voorwaarde = Table(
    "voorwaarde",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("casus_id", Uuid, nullable=False, index=True),
    Column("melding_id", Uuid, nullable=False, index=True),
    Column("dienst_id", Uuid, nullable=False),
    Column("gemeente_code", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("controle_dag", Date, comment="the last day on which it is checked whether it is kept"),
    Column("stand_op", _MOMENT, nullable=False, comment="when it was so: what is heard of before changes nothing"),
    comment="Veiligheidsvoorwaarden of Veilig Thuis, by their ids: what they say stays in triage.",
)

voorwaarde_controle = Table(
    "voorwaarde_controle",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("voorwaarde_id", Uuid, ForeignKey("voorwaarde.id"), nullable=False, index=True),
    Column("overdracht_id", Uuid, ForeignKey("overdracht.id"), nullable=False, index=True),
    Column("organisatie_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("nagegaan_op", _MOMENT, nullable=False),
    Column("volgende_dag", Date),
    Column("tekst", LargeBinary, nullable=False),
    comment="Each time that a receiver looked whether a veiligheidsvoorwaarde is kept.",
)

# In the order in which they can be taken away.
DELEN = (contactpoging, voorwaarde_controle)
