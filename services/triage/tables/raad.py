"""Requests to the Raad voor de Kinderbescherming and the kantonrechter, and consults with police, OM, raad and GI.

What the raad may see of its own request stands in tables of its own: the wall lets it in there and nowhere else.
"""

from sqlalchemy import Boolean, Column, Date, ForeignKey, LargeBinary, SmallInteger, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from services.triage.tables.core import TOLD, metadata
from services.triage.tables.matter import MOMENT, matter_table

verzoek_tot_onderzoek = matter_table(
    "verzoek_tot_onderzoek",
    Column("status", Text, nullable=False),
    Column("uitvoerder", Text, nullable=False),  # which organisation of the raad: it sees this row
    Column("gedaan_op", MOMENT),
    Column("ingetrokken_op", MOMENT),
    comment="A request to the raad: how far it is. The raad itself reads this row of its own requests.",
    told=True,
)

vto_inhoud = Table(
    "vto_inhoud",
    metadata,
    Column("vto_id", Uuid, ForeignKey("verzoek_tot_onderzoek.id"), primary_key=True),
    Column("startdatum", Date),
    Column("registratiedatum", Date),
    Column("onderwerpen", JSONB, nullable=False),  # melding and place of each
    Column("ongeboren", Boolean, nullable=False),
    Column("belanghebbenden", JSONB, nullable=False),
    Column("spoed", Boolean),
    Column("ouders_ingelicht", Boolean),
    Column("tekst", LargeBinary, nullable=False),
    comment="What a request to the raad says, and why it was taken back.",
    info=TOLD,  # its id is that of the request
)

vto_kennisgeving = Table(
    "vto_kennisgeving",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("vto_id", Uuid, ForeignKey("verzoek_tot_onderzoek.id"), nullable=False, index=True),
    Column("aan", Text, nullable=False),
    Column("moment", MOMENT, nullable=False),
    Column("wijze", Text),
    Column("tekst", LargeBinary, nullable=False),
    comment="That the college or the melder was told of a request to the raad, with its proof.",
)

raadsbericht = Table(
    "raadsbericht",
    metadata,
    Column("id", Uuid, primary_key=True),  # follows from the request and from what the raad calls the message
    Column("vto_id", Uuid, ForeignKey("verzoek_tot_onderzoek.id"), nullable=False, index=True),
    Column("status", Text, nullable=False),
    Column("resultaat", Text),
    Column("ontvangen_op", MOMENT, nullable=False),
    comment="What the raad told of a request: codes only.",
)

consult = matter_table(
    "consult",
    Column("partij", Text, nullable=False),
    Column("uitkomst", Text, nullable=False),
    Column("strafbaar_feit_vermoed", Boolean, nullable=False),
    Column("tekst", LargeBinary, nullable=False),
    comment="A consult with police, OM, raad, GI or vertrouwensarts.",
    told=True,
)

kantonrechterverzoek = matter_table(
    "kantonrechterverzoek",
    Column("persoon_nr", SmallInteger, nullable=False),
    Column("maatregel", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("geeindigd_op", MOMENT),
    Column("tekst", LargeBinary, nullable=False),
    comment="A request to the kantonrechter to protect an adult.",
    told=False,
)
