"""The facts of what Veilig Thuis itself does with a melding: ids, codes and times, as everywhere.

Each is about one melding, so that it goes where its melding goes when casussen are joined or split. Who is asked, who
sits at a table and whom a ban is about stays in triage.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from shared.events.payloads import Fact
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
from shared.rules.codes import TermijnSoort

# --- who works on it, and when safety is looked at next ----------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class WerkToegewezen(Fact):
    """Open work has an owner, or another one; told under a number (``shared.ids.medewerker_nr``), so without a name.

    Who it is matters to who mails him about his terms. None: it was told before there was a number.
    """

    melding_id: UUID
    dossier_id: UUID
    gemeente_code: str
    toegewezen_op: datetime
    medewerker_nr: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WerkVrijgegeven(Fact):
    """Open work has no owner any more."""

    melding_id: UUID
    dossier_id: UUID
    gemeente_code: str
    vrijgegeven_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class VeiligheidscheckGepland(Fact):
    """Until which day somebody must have looked at the safety of a family again; of several the newest counts."""

    melding_id: UUID
    dossier_id: UUID
    gemeente_code: str
    gepland_op: datetime
    uiterlijk_dag: date


@dataclass(frozen=True, slots=True, kw_only=True)
class VeiligheidscheckGedaan(Fact):
    """Somebody looked at the safety of a family, or spoke with one of them."""

    melding_id: UUID
    dossier_id: UUID
    gemeente_code: str
    gedaan_op: datetime


# --- asking ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class InformatieverzoekGedaan(Fact):
    informatieverzoek_id: UUID
    melding_id: UUID
    gemeente_code: str
    soort: InformatieverzoekSoort
    gedaan_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InformatieverzoekAfgerond(Fact):
    informatieverzoek_id: UUID
    melding_id: UUID
    einde: InformatieverzoekEinde
    afgerond_op: datetime


# --- assessment and dienst ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class VertragingVerklaard(Fact):
    """Why a step is late, or will be; of several about one thing the newest counts."""

    melding_id: UUID
    ref_id: UUID  # the dossier or the dienst
    soort: TermijnSoort
    reden: VertragingReden
    verklaard_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DienstOmgezet(Fact):
    """Voorwaarden en vervolg became an onderzoek, which ``dienst-gestart`` tells; the ten weeks go on."""

    dienst_id: UUID
    nieuwe_dienst_id: UUID
    melding_id: UUID
    gemeente_code: str
    reden: OmzetReden
    omgezet_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class VoorwaardeGesteld(Fact):
    voorwaarde_id: UUID
    dienst_id: UUID
    melding_id: UUID
    gemeente_code: str
    gesteld_op: datetime
    controle_dag: date  # the last day on which it is checked whether it is kept


@dataclass(frozen=True, slots=True, kw_only=True)
class VoorwaardeNagegaan(Fact):
    voorwaarde_id: UUID
    dienst_id: UUID
    melding_id: UUID
    gemeente_code: str
    status: VoorwaardeStatus
    nagegaan_op: datetime
    controle_dag: date | None = None  # when it is checked again


# --- raad, police, OM, doctors -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class VerzoekTotOnderzoekGedaan(Fact):
    """The raad was asked to investigate; the college and the melder must be told."""

    vto_id: UUID
    melding_id: UUID
    gemeente_code: str
    gedaan_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class VerzoekTotOnderzoekGemeld(Fact):
    vto_id: UUID
    melding_id: UUID
    aan: VtoGemeldAan
    gemeld_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class VerzoekTotOnderzoekBeantwoord(Fact):
    """The raad told how far it is, and with the last status what came of it."""

    vto_id: UUID
    melding_id: UUID
    gemeente_code: str
    status: VtoStatus
    resultaat: VtoResultaat | None
    ontvangen_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultVastgelegd(Fact):
    consult_id: UUID
    melding_id: UUID
    gemeente_code: str
    partij: ConsultPartij
    tijdstip: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ForensischGevraagd(Fact):
    forensisch_id: UUID
    melding_id: UUID
    gemeente_code: str
    soort: ForensischSoort
    gevraagd_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ForensischAfgerond(Fact):
    forensisch_id: UUID
    melding_id: UUID
    soort: ForensischSoort
    einde: ForensischEinde
    afgerond_op: datetime


# --- huisverbod --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class HuisverbodGescreend(Fact):
    """Whether a ban is called for was looked at; ``geadviseerd`` says what came of it, imposing is another fact."""

    huisverbod_id: UUID
    melding_id: UUID
    gemeente_code: str
    geadviseerd: bool
    op_verzoek: bool
    kindermishandeling: bool
    gescreend_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HuisverbodOpgelegd(Fact):
    huisverbod_id: UUID
    melding_id: UUID
    gemeente_code: str
    opgelegd_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HuisverbodAdviesGegeven(Fact):
    huisverbod_id: UUID
    melding_id: UUID
    gegeven_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HuisverbodVerlengd(Fact):
    huisverbod_id: UUID
    melding_id: UUID
    dagen: int  # counted from the imposing, all together
    verlengd_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HuisverbodBeeindigd(Fact):
    huisverbod_id: UUID
    melding_id: UUID
    einde: HuisverbodEinde
    beeindigd_op: datetime


# --- AWARE -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class AwareVerleend(Fact):
    aware_id: UUID
    melding_id: UUID
    gemeente_code: str
    verleend_op: datetime
    evaluatie_dag: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AwareVerlengd(Fact):
    """It was looked at again, and goes on until the next look; of several the newest counts."""

    aware_id: UUID
    melding_id: UUID
    verlengd_op: datetime
    evaluatie_dag: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AwareBeeindigd(Fact):
    aware_id: UUID
    melding_id: UUID
    beeindigd_op: datetime


# --- scaling up --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class OpschalingGestart(Fact):
    opschaling_id: UUID
    melding_id: UUID
    gemeente_code: str
    soort: OpschalingSoort
    gestart_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpschalingBeeindigd(Fact):
    """It goes on in the local field: a table is never where a casus ends."""

    opschaling_id: UUID
    melding_id: UUID
    soort: OpschalingSoort
    beeindigd_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ActieAfgesproken(Fact):
    """Somebody at a table will do something by a day; who and what stays in triage."""

    actie_id: UUID
    opschaling_id: UUID
    melding_id: UUID
    gemeente_code: str
    afgesproken_op: datetime
    uiterlijk_dag: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ActieAfgerond(Fact):
    actie_id: UUID
    opschaling_id: UUID
    melding_id: UUID
    gedaan: bool  # False: given up, with a reason
    afgerond_op: datetime


# --- telling people ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class InformerenUitgesteld(Fact):
    """The directbetrokkenen are told later; ``nummer`` counts the postponements of one melding."""

    melding_id: UUID
    gemeente_code: str
    nummer: int
    reden: UitstelReden
    uitgesteld_op: datetime
