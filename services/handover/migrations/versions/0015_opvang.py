"""Shelter: the places, the requests, and who sleeps where."""

from uuid import UUID

import sqlalchemy as sa
from alembic import op

from shared.migrations import EIGEN_ORGANISATIE, drop_wall, lay_wall

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_ROL = "(SELECT current_setting('keten.rol', true))"
_TABLES = ("bekende_melding", "opvangvoorziening", "opvangaanvraag", "opvangclient", "opvangverblijf")

# The shelter that is asked, and the local field that took the casus over or was offered it now: who refused is out.
# Functions, for a condition of a wall is prepared with each statement and a function only when it is called; each sees
# what the wall of the table that it asks shows to who asks.
_FUNCTIONS = {
    "is_lopende_partij": (
        "SELECT EXISTS (SELECT FROM public.overdracht WHERE casus_id = $1"
        " AND status IN ('aangeboden', 'geaccepteerd', 'teruggave-gevraagd'))"
    ),
    "is_gevraagd_opvang": "SELECT EXISTS (SELECT FROM public.opvangaanvraag WHERE casus_id = $1)",
    "is_zichtbare_opvang": "SELECT EXISTS (SELECT FROM public.opvangaanvraag WHERE id = $1)",
    "is_zichtbare_opvangclient": "SELECT EXISTS (SELECT FROM public.opvangclient WHERE id = $1)",
}
# Crisis shelter as the Regiovisie says, bijlage 1 and 6. In which municipality it is stands in no source: until somebody
# writes that down, nobody is placed there who may not be in some municipality.
_BEGIN = (
    (UUID("0198a000-0000-7000-8000-000000000040"), "crisisopvang-vrouwen", 40),
    (UUID("0198a000-0000-7000-8000-000000000050"), "crisisopvang-kinderen", 50),
)


def upgrade() -> None:
    """Make the tables with their walls, and the places with which the region begins."""
    _make_tables()
    for name, query in _FUNCTIONS.items():
        op.execute(f"CREATE FUNCTION {name}(uuid) RETURNS boolean LANGUAGE sql STABLE AS $$ {query} $$")
    own = f"organisatie_id = {EIGEN_ORGANISATIE}"
    lay_wall(op, "bekende_melding", also={"lokaal-team": "is_lopende_partij(casus_id)"})
    lay_wall(op, "opvangvoorziening", also={"ketenpartner": own})
    lay_wall(op, "opvangaanvraag", also={"ketenpartner": own, "lokaal-team": "is_lopende_partij(casus_id)"})
    seen = dict.fromkeys(("ketenpartner", "lokaal-team"), "is_zichtbare_opvang(aanvraag_id)")
    lay_wall(op, "opvangclient", also=seen)
    # In which bed somebody sleeps is for the shelter itself, and for Veilig Thuis.
    lay_wall(op, "opvangverblijf", also={"ketenpartner": "is_zichtbare_opvangclient(client_id)"})
    # Who is asked takes steps, and for that holds the casus; one that went up in another is held under its old id.
    op.execute(
        f"CREATE POLICY casus_opvang ON casus USING ({_ROL} = 'ketenpartner' AND "
        "(is_gevraagd_opvang(casus_id) OR is_partij_onder_oude_naam(casus_id)))"
    )
    op.execute(
        f"CREATE POLICY casus_alias_opvang ON casus_alias USING ({_ROL} = 'ketenpartner' AND "
        "is_gevraagd_opvang(casus_id))"
    )
    places = sa.table(
        "opvangvoorziening",
        *(sa.column(name) for name in ("id", "organisatie_id", "soort", "plaatsen", "versie")),
    )
    op.bulk_insert(
        places,
        [
            {"id": key, "organisatie_id": "opvang-rotterdam-rijnmond", "soort": soort, "plaatsen": aantal, "versie": 1}
            for key, soort, aantal in _BEGIN
        ],
    )


