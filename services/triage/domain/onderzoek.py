"""What is done in a dienst to find out what is going on: the plan, informants, findings, and why it takes longer."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from services.triage.domain.dienst import Betrokkene, Contact, ContactSoort, Dienst, DienstActie, rest_upon
from services.triage.domain.voorraad import due_conclusie
from shared.events.behandeling import VertragingVerklaard
from shared.rules.behandelcodes import BevindingOordeel, VertragingReden
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import Conclusie, Relatie, TermijnSoort, Vorm
from shared.rules.deadlines import format_day
from shared.rules.routing import RUST_OP, Verhouding, compare_bevinding
from shared.rules.settings import RuleSettings, TenWeeksAnchor

# For the letter in which the family hears that what was suspected is refuted (Wmo 2015, paragraph 5.3). Level B1.
VERNIETIGING_TEKST = (
    "Wij hebben onderzocht of er bij u thuis sprake is van geweld, mishandeling of verwaarlozing. Dat is niet zo. "
    "Wij bewaren uw gegevens zo lang als de wet dat zegt. U mag ons vragen om uw dossier te vernietigen. Als u dat "
    "vraagt, vernietigen wij uw dossier. Wij kunnen de gegevens daarna niet meer terughalen. Vraagt u niets, dan "
    "bewaren wij uw dossier. U kunt het ons ook later nog vragen. Dat mag met een brief of een e-mail aan Veilig Thuis."
)


# --- the plan ----------------------------------------------------------------------------------------------------


class InformantSoort(StrEnum):
    """What kind of informant somebody is; who it is stays sealed."""

    HUISARTS = "huisarts"
    JEUGDGEZONDHEIDSZORG = "jeugdgezondheidszorg"
    ZIEKENHUIS = "ziekenhuis"
    GGZ = "ggz"
    SCHOOL = "school"
    KINDEROPVANG = "kinderopvang"
    LOKAAL_TEAM = "lokaal-team"
    JEUGDHULP = "jeugdhulp"
    GECERTIFICEERDE_INSTELLING = "gecertificeerde-instelling"
    POLITIE = "politie"
    NETWERK = "netwerk"
    ANDERS = "anders"


@dataclass(frozen=True, slots=True)
class GeplandeInformant:
    soort: InformantSoort
    wie: str | None = None


@dataclass(frozen=True, slots=True)
class GeplandMoment:
    dag: date
    wat: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What must be found out, with whom is spoken, who is asked, when, and who sees to it."""

    doelen: tuple[str, ...]
    vragen: tuple[str, ...]
    spreken: tuple[Betrokkene, ...]
    informanten: tuple[GeplandeInformant, ...]
    momenten: tuple[GeplandMoment, ...]
    eigenaar: str


@dataclass(frozen=True, slots=True)
class PlanVersie:
    nummer: int  # the first plan of a dienst is 1
    opgesteld_op: datetime
    plan: Plan


def draw_up(
    before: Dienst, latest: PlanVersie | None, plan: Plan, *, now: datetime
) -> tuple[Dienst, PlanVersie | None]:
    """Draw up the plan, or a next version of it; the same plan again changes nothing. Raises ``OutOfOrderError``."""
    if latest is not None and latest.plan == plan:
        return before, None
    return rest_upon(before, DienstActie.PLAN), PlanVersie(latest.nummer + 1 if latest else 1, now, plan)


# --- who was spoken ----------------------------------------------------------------------------------------------


class Bereik(StrEnum):
    """How far somebody was reached; the first that holds."""

    GESPROKEN = "gesproken"
    GEWEIGERD = "geweigerd"
    GEPROBEERD = "geprobeerd"
    NIET_BENADERD = "niet-benaderd"


_REACHED: Mapping[ContactSoort, Bereik] = MappingProxyType(
    {
        ContactSoort.GESPROKEN: Bereik.GESPROKEN,
        ContactSoort.GEWEIGERD: Bereik.GEWEIGERD,
        ContactSoort.GEPROBEERD: Bereik.GEPROBEERD,
    }
)


