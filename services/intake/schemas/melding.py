"""A melding on the wire: sent, received, read, sent in batches, searched."""

from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, ValidationInfo, WithJsonSchema, field_validator, model_validator

from services.intake.domain.aanvulling import with_aanvullers
from services.intake.domain.codes import (
    AdresSoort,
    AmbtshalveGevaar,
    BerichtSoort,
    Duur,
    Geslacht,
    IncidentHoedanigheid,
    Informeringswijze,
    InstantieRol,
    Kanaal,
    Leefgebied,
    NietHandelen,
    PersoonRol,
    RelatieSoort,
    SashNiveau,
)
from services.intake.domain.melding import (
    Melder,
    Melding,
    MeldingDossier,
    MeldingStatus,
    Ontvangst,
    Persoon,
    PersoonDossier,
    WaarschuwingCode,
)
from services.intake.handlers.reading import Zoekvraag
from services.intake.schemas.bijlagen import AanvullingUit, BijlageUit
from services.intake.schemas.common import LIST_MAX, Bsn, Email, Geboortedatum, Telefoonnummer, sent
from services.intake.schemas.meldcode import Meldcode, MeldcodeVolledigheid, volledigheid_uit
from shared.events.payloads import AardGeweld
from shared.rules.codes import BekendmakingGrond, MelderCategorie, MelderSoort, OmzettingReden, Relatie, Vorm
from shared.rules.disclosure import Bekendmaking, check_bekendmaking
from shared.rules.statuscodes import Statuscode
from shared.web.schema import GemeenteCode, Kenmerk, Naam, OptionalDatum, OptionalTijdstip, Schema, Tekst, Tijdstip

PERSONEN_MAX = 50
CONTACT_MAX = 10
ADRESREGELS_MAX = 7
BATCH_MAX = 200


class BekendmakingAfspraak(Schema):
    """Wat met de melder is afgesproken over het noemen van zijn naam."""

    openbaar: bool | None = None
    grond: BekendmakingGrond | None = None
    toestemming: bool | None = None
    motivering: Tekst | None = None


class Contact(Schema):
    naam: Naam | None = None
    afdeling: Naam | None = None
    telefoonnummer: Telefoonnummer | None = None
    email: Email | None = None
    telefoonnummers: Annotated[tuple[Telefoonnummer, ...], Field(max_length=CONTACT_MAX)] = ()
    emails: Annotated[tuple[Email, ...], Field(max_length=CONTACT_MAX)] = ()


class MelderGegevens(Schema):
    categorie: MelderCategorie
    soort: MelderSoort
    naam: Naam | None = None
    functie: Naam | None = None
    organisatie: Naam | None = None
    instantiecode: Kenmerk | None = None
    kvk_nummer: Annotated[str, Field(pattern=r"^\d{8}$")] | None = None
    vestigingsnummer: Annotated[str, Field(pattern=r"^\d{12}$")] | None = None
    instantie_rol: InstantieRol | None = None
    contact: Contact | None = None
    bekendmaking: BekendmakingAfspraak | None = None


class MelderIn(MelderGegevens):
    @field_validator("bekendmaking")
    @classmethod
    def _sound(cls, value: BekendmakingAfspraak | None, info: ValidationInfo) -> BekendmakingAfspraak | None:
        """Check the agreement by the rulebook (Wmo 2015: open, unless)."""
        if value is not None and "soort" in info.data:
            errors = check_bekendmaking(info.data["soort"], _agreement(value))
            if errors:
                raise ValueError(" ".join(errors))
        return value


def _agreement(value: BekendmakingAfspraak | None) -> Bekendmaking:
    if value is None:
        return Bekendmaking()
    return Bekendmaking(
        openbaar=value.openbaar,
        grond=value.grond,
        toestemming=value.toestemming,
        motivering_gegeven=value.motivering is not None,
    )


