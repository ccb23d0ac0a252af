"""From where is read what waits: one row a kind, each with what is open of it and when it is due.

Whoever adds a kind adds a row here and to ``domain.openstaand``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnClause,
    ColumnElement,
    DateTime,
    FromClause,
    Table,
    TableClause,
    Text,
    Uuid,
    column,
    func,
    literal_column,
    table,
    text,
)
from sqlalchemy.sql.elements import TextClause

from services.handover.domain.openstaand import OpenSoort
from services.handover.tables import core as t
from services.handover.tables.levering import levering
from services.handover.tables.navraag import navraag
from shared.rules.codes import BestemmingSoort

_OVERDRACHT = t.overdracht.c
# Since when nobody has an overdracht, in one of four ways.
_ENDED_OP = func.coalesce(
    _OVERDRACHT.geweigerd_op,
    _OVERDRACHT.ingetrokken_op,
    _OVERDRACHT.teruggekeerd_op,
    _OVERDRACHT.teruggegeven_op,
)
# Who asks to give back keeps what he has, and what he has to do, until it is taken.
_ACCEPTED = "overdracht.status IN ('geaccepteerd', 'teruggave-gevraagd')"
_WITH_RUNNING_PLAN = "overdracht.status IN ('geaccepteerd', 'teruggave-gevraagd') AND overdracht.planstand = 'lopend'"


def _ids(sinds: str) -> tuple[ColumnClause[Any], ...]:
    return column("id", Uuid), column("overdracht_id", Uuid), column(sinds, DateTime(timezone=True))


def _of_shelter_columns(sinds: str) -> tuple[ColumnClause[Any], ...]:
    ids = (column("id", Uuid), column("casus_id", Uuid))
    return *ids, column("gemeente_code", Text), column("organisatie_id", Text), column(sinds, DateTime(timezone=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Eigenaar:
    """In which columns stands whose a kind is, and of what; None: not for who must act."""

    organisatie_id: ColumnElement[str]
    gemeente_code: ColumnElement[str]
    casus_id: ColumnElement[UUID] | None
    overdracht_id: ColumnElement[UUID] | None = None
    behandelaar: ColumnElement[str | None] | None = None
    # As what an organisation must be reached by its rights, where these are asked of what is asked of itself.
    reikt: BestemmingSoort | None = None


OF_OVERDRACHT = Eigenaar(
    organisatie_id=_OVERDRACHT.organisatie_id,
    gemeente_code=_OVERDRACHT.gemeente_code,
    casus_id=_OVERDRACHT.casus_id,
    overdracht_id=_OVERDRACHT.id,
    behandelaar=_OVERDRACHT.behandelaar,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bron:
    """How one kind is read, and by what it is known whose it is: by the overdracht in ``van``, or by its own columns.

    What has its own is what one organisation is asked for itself.
    """

    van: FromClause
    eigenaar: Eigenaar = OF_OVERDRACHT
    id: ColumnElement[UUID]
    sinds: ColumnElement[Any]
    uiterlijk: ColumnElement[Any] | None
    zonder_termijn: bool = False  # some have no ``uiterlijk``: those have their place by when they began
    # Text of our own, for a bound value would hide from the planner that a partial index holds all of it.
    open_: TextClause

    @property
    def op(self) -> ColumnElement[datetime]:
        """The moment by which it has its place."""
        if self.uiterlijk is None:
            return self.sinds
        return func.coalesce(self.uiterlijk, self.sinds) if self.zonder_termijn else self.uiterlijk


# Views over the walls of what hangs on an overdracht (migration): ids and days; the wall of overdracht judges.
OPEN_PLAN = table("open_plan", *_ids("gestart_op"))
OPEN_PLANACTIE = table("open_planactie", *_ids("afgesproken_op"))
OPEN_GESPREK = table("open_gesprek", *_ids("moment"))
OPEN_ANTWOORD = table("open_antwoord", *_ids("afgerond_op"))
OPEN_VOORWAARDE = table("open_voorwaarde", *_ids("stand_op"))

# The same of what an organisation is asked for itself: each gives nothing but what is asked of who looks.
OPEN_OPVANGAANVRAAG = table("open_opvangaanvraag", *_of_shelter_columns("aangevraagd_op"))
OPEN_OPVANG_KLAAR = table("open_opvang_klaar", *_of_shelter_columns("klaar_sinds"))
OPEN_INZET = table(
    "open_inzet",
    column("id", Uuid),
    column("gemeente_code", Text),
    column("aanbieder_id", Text),
    column("aangevraagd_op", DateTime(timezone=True)),
)


def of_shelter(view: TableClause) -> Eigenaar:
    """Return by what it is known that a request for shelter is that of a shelter."""
    c = view.c
    return Eigenaar(
        organisatie_id=c.organisatie_id,
        gemeente_code=c.gemeente_code,
        casus_id=c.casus_id,
        reikt=BestemmingSoort.OPVANG,
    )


def beside(waiting: TableClause | Table) -> FromClause:
    """Return what waits beside the overdrachten on which it hangs."""
    return t.overdracht.join(waiting, waiting.c.overdracht_id == _OVERDRACHT.id)


def end_of(dag: str) -> ColumnElement[Any]:
    """Return the first moment after a day here, of a column of our own."""
    return literal_column(f"(CAST({dag} + 1 AS timestamp) AT TIME ZONE 'Europe/Amsterdam')", DateTime(timezone=True))


BRONNEN: Mapping[OpenSoort, Bron] = MappingProxyType(
    {
        OpenSoort.AANBOD: Bron(
            van=t.overdracht,
            id=_OVERDRACHT.id,
            sinds=_OVERDRACHT.aangeboden_op,
            uiterlijk=_OVERDRACHT.accepteren_uiterlijk,
            open_=text("overdracht.status = 'aangeboden'"),
        ),
        OpenSoort.EERSTE_CONTACT: Bron(
            van=t.overdracht,
            id=_OVERDRACHT.id,
            sinds=_OVERDRACHT.geaccepteerd_op,
            uiterlijk=_OVERDRACHT.eerste_contact_uiterlijk,
            zonder_termijn=True,
            open_=text(
                "overdracht.status IN ('geaccepteerd', 'teruggave-gevraagd') AND overdracht.eerste_contact_op IS NULL"
            ),
        ),
        OpenSoort.ZICHT: Bron(
            van=t.overdracht,
            id=_OVERDRACHT.id,
            sinds=_OVERDRACHT.zicht_gevraagd_op,
            uiterlijk=None,
            open_=text("overdracht.zicht_gevraagd IS NOT NULL"),
        ),
        OpenSoort.TERUGGAVE: Bron(
            van=t.overdracht,
            id=_OVERDRACHT.id,
            sinds=_OVERDRACHT.teruggave_gevraagd_op,
            uiterlijk=_OVERDRACHT.teruggave_uiterlijk,
            zonder_termijn=True,
            open_=text("overdracht.status = 'teruggave-gevraagd'"),
        ),
        OpenSoort.PLAN: Bron(
            van=t.overdracht,
            id=_OVERDRACHT.id,
            sinds=func.coalesce(_OVERDRACHT.zicht_aanvaard_op, _OVERDRACHT.geaccepteerd_op),
            uiterlijk=_OVERDRACHT.plan_uiterlijk,
            zonder_termijn=True,
            # What was accepted before it was kept whether a plan is expected: not of who makes none (``MAAKT_PLAN``); a
            # test holds the two together.
            open_=text("""
                overdracht.status IN ('geaccepteerd', 'teruggave-gevraagd') AND overdracht.planstand = 'geen'
                AND (overdracht.plan_verwacht OR (overdracht.plan_verwacht IS NULL AND overdracht.draagt_zicht))
                AND overdracht.soort NOT IN ('raad-voor-de-kinderbescherming', 'veilig-thuis-elders', 'anders')
            """),
        ),
        OpenSoort.PLAN_EVALUATIE: Bron(
            van=beside(OPEN_PLAN),
            id=OPEN_PLAN.c.id,
            sinds=OPEN_PLAN.c.gestart_op,
            uiterlijk=end_of("open_plan.evaluatie_dag"),
            open_=text(_WITH_RUNNING_PLAN),
        ),
        OpenSoort.PLANACTIE: Bron(
            van=beside(OPEN_PLANACTIE),
            id=OPEN_PLANACTIE.c.id,
            sinds=OPEN_PLANACTIE.c.afgesproken_op,
            uiterlijk=end_of("open_planactie.uiterlijk_dag"),
            open_=text(_WITH_RUNNING_PLAN),
        ),
        # Until the end of its day: a talk is written down after it was held.
        OpenSoort.GESPREK: Bron(
            van=beside(OPEN_GESPREK),
            id=OPEN_GESPREK.c.id,
            sinds=OPEN_GESPREK.c.moment,
            uiterlijk=end_of("open_gesprek.dag"),
            open_=text("overdracht.status IN ('aangeboden', 'geaccepteerd', 'teruggave-gevraagd')"),
        ),
        # For who holds sight of safety by this overdracht. What was looked at waits for its next day, if any.
        OpenSoort.VOORWAARDE: Bron(
            van=beside(OPEN_VOORWAARDE),
            id=OPEN_VOORWAARDE.c.id,
            sinds=OPEN_VOORWAARDE.c.stand_op,
            # A day that was over when it was set, as monitoring counts it: until the end of that one.
            uiterlijk=end_of(
                "greatest(open_voorwaarde.controle_dag, "
                "CAST(open_voorwaarde.stand_op AT TIME ZONE 'Europe/Amsterdam' AS date))"
            ),
            open_=text(_ACCEPTED),
        ),
        OpenSoort.OPVANGAANVRAAG: Bron(
            van=OPEN_OPVANGAANVRAAG,
            eigenaar=of_shelter(OPEN_OPVANGAANVRAAG),
            id=OPEN_OPVANGAANVRAAG.c.id,
            sinds=OPEN_OPVANGAANVRAAG.c.aangevraagd_op,
            uiterlijk=None,
            open_=text("true"),
        ),
        OpenSoort.OPVANG_KLAAR: Bron(
            van=OPEN_OPVANG_KLAAR,
            eigenaar=of_shelter(OPEN_OPVANG_KLAAR),
            id=OPEN_OPVANG_KLAAR.c.id,
            sinds=OPEN_OPVANG_KLAAR.c.klaar_sinds,
            uiterlijk=None,
            open_=text("true"),
        ),
        # Who gives help is not told of which casus it is before the family agrees: he reads that where it stands.
        OpenSoort.INZET: Bron(
            van=OPEN_INZET,
            eigenaar=Eigenaar(
                organisatie_id=OPEN_INZET.c.aanbieder_id, gemeente_code=OPEN_INZET.c.gemeente_code, casus_id=None
            ),
            id=OPEN_INZET.c.id,
            sinds=OPEN_INZET.c.aangevraagd_op,
            uiterlijk=None,
            open_=text("true"),
        ),
        OpenSoort.NAVRAAG_BEANTWOORD: Bron(
            van=beside(OPEN_ANTWOORD),
            id=OPEN_ANTWOORD.c.id,
            sinds=OPEN_ANTWOORD.c.afgerond_op,
            uiterlijk=None,
            open_=text("overdracht.status IN ('aangeboden', 'geaccepteerd', 'teruggave-gevraagd')"),
        ),
        # These two are read by Veilig Thuis only, whom no wall keeps out.
        OpenSoort.NAVRAAG: Bron(
            van=beside(navraag),
            id=navraag.c.id,
            sinds=navraag.c.gesteld_op,
            uiterlijk=navraag.c.uiterlijk,
            open_=text("navraag.status = 'open'"),
        ),
        OpenSoort.LEVERING: Bron(
            van=beside(levering),
            id=levering.c.id,
            sinds=levering.c.voorgelegd_op,
            uiterlijk=levering.c.uiterlijk,
            zonder_termijn=True,
            open_=text("levering.status = 'wacht-op-mens'"),
        ),
        OpenSoort.OPNIEUW_AANBIEDEN: Bron(
            van=t.overdracht,
            id=_OVERDRACHT.id,
            sinds=_ENDED_OP,
            uiterlijk=_OVERDRACHT.vervolg_uiterlijk,
            zonder_termijn=True,
            # As ``must_be_offered_again`` says; and when the casus was closed since, nobody has to look any more.
            open_=text("""
                overdracht.status IN ('geweigerd', 'ingetrokken', 'teruggekeerd', 'teruggegeven')
                AND (overdracht.draagt_zicht OR overdracht.intrekreden IS DISTINCT FROM 'niet-meer-nodig')
                AND NOT EXISTS (
                    SELECT FROM zicht_feit f WHERE f.casus_id = overdracht.casus_id AND f.soort = 'afgesloten'
                    AND f.moment >= coalesce(
                        overdracht.geweigerd_op, overdracht.ingetrokken_op, overdracht.teruggekeerd_op,
                        overdracht.teruggegeven_op))
            """),
        ),
    }
)
