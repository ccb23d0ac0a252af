"""A small casus to build facts with: each method is one fact of the chain, at a moment in Amsterdam."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from services.monitoring.domain.termijnen import Termijn
from shared.events.catalogue import BY_PAYLOAD, Room
from shared.events.envelope import Event
from shared.events.overdragen import (
    OverdrachtIngetrokken,
    OverdrachtTeruggegeven,
    OverdrachtTeruggekeerd,
    TeruggaveAfgewezen,
    TeruggaveGevraagd,
    ZichtOvergegaan,
)
from shared.events.payloads import (
    AcuutcheckGedaan,
    AdviesGegeven,
    AdviesOmgezet,
    Bestemming,
    BewaartermijnVastgesteld,
    BewaartermijnVerstreken,
    CasusGesplitst,
    CasusSamengevoegd,
    CasusVernietigd,
    DienstAfgerond,
    DienstGestart,
    DossierverzoekAfgehandeld,
    DossierverzoekOntvangen,
    EersteContactGelegd,
    Fact,
    HandelingVastgelegd,
    Interventie,
    MeldingOntvangen,
    MonitormomentAfgerond,
    MonitormomentVerplaatst,
    OverdrachtAangeboden,
    OverdrachtGeaccepteerd,
    OverdrachtGeweigerd,
    TermijnDreigend,
    TermijnVerstreken,
    VeiligheidsbeoordelingAfgerond,
    VeiligheidsbeoordelingHeropend,
)
from shared.rules.calendar import AMSTERDAM
from shared.rules.codes import (
    AdviesSoort,
    BestemmingSoort,
    Conclusie,
    DienstSoort,
    DossierverzoekSoort,
    HandelingSoort,
    InterventieSoort,
    MelderCategorie,
    MelderSoort,
    MonitorVervolg,
    Naleving,
    OmzettingReden,
    Uitkomst,
    VernietigingReden,
    VerplaatsingReden,
)
from shared.rules.overdrachtcodes import IntrekReden, TeruggaveReden
from shared.rules.routing import ROUTES

GEMEENTE = "0599"


def new_id() -> UUID:
    """Return an id; a test that plays a random casus again lets it be the same one."""
    return uuid4()


def ams(text: str) -> datetime:
    """Return an Amsterdam moment: ``2026-03-02 10:00``."""
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


@dataclass
class Chain:
    """The facts of one casus, each numbered by its room."""

    casus_id: UUID = field(default_factory=uuid4)
    gemeente_code: str = GEMEENTE
    facts: list[Event] = field(default_factory=list)
    _numbers: Counter[Room] = field(default_factory=Counter)

    def add(self, payload: Fact, at: datetime) -> Event:
        room = BY_PAYLOAD[type(payload)].publisher
        self._numbers[room] += 1
        event = Event(
            id=uuid4(), room=room, casus_id=self.casus_id, sequence=self._numbers[room], time=at, payload=payload
        )
        self.facts.append(event)
        return event

    def melding(
        self,
        at: datetime,
        *,
        melder_soort: MelderSoort = MelderSoort.PROFESSIONAL,
        categorie: MelderCategorie = MelderCategorie.JUSTITIE_EN_VEILIGHEID,
        hermelding: bool = False,
        meldcode_volledig: bool | None = None,
    ) -> UUID:
        melding_id = uuid4()
        payload = MeldingOntvangen(
            melding_id=melding_id,
            ontvangen_op=at,
            gemeente_code=self.gemeente_code,
            melder_categorie=categorie,
            melder_soort=melder_soort,
            hermelding=hermelding,
            vorige_afsluiting_op=None,
            aantal_personen=2,
            aard_geweld=(),
            meldcode_volledig=meldcode_volledig,
        )
        self.add(payload, at)
        return melding_id

    def advies(
        self,
        at: datetime,
        soort: AdviesSoort = AdviesSoort.ADVIES,
        *,
        kanaal: str = "telefoon",
        gemeente_code: str | None = None,
    ) -> None:
        payload = AdviesGegeven(
            advies_id=self.casus_id,
            gegeven_op=at,
            gemeente_code=gemeente_code,
            adviesvrager_categorie=MelderCategorie.ANDERS,
            kanaal=kanaal,
            soort=soort,
        )
        self.add(payload, at)

    def omgezet(self, at: datetime, reden: OmzettingReden = OmzettingReden.OMZETTEN) -> None:
        self.add(AdviesOmgezet(advies_id=self.casus_id, melding_id=uuid4(), reden=reden, omgezet_op=at), at)

    def acuutcheck(
        self, melding_id: UUID, at: datetime, *soorten: InterventieSoort, dossier_id: UUID | None = None
    ) -> UUID:
        dossier_id = dossier_id or uuid4()
        payload = AcuutcheckGedaan(
            melding_id=melding_id,
            dossier_id=dossier_id,
            acuut=bool(soorten),
            gedaan_op=at,
            interventies=tuple(Interventie(soort=soort, tijdstip=at) for soort in soorten),
        )
        self.add(payload, at)
        return dossier_id

    def besluit(
        self,
        melding_id: UUID,
        at: datetime,
        uitkomst: Uitkomst = Uitkomst.GEEN_VERVOLG,
        *bestemmingen: BestemmingSoort,
        dossier_id: UUID | None = None,
    ) -> UUID:
        dossier_id = dossier_id or uuid4()
        payload = VeiligheidsbeoordelingAfgerond(
            melding_id=melding_id,
            dossier_id=dossier_id,
            gemeente_code=self.gemeente_code,
            uitkomst=uitkomst,
            acuut_onveilig=False,
            structureel_onveilig=False,
            besloten_op=at,
            statuscode=ROUTES[uitkomst].statuscode,
            bestemmingen=_named(bestemmingen),
            sluit=ROUTES[uitkomst].sluit,
            grondslagen=(),
        )
        self.add(payload, at)
        return dossier_id

    def heropen(self, melding_id: UUID, at: datetime) -> UUID:
        dossier_id = uuid4()
        payload = VeiligheidsbeoordelingHeropend(
            melding_id=melding_id, dossier_id=dossier_id, gemeente_code=self.gemeente_code, heropend_op=at
        )
        self.add(payload, at)
        return dossier_id

    def dienst(
        self, melding_id: UUID, at: datetime, soort: DienstSoort = DienstSoort.ONDERZOEK, *, ontvangen_op: datetime
    ) -> UUID:
        dienst_id = uuid4()
        payload = DienstGestart(
            dienst_id=dienst_id,
            melding_id=melding_id,
            gemeente_code=self.gemeente_code,
            soort=soort,
            gestart_op=at,
            ontvangen_op=ontvangen_op,
        )
        self.add(payload, at)
        return dienst_id

    def conclusie(
        self,
        melding_id: UUID,
        dienst_id: UUID,
        at: datetime,
        *bestemmingen: BestemmingSoort,
        soort: DienstSoort = DienstSoort.ONDERZOEK,
        conclusie: Conclusie = Conclusie.BEVESTIGD,
    ) -> None:
        payload = DienstAfgerond(
            dienst_id=dienst_id,
            melding_id=melding_id,
            gemeente_code=self.gemeente_code,
            soort=soort,
            conclusie=conclusie,
            afgerond_op=at,
            aantal_voorwaarden=1,
            bestemmingen=_named(bestemmingen),
            sluit=not bestemmingen,
            grondslagen=(),
        )
        self.add(payload, at)

    def handeling(self, melding_id: UUID, soort: HandelingSoort, at: datetime) -> None:
        self.add(HandelingVastgelegd(melding_id=melding_id, soort=soort, tijdstip=at), at)

    def bied_aan(
        self,
        melding_id: UUID,
        at: datetime,
        soort: BestemmingSoort = BestemmingSoort.LOKAAL_VELD,
        *,
        dienst_id: UUID | None = None,
        vervangt: UUID | None = None,
        draagt_zicht: bool = True,
        organisatie_id: str = "lokaal-team-0599",
    ) -> UUID:
        overdracht_id = uuid4()
        payload = OverdrachtAangeboden(
            overdracht_id=overdracht_id,
            melding_id=melding_id,
            dienst_id=dienst_id,
            gemeente_code=self.gemeente_code,
            soort=soort,
            organisatie_id=organisatie_id,
            draagt_zicht=draagt_zicht,
            aangeboden_op=at,
            vervangt_overdracht_id=vervangt,
        )
        self.add(payload, at)
        return overdracht_id

    def accepteer(
        self,
        melding_id: UUID,
        overdracht_id: UUID,
        at: datetime,
        soort: BestemmingSoort = BestemmingSoort.LOKAAL_VELD,
        *,
        dienst_id: UUID | None = None,
        draagt_zicht: bool = True,
        contact_uiterlijk: datetime | None = None,
    ) -> None:
        payload = OverdrachtGeaccepteerd(
            overdracht_id=overdracht_id,
            melding_id=melding_id,
            dienst_id=dienst_id,
            gemeente_code=self.gemeente_code,
            soort=soort,
            organisatie_id="lokaal-team-0599",
            draagt_zicht=draagt_zicht,
            geaccepteerd_op=at,
            eerste_contact_uiterlijk=contact_uiterlijk,
        )
        self.add(payload, at)

    def weiger(self, melding_id: UUID, overdracht_id: UUID, at: datetime) -> None:
        payload = OverdrachtGeweigerd(overdracht_id=overdracht_id, melding_id=melding_id, reden="vol", geweigerd_op=at)
        self.add(payload, at)

    def trek_in(self, melding_id: UUID, overdracht_id: UUID, at: datetime, *, vervolg: bool = True) -> None:
        payload = OverdrachtIngetrokken(
            overdracht_id=overdracht_id,
            melding_id=melding_id,
            gemeente_code=self.gemeente_code,
            reden=IntrekReden.ANDERS if vervolg else IntrekReden.NIET_MEER_NODIG,
            vervolg=vervolg,
            ingetrokken_op=at,
        )
        self.add(payload, at)

    def keer_terug(self, melding_id: UUID, overdracht_id: UUID, at: datetime) -> None:
        payload = OverdrachtTeruggekeerd(
            overdracht_id=overdracht_id, melding_id=melding_id, gemeente_code=self.gemeente_code, teruggekeerd_op=at
        )
        self.add(payload, at)

    def vraag_teruggave(self, melding_id: UUID, overdracht_id: UUID, at: datetime) -> None:
        payload = TeruggaveGevraagd(
            overdracht_id=overdracht_id,
            melding_id=melding_id,
            gemeente_code=self.gemeente_code,
            reden=TeruggaveReden.NIET_PASSEND,
            gevraagd_op=at,
        )
        self.add(payload, at)

    def wijs_teruggave_af(self, melding_id: UUID, overdracht_id: UUID, at: datetime) -> None:
        payload = TeruggaveAfgewezen(
            overdracht_id=overdracht_id, melding_id=melding_id, gemeente_code=self.gemeente_code, afgewezen_op=at
        )
        self.add(payload, at)

    def geef_terug(self, melding_id: UUID, overdracht_id: UUID, at: datetime) -> None:
        payload = OverdrachtTeruggegeven(
            overdracht_id=overdracht_id,
            melding_id=melding_id,
            gemeente_code=self.gemeente_code,
            reden=TeruggaveReden.NIET_PASSEND,
            teruggegeven_op=at,
        )
        self.add(payload, at)

    def zicht_over(self, melding_id: UUID, overdracht_id: UUID, at: datetime, *, back: bool) -> None:
        payload = ZichtOvergegaan(
            overdracht_id=overdracht_id,
            melding_id=melding_id,
            gemeente_code=self.gemeente_code,
            organisatie_id="vtrr" if back else "lokaal-team-0599",
            bij_veilig_thuis=back,
            overgegaan_op=at,
        )
        self.add(payload, at)

    def eerste_contact(self, melding_id: UUID, overdracht_id: UUID, at: datetime) -> None:
        self.add(EersteContactGelegd(overdracht_id=overdracht_id, melding_id=melding_id, tijdstip=at), at)

    def moment_af(self, melding_id: UUID, moment_id: UUID, maand: int, at: datetime, vervolg: MonitorVervolg) -> None:
        payload = MonitormomentAfgerond(
            monitormoment_id=moment_id,
            melding_id=melding_id,
            maand=maand,
            naleving=Naleving.GEHAALD,
            directe_veiligheid=True,
            stabiele_veiligheid=True,
            vervolg=vervolg,
            afgerond_op=at,
        )
        self.add(payload, at)

    def verplaats(self, melding_id: UUID, moment_id: UUID, maand: int, at: datetime, dag: date) -> None:
        payload = MonitormomentVerplaatst(
            monitormoment_id=moment_id,
            melding_id=melding_id,
            maand=maand,
            dag=dag,
            reden=VerplaatsingReden.BETROKKENEN_NIET_BEREIKT,
            verplaatst_op=at,
        )
        self.add(payload, at)

    def verzoek(self, at: datetime, soort: DossierverzoekSoort = DossierverzoekSoort.INZAGE) -> UUID:
        verzoek_id = uuid4()
        payload = DossierverzoekOntvangen(
            verzoek_id=verzoek_id, soort=soort, ontvangen_op=at, gemeente_code=self.gemeente_code
        )
        self.add(payload, at)
        return verzoek_id

    def handel_af(
        self, verzoek_id: UUID, at: datetime, soort: DossierverzoekSoort = DossierverzoekSoort.INZAGE
    ) -> None:
        self.add(DossierverzoekAfgehandeld(verzoek_id=verzoek_id, soort=soort, afgehandeld_op=at), at)

    def bewaar(self, tot: date, at: datetime, *, afgesloten_op: datetime) -> None:
        self.add(BewaartermijnVastgesteld(bewaren_tot=tot, afgesloten_op=afgesloten_op), at)

    def stel_voor(self, bewaren_tot: date, at: datetime) -> None:
        self.add(BewaartermijnVerstreken(bewaren_tot=bewaren_tot), at)

    def vernietig(self, at: datetime, reden: VernietigingReden = VernietigingReden.VERZOEK) -> None:
        self.add(CasusVernietigd(vernietiging_id=uuid4(), reden=reden, vernietigd_op=at), at)

    def dreigend(self, clock: Termijn) -> None:
        self.add(TermijnDreigend(**_told(clock)), clock.waarschuwen_op)

    def verstreken(self, clock: Termijn) -> None:
        self.add(TermijnVerstreken(**_told(clock)), clock.uiterlijk)

    def samengevoegd_met(self, verdwenen: UUID, at: datetime, volgorde: int = 0) -> None:
        payload = CasusSamengevoegd(verdwenen_casus_id=verdwenen, melding_ids=(), samengevoegd_op=at, volgorde=volgorde)
        self.add(payload, at)

    def gesplitst(
        self,
        nieuw: UUID,
        *meldingen: UUID,
        at: datetime,
        volgorde: int,
        herstelt: bool = False,
        verzoeken: tuple[UUID, ...] = (),
    ) -> None:
        payload = CasusGesplitst(
            nieuwe_casus_id=nieuw,
            melding_ids=meldingen,
            gesplitst_op=at,
            herstelt_samenvoeging=herstelt,
            volgorde=volgorde,
            verzoek_ids=verzoeken,
        )
        self.add(payload, at)


def _told(clock: Termijn) -> dict[str, Any]:
    return {
        "termijn_id": clock.id,
        "soort": clock.soort,
        "melding_id": clock.melding_id,
        "gemeente_code": clock.gemeente_code,
        "uiterlijk": clock.uiterlijk,
    }


def _named(soorten: tuple[BestemmingSoort, ...]) -> tuple[Bestemming, ...]:
    return tuple(
        Bestemming(soort=soort, organisatie_id="lokaal-team-0599", draagt_zicht=place == 0)
        for place, soort in enumerate(soorten)
    )


def monitored(start: str = "2026-03-02 10:00") -> tuple[Chain, UUID, UUID]:
    """Return a chain up to an accepted overdracht after an onderzoek, with its melding and its overdracht."""
    chain, at = Chain(), ams(start)
    melding = chain.melding(at)
    chain.acuutcheck(melding, at)
    chain.besluit(melding, at, Uitkomst.ONDERZOEK)
    dienst = chain.dienst(melding, at, ontvangen_op=at)
    chain.conclusie(melding, dienst, at, BestemmingSoort.LOKAAL_VELD)
    overdracht = chain.bied_aan(melding, at, dienst_id=dienst)
    chain.accepteer(melding, overdracht, at, dienst_id=dienst)
    return chain, melding, overdracht