@dataclass(frozen=True, slots=True)
class BetrokkeneOverzicht:
    """Whether one of the directbetrokkenen was spoken, how often it was tried, and when last."""

    betrokkene: Betrokkene
    bereik: Bereik
    gesproken: int
    geprobeerd: int
    geweigerd: int
    laatste_op: datetime | None


def overview(betrokkenen: Iterable[Betrokkene], contacten: Sequence[Contact]) -> tuple[BetrokkeneOverzicht, ...]:
    """Return of each person whether he was spoken: also of those whom nobody approached."""
    named = {one.betrokkene for one in contacten if one.betrokkene is not None}
    everybody = sorted({*betrokkenen, *named})
    return tuple(_overview(one, [contact for contact in contacten if contact.betrokkene == one]) for one in everybody)


def _overview(betrokkene: Betrokkene, contacten: Sequence[Contact]) -> BetrokkeneOverzicht:
    kinds = [contact.soort for contact in contacten]
    reached = {_REACHED[soort] for soort in kinds}
    return BetrokkeneOverzicht(
        betrokkene,
        next((bereik for bereik in Bereik if bereik in reached), Bereik.NIET_BENADERD),
        gesproken=kinds.count(ContactSoort.GESPROKEN),
        geprobeerd=kinds.count(ContactSoort.GEPROBEERD),
        geweigerd=kinds.count(ContactSoort.GEWEIGERD),
        laatste_op=max((contact.tijdstip for contact in contacten), default=None),
    )


# --- informants --------------------------------------------------------------------------------------------------


class Bevestiging(StrEnum):
    """Whether an informant confirmed what was written down of his words."""

    JA = "ja"
    NEE = "nee"
    NIET_GEVRAAGD = "niet-gevraagd"


@dataclass(frozen=True, slots=True)
class InformantOpgave:
    """What an informant told, as the professional wrote it down.

    Veilig Thuis may ask without consent for its statutory task, and then says why it did.
    """

    soort: InformantSoort
    organisatie: str | None
    naam: str | None
    toestemming: bool
    motivering_zonder_toestemming: str | None
    tijdstip: datetime
    mededeling: str
    bevestigd: Bevestiging


@dataclass(frozen=True, slots=True)
class Informant:
    id: UUID
    opgave: InformantOpgave
    versie: int = 1


def find_informant_faults(opgave: InformantOpgave) -> Iterator[tuple[str, str]]:
    """Yield what is missing, as a JSON pointer and a Dutch sentence."""
    if not opgave.toestemming and opgave.motivering_zonder_toestemming is None:
        yield "/motiveringZonderToestemming", "zonder toestemming is een motivering nodig"


def confirm(before: Informant, bevestigd: Bevestiging) -> Informant:
    """Return an informant with whether he confirmed his words; the same again changes nothing."""
    if before.opgave.bevestigd is bevestigd:
        return before
    return replace(before, opgave=replace(before.opgave, bevestigd=bevestigd), versie=before.versie + 1)


# --- findings ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Vermoeden:
    """Of whom what is suspected: between whom, and in which form."""

    betrokkene: Betrokkene
    relatie: Relatie
    vorm: Vorm


@dataclass(frozen=True, slots=True)
class Bevinding:
    """What was found of one suspicion, and on what that rests."""

    id: UUID
    vermoeden: Vermoeden
    oordeel: BevindingOordeel
    onderbouwing: str
    vastgesteld_op: datetime
    versie: int = 1


def revise(before: Bevinding, oordeel: BevindingOordeel, onderbouwing: str, *, now: datetime) -> Bevinding:
    """Return a finding as it is judged now; the same judgement on the same basis changes nothing."""
    if (before.oordeel, before.onderbouwing) == (oordeel, onderbouwing):
        return before
    return replace(before, oordeel=oordeel, onderbouwing=onderbouwing, vastgesteld_op=now, versie=before.versie + 1)


