"""The interventiepalet as it goes over the wire: offers, what is looked for, and what was found with why."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.handover.domain.behoefte import Behoefte, Grond, Peildag, Treffer
from services.handover.domain.interventie import LEEFTIJD_MAX, Aanbod, Opgave, Wachttijd
from shared.rules.palet import Doelgroep, Fase, Indicatie, Punt, VoorWie
from shared.web.schema import Datum, GemeenteCode, OptionalDatum, OrganisatieId, Schema, Tijdstip

_GEMEENTEN_MAX = 30
_LEEFTIJDEN_MAX = 20
_PLAATSEN_MAX = 10_000
_WACHTTIJD_MAX = 3_650  # days
_TREFFERS_MAX = 50

# Letters only: whoever can be reached or found by a number does not stand in the name of an offer.
PaletNaam = Annotated[
    str,
    Field(
        min_length=1,
        max_length=120,
        pattern=r"^[A-Za-zÀ-ÿ][A-Za-zÀ-ÿ '&(),.-]*$",
        description="Hoe de hulp heet. Zonder cijfers, en nooit de naam van een persoon",
        examples=["Ouderen in veilige handen"],
    ),
]
Leeftijd = Annotated[int, Field(ge=0, le=LEEFTIJD_MAX)]
Dagen = Annotated[int, Field(ge=0, le=_WACHTTIJD_MAX)]


class WachttijdSchema(Schema):
    """Hoe lang iemand wacht, en op welke dag dat zo was."""

    dagen: Dagen
    op: Datum = Field(description="De dag waarop dit de wachttijd was")


class InterventieIn(Schema):
    naam: PaletNaam
    organisatie_id: OrganisatieId | None = Field(None, description="Wie de hulp geeft. Zonder: uw eigen organisatie")
    gemeente_codes: list[GemeenteCode] = Field(
        max_length=_GEMEENTEN_MAX, description="Voor welke gemeenten. Leeg: de hele regio"
    )
    doelgroepen: list[Doelgroep] = Field(min_length=1, max_length=len(Doelgroep))
    fasen: list[Fase] = Field(min_length=1, max_length=len(Fase))
    voor_wie: list[VoorWie] = Field(min_length=1, max_length=len(VoorWie))
    plaatsen: Annotated[int, Field(ge=0, le=_PLAATSEN_MAX)] | None = Field(
        None, description="Hoeveel er tegelijk terecht kunnen. Zonder: geen grens"
    )
    wachttijd: WachttijdSchema | None = None
    eigen_bijdrage: bool
    indicatie: Indicatie
    leeftijd_van: Leeftijd = 0
    leeftijd_tot_en_met: Leeftijd = LEEFTIJD_MAX
    geldig_van: Datum
    geldig_tot_en_met: OptionalDatum = Field(None, description="De laatste dag waarop de hulp er is")

    def to_domain(self) -> Opgave:
        """Return what was said as the domain knows it."""
        return Opgave(
            naam=self.naam,
            gemeente_codes=frozenset(self.gemeente_codes),
            doelgroepen=frozenset(self.doelgroepen),
            fasen=frozenset(self.fasen),
            voor_wie=frozenset(self.voor_wie),
            plaatsen=self.plaatsen,
            wachttijd=Wachttijd(self.wachttijd.dagen, self.wachttijd.op) if self.wachttijd else None,
            eigen_bijdrage=self.eigen_bijdrage,
            indicatie=self.indicatie,
            leeftijd_van=self.leeftijd_van,
            leeftijd_tot_en_met=self.leeftijd_tot_en_met,
            geldig_van=self.geldig_van,
            geldig_tot_en_met=self.geldig_tot_en_met,
        )


class InterventieUit(Schema):
    id: UUID
    organisatie_id: str
    naam: str
    gemeente_codes: list[str] = Field(description="Leeg: de hele regio")
    doelgroepen: list[Doelgroep]
    fasen: list[Fase]
    voor_wie: list[VoorWie]
    plaatsen: int | None
    bezet: int = Field(description="Hoeveel er de hulp nu krijgen")
    wachtend: int = Field(description="Hoeveel er zijn aangevraagd en nog niet gestart")
    vrij: int | None = Field(description="Leeg: er is geen grens aan het aantal plaatsen")
    wachttijd: WachttijdSchema | None
    wachttijd_verouderd: bool = Field(description="Of de wachttijd te lang geleden is opgegeven om op te bouwen")
    eigen_bijdrage: bool
    indicatie: Indicatie
    leeftijd_van: int
    leeftijd_tot_en_met: int
    geldig_van: Datum
    geldig_tot_en_met: OptionalDatum
    gewijzigd_op: Tijdstip
    versie: int


class InterventieLijst(Schema):
    resultaten: list[InterventieUit]
    volgende: str | None


class _BehoefteIn(Schema):
    """Wat er nodig is, zonder iets waaraan iemand te herkennen is."""

    fase: Fase
    voor_wie: VoorWie | None = None
    leeftijden: list[Leeftijd] = Field([], max_length=_LEEFTIJDEN_MAX, description="Van wie de hulp nodig heeft")
    zonder_eigen_bijdrage: bool = Field(default=False, description="Een eigen bijdrage is voor dit gezin een drempel")
    zonder_indicatie: bool = Field(default=False, description="Een indicatie is voor dit gezin een drempel")

    def behoefte(self, gemeente_code: str, doelgroepen: Sequence[Doelgroep], dagen_max: int | None) -> Behoefte:
        """Return what is needed as the domain knows it."""
        return Behoefte(
            gemeente_code=gemeente_code,
            fase=self.fase,
            doelgroepen=frozenset(doelgroepen),
            voor_wie=self.voor_wie,
            leeftijden=frozenset(self.leeftijden),
            zonder_eigen_bijdrage=self.zonder_eigen_bijdrage,
            zonder_indicatie=self.zonder_indicatie,
            wachttijd_dagen_max=dagen_max,
        )


class ZoekIn(_BehoefteIn):
    gemeente_code: GemeenteCode
    doelgroepen: list[Doelgroep] = Field([], max_length=len(Doelgroep), description="Leeg: geen bijzondere doelgroep")
    limiet: Annotated[int, Field(ge=1, le=_TREFFERS_MAX)] = 20

    def to_domain(self) -> Behoefte:
        """Return what is looked for as the domain knows it."""
        return self.behoefte(self.gemeente_code, self.doelgroepen, None)


class LacuneIn(_BehoefteIn):
    doelgroep: Doelgroep
    wachttijd_dagen_max: Dagen | None = Field(None, description="Langer kan dit gezin niet wachten")
    niet_passend: bool = Field(
        default=False, description="Er is hulp, en naar het oordeel van de professional past zij niet in deze casus"
    )

    def in_gemeente(self, gemeente_code: str) -> Behoefte:
        """Return what was looked for in a municipality as the domain knows it."""
        return self.behoefte(gemeente_code, [self.doelgroep], self.wachttijd_dagen_max)


class GrondUit(Schema):
    punt: Punt
    punten: int
    uitleg: str


class TrefferUit(Schema):
    score: int = Field(description="De som van de punten in de uitleg")
    uitleg: list[GrondUit]
    interventie: InterventieUit


class TreffersUit(Schema):
    resultaten: list[TrefferUit]


def interventie_uit(aanbod: Aanbod, peil: Peildag) -> InterventieUit:
    """Return an offer as it goes over the wire, as it stands on a day."""
    one, opgave = aanbod.interventie, aanbod.interventie.opgave
    wachttijd = opgave.wachttijd
    stale = wachttijd is not None and wachttijd.is_verouderd(peil.dag, na_dagen=peil.wachttijd_verouderd_na_dagen)
    return InterventieUit(
        id=one.id,
        organisatie_id=one.organisatie_id,
        naam=opgave.naam,
        gemeente_codes=sorted(opgave.gemeente_codes),
        doelgroepen=sorted(opgave.doelgroepen),
        fasen=[fase for fase in Fase if fase in opgave.fasen],
        voor_wie=sorted(opgave.voor_wie),
        plaatsen=opgave.plaatsen,
        bezet=aanbod.bezetting.bezet,
        wachtend=aanbod.bezetting.wachtend,
        vrij=aanbod.vrij,
        wachttijd=WachttijdSchema(dagen=wachttijd.dagen, op=wachttijd.op) if wachttijd else None,
        wachttijd_verouderd=stale,
        eigen_bijdrage=opgave.eigen_bijdrage,
        indicatie=opgave.indicatie,
        leeftijd_van=opgave.leeftijd_van,
        leeftijd_tot_en_met=opgave.leeftijd_tot_en_met,
        geldig_van=opgave.geldig_van,
        geldig_tot_en_met=opgave.geldig_tot_en_met,
        gewijzigd_op=one.gewijzigd_op,
        versie=one.versie,
    )


def treffer_uit(treffer: Treffer, peil: Peildag) -> TrefferUit:
    """Return what was found as it goes over the wire."""
    return TrefferUit(
        score=treffer.score,
        uitleg=[_grond(one) for one in treffer.gronden],
        interventie=interventie_uit(treffer.aanbod, peil),
    )


def _grond(grond: Grond) -> GrondUit:
    return GrondUit(punt=grond.punt, punten=grond.punten, uitleg=grond.uitleg)
