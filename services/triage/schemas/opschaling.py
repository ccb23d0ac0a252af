"""Scaling up in the words of the wire: what is sent in."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StrictBool

from services.triage.domain.actie import ActieOpgave, Afronding, Eigenaar
from services.triage.domain.opschaling import Afschaling, Deelnemer, Meegegeven, TekstDeel, Vervolg, VervolgSoort
from services.triage.domain.overleg import Verslag
from services.triage.handlers.opschaling import OpschalingOpgave
from services.triage.handlers.overleg import OverlegOpgave, VerslagOpgave
from shared.ids import new_id
from shared.rules.behandelcodes import OpschalingSoort
from shared.rules.opschaling import DeelnemerSoort, Onderdeel
from shared.web.schema import Naam, OptionalDatum, OrganisatieId, Schema, Tekst, Tijdstip

_LIJST_MAX = 100


class TekstDeelIn(Schema):
    """Een tekst, en het onderdeel waarbij hij hoort: alleen wie dat onderdeel mag zien, krijgt hem."""

    onderdeel: Onderdeel
    tekst: Tekst

    def to_domain(self) -> TekstDeel:
        """Return the text as the domain knows it."""
        return TekstDeel(self.onderdeel, self.tekst)


Teksten = Annotated[tuple[TekstDeelIn, ...], Field(max_length=_LIJST_MAX)]


class DeelnemerIn(Schema):
    """Wie meedoet. Zonder magZien ziet hij alles wat zijn soort mag zien; nooit meer."""

    soort: DeelnemerSoort
    organisatie_id: OrganisatieId
    functie: Naam | None = None
    naam: Naam | None = None
    mag_zien: Annotated[tuple[Onderdeel, ...] | None, Field(max_length=len(Onderdeel))] = None

    def to_domain(self) -> Deelnemer:
        """Return the participant as the domain knows him."""
        chosen = None if self.mag_zien is None else frozenset(self.mag_zien)
        return Deelnemer(new_id(), self.soort, self.organisatie_id, self.functie, self.naam, chosen)


class ProcesregieIn(Schema):
    organisatie_id: OrganisatieId
    soort: DeelnemerSoort


class OpschalingIn(Schema):
    """Naar welke tafel of welk centrum, waarom, en met wie. Het lokale veld doet altijd mee."""

    melding_id: UUID
    soort: OpschalingSoort
    aanleiding: Tekst
    inhoud: Teksten = ()
    procesregie: ProcesregieIn
    deelnemers: Annotated[tuple[DeelnemerIn, ...], Field(max_length=_LIJST_MAX)] = ()

    def to_domain(self) -> OpschalingOpgave:
        """Return the opschaling as the handlers know it."""
        return OpschalingOpgave(
            melding_id=self.melding_id,
            soort=self.soort,
            aanleiding=self.aanleiding,
            inhoud=tuple(one.to_domain() for one in self.inhoud),
            deelnemers=tuple(one.to_domain() for one in self.deelnemers),
            regie_organisatie_id=self.procesregie.organisatie_id,
            regie_soort=self.procesregie.soort,
        )


class EigenaarIn(Schema):
    organisatie_id: OrganisatieId
    naam: Naam | None = None

    def to_domain(self) -> Eigenaar:
        """Return the owner as the domain knows him."""
        return Eigenaar(self.organisatie_id, self.naam)


class ActieIn(Schema):
    """Wat is besloten, wie het doet en uiterlijk wanneer. Zonder dag geldt de termijn van de regio."""

    besluit: Tekst
    eigenaar: EigenaarIn
    uiterlijk_dag: OptionalDatum = None

    def to_domain(self) -> ActieOpgave:
        """Return the actie as the domain knows it."""
        return ActieOpgave(self.besluit, self.eigenaar.to_domain(), self.uiterlijk_dag)


class ActieAfrondingIn(Schema):
    gedaan: Annotated[StrictBool, Field(description="Onwaar als de actie wordt opgegeven; dan met een toelichting")]
    toelichting: Tekst | None = None

    def to_domain(self) -> Afronding:
        """Return the end of the actie as the domain knows it."""
        return Afronding(self.gedaan, self.toelichting)


class OverlegVerslagIn(Schema):
    """Dat het overleg is gehouden: wie er waren (deelnemers, onder hun id), wat is gezegd en wat is afgesproken."""

    gehouden_op: Tijdstip
    aanwezig: Annotated[tuple[UUID, ...], Field(max_length=_LIJST_MAX)] = ()
    afwezig: Annotated[tuple[UUID, ...], Field(max_length=_LIJST_MAX)] = ()
    verslag: Teksten = ()
    acties: Annotated[tuple[ActieIn, ...], Field(max_length=_LIJST_MAX)] = ()

    def to_domain(self) -> VerslagOpgave:
        """Return what came of the meeting as the handlers know it."""
        teksten = tuple(one.to_domain() for one in self.verslag)
        verslag = Verslag(self.gehouden_op, self.aanwezig, self.afwezig, teksten)
        return VerslagOpgave(verslag, tuple(one.to_domain() for one in self.acties))


class OverlegIn(Schema):
    """Een overleg dat is gepland, of met `gehouden` in één keer het hele overleg."""

    gepland_op: Tijdstip
    agenda: Teksten = ()
    gehouden: OverlegVerslagIn | None = None

    def to_domain(self) -> OverlegOpgave:
        """Return the meeting as the handlers know it."""
        held = self.gehouden.to_domain() if self.gehouden else None
        return OverlegOpgave(self.gepland_op, tuple(one.to_domain() for one in self.agenda), held)


class VervolgIn(Schema):
    """Wie verdergaat: het lokale veld, of een andere opschaling van deze casus."""

    soort: VervolgSoort
    organisatie_id: OrganisatieId | None = None
    opschaling_id: UUID | None = None

    def to_domain(self) -> Vervolg:
        """Return who goes on as the domain knows it."""
        return Vervolg(self.soort, self.organisatie_id, self.opschaling_id)


class OverTeDragenActie(Schema):
    """Een open actie die meegaat, en wie haar voortaan uitvoert als dat verandert."""

    actie_id: UUID
    eigenaar: EigenaarIn | None = None


class AfschalingIn(Schema):
    vervolg: VervolgIn
    motivering: Tekst
    over_te_dragen_acties: Annotated[tuple[OverTeDragenActie, ...], Field(max_length=_LIJST_MAX)] = ()

    def to_domain(self) -> Afschaling:
        """Return the end of the opschaling as the domain knows it."""
        given = tuple(
            Meegegeven(one.actie_id, one.eigenaar.to_domain() if one.eigenaar else None)
            for one in self.over_te_dragen_acties
        )
        return Afschaling(self.vervolg.to_domain(), self.motivering, given)
