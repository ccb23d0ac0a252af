"""What Veilig Thuis asks of the local field and of informants, and what they answer."""

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKey, Index, Integer, LargeBinary, Table, Text, Uuid

from services.triage.tables.core import TOLD, metadata

_MOMENT = DateTime(timezone=True)

informatieverzoek = Table(
    "informatieverzoek",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("melding_id", Uuid, nullable=False, index=True),
    Column("casus_id", Uuid, nullable=False, index=True),
    Column("dossier_id", Uuid, ForeignKey("dossier.id"), nullable=False),
    Column("dienst_id", Uuid, ForeignKey("dienst.id")),
    Column("gemeente_code", Text, nullable=False),
    Column("soort", Text, nullable=False),
    Column("organisatie_id", Text, nullable=False),
    Column("grond", Text),
    Column("status", Text, nullable=False),
    Column("versie", Integer, nullable=False),
    Column("gedaan_op", _MOMENT, nullable=False),
    Column("uiterlijk", _MOMENT, nullable=False),
    Column("vraag_tekst", LargeBinary, nullable=False),
    Column("afgerond_op", _MOMENT),
    Column("afgerond_door", Text, comment="the organisation that answered or withdrew"),
    Column("weigering", Text),
    Column("einde_tekst", LargeBinary),
    CheckConstraint("(status = 'open') = (afgerond_op IS NULL)", name="einde"),
    comment="A question to the local field or to an informant, and how it ended.",
    info=TOLD,
)
Index("ix_informatieverzoek_volgorde", informatieverzoek.c.gedaan_op, informatieverzoek.c.id)
Index("ix_informatieverzoek_organisatie_id", informatieverzoek.c.organisatie_id, informatieverzoek.c.gedaan_op)