class Adres(Schema):
    """Een adres in Nederland of elders; een adres elders past in adresregels, en niets ervan wordt nagerekend."""

    soort: AdresSoort | None = None
    straat: Naam | None = None
    huisnummer: Annotated[int, Field(ge=0, le=99_999)] | None = None
    huisletter: Annotated[str, Field(max_length=5)] | None = None
    huisnummertoevoeging: Annotated[str, Field(max_length=10)] | None = None
    postcode: Annotated[str, Field(min_length=1, max_length=12, examples=["3011AA"])] | None = None
    woonplaats: Naam | None = None
    land: Naam | None = None
    adresregels: Annotated[
        tuple[Naam, ...],
        Field(max_length=ADRESREGELS_MAX, description="Een adres in het buitenland, zoals het daar staat"),
    ] = ()
    geheim: bool | None = None


class School(Schema):
    """Naar welke school een kind gaat; met het BRIN-nummer kan zij zonder leerplicht worden ingelicht."""

    naam: Naam | None = None
    brin: Annotated[str, Field(pattern=r"^[0-9]{2}[A-Z]{2}([0-9]{2})?$", examples=["99ZZ00"])] | None = None


class PersoonGegevens(Schema):
    rol: PersoonRol
    hoedanigheden: Annotated[tuple[IncidentHoedanigheid, ...], Field(max_length=len(IncidentHoedanigheid))] = ()
    bsn: Bsn | None = None
    geslachtsnaam: Naam | None = None
    voorvoegsel: Annotated[str, Field(max_length=20)] | None = None
    voornamen: Naam | None = None
    beschrijving: Annotated[Tekst, Field(description="Wie bedoeld wordt, als de naam niet bekend is")] | None = None
    geslacht: Geslacht | None = None
    geboortedatum: Geboortedatum = None
    ongeboren: Annotated[bool, Field(description="Een ongeboren kind heeft nog geen geboortedatum")] | None = None
    verwachte_geboortedatum: OptionalDatum = None
    adres: Adres | None = None
    feitelijk_verblijf: Adres | None = None
    overige_adressen: Annotated[tuple[Adres, ...], Field(max_length=CONTACT_MAX)] = ()
    zonder_vaste_verblijfplaats: bool | None = None
    telefoonnummers: Annotated[tuple[Telefoonnummer, ...], Field(max_length=LIST_MAX)] = ()
    nationaliteit: Naam | None = None
    taal: Naam | None = None
    vreemdelingennummer: Kenmerk | None = None
    rni: Annotated[Kenmerk, Field(description="Registratie niet-ingezetenen")] | None = None
    aanvullende_informatie: Tekst | None = None
    overige_zorg_minderjarige: Tekst | None = None
    school: School | None = None


class PersoonIn(PersoonGegevens):
    @model_validator(mode="after")
    def _recognisable(self) -> Self:
        if self.geslachtsnaam is None and self.beschrijving is None:
            raise ValueError("geslachtsnaam of beschrijving is verplicht")
        if self.ongeboren and self.geboortedatum is not None:
            raise ValueError("een ongeboren kind heeft geen geboortedatum")
        if self.verwachte_geboortedatum is not None and not self.ongeboren:
            raise ValueError("verwachteGeboortedatum hoort bij een ongeboren kind")
        return self


class GeweldAard(Schema):
    relatie: Relatie
    vorm: Vorm


class Periode(Schema):
    """Van wanneer tot wanneer, als een incident geen ogenblik was."""

    van: Tijdstip
    tot: OptionalTijdstip = None

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.tot is not None and self.tot < self.van:
            raise ValueError("tot ligt voor van")
        return self


class Incident(Schema):
    tijdstip: OptionalTijdstip = None
    periode: Periode | None = None
    locatie: Tekst | None = None
    omschrijving: Tekst | None = None


class ZorgelijkeSituatie(Schema):
    omschrijving: Tekst
    aanvullende_informatie: Tekst | None = None
    bestaande_hulpverlening: Tekst | None = None
    tijdelijk_huisverbod: Tekst | None = None
    aanhouding: Tekst | None = None
    aangifte: Tekst | None = None
    eergerelateerd_geweld: Tekst | None = None
    relevante_registraties: Annotated[tuple[Tekst, ...], Field(max_length=LIST_MAX)] = ()
    verdenking_twaalfminner: (
        Annotated[Tekst, Field(description="Een kind jonger dan twaalf wordt verdacht van een misdrijf (VT-007)")]
        | None
    ) = None
    leefgebieden: Annotated[tuple[Leefgebied, ...], Field(max_length=len(Leefgebied))] = ()
    verzoek: Annotated[Tekst, Field(description="Wat de melder van Veilig Thuis vraagt")] | None = None


