"""How a family that waits is kept in sight: when somebody last looked, what he found, and who looks again by when."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from services.triage.domain.dienst import Contact, ContactMet, ContactSoort
from services.triage.domain.toewijzing import Step, ToewijzingActie, Werkstuk, next_status
from services.triage.domain.voorraad import place
from shared.events.behandeling import VeiligheidscheckGedaan, VeiligheidscheckGepland
from shared.events.payloads import Fact
from shared.rules.behandelcodes import VeiligheidscheckUitkomst
from shared.rules.calendar import amsterdam_day
from shared.rules.settings import RuleSettings

# Talking about a family is not seeing it: a professional, an informant or another tells what he saw himself.
_OF_THE_FAMILY = frozenset(
    {ContactMet.SLACHTOFFER, ContactMet.PLEGER, ContactMet.KIND, ContactMet.OUDER, ContactMet.BETROKKENE}
)
_NOTHING: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Veiligheidscheck:
    """One look at the safety of a family, or an attempt at it."""

    id: UUID
    uitkomst: VeiligheidscheckUitkomst
    gedaan_op: datetime
    notitie: str
    volgende_dag: date | None
    door: str


def find_day_faults(dag: date, *, now: datetime, rules: RuleSettings) -> Iterator[str]:
    """Yield in Dutch what is wrong with a day: it has passed, or is so far that nobody would miss the check."""
    today = amsterdam_day(now)
    if dag < today:
        yield "een dag vanaf vandaag"
    if dag > today + timedelta(days=rules.veiligheidscheck_vooruit_dagen_max):
        yield f"een dag binnen {rules.veiligheidscheck_vooruit_dagen_max} dagen"


def plan_check(before: Werkstuk, dag: date, *, now: datetime) -> Step:
    """Agree until which day somebody looks again; the same day again changes nothing."""
    if before.volgende_check == dag:
        return before, ()
    next_status(before.status, ToewijzingActie.CHECK_PLANNEN)
    after = replace(before, volgende_check=dag, versie=before.versie + 1)
    return after, (_gepland(after, dag, now),)


def do_check(before: Werkstuk, check: Veiligheidscheck, *, now: datetime) -> Step:
    """Note a look at safety; an attempt that reached nobody is kept, and stops no clock.

    What it found moves the work: acutely unsafe stands at the top until a later check says otherwise.
    """
    next_status(before.status, ToewijzingActie.VEILIGHEIDSCHECK)
    after, facts = before, _NOTHING
    if check.uitkomst is not VeiligheidscheckUitkomst.NIET_BEREIKT:
        after, facts = _look(_found(before, check), check.gedaan_op)
    if check.volgende_dag is not None and check.volgende_dag != after.volgende_check:
        after = replace(after, volgende_check=check.volgende_dag, versie=after.versie + 1)
        return after, (*facts, _gepland(after, check.volgende_dag, now))
    return after, (*facts, *_still_planned(after, facts, now))


def speak(before: Werkstuk, contact: Contact, *, now: datetime) -> Step:
    """Note a talk in a dienst: one that was really had, with one of the family, counts as a look at it."""
    if contact.soort is not ContactSoort.GESPROKEN or contact.met not in _OF_THE_FAMILY or before.werk is None:
        return before, ()
    after, facts = _look(before, contact.tijdstip)
    return after, (*facts, *_still_planned(after, facts, now))


def _look(before: Werkstuk, moment: datetime) -> Step:
    """Return the work after a look, when it is the newest: what was planned until that day is done by it."""
    if before.laatste_contact_op is not None and moment <= before.laatste_contact_op:
        return before, ()
    planned = before.volgende_check
    done = planned is not None and planned <= amsterdam_day(moment)
    after = replace(before, laatste_contact_op=moment, volgende_check=None if done else planned)
    fact = VeiligheidscheckGedaan(
        melding_id=after.melding_id, dossier_id=after.dossier_id, gemeente_code=after.gemeente_code, gedaan_op=moment
    )
    return after, (fact,)


def _still_planned(after: Werkstuk, facts: tuple[Fact, ...], now: datetime) -> tuple[Fact, ...]:
    """Tell again what stays planned: after a look the clock of who watches begins anew, and must end on that day."""
    return (_gepland(after, after.volgende_check, now),) if facts and after.volgende_check else ()


def _found(before: Werkstuk, check: Veiligheidscheck) -> Werkstuk:
    """Return the work at the place that what was found gives it; only a later check takes back that it was unsafe."""
    werk = before.werk
    if werk is None or (before.onveilig_op is not None and check.gedaan_op < before.onveilig_op):
        return before
    unsafe = check.uitkomst is VeiligheidscheckUitkomst.ACUUT_ONVEILIG
    moved = place(werk.stap, werk.uiterlijk, acuut=True if unsafe else before.acuut, structureel=before.structureel)
    return replace(before, werk=moved, onveilig_op=check.gedaan_op if unsafe else None)


def _gepland(after: Werkstuk, dag: date, now: datetime) -> VeiligheidscheckGepland:
    return VeiligheidscheckGepland(
        melding_id=after.melding_id,
        dossier_id=after.dossier_id,
        gemeente_code=after.gemeente_code,
        gepland_op=now,
        uiterlijk_dag=dag,
    )
