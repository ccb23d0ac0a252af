"""The tables of the facts, and of what is folded from them: casussen, termijnen, monitormomenten, cells of the KPIs."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from shared.audit import anchor_table, audit_table
from shared.db import room_metadata
from shared.keyring import sleutel_table
from shared.messaging.schema import messaging_tables
from shared.plaatsen import plaats_tables
from shared.web.idempotency import idempotency_table

metadata = room_metadata()
messaging = messaging_tables(metadata)
idempotentie = idempotency_table(metadata)
audit = audit_table(metadata)
audit_anker = anchor_table(metadata)
sleutel = sleutel_table(metadata)

feit = Table(
    "feit",
    metadata,
    Column("event_id", Uuid, primary_key=True),
    Column("bron", Text, nullable=False),
    Column("casus_id", Uuid, nullable=False),
    Column("volgnummer", BigInteger, nullable=False),
    Column("soort", Text, nullable=False),
    Column("tijdstip", DateTime(timezone=True), nullable=False),
    Column("data", JSONB, nullable=False),
    Column("genoemde_casus_id", Uuid, nullable=False, comment="under which it was told"),
    Column("onderwerp_id", Uuid, comment="the melding or dossierverzoek that it is about"),
    comment="Every fact that this room heard or told, under the casus to which it belongs now.",
)
Index("ix_feit_casus_id", feit.c.casus_id)

casus = Table(
    "casus",
    metadata,
    Column("casus_id", Uuid, primary_key=True),
    Column("gemeente_code", Text),
    Column("open", Boolean, nullable=False, server_default=text("true")),
    Column("afgesloten_op", DateTime(timezone=True)),
    Column("afgesloten_reden", Text),
    comment="One row a casus; its lock is taken before anything of the casus is folded, swept or changed.",
)

casus_alias = Table(
    "casus_alias",
    metadata,
    Column("verdwenen_id", Uuid, primary_key=True),
    Column("casus_id", Uuid, nullable=False, index=True),
    comment="Which casus a casus went up in; always points at one that still stands.",
)

casus_plaats, onderwerp_plaats = plaats_tables(metadata)

termijn = Table(
    "termijn",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("soort", Text, nullable=False),
    Column("casus_id", Uuid, nullable=False, index=True),
    Column("melding_id", Uuid, nullable=False),
    Column("ref_id", Uuid, nullable=False),
    Column("gemeente_code", Text, nullable=False),
    Column("start", DateTime(timezone=True), nullable=False),
    Column("uiterlijk", DateTime(timezone=True), nullable=False),
    Column("waarschuwen_op", DateTime(timezone=True), nullable=False),
    Column("gestopt_op", DateTime(timezone=True)),
    Column("vervallen", Boolean, nullable=False),
    Column("uitleg", JSONB, nullable=False),
    Column("volgende_stap", Text),
    Column("volgende_op", DateTime(timezone=True)),
    Column("vertraging_reden", Text),
    Column("vertraging_op", DateTime(timezone=True)),
    Column("eigenaar_nr", Uuid, comment="of an open clock: the number of the worker who has the work"),
    comment="One row a clock. `vervallen`: ended without being done. `volgende_*`: what the sweep must do, and when.",
)
Index("ix_termijn_volgende_op", termijn.c.volgende_op, postgresql_where=text("volgende_op IS NOT NULL"))
Index("ix_termijn_uiterlijk", termijn.c.uiterlijk, termijn.c.id)
Index("ix_termijn_gemeente", termijn.c.gemeente_code, termijn.c.uiterlijk, termijn.c.id)
# Open, or ended too late without being done: what a list of open or late clocks is read from. A planner knows it again
# in a query that asks it to the letter, and leaves it out.
ONAFGEDAAN = text("(gestopt_op IS NULL OR (vervallen AND gestopt_op >= uiterlijk))")
Index("ix_termijn_open", termijn.c.uiterlijk, termijn.c.id, postgresql_where=ONAFGEDAAN)
Index(
    "ix_termijn_open_gemeente",
    termijn.c.gemeente_code,
    termijn.c.uiterlijk,
    termijn.c.id,
    postgresql_where=ONAFGEDAAN,
)
Index(
    "ix_termijn_eigenaar",
    termijn.c.eigenaar_nr,
    termijn.c.uiterlijk,
    postgresql_where=text("gestopt_op IS NULL AND eigenaar_nr IS NOT NULL"),
)

monitormoment = Table(
    "monitormoment",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("casus_id", Uuid, nullable=False, index=True),
    Column("melding_id", Uuid, nullable=False),
    Column("overdracht_id", Uuid, nullable=False),
    Column("gemeente_code", Text, nullable=False),
    Column("maand", Integer, nullable=False),
    Column("gepland_op", DateTime(timezone=True), nullable=False),
    Column("uiterlijk", DateTime(timezone=True), nullable=False),
    Column("status", Text, nullable=False),
    Column("naleving", Text),
    Column("directe_veiligheid", Boolean),
    Column("stabiele_veiligheid", Boolean),
    Column("vervolg", Text),
    Column("afgerond_op", DateTime(timezone=True)),
    Column("geannuleerd_op", DateTime(timezone=True)),
    Column("oorspronkelijk_uiterlijk", DateTime(timezone=True), comment="before it was moved; empty when it never was"),
    Column("verplaatsing_reden", Text),
    Column("verplaatst_op", DateTime(timezone=True)),
    Column("versie", Integer, nullable=False, server_default=text("1")),
    # What only this room knows and no fact tells.
    Column("contact_met", JSONB),
    Column("toelichting", LargeBinary),
    comment="The moments at which a family is looked at again; planned and cancelled by the fold.",
)
Index("ix_monitormoment_uiterlijk", monitormoment.c.uiterlijk, monitormoment.c.id)

kpi = Table(
    "kpi",
    metadata,
    Column("meting", Text, primary_key=True),
    Column("gemeente_code", Text, primary_key=True),
    Column("dag", Date, primary_key=True),
    Column("naam", Text, primary_key=True),
    Column("waarde", Text, primary_key=True),
    Column("aantal", Integer, nullable=False),
    comment="The cells of the KPIs. `dag`: the first of the month; for `voorraad` the day on which the clock started.",
)
Index("ix_kpi_dag", kpi.c.dag, kpi.c.gemeente_code)

kpi_maand = Table(
    "kpi_maand",
    metadata,
    Column("dag", Date, primary_key=True),
    Column("gemeente_code", Text, primary_key=True),
    Column("merk", Uuid, nullable=False, server_default=text("gen_random_uuid()")),
    comment="A mark that is another after each change of a cell of this municipality and month; `dag` is "
    "'-infinity' for the stock.",
)

kpi_mutatie = Table(
    "kpi_mutatie",
    metadata,
    Column("dag", Date, primary_key=True),
    Column("bekend_op", Date, primary_key=True),
    Column("meting", Text, primary_key=True),
    Column("gemeente_code", Text, primary_key=True),
    Column("naam", Text, primary_key=True),
    Column("waarde", Text, primary_key=True),
    Column("aantal", Integer, nullable=False),
    comment="What was added to each cell of the KPIs on each day; `bekend_op`: the day on which it became known.",
)
Index(
    "ix_kpi_mutatie_voorraad",
    kpi_mutatie.c.bekend_op,
    postgresql_where=text("meting = 'voorraad'"),
)
Index(
    "ix_kpi_mutatie_voorraad_gemeente",
    kpi_mutatie.c.gemeente_code,
    kpi_mutatie.c.bekend_op,
    postgresql_where=text("meting = 'voorraad'"),
)

kpi_peil = Table(
    "kpi_peil",
    metadata,
    Column("dag", Date, primary_key=True),
    Column("begin", Boolean, nullable=False),
    comment="The days of which the stock is kept as a balance; `begin`: before it was not kept what was known when.",
)

kpi_stand = Table(
    "kpi_stand",
    metadata,
    Column("peildag", Date, primary_key=True),
    Column("gemeente_code", Text, primary_key=True),
    Column("dag", Date, primary_key=True),
    Column("naam", Text, primary_key=True),
    Column("aantal", Integer, nullable=False),
    comment="The stock as it was known when a day began: the sum of what was booked before `peildag`.",
)

kpi_versie = Table(
    "kpi_versie",
    metadata,
    Column("vak", Integer, primary_key=True),
    Column("teller", BigInteger, nullable=False),
    comment="How often cells were changed, in rows of which each writer takes one: the sum is another after each "
    "change.",
)
