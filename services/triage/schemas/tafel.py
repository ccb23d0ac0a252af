"""A table as an organisation sees it that sits there, over the wire."""

from datetime import date
from uuid import UUID

from pydantic import Field

from services.triage.domain.actie import Actie, ActieStatus, Afronding
from services.triage.domain.opschaling import OpschalingStatus, TekstDeel
from services.triage.domain.overleg import OverlegStatus
from services.triage.domain.tafel import Tafel, TafelActie, TafelOverleg
from services.triage.store.values import AnyRow
from shared.rules.behandelcodes import OpschalingSoort
from shared.rules.opschaling import Onderdeel
from shared.web.schema import OptionalTijdstip, Schema, Tekst, Tijdstip


class TafelItemOut(Schema):
    """Een tafel in een lijst: zonder wat iemand opschreef."""

    id: UUID
    soort: OpschalingSoort
    status: OpschalingStatus
    gestart_op: Tijdstip
    volgend_overleg_op: OptionalTijdstip
    open_acties: int = Field(description="Hoeveel acties er voor uw organisatie openstaan")

    @classmethod
    def of_row(cls, row: AnyRow) -> "TafelItemOut":
        """Return a table as it is shown in a list."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class TafelsOut(Schema):
    resultaten: tuple[TafelItemOut, ...]
    volgende: str | None


class TafelTekst(Schema):
    onderdeel: Onderdeel
    tekst: str

    @classmethod
    def of(cls, deel: TekstDeel) -> "TafelTekst":
        """Return a text with its part."""
        return cls(onderdeel=deel.onderdeel, tekst=deel.tekst)


class TafelOverlegOut(Schema):
    id: UUID
    status: OverlegStatus
    gepland_op: Tijdstip
    gehouden_op: OptionalTijdstip
    agenda: tuple[TafelTekst, ...]
    verslag: tuple[TafelTekst, ...]

    @classmethod
    def of(cls, one: TafelOverleg) -> "TafelOverlegOut":
        """Return a meeting as it is shown."""
        return cls(
            id=one.id,
            status=one.status,
            gepland_op=one.gepland_op,
            gehouden_op=one.gehouden_op,
            agenda=tuple(map(TafelTekst.of, one.agenda)),
            verslag=tuple(map(TafelTekst.of, one.verslag)),
        )


class TafelActieOut(Schema):
    id: UUID
    eigen: bool = Field(description="Of uw organisatie dit doet")
    status: ActieStatus
    versie: int
    besluit: str
    uiterlijk_dag: date
    afgerond_op: OptionalTijdstip

    @classmethod
    def of(cls, one: TafelActie) -> "TafelActieOut":
        """Return what was decided as it is shown."""
        return cls(**{name: getattr(one, name) for name in cls.model_fields})


class TafelOut(Schema):
    id: UUID
    soort: OpschalingSoort
    status: OpschalingStatus
    gestart_op: Tijdstip
    onderdelen: tuple[Onderdeel, ...] = Field(description="Wat uw organisatie hier mag zien; na het afschalen niets")
    teksten: tuple[TafelTekst, ...]
    overleggen: tuple[TafelOverlegOut, ...]
    acties: tuple[TafelActieOut, ...]

    @classmethod
    def of(cls, one: Tafel) -> "TafelOut":
        """Return a table as it is shown."""
        return cls(
            id=one.opschaling_id,
            soort=one.soort,
            status=one.status,
            gestart_op=one.gestart_op,
            onderdelen=tuple(sorted(one.onderdelen)),
            teksten=tuple(TafelTekst.of(shown.deel) for shown in one.teksten),
            overleggen=tuple(map(TafelOverlegOut.of, one.overleggen)),
            acties=tuple(map(TafelActieOut.of, one.acties)),
        )


class TafelActieGedaanIn(Schema):
    toelichting: Tekst | None = Field(None, description="Wat er is gedaan")

    def to_domain(self) -> Afronding:
        """Return that it was done as the domain knows it."""
        return Afronding(gedaan=True, toelichting=self.toelichting)


class TafelActieStand(Schema):
    """Hoe een actie ervoor staat, zonder wat er is opgeschreven."""

    id: UUID
    status: ActieStatus
    versie: int
    uiterlijk_dag: date
    afgerond_op: OptionalTijdstip

    @classmethod
    def of(cls, one: Actie) -> "TafelActieStand":
        """Return how an actie stands."""
        return cls(**{name: getattr(one, name) for name in cls.model_fields})
