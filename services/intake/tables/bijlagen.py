"""What is added to a melding after it came in: texts, and files in sealed pieces."""

from sqlalchemy import (
    Column,
    DateTime,
    ForeignKey,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from services.intake.tables.core import metadata

aanvulling = Table(
    "aanvulling",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("melding_id", Uuid, ForeignKey("melding.id"), nullable=False),
    Column("organisatie_id", Text, nullable=False),
    Column("toegevoegd_op", DateTime(timezone=True), nullable=False),
    Column("inhoud", LargeBinary, nullable=False, comment="keyed hash: whether the same was sent again"),
    Column("tekst", LargeBinary, nullable=False, comment="the text and who added it, sealed"),
    UniqueConstraint("melding_id", "organisatie_id", "inhoud"),
    comment="What a sender or Veilig Thuis told afterwards.",
)

bijlage = Table(
    "bijlage",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("melding_id", Uuid, ForeignKey("melding.id"), nullable=False),
    Column("organisatie_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("soort", Text),
    Column("grootte", Integer),
    Column("inhoud", LargeBinary, comment="keyed hash of all bytes; none while they come in"),
    Column("naam", LargeBinary, nullable=False, comment="the name of the file, sealed"),
    Column("toegevoegd_op", DateTime(timezone=True), nullable=False),
    Column("gescand_op", DateTime(timezone=True)),
    UniqueConstraint("melding_id", "organisatie_id", "inhoud"),
    comment="A file with a melding; its bytes stand in bijlage_stuk.",
)

bijlage_stuk = Table(
    "bijlage_stuk",
    metadata,
    Column("bijlage_id", Uuid, ForeignKey("bijlage.id"), primary_key=True),
    Column("nr", SmallInteger, primary_key=True, autoincrement=False),
    Column("inhoud", LargeBinary, nullable=False),
    comment="Files in pieces of 256 KiB, each sealed at the place of its file and number.",
)