def _make_tables() -> None:
    op.create_table(
        "bekende_melding",
        sa.Column("melding_id", sa.Uuid(), nullable=False),
        sa.Column("casus_id", sa.Uuid(), nullable=False),
        sa.Column("gemeente_code", sa.Text(), nullable=False),
        sa.Column(
            "directbetrokkenen",
            sa.ARRAY(sa.SmallInteger()),
            nullable=False,
            comment="places in it; empty: not told",
        ),
        sa.PrimaryKeyConstraint("melding_id", name="pk_bekende_melding"),
        comment="Of which municipality a melding is, and whom it is about by their places in it.",
    )
    op.create_index("ix_bekende_melding_casus_id", "bekende_melding", ["casus_id"])
    op.create_table(
        "opvangvoorziening",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisatie_id", sa.Text(), nullable=False),
        sa.Column("soort", sa.Text(), nullable=False),
        sa.Column(
            "gemeente_code",
            sa.Text(),
            comment="nothing: nobody wrote it down, and who may not be somewhere is not placed",
        ),
        sa.Column("plaatsen", sa.Integer(), nullable=False),
        sa.Column("versie", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_opvangvoorziening"),
        sa.CheckConstraint("plaatsen >= 0", name=op.f("ck_opvangvoorziening_plaatsen")),
        comment="Places of one kind in one shelter. The lock on this row puts who is placed there in order.",
    )
    op.create_index("ix_opvangvoorziening_organisatie_id", "opvangvoorziening", ["organisatie_id"])
    op.create_table(
        "opvangaanvraag",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("casus_id", sa.Uuid(), nullable=False),
        sa.Column("melding_id", sa.Uuid(), nullable=False),
        sa.Column("gemeente_code", sa.Text(), nullable=False),
        sa.Column("organisatie_id", sa.Text(), nullable=False, comment="which shelter is asked"),
        sa.Column("aangevraagd_door", sa.Text(), nullable=False),
        sa.Column("spoed", sa.Boolean(), nullable=False),
        sa.Column("aangevraagd_op", _MOMENT, nullable=False),
        sa.Column("versie", sa.BigInteger(), nullable=False),
        sa.Column("tekst", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_opvangaanvraag"),
        comment="A request to one shelter for people of one melding.",
    )
    op.create_index("ix_opvangaanvraag_casus_id", "opvangaanvraag", ["casus_id"])
    op.create_index("ix_opvangaanvraag_melding_id", "opvangaanvraag", ["melding_id"])
    op.create_index("ix_opvangaanvraag_volgorde", "opvangaanvraag", ["aangevraagd_op", "id"])
    op.create_index("ix_opvangaanvraag_organisatie", "opvangaanvraag", ["organisatie_id", "aangevraagd_op", "id"])
    op.create_table(
        "opvangclient",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("aanvraag_id", sa.Uuid(), nullable=False),
        sa.Column("persoon_nr", sa.SmallInteger(), nullable=False),
        sa.Column("doelgroep", sa.Text(), nullable=False),
        sa.Column("onzekere_verblijfsstatus", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("wachtend_sinds", _MOMENT),
        sa.Column("geplaatst_op", _MOMENT),
        sa.Column("klaar_sinds", _MOMENT),
        sa.Column("gescreend_op", _MOMENT),
        sa.Column("geeindigd_op", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_opvangclient"),
        sa.ForeignKeyConstraint(["aanvraag_id"], ["opvangaanvraag.id"], name="fk_opvangclient_aanvraag_id"),
        sa.UniqueConstraint("aanvraag_id", "persoon_nr", name="uq_opvangclient_aanvraag_id_persoon_nr"),
        comment="Somebody in a request, by his place in its melding; each child is one.",
    )
    op.create_index(
        "ix_opvangclient_wachtend",
        "opvangclient",
        ["wachtend_sinds"],
        postgresql_where=sa.text("status = 'wachtend'"),
    )
    op.create_table(
        "opvangverblijf",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("melding_id", sa.Uuid(), nullable=False),
        sa.Column("persoon_nr", sa.SmallInteger(), nullable=False),
        sa.Column("voorziening_id", sa.Uuid(), nullable=False),
        sa.Column("plek", sa.Integer(), nullable=False),
        sa.Column("van", _MOMENT, nullable=False),
        sa.Column("tot", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_opvangverblijf"),
        sa.ForeignKeyConstraint(["client_id"], ["opvangclient.id"], name="fk_opvangverblijf_client_id"),
        sa.ForeignKeyConstraint(["voorziening_id"], ["opvangvoorziening.id"], name="fk_opvangverblijf_voorziening_id"),
        sa.CheckConstraint("tot >= van", name=op.f("ck_opvangverblijf_duurt")),
        comment="Who slept in which bed; one at a time in each.",
    )
    op.create_index("ix_opvangverblijf_client_id", "opvangverblijf", ["client_id"])
    running = sa.text("tot IS NULL")
    op.create_index(
        "uq_opvangverblijf_een_per_plek",
        "opvangverblijf",
        ["voorziening_id", "plek"],
        unique=True,
        postgresql_where=running,
    )
    op.create_index(
        "uq_opvangverblijf_een_per_persoon",
        "opvangverblijf",
        ["melding_id", "persoon_nr"],
        unique=True,
        postgresql_where=running,
    )


def downgrade() -> None:
    """Take the walls down, and the tables away."""
    op.execute("DROP POLICY casus_alias_opvang ON casus_alias")
    op.execute("DROP POLICY casus_opvang ON casus")
    for table in reversed(_TABLES):
        drop_wall(op, table)
    for name in _FUNCTIONS:
        op.execute(f"DROP FUNCTION {name}(uuid)")
    for table in reversed(_TABLES):
        op.drop_table(table)
