"""How work is divided and families are kept in sight, in the words of the wire."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from services.triage.domain.toewijzing import (
    MAY_NOW,
    Regel,
    ToewijzingActie,
    ToewijzingOpgave,
    ToewijzingStatus,
    VrijgaveOpgave,
)
from services.triage.domain.veiligheidscheck import Veiligheidscheck
from services.triage.domain.voorraad import WerkOntbreekt, explain_verdeling, is_check_late, missing
from services.triage.handlers.toewijzing import Toedeling, Uitslag, WerkView, named
from services.triage.handlers.veiligheidscheck import CheckOpgave
from shared.errors import CallerError
from shared.rules.behandelcodes import VeiligheidscheckUitkomst, VrijgaveReden
from shared.web.auth import Caller
from shared.web.problems import problem_body
from shared.web.schema import (
    Datum,
    GemeenteCode,
    MedewerkerId,
    OptionalDatum,
    OptionalTijdstip,
    Schema,
    Tekst,
    Tijdstip,
)

BATCH_MAX = 200
_VERSIE_MAX = 10**18 - 1

Team = Annotated[
    str, Field(min_length=1, max_length=80, pattern=r"^[a-z0-9][a-z0-9-]*$", description="De code van een team")
]


class ToewijzingIn(Schema):
    """Aan wie het werk gaat; zonder team blijft het bij het team dat het had."""

    medewerker_id: MedewerkerId
    team: Team | None = None
    toelichting: Tekst | None = None

    def to_domain(self, caller: Caller) -> ToewijzingOpgave:
        """Return to whom the work goes as the domain knows it."""
        return ToewijzingOpgave(named(self.medewerker_id, caller), self.team, self.toelichting)


class VrijgaveIn(Schema):
    reden: VrijgaveReden
    toelichting: Tekst | None = None

    def to_domain(self) -> VrijgaveOpgave:
        """Return why the work is let go as the domain knows it."""
        return VrijgaveOpgave(self.reden, self.toelichting)


class ToedelingIn(ToewijzingIn):
    """Eén stuk werk, zoals u het zag, en aan wie het gaat."""

    dossier_id: UUID
    versie: int = Field(ge=1, le=_VERSIE_MAX, description="De `versie` waarin u dit werk zag")


class ToedelingenIn(Schema):
    toewijzingen: Annotated[tuple[ToedelingIn, ...], Field(min_length=1, max_length=BATCH_MAX)]

    def to_domain(self, caller: Caller) -> tuple[Toedeling, ...]:
        """Return the items as the handlers know them."""
        return tuple(Toedeling(one.dossier_id, one.versie, one.to_domain(caller)) for one in self.toewijzingen)


class VolgendeVeiligheidscheckIn(Schema):
    dag: Datum = Field(description="De laatste dag waarop er weer naar de veiligheid is gekeken")


class VeiligheidscheckIn(Schema):
    uitkomst: VeiligheidscheckUitkomst = Field(
        description="Bij `niet-bereikt` is er niet gekeken: de poging telt niet als contact."
    )
    notitie: Tekst
    tijdstip: OptionalTijdstip = Field(default=None, description="Wanneer; zonder tijdstip is het nu")
    volgende_dag: OptionalDatum = Field(default=None, description="Uiterlijk wanneer er weer wordt gekeken")

    def to_domain(self) -> CheckOpgave:
        """Return the check as the handlers know it."""
        return CheckOpgave(self.uitkomst, self.notitie, self.tijdstip, self.volgende_dag)


class VeiligheidscheckOut(Schema):
    id: UUID
    uitkomst: VeiligheidscheckUitkomst
    gedaan_op: Tijdstip
    notitie: str
    volgende_dag: OptionalDatum
    door: str

    @classmethod
    def of(cls, check: Veiligheidscheck) -> "VeiligheidscheckOut":
        """Return a check as it is shown."""
        return cls(
            id=check.id,
            uitkomst=check.uitkomst,
            gedaan_op=check.gedaan_op,
            notitie=check.notitie,
            volgende_dag=check.volgende_dag,
            door=check.door,
        )


class VeiligheidschecksOut(Schema):
    resultaten: tuple[VeiligheidscheckOut, ...]
    volgende: str | None


class ToewijzingRegelOut(Schema):
    """Eén regel van de geschiedenis: van wie het werd, door wie en waarom."""

    actie: ToewijzingActie
    eigenaar: str | None
    team: str | None
    door: str
    op: Tijdstip
    reden: VrijgaveReden | None
    toelichting: str | None

    @classmethod
    def of(cls, regel: Regel) -> "ToewijzingRegelOut":
        """Return a line of the history as it is shown."""
        return cls(
            actie=regel.actie,
            eigenaar=regel.eigenaar,
            team=regel.team,
            door=regel.door,
            op=regel.op,
            reden=regel.reden,
            toelichting=regel.toelichting,
        )


class WerkOut(Schema):
    dossier_id: UUID
    melding_id: UUID
    casus_id: UUID
    gemeente_code: GemeenteCode
    status: ToewijzingStatus
    versie: int
    eigenaar: str | None
    team: str | None
    toegewezen_op: OptionalTijdstip
    volgende_veiligheidscheck: OptionalDatum
    veiligheidscheck_te_laat: bool
    laatste_contact_op: OptionalTijdstip
    ontbreekt: tuple[WerkOntbreekt, ...]
    uitleg: tuple[str, ...]
    geschiedenis: tuple[ToewijzingRegelOut, ...] = Field(description="De nieuwste eerst, hooguit honderd")

    @classmethod
    def of(cls, view: WerkView) -> "WerkOut":
        """Return the work of a dossier as it is shown."""
        found, verdeling = view.werkstuk, view.werkstuk.verdeling
        open_now = found.status is not ToewijzingStatus.BEEINDIGD
        return cls(
            dossier_id=found.dossier_id,
            melding_id=found.melding_id,
            casus_id=found.casus_id,
            gemeente_code=found.gemeente_code,
            status=found.status,
            versie=found.versie,
            eigenaar=found.eigenaar,
            team=found.team,
            toegewezen_op=found.toegewezen_op,
            volgende_veiligheidscheck=found.volgende_check,
            veiligheidscheck_te_laat=is_check_late(found.volgende_check, view.now),
            laatste_contact_op=found.laatste_contact_op,
            ontbreekt=missing(verdeling) if open_now else (),
            uitleg=(*(explain_verdeling(verdeling, view.now) if open_now else ()), MAY_NOW[found.status]),
            geschiedenis=tuple(ToewijzingRegelOut.of(regel) for regel in view.geschiedenis),
        )


class ToedelingResultaat(Schema):
    """Wat er van één toewijzing werd: de nieuwe versie met eigenaar, of het probleem."""

    dossier_id: UUID
    status: int
    versie: int | None = None
    eigenaar: str | None = None
    team: str | None = None
    probleem: dict[str, Any] | None = None

    @classmethod
    def of(cls, item: Toedeling, uitslag: Uitslag) -> "ToedelingResultaat":
        """Return what became of one item."""
        if isinstance(uitslag, CallerError):
            told = problem_body(uitslag.status, uitslag.detail, title=uitslag.title)
            return cls(dossier_id=item.dossier_id, status=uitslag.status, probleem=told)
        return cls(
            dossier_id=item.dossier_id,
            status=200,
            versie=uitslag.versie,
            eigenaar=uitslag.eigenaar,
            team=uitslag.team,
        )


class ToedelingenOut(Schema):
    resultaten: tuple[ToedelingResultaat, ...]

    @classmethod
    def of(cls, results: Sequence[tuple[Toedeling, Uitslag]]) -> "ToedelingenOut":
        """Return what became of each item, in the order in which they were sent."""
        return cls(resultaten=tuple(ToedelingResultaat.of(item, uitslag) for item, uitslag in results))
