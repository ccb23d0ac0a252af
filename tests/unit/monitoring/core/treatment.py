"""The facts of what Veilig Thuis itself does, for the small casus of ``builders``, and a random play of them."""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from shared.events import behandeling as b
from shared.events.payloads import DienstGestart
from shared.events.volgen import VoorwaardeGevolgd
from shared.ids import medewerker_nr
from shared.rules.behandelcodes import (
    ConsultPartij,
    ForensischEinde,
    ForensischSoort,
    HuisverbodEinde,
    InformatieverzoekEinde,
    InformatieverzoekSoort,
    OmzetReden,
    OpschalingSoort,
    UitstelReden,
    VertragingReden,
    VoorwaardeStatus,
    VtoGemeldAan,
    VtoResultaat,
    VtoStatus,
)
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import DienstSoort, TermijnSoort
from tests.unit.monitoring.core import builders
from tests.unit.monitoring.core.builders import Chain


@dataclass
class TreatedChain(Chain):
    """A casus with treatment: each method is one fact, as in ``Chain``."""

    def toegewezen(self, melding_id: UUID, dossier_id: UUID, at: datetime, wie: str | None = None) -> None:
        nr = medewerker_nr(wie) if wie else None
        place = {"melding_id": melding_id, "dossier_id": dossier_id, "gemeente_code": self.gemeente_code}
        self.add(b.WerkToegewezen(**place, toegewezen_op=at, medewerker_nr=nr), at)  # type: ignore[arg-type]

    def vrijgegeven(self, melding_id: UUID, dossier_id: UUID, at: datetime) -> None:
        place = {"melding_id": melding_id, "dossier_id": dossier_id, "gemeente_code": self.gemeente_code}
        self.add(b.WerkVrijgegeven(**place, vrijgegeven_op=at), at)  # type: ignore[arg-type]

    def gepland(self, melding_id: UUID, dossier_id: UUID, at: datetime, dag: date) -> None:
        payload = b.VeiligheidscheckGepland(
            melding_id=melding_id,
            dossier_id=dossier_id,
            gemeente_code=self.gemeente_code,
            gepland_op=at,
            uiterlijk_dag=dag,
        )
        self.add(payload, at)

    def gekeken(self, melding_id: UUID, dossier_id: UUID, at: datetime) -> None:
        payload = b.VeiligheidscheckGedaan(
            melding_id=melding_id, dossier_id=dossier_id, gemeente_code=self.gemeente_code, gedaan_op=at
        )
        self.add(payload, at)

    def vraag(self, melding_id: UUID, at: datetime) -> UUID:
        verzoek_id = builders.new_id()
        payload = b.InformatieverzoekGedaan(
            informatieverzoek_id=verzoek_id,
            melding_id=melding_id,
            gemeente_code=self.gemeente_code,
            soort=InformatieverzoekSoort.INFORMANT,
            gedaan_op=at,
        )
        self.add(payload, at)
        return verzoek_id

    def antwoord(self, melding_id: UUID, verzoek_id: UUID, at: datetime, einde: InformatieverzoekEinde) -> None:
        payload = b.InformatieverzoekAfgerond(
            informatieverzoek_id=verzoek_id, melding_id=melding_id, einde=einde, afgerond_op=at
        )
        self.add(payload, at)

    def verklaar(
        self, melding_id: UUID, ref_id: UUID, at: datetime, soort: TermijnSoort, reden: VertragingReden
    ) -> None:
        payload = b.VertragingVerklaard(melding_id=melding_id, ref_id=ref_id, soort=soort, reden=reden, verklaard_op=at)
        self.add(payload, at)

    def zet_om(self, melding_id: UUID, dienst_id: UUID, at: datetime, started: datetime, received: datetime) -> UUID:
        """Make an onderzoek of a dienst that began at ``started``."""
        nieuw = builders.new_id()
        omgezet = b.DienstOmgezet(
            dienst_id=dienst_id,
            nieuwe_dienst_id=nieuw,
            melding_id=melding_id,
            gemeente_code=self.gemeente_code,
            reden=OmzetReden.GEEN_MEDEWERKING,
            omgezet_op=at,
        )
        gestart = DienstGestart(
            dienst_id=nieuw,
            melding_id=melding_id,
            gemeente_code=self.gemeente_code,
            soort=DienstSoort.ONDERZOEK,
            gestart_op=started,
            ontvangen_op=received,
        )
        self.add(omgezet, at)
        self.add(gestart, at)
        return nieuw

    def voorwaarde(self, melding_id: UUID, at: datetime, dag: date) -> UUID:
        voorwaarde_id = builders.new_id()
        payload = b.VoorwaardeGesteld(
            voorwaarde_id=voorwaarde_id,
            dienst_id=melding_id,
            melding_id=melding_id,
            gemeente_code=self.gemeente_code,
            gesteld_op=at,
            controle_dag=dag,
        )
        self.add(payload, at)
        return voorwaarde_id

    def volg(self, melding_id: UUID, voorwaarde_id: UUID, at: datetime, dag: date | None = None) -> None:
        payload = VoorwaardeGevolgd(
            controle_id=builders.new_id(),
            voorwaarde_id=voorwaarde_id,
            dienst_id=melding_id,
            overdracht_id=melding_id,
            melding_id=melding_id,
            gemeente_code=self.gemeente_code,
            status=VoorwaardeStatus.NAGEKOMEN,
            nagegaan_op=at,
            controle_dag=dag,
        )
        self.add(payload, at)

    def ga_na(
        self,
        melding_id: UUID,
        voorwaarde_id: UUID,
        at: datetime,
        dag: date | None,
        status: VoorwaardeStatus = VoorwaardeStatus.NAGEKOMEN,
    ) -> None:
        payload = b.VoorwaardeNagegaan(
            voorwaarde_id=voorwaarde_id,
            dienst_id=melding_id,
            melding_id=melding_id,
            gemeente_code=self.gemeente_code,
            status=status,
            nagegaan_op=at,
            controle_dag=dag,
        )
        self.add(payload, at)

    def vto(self, melding_id: UUID, at: datetime) -> UUID:
        vto_id = builders.new_id()
        payload = b.VerzoekTotOnderzoekGedaan(
            vto_id=vto_id, melding_id=melding_id, gemeente_code=self.gemeente_code, gedaan_op=at
        )
        self.add(payload, at)
        return vto_id

    def vto_gemeld(self, melding_id: UUID, vto_id: UUID, at: datetime, aan: VtoGemeldAan) -> None:
        self.add(b.VerzoekTotOnderzoekGemeld(vto_id=vto_id, melding_id=melding_id, aan=aan, gemeld_op=at), at)

    def raad(
        self, melding_id: UUID, vto_id: UUID, at: datetime, status: VtoStatus, resultaat: VtoResultaat | None = None
    ) -> None:
        payload = b.VerzoekTotOnderzoekBeantwoord(
            vto_id=vto_id,
            melding_id=melding_id,
            gemeente_code=self.gemeente_code,
            status=status,
            resultaat=resultaat,
            ontvangen_op=at,
        )
        self.add(payload, at)

    def consult(self, melding_id: UUID, at: datetime) -> None:
        payload = b.ConsultVastgelegd(
            consult_id=builders.new_id(),
            melding_id=melding_id,
            gemeente_code=self.gemeente_code,
            partij=ConsultPartij.POLITIE,
            tijdstip=at,
        )
        self.add(payload, at)

    def forensisch(self, melding_id: UUID, at: datetime) -> UUID:
        forensisch_id = builders.new_id()
        payload = b.ForensischGevraagd(
            forensisch_id=forensisch_id,
            melding_id=melding_id,
            gemeente_code=self.gemeente_code,
            soort=ForensischSoort.LETSELONDERZOEK,
            gevraagd_op=at,
        )
        self.add(payload, at)
        return forensisch_id

    def forensisch_af(self, melding_id: UUID, forensisch_id: UUID, at: datetime, einde: ForensischEinde) -> None:
        payload = b.ForensischAfgerond(
            forensisch_id=forensisch_id,
            melding_id=melding_id,
            soort=ForensischSoort.LETSELONDERZOEK,
            einde=einde,
            afgerond_op=at,
        )
        self.add(payload, at)

    def screen(self, melding_id: UUID, at: datetime, *, geadviseerd: bool = True) -> UUID:
        huisverbod_id = builders.new_id()
        payload = b.HuisverbodGescreend(
            huisverbod_id=huisverbod_id,
            melding_id=melding_id,
            gemeente_code=self.gemeente_code,
            geadviseerd=geadviseerd,
            op_verzoek=not geadviseerd,
            kindermishandeling=geadviseerd,
            gescreend_op=at,
        )
        self.add(payload, at)
        return huisverbod_id

    def leg_op(self, melding_id: UUID, at: datetime, huisverbod_id: UUID | None = None) -> UUID:
        huisverbod_id = huisverbod_id or builders.new_id()
        payload = b.HuisverbodOpgelegd(
            huisverbod_id=huisverbod_id, melding_id=melding_id, gemeente_code=self.gemeente_code, opgelegd_op=at
        )
        self.add(payload, at)
        return huisverbod_id

    def adviseer(self, melding_id: UUID, huisverbod_id: UUID, at: datetime) -> None:
        payload = b.HuisverbodAdviesGegeven(huisverbod_id=huisverbod_id, melding_id=melding_id, gegeven_op=at)
        self.add(payload, at)

    def verleng(self, melding_id: UUID, huisverbod_id: UUID, at: datetime, dagen: int) -> None:
        payload = b.HuisverbodVerlengd(huisverbod_id=huisverbod_id, melding_id=melding_id, dagen=dagen, verlengd_op=at)
        self.add(payload, at)

    def beeindig(
        self, melding_id: UUID, huisverbod_id: UUID, at: datetime, einde: HuisverbodEinde = HuisverbodEinde.AFGELOPEN
    ) -> None:
        payload = b.HuisverbodBeeindigd(
            huisverbod_id=huisverbod_id, melding_id=melding_id, einde=einde, beeindigd_op=at
        )
        self.add(payload, at)

    def aware(self, melding_id: UUID, at: datetime, dag: date) -> UUID:
        aware_id = builders.new_id()
        payload = b.AwareVerleend(
            aware_id=aware_id,
            melding_id=melding_id,
            gemeente_code=self.gemeente_code,
            verleend_op=at,
            evaluatie_dag=dag,
        )
        self.add(payload, at)
        return aware_id

    def aware_verlengd(self, melding_id: UUID, aware_id: UUID, at: datetime, dag: date) -> None:
        payload = b.AwareVerlengd(aware_id=aware_id, melding_id=melding_id, verlengd_op=at, evaluatie_dag=dag)
        self.add(payload, at)

    def aware_af(self, melding_id: UUID, aware_id: UUID, at: datetime) -> None:
        self.add(b.AwareBeeindigd(aware_id=aware_id, melding_id=melding_id, beeindigd_op=at), at)

    def opgeschaald(self, melding_id: UUID, at: datetime) -> UUID:
        opschaling_id = builders.new_id()
        payload = b.OpschalingGestart(
            opschaling_id=opschaling_id,
            melding_id=melding_id,
            gemeente_code=self.gemeente_code,
            soort=OpschalingSoort.MDO,
            gestart_op=at,
        )
        self.add(payload, at)
        return opschaling_id

    def opschaling_af(self, melding_id: UUID, opschaling_id: UUID, at: datetime) -> None:
        payload = b.OpschalingBeeindigd(
            opschaling_id=opschaling_id, melding_id=melding_id, soort=OpschalingSoort.MDO, beeindigd_op=at
        )
        self.add(payload, at)

    def actie(self, melding_id: UUID, opschaling_id: UUID, at: datetime, dag: date) -> UUID:
        actie_id = builders.new_id()
        payload = b.ActieAfgesproken(
            actie_id=actie_id,
            opschaling_id=opschaling_id,
            melding_id=melding_id,
            gemeente_code=self.gemeente_code,
            afgesproken_op=at,
            uiterlijk_dag=dag,
        )
        self.add(payload, at)
        return actie_id

    def actie_af(
        self, melding_id: UUID, opschaling_id: UUID, actie_id: UUID, at: datetime, *, gedaan: bool = True
    ) -> None:
        payload = b.ActieAfgerond(
            actie_id=actie_id, opschaling_id=opschaling_id, melding_id=melding_id, gedaan=gedaan, afgerond_op=at
        )
        self.add(payload, at)

    def stel_uit(
        self, melding_id: UUID, nummer: int, at: datetime, reden: UitstelReden = UitstelReden.VEILIGHEID
    ) -> None:
        payload = b.InformerenUitgesteld(
            melding_id=melding_id, gemeente_code=self.gemeente_code, nummer=nummer, reden=reden, uitgesteld_op=at
        )
        self.add(payload, at)


