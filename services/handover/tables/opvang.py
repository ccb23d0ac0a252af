"""Shelter: which places there are, who asked for them, and who sleeps in which."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from services.handover.tables.core import metadata

_MOMENT = DateTime(timezone=True)

bekende_melding = Table(
    "bekende_melding",
    metadata,
    Column("melding_id", Uuid, primary_key=True),
    Column("casus_id", Uuid, nullable=False),
    Column("gemeente_code", Text, nullable=False),
    Column("directbetrokkenen", ARRAY(SmallInteger), nullable=False, comment="places in it; empty: not told"),
    Index("ix_bekende_melding_casus_id", "casus_id"),
    comment="Of which municipality a melding is, and whom it is about by their places in it.",
)

opvangvoorziening = Table(
    "opvangvoorziening",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("organisatie_id", Text, nullable=False),
    Column("soort", Text, nullable=False),
    Column("gemeente_code", Text, comment="nothing: nobody wrote it down, and who may not be somewhere is not placed"),
    Column("plaatsen", Integer, nullable=False),
    Column("versie", BigInteger, nullable=False),
    CheckConstraint("plaatsen >= 0", name="plaatsen"),
    Index("ix_opvangvoorziening_organisatie_id", "organisatie_id"),
    comment="Places of one kind in one shelter. The lock on this row puts who is placed there in order.",
)

opvangaanvraag = Table(
    "opvangaanvraag",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("casus_id", Uuid, nullable=False),
    Column("melding_id", Uuid, nullable=False),
    Column("gemeente_code", Text, nullable=False),
    Column("organisatie_id", Text, nullable=False, comment="which shelter is asked"),
    Column("aangevraagd_door", Text, nullable=False),
    Column("spoed", Boolean, nullable=False),
    Column("aangevraagd_op", _MOMENT, nullable=False),
    Column("versie", BigInteger, nullable=False),
    # Why, where she may not be, and every step with where somebody went: sealed.
    Column("tekst", LargeBinary, nullable=False),
    Index("ix_opvangaanvraag_casus_id", "casus_id"),
    Index("ix_opvangaanvraag_melding_id", "melding_id"),
    Index("ix_opvangaanvraag_volgorde", "aangevraagd_op", "id"),
    Index("ix_opvangaanvraag_organisatie", "organisatie_id", "aangevraagd_op", "id"),
    comment="A request to one shelter for people of one melding.",
)

opvangclient = Table(
    "opvangclient",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("aanvraag_id", Uuid, ForeignKey("opvangaanvraag.id"), nullable=False),
    Column("persoon_nr", SmallInteger, nullable=False),
    Column("doelgroep", Text, nullable=False),
    Column("onzekere_verblijfsstatus", Boolean, nullable=False),
    Column("status", Text, nullable=False),
    Column("wachtend_sinds", _MOMENT),
    Column("geplaatst_op", _MOMENT),
    Column("klaar_sinds", _MOMENT),
    Column("gescreend_op", _MOMENT),
    Column("geeindigd_op", _MOMENT),
    UniqueConstraint("aanvraag_id", "persoon_nr"),
    Index("ix_opvangclient_wachtend", "wachtend_sinds", postgresql_where=text("status = 'wachtend'")),
    Index(
        "ix_opvangclient_zonder_plaats", "aanvraag_id", postgresql_where=text("status IN ('aangevraagd', 'wachtend')")
    ),
    Index(
        "ix_opvangclient_klaar", "aanvraag_id", "klaar_sinds", postgresql_where=text("status = 'klaar-maar-niet-uit'")
    ),
    comment="Somebody in a request, by his place in its melding; each child is one.",
)

opvangverblijf = Table(
    "opvangverblijf",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("client_id", Uuid, ForeignKey("opvangclient.id"), nullable=False),
    Column("melding_id", Uuid, nullable=False),
    Column("persoon_nr", SmallInteger, nullable=False),
    Column("voorziening_id", Uuid, ForeignKey("opvangvoorziening.id"), nullable=False),
    Column("plek", Integer, nullable=False),
    Column("van", _MOMENT, nullable=False),
    Column("tot", _MOMENT),
    CheckConstraint("tot >= van", name="duurt"),
    Index("ix_opvangverblijf_client_id", "client_id"),
    comment="Who slept in which bed; one at a time in each.",
)
Index(
    "uq_opvangverblijf_een_per_plek",
    opvangverblijf.c.voorziening_id,
    opvangverblijf.c.plek,
    unique=True,
    postgresql_where=text("tot IS NULL"),
)
# In all shelters together: one shelter cannot see what another has.
EEN_PER_PERSOON = "uq_opvangverblijf_een_per_persoon"
Index(
    EEN_PER_PERSOON,
    opvangverblijf.c.melding_id,
    opvangverblijf.c.persoon_nr,
    unique=True,
    postgresql_where=text("tot IS NULL"),
)