class Sash(Schema):
    """Het risico-instrument van de politie."""

    ingevuld: bool
    niveau: SashNiveau | None = None


class Informering(Schema):
    """Wie over de melding is ingelicht, hoe, en wat daarop het antwoord was."""

    persoon: Annotated[int, Field(ge=0, lt=PERSONEN_MAX, description="Plaats in personen, vanaf 0")] | None = None
    wijze: Informeringswijze = Informeringswijze.ONBENOEMD
    gereageerd: bool | None = None
    strekking_reactie: Tekst | None = None
    geinformeerd_op: OptionalTijdstip = None


class PersoonRelatie(Schema):
    """Wat de ene persoon van de andere is; de plaatsen in personen tellen vanaf 0."""

    van: Annotated[int, Field(ge=0, lt=PERSONEN_MAX)]
    tot: Annotated[int, Field(ge=0, lt=PERSONEN_MAX)]
    soort: RelatieSoort | None = None
    omschrijving: Naam | None = None

    @model_validator(mode="after")
    def _told(self) -> Self:
        if self.soort is None and self.omschrijving is None:
            raise ValueError("soort of omschrijving is verplicht")
        return self


_MELDER_AND_PERSONEN = {"melder", "personen"}


class MeldingInhoud(Schema):
    """Wat een melding zegt, buiten wie haar doet en over wie zij gaat."""

    externe_identificatie: Kenmerk | None = None
    bericht_soort: BerichtSoort | None = None
    kanaal: Kanaal = Kanaal.ONBENOEMD
    gemeld_op: OptionalTijdstip = None
    incident: Incident | None = None
    zorgelijke_situatie: ZorgelijkeSituatie
    aard_geweld: Annotated[tuple[GeweldAard, ...], Field(max_length=LIST_MAX)] = ()
    duur: Duur | None = None
    relaties: Annotated[tuple[PersoonRelatie, ...], Field(max_length=LIST_MAX)] = ()
    sash: Sash | None = None
    informering: Annotated[tuple[Informering, ...], Field(max_length=LIST_MAX)] = ()
    contactpersoon: Contact | None = None
    afstemmingsoverleg_gewenst: bool | None = None
    terugkoppeling_gewenst: bool | None = None
    meldcode: Meldcode | None = None


class MeldingIn(MeldingInhoud):
    melder: MelderIn
    gemeente_code: GemeenteCode
    # A list: of a tuple pydantic also says "too few" when its only item has a fault.
    personen: Annotated[list[PersoonIn], Field(min_length=1, max_length=PERSONEN_MAX)]

    @model_validator(mode="after")
    def _points_at_people(self) -> Self:
        named = [place for relatie in self.relaties for place in (relatie.van, relatie.tot)]
        named += [told.persoon for told in self.informering if told.persoon is not None]
        if any(place >= len(self.personen) for place in named):
            raise ValueError("relaties en informering wijzen naar een plaats in personen")
        return self

    def to_domain(self) -> Melding:
        """Return the melding as the domain reads it, with everything that was sent to be sealed."""
        melder = self.melder
        return Melding(
            externe_identificatie=self.externe_identificatie,
            melder=Melder(
                categorie=melder.categorie,
                soort=melder.soort,
                naam=melder.naam,
                bekendmaking=_agreement(melder.bekendmaking),
                gegevens=sent(melder),
            ),
            gemeente_code=self.gemeente_code,
            aard_geweld=tuple(AardGeweld(relatie=aard.relatie, vorm=aard.vorm) for aard in self.aard_geweld),
            incident_tijdstip=self.incident.tijdstip if self.incident else None,
            incident_vanaf=self.incident.periode.van if self.incident and self.incident.periode else None,
            personen=tuple(_persoon(persoon) for persoon in self.personen),
            gegevens=sent(self, exclude=_MELDER_AND_PERSONEN),
            meldcode=self.meldcode.to_domain() if self.meldcode else None,
        )