@dataclass
class _Play:
    """Ways in which something is done with one melding, each at random moments."""

    chain: TreatedChain
    rnd: random.Random
    melding: UUID
    dossier: UUID
    start: datetime

    def soon(self) -> datetime:
        return self.start.astimezone(UTC) + timedelta(hours=self.rnd.randrange(1, 24 * 40))

    def day(self) -> date:
        return amsterdam_day(self.soon())

    def own(self) -> None:
        for _ in range(self.rnd.randrange(4)):
            self.rnd.choice([self.chain.toegewezen, self.chain.vrijgegeven])(self.melding, self.dossier, self.soon())

    def look(self) -> None:
        for _ in range(self.rnd.randrange(4)):
            self.chain.gekeken(self.melding, self.dossier, self.soon())
            self.chain.gepland(self.melding, self.dossier, self.soon(), self.day())

    def ask(self) -> None:
        verzoek = self.chain.vraag(self.melding, self.soon())
        if self.rnd.random() < 0.7:
            self.chain.antwoord(self.melding, verzoek, self.soon(), self.rnd.choice(list(InformatieverzoekEinde)))
        self.chain.consult(self.melding, self.soon())

    def explain(self) -> None:
        for _ in range(2):
            reden = self.rnd.choice(list(VertragingReden))
            self.chain.verklaar(self.melding, self.dossier, self.soon(), TermijnSoort.VEILIGHEIDSBEOORDELING, reden)

    def demand(self) -> None:
        voorwaarde = self.chain.voorwaarde(self.melding, self.soon(), self.day())
        for _ in range(self.rnd.randrange(3)):
            dag = self.rnd.choice([None, self.day()])
            self.chain.ga_na(self.melding, voorwaarde, self.soon(), dag, self.rnd.choice(list(VoorwaardeStatus)))

    def raad(self) -> None:
        vto = self.chain.vto(self.melding, self.soon())
        for aan in self.rnd.sample(list(VtoGemeldAan), self.rnd.randrange(3)):
            self.chain.vto_gemeld(self.melding, vto, self.soon(), aan)
        for status in self.rnd.sample(list(VtoStatus), self.rnd.randrange(3)):
            self.chain.raad(self.melding, vto, self.soon(), status, self.rnd.choice([None, *VtoResultaat]))

    def doctor(self) -> None:
        asked = self.chain.forensisch(self.melding, self.soon())
        if self.rnd.random() < 0.7:
            self.chain.forensisch_af(self.melding, asked, self.soon(), self.rnd.choice(list(ForensischEinde)))

    def ban(self) -> None:
        huisverbod = self.chain.screen(self.melding, self.soon(), geadviseerd=self.rnd.random() < 0.5)
        if self.rnd.random() < 0.6:
            self.chain.leg_op(self.melding, self.soon(), huisverbod)
        if self.rnd.random() < 0.5:
            self.chain.adviseer(self.melding, huisverbod, self.soon())
        for _ in range(self.rnd.randrange(3)):
            self.chain.verleng(self.melding, huisverbod, self.soon(), self.rnd.randrange(1, 40))
        if self.rnd.random() < 0.7:
            self.chain.beeindig(self.melding, huisverbod, self.soon(), self.rnd.choice(list(HuisverbodEinde)))

    def button(self) -> None:
        aware = self.chain.aware(self.melding, self.soon(), self.day())
        for _ in range(self.rnd.randrange(3)):
            self.chain.aware_verlengd(self.melding, aware, self.soon(), self.day())
        if self.rnd.random() < 0.6:
            self.chain.aware_af(self.melding, aware, self.soon())

    def table(self) -> None:
        opschaling = self.chain.opgeschaald(self.melding, self.soon())
        actie = self.chain.actie(self.melding, opschaling, self.soon(), self.day())
        if self.rnd.random() < 0.6:
            self.chain.actie_af(self.melding, opschaling, actie, self.soon(), gedaan=self.rnd.random() < 0.7)
        if self.rnd.random() < 0.6:
            self.chain.opschaling_af(self.melding, opschaling, self.soon())

    def later(self) -> None:
        for nummer in range(1, self.rnd.randrange(1, 4)):
            self.chain.stel_uit(self.melding, nummer, self.soon(), self.rnd.choice(list(UitstelReden)))


def play_treatment(chain: TreatedChain, rnd: random.Random, melding: UUID, dossier: UUID, start: datetime) -> None:
    """Let some of everything be done with a melding."""
    play = _Play(chain, rnd, melding, dossier, start)
    parts = [
        *(play.own, play.look, play.ask, play.explain, play.demand, play.raad),
        *(play.doctor, play.ban, play.button, play.table, play.later),
    ]
    for part in rnd.sample(parts, rnd.randrange(6)):
        part()