def warnings_of(conclusie: Conclusie, oordelen: Sequence[BevindingOordeel]) -> tuple[str, ...]:
    """Return in Dutch what somebody should look at twice in a conclusie that was taken."""
    found: list[str] = []
    wanted = RUST_OP[conclusie]
    if wanted is not None and wanted not in oordelen:
        found.append(f"De conclusie is '{conclusie}', maar geen enkele bevinding is '{wanted}'.")
    open_still = {one for one in oordelen if compare_bevinding(conclusie, one) is Verhouding.WAARSCHUWT}
    found += [f"De conclusie is '{conclusie}', maar er is een bevinding '{one}'." for one in sorted(open_still)]
    return tuple(found)


# --- time --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Vertraging:
    """Why a step is late, or will be; ``ref_id`` is the dossier or the dienst."""

    id: UUID
    ref_id: UUID
    soort: TermijnSoort
    reden: VertragingReden
    toelichting: str
    verklaard_op: datetime


def explain_delay(
    earlier: Sequence[Vertraging], new: Vertraging, *, melding_id: UUID
) -> tuple[Vertraging, tuple[VertragingVerklaard, ...]]:
    """Explain a delay, before or after the term; what was said last about the same term, again, is one."""
    latest = next((one for one in reversed(earlier) if one.soort is new.soort), None)
    if latest is not None and (latest.reden, latest.toelichting) == (new.reden, new.toelichting):
        return latest, ()
    fact = VertragingVerklaard(
        melding_id=melding_id, ref_id=new.ref_id, soort=new.soort, reden=new.reden, verklaard_op=new.verklaard_op
    )
    return new, (fact,)


_ANDERS: Mapping[TenWeeksAnchor, TenWeeksAnchor] = MappingProxyType(
    {
        TenWeeksAnchor.BESLUIT: TenWeeksAnchor.ONTVANGST,
        TenWeeksAnchor.ONTVANGST: TenWeeksAnchor.BESLUIT,
    }
)
_ANKER_ZIN: Mapping[TenWeeksAnchor, str] = MappingProxyType(
    {
        TenWeeksAnchor.BESLUIT: "het besluit op de veiligheidsbeoordeling",
        TenWeeksAnchor.ONTVANGST: "de ontvangst van de melding (of de heropening)",
    }
)


@dataclass(frozen=True, slots=True)
class Lezing:
    """The ten weeks by one reading of where they begin, and what that means."""

    uiterlijk: datetime
    uitleg: str


def other_reading(dienst: Dienst, geopend_op: datetime, rules: RuleSettings) -> Lezing:
    """Return the end of the ten weeks by the reading that the region did not choose."""
    other = _ANDERS[rules.ten_weeks_anchor]
    uiterlijk = due_conclusie(
        dienst.soort,
        geopend_op=geopend_op,
        gestart_op=dienst.gestart_op,
        rules=replace(rules, ten_weeks_anchor=other),
    )
    last = format_day(amsterdam_day(uiterlijk - timedelta(microseconds=1)))
    return Lezing(
        uiterlijk,
        f"De Regiovisie noemt tien weken zonder begin. Deze regio telt vanaf {_ANKER_ZIN[rules.ten_weeks_anchor]}. "
        f"Geteld vanaf {_ANKER_ZIN[other]} is {last} de laatste dag.",
    )


# --- the right to destruction ------------------------------------------------------------------------------------


class AanbodWijze(StrEnum):
    """How somebody was pointed to his right to have the file destroyed."""

    BRIEF = "brief"
    GESPREK = "gesprek"
    TELEFOON = "telefoon"
    E_MAIL = "e-mail"


@dataclass(frozen=True, slots=True)
class Aanbod:
    """That one of the directbetrokkenen was pointed to his right to have the file destroyed."""

    id: UUID
    betrokkene: Betrokkene
    moment: datetime
    wijze: AanbodWijze