def _persoon(persoon: PersoonIn) -> Persoon:
    adres = persoon.adres
    return Persoon(
        rol=persoon.rol,
        bsn=persoon.bsn,
        geslachtsnaam=persoon.geslachtsnaam,
        voornamen=persoon.voornamen,
        geboortedatum=persoon.geboortedatum,
        postcode=adres.postcode if adres else None,
        huisnummer=adres.huisnummer if adres else None,
        land=adres.land if adres else None,
        ongeboren=bool(persoon.ongeboren),
        gegevens=sent(persoon),
    )


class InstantieUit(Schema):
    """Voor wie een melding was die wij kregen; zonder naam wordt dat nog uitgezocht."""

    naam: str | None
    oin: str | None
    oin_fictief: Annotated[bool, Field(description="Dit nummer heeft de vorm van een OIN en is van niemand")]
    toelichting: str


class MeldingUit(Schema):
    """Wat de melder terugkrijgt."""

    id: UUID
    kenmerk: str
    casus_id: UUID
    status: MeldingStatus
    ontvangen_op: Tijdstip
    gemeente_code: GemeenteCode
    hermelding: bool
    veiligheidsbeoordeling_uiterlijk: Tijdstip
    statuscode: Annotated[Statuscode | None, Field(description="De landelijke statuscode van de melding")] = None
    routeren_naar_instantie: Annotated[
        InstantieUit | None, Field(description="Bij VT-99: voor welke Veilig Thuis de melding was")
    ] = None


class Waarschuwing(Schema):
    """Wat opvalt aan een melding; nooit een reden om haar te weigeren."""

    code: WaarschuwingCode
    pointer: str
    detail: str


class PersoonUit(PersoonGegevens):
    id: UUID
    melding_id: UUID
    nr: int = Field(description="De plaats in de melding, vanaf 0; hiermee wijst triage een directbetrokkene aan")


class Ambtshalve(Schema):
    """Waarom Veilig Thuis een advies zelf omzet: er is ernstig gevaar, en de adviesvrager handelt niet."""

    gevaar: AmbtshalveGevaar
    adviesvrager_handelt_niet: NietHandelen


class OmzettingUit(Schema):
    reden: OmzettingReden
    motivering: str
    ambtshalve: Ambtshalve | None = None


class MeldingDetail(MeldingUit, MeldingInhoud):
    """Een melding zoals zij is ontvangen, voor zover de lezer haar mag zien."""

    organisatie_id: str | None
    dubbel_anoniem: bool
    vorige_afsluiting_op: OptionalTijdstip
    dagen_sinds_afsluiting: Annotated[
        int | None,
        Field(description="Van de vorige afsluiting van de casus tot de ontvangst; stond zij nog open: null"),
    ]
    advies_id: UUID | None
    omzetting: OmzettingUit | None = None
    aanvullingen: tuple[AanvullingUit, ...] = ()
    bijlagen: tuple[BijlageUit, ...] = ()
    waarschuwingen: tuple[Waarschuwing, ...]
    meldcode_volledigheid: MeldcodeVolledigheid | None = None
    melder: MelderGegevens | None
    personen: tuple[PersoonUit, ...]


_WAARSCHUWING_DETAIL = {
    WaarschuwingCode.BSN_ONGELDIG: "Dit nummer voldoet niet aan de elfproef; er is niet op gezocht.",
    WaarschuwingCode.GEMEENTE_BUITEN_REGIO: "Deze gemeente ligt buiten de regio.",
    WaarschuwingCode.GEMEENTE_OPGEGAAN: "Deze gemeente is opgegaan in een andere; de melding staat onder die gemeente.",
    WaarschuwingCode.MELDCODE_VOLGORDE: "Deze stap is eerder gezet dan een stap die ervoor komt.",
    WaarschuwingCode.MELDCODE_UITKOMST: "Naar de antwoorden op het afwegingskader is melden de norm.",
    WaarschuwingCode.MELDCODE_GEEN_PROFESSIONAL: "De meldcode is voor professionals; deze melder is er geen.",
    WaarschuwingCode.LEEFTIJD_ONWAARSCHIJNLIJK: "Deze persoon zou ouder zijn dan 120 jaar.",
    WaarschuwingCode.POSTCODE_ONBEKEND: "Dit is geen Nederlandse postcode, en er staat geen ander land bij.",
    WaarschuwingCode.LEEFTIJD_PAST_NIET_BIJ_ROL: "Wie als kind of jeugdige is genoemd, is dertig jaar of ouder.",
    WaarschuwingCode.GEEN_MINDERJARIGE: "Het gaat om kindermishandeling, en niemand is jonger dan achttien jaar.",
}


def ontvangst_uit(ontvangst: Ontvangst) -> MeldingUit:
    """Return what is told of a melding without its content."""
    return MeldingUit(**{name: getattr(ontvangst, name) for name in MeldingUit.model_fields})


def melding_detail(dossier: MeldingDossier) -> MeldingDetail:
    """Return a melding with what this reader may see of it."""
    ontvangst = dossier.ontvangst
    head = {name: getattr(ontvangst, name) for name in MeldingUit.model_fields}
    content = with_aanvullers(dossier.gegevens)
    content = {name: value for name, value in content.items() if name not in head and name != "gemeenteCode"}
    return MeldingDetail.model_validate(
        {
            **head,
            **content,
            "organisatie_id": dossier.organisatie_id,
            "dubbel_anoniem": dossier.dubbel_anoniem,
            "vorige_afsluiting_op": dossier.vorige_afsluiting_op,
            "dagen_sinds_afsluiting": dossier.dagen_sinds_afsluiting,
            "advies_id": dossier.advies_id,
            "waarschuwingen": [
                Waarschuwing(code=found.code, pointer=found.pointer, detail=_WAARSCHUWING_DETAIL[found.code])
                for found in dossier.waarschuwingen
            ],
            "meldcode_volledigheid": volledigheid_uit(dossier.meldcode_volledigheid),
            "melder": dossier.melder,
            "personen": [persoon_uit(ontvangst.id, persoon) for persoon in dossier.personen],
        }
    )


def persoon_uit(melding_id: UUID, persoon: PersoonDossier) -> PersoonUit:
    """Return a person as sent, with his own id and the melding that describes him."""
    return PersoonUit.model_validate({**persoon.gegevens, "id": persoon.id, "melding_id": melding_id, "nr": persoon.nr})


class Batch(Schema):
    """Meldingen die elk voor zich worden behandeld, in deze volgorde."""

    meldingen: Annotated[
        tuple[Any, ...],
        Field(min_length=1, max_length=BATCH_MAX, description="Elk zoals bij POST /meldingen"),
        WithJsonSchema(
            {"type": "array", "items": {"type": "object"}, "minItems": 1, "maxItems": BATCH_MAX},
            mode="validation",
        ),
    ]


class BatchResultaat(Schema):
    """Wat er van één melding werd: de melding, of het probleem."""

    status: int
    melding: MeldingUit | None = None
    probleem: dict[str, Any] | None = None


class BatchUit(Schema):
    resultaten: tuple[BatchResultaat, ...]


class ZoekvraagIn(Schema):
    """Eén manier van zoeken: bsn, geslachtsnaam met geboortedatum, externeIdentificatie of kenmerk."""

    bsn: Bsn | None = None
    geslachtsnaam: Naam | None = None
    geboortedatum: OptionalDatum = None
    externe_identificatie: Kenmerk | None = None
    kenmerk: Kenmerk | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.geslachtsnaam is None) != (self.geboortedatum is None):
            raise ValueError("geslachtsnaam en geboortedatum horen bij elkaar")
        ways = (self.bsn, self.geslachtsnaam, self.externe_identificatie, self.kenmerk)
        if sum(way is not None for way in ways) != 1:
            raise ValueError("zoek op precies één van bsn, naam met geboortedatum, externeIdentificatie of kenmerk")
        return self

    def to_domain(self) -> Zoekvraag:
        """Return the question as the handler reads it."""
        return Zoekvraag(
            bsn=self.bsn,
            geslachtsnaam=self.geslachtsnaam,
            geboortedatum=self.geboortedatum.isoformat() if self.geboortedatum else None,
            externe_identificatie=self.externe_identificatie,
            kenmerk=self.kenmerk,
        )


class MeldingLijst(Schema):
    resultaten: tuple[MeldingUit, ...]
    volgende: str | None
