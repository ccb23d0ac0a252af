"""A dienst, its veiligheidsvoorwaarden and its omzetting: as tables, as decisions, and as long random lives."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.triage.domain import dienst as diensten
from services.triage.domain import onderzoek, voorwaarden
from services.triage.domain.dienst import (
    Betrokkene,
    ConclusieOpgave,
    Contact,
    ContactMet,
    ContactSoort,
    Dienst,
    DienstActie,
    DienstStatus,
    OmzettingOpgave,
    Oordeel,
)
from services.triage.domain.errors import OutOfOrderError
from services.triage.domain.onderzoek import (
    Bereik,
    Bevestiging,
    Bevinding,
    Informant,
    InformantOpgave,
    InformantSoort,
    Plan,
    PlanVersie,
    Vermoeden,
    Vertraging,
)
from services.triage.domain.voorraad import due_conclusie
from services.triage.domain.voorwaarden import (
    ControleOpgave,
    Instemming,
    Instemt,
    Veiligheidsvoorwaarde,
    VoorwaardeActie,
    VoorwaardeOpgave,
)
from shared.events.behandeling import DienstOmgezet, VoorwaardeGesteld, VoorwaardeNagegaan
from shared.events.payloads import DienstAfgerond, DienstGestart, Fact
from shared.rules.behandelcodes import BevindingOordeel, OmzetReden, VertragingReden, VoorwaardeStatus
from shared.rules.codes import Conclusie, DienstSoort, Relatie, TermijnSoort, Vorm
from shared.rules.routing import BEVINDINGEN, CONCLUSIES, RUST_OP, RoutingError, Verhouding
from shared.rules.settings import DEFAULT_SETTINGS, RuleSettings, TenWeeksAnchor

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RECEIVED = NOW - timedelta(weeks=1)
LATER = NOW + timedelta(weeks=3)
MELDING = UUID(int=2)
OMZETTING = OmzettingOpgave(OmzetReden.GEEN_MEDEWERKING, "niemand doet open")
VOORWAARDE = VoorwaardeOpgave("een tweede volwassene", "oma", "huisbezoek", date(2026, 4, 1), None)
PLAN = Plan(("is het veilig",), (), (Betrokkene(MELDING, 0),), (), (), "ik")


def started(soort: DienstSoort = DienstSoort.VOORWAARDEN_EN_VERVOLG) -> Dienst:
    return Dienst(
        id=UUID(int=9),
        dossier_id=UUID(int=1),
        melding_id=MELDING,
        casus_id=UUID(int=3),
        gemeente_code="0599",
        soort=soort,
        status=DienstStatus.OPEN,
        gestart_op=NOW,
        uiterlijk=due_conclusie(soort, geopend_op=RECEIVED, gestart_op=NOW, rules=DEFAULT_SETTINGS),
        versie=1,
    )


def convert(before: Dienst, opgave: OmzettingOpgave = OMZETTING) -> tuple[Dienst, Dienst | None, tuple[Fact, ...]]:
    return diensten.convert(before, opgave, nieuwe_dienst_id=UUID(int=10), geopend_op=RECEIVED, now=LATER)


def conclude(
    before: Dienst, conclusie: Conclusie, *oordelen: BevindingOordeel
) -> tuple[Dienst, tuple[DienstAfgerond, ...]]:
    found = [Oordeel(UUID(int=100 + number), one) for number, one in enumerate(oordelen)]
    opgave = ConclusieOpgave(conclusie, "gewogen")
    return diensten.conclude(before, opgave, aantal_voorwaarden=1, now=NOW, oordelen=found)


def in_state(status: DienstStatus) -> Dienst:
    match status:
        case DienstStatus.OPEN:
            return started()
        case DienstStatus.AFGEROND:
            return conclude(started(DienstSoort.ONDERZOEK), Conclusie.WEERLEGD)[0]
        case DienstStatus.OMGEZET:
            return convert(started())[0]


# --- the machine of a dienst -------------------------------------------------------------------------------------


def after(before: Dienst, actie: DienstActie) -> DienstStatus | None:  # noqa: PLR0911, one return a step
    """Return the state to which a step really leads, or None when it is refused."""
    try:
        match actie:
            case DienstActie.CONTACT:
                return diensten.add_contact(before).status
            case DienstActie.VEILIGHEIDSVOORWAARDE:
                return voorwaarden.pose(before, VOORWAARDE, voorwaarde_id=UUID(int=5), now=NOW)[0].status
            case DienstActie.PLAN:
                return onderzoek.draw_up(before, None, PLAN, now=NOW)[0].status
            case DienstActie.OMZETTING:
                return convert(before, OmzettingOpgave(OmzetReden.ALSNOG_ONDUIDELIJK, "anders"))[0].status
            case DienstActie.CONCLUSIE:
                conclusie = (
                    Conclusie.VOORWAARDEN_VASTGESTELD
                    if before.soort is DienstSoort.VOORWAARDEN_EN_VERVOLG
                    else Conclusie.BEVESTIGD
                )
                return conclude(before, conclusie)[0].status
            case DienstActie.VERNIETIGINGSAANBIEDING:
                diensten.check_aanbod(before)
                return before.status
            case DienstActie.BEVINDING:
                return diensten.rest_upon(before, actie).status
            case DienstActie.INFORMANT | DienstActie.VERTRAGING:
                return diensten.next_status(before.status, actie)
    except OutOfOrderError:
        return None


def test_the_table_of_a_dienst_names_every_state_with_every_step() -> None:
    assert set(diensten.TRANSITIONS) == set(product(DienstStatus, DienstActie))
    assert set(diensten.MAY_NOW) == set(DienstStatus)


@pytest.mark.parametrize(("status", "actie"), list(product(DienstStatus, DienstActie)))
def test_each_step_in_a_dienst_does_what_the_table_says(status: DienstStatus, actie: DienstActie) -> None:
    assert after(in_state(status), actie) == diensten.TRANSITIONS[status, actie]


@pytest.mark.parametrize(("status", "actie"), [pair for pair, to in diensten.TRANSITIONS.items() if to is None])
def test_a_refused_step_says_what_may_be_done_now(status: DienstStatus, actie: DienstActie) -> None:
    with pytest.raises(OutOfOrderError) as refused:
        diensten.next_status(status, actie)

    assert refused.value.reden_nl == diensten.MAY_NOW[status]


# --- going on as an onderzoek ------------------------------------------------------------------------------------


def test_an_onderzoek_that_was_voorwaarden_en_vervolg_gets_no_day_more() -> None:
    before = started()

    ended, new, facts = convert(before)

    assert new is not None
    assert (new.gestart_op, new.uiterlijk, new.vorige_dienst_id) == (before.gestart_op, before.uiterlijk, before.id)
    assert (ended.status, new.status, new.soort) == (DienstStatus.OMGEZET, DienstStatus.OPEN, DienstSoort.ONDERZOEK)
    assert (ended.versie, new.versie) == (2, 1)
    omgezet, gestart = facts
    assert isinstance(omgezet, DienstOmgezet)
    assert isinstance(gestart, DienstGestart)
    assert (omgezet.dienst_id, omgezet.nieuwe_dienst_id, gestart.dienst_id) == (before.id, new.id, new.id)
    assert (gestart.gestart_op, gestart.ontvangen_op) == (before.gestart_op, RECEIVED)
    assert diensten.ended_at(ended) == omgezet.omgezet_op == LATER
    assert convert(ended) == (ended, None, ())


@pytest.mark.parametrize("soort", [DienstSoort.ONDERZOEK, DienstSoort.REGIONAAL_MAATWERK])
def test_only_voorwaarden_en_vervolg_can_be_converted(soort: DienstSoort) -> None:
    with pytest.raises(OutOfOrderError, match="Alleen voorwaarden en vervolg"):
        convert(started(soort))


# --- the conclusie and the findings -------------------------------------------------------------------------------


def test_both_tables_of_findings_name_every_conclusie() -> None:
    assert set(BEVINDINGEN) == set(product(Conclusie, BevindingOordeel))
    assert set(RUST_OP) == set(Conclusie)


@pytest.mark.parametrize(("conclusie", "oordeel"), list(BEVINDINGEN))
def test_a_conclusie_against_a_finding_is_refused_and_says_which(
    conclusie: Conclusie, oordeel: BevindingOordeel
) -> None:
    soort = min(CONCLUSIES[conclusie].diensten)

    if BEVINDINGEN[conclusie, oordeel] is Verhouding.BOTST:
        with pytest.raises(OutOfOrderError, match=str(UUID(int=100))):
            conclude(started(soort), conclusie, oordeel)
    else:
        assert conclude(started(soort), conclusie, oordeel)[0].status is DienstStatus.AFGEROND


def test_nothing_confirmed_hides_in_a_conclusie_that_offers_destruction() -> None:
    for conclusie, regel in CONCLUSIES.items():
        if regel.biedt_vernietiging_aan:
            assert BEVINDINGEN[conclusie, BevindingOordeel.BEVESTIGD] is Verhouding.BOTST
            assert BEVINDINGEN[conclusie, BevindingOordeel.NIET_BEVESTIGD] is not Verhouding.PAST


def test_what_should_be_looked_at_twice_is_said_with_the_conclusie() -> None:
    confirmed, refuted = BevindingOordeel.BEVESTIGD, BevindingOordeel.WEERLEGD
    left_open = BevindingOordeel.NIET_BEVESTIGD

    assert onderzoek.warnings_of(Conclusie.BEVESTIGD, [confirmed, refuted]) == ()
    assert onderzoek.warnings_of(Conclusie.WEERLEGD, [refuted]) == ()
    (none,) = onderzoek.warnings_of(Conclusie.BEVESTIGD, [])
    (still,) = onderzoek.warnings_of(Conclusie.WEERLEGD, [refuted, left_open, left_open])
    assert "geen enkele bevinding" in none
    assert "'niet-bevestigd'" in still


def test_destruction_is_offered_after_weerlegd_only() -> None:
    refuted = conclude(started(DienstSoort.ONDERZOEK), Conclusie.WEERLEGD)[0]
    confirmed = conclude(started(DienstSoort.ONDERZOEK), Conclusie.BEVESTIGD)[0]

    diensten.check_aanbod(refuted)
    with pytest.raises(OutOfOrderError, match="hoort bij 'weerlegd'"):
        diensten.check_aanbod(confirmed)
    assert not diensten.offers_destruction(started())


def test_a_finding_is_revised_and_the_same_again_is_one() -> None:
    vermoeden = Vermoeden(Betrokkene(MELDING, 0), Relatie.PARTNERGEWELD, Vorm.FYSIEK)
    before = Bevinding(UUID(int=4), vermoeden, BevindingOordeel.BEVESTIGD, "gezien", NOW)
    later = NOW + timedelta(days=1)

    same = onderzoek.revise(before, BevindingOordeel.BEVESTIGD, "gezien", now=later)
    other = onderzoek.revise(before, BevindingOordeel.WEERLEGD, "gezien", now=later)

    assert same is before
    assert (other.oordeel, other.versie, other.vastgesteld_op) == (BevindingOordeel.WEERLEGD, 2, later)


# --- the plan, informants, who was spoken -------------------------------------------------------------------------


def test_a_plan_gets_a_next_version_and_the_same_plan_again_is_one() -> None:
    first, version = onderzoek.draw_up(started(), None, PLAN, now=NOW)
    assert version is not None
    second, next_version = onderzoek.draw_up(first, version, replace(PLAN, eigenaar="jij"), now=NOW)

    assert (first.versie, version.nummer) == (2, 1)
    assert next_version == PlanVersie(2, NOW, replace(PLAN, eigenaar="jij"))
    assert second.versie == 3
    assert onderzoek.draw_up(first, version, PLAN, now=NOW) == (first, None)


def informant(*, toestemming: bool, motivering: str | None) -> InformantOpgave:
    return InformantOpgave(
        InformantSoort.HUISARTS, None, None, toestemming, motivering, NOW, "rustig", Bevestiging.NIET_GEVRAAGD
    )


def test_an_informant_without_consent_asks_for_a_motivering() -> None:
    (missing,) = onderzoek.find_informant_faults(informant(toestemming=False, motivering=None))

    assert missing[0] == "/motiveringZonderToestemming"
    assert not list(onderzoek.find_informant_faults(informant(toestemming=False, motivering="gevaar")))
    assert not list(onderzoek.find_informant_faults(informant(toestemming=True, motivering=None)))


def test_an_informant_confirms_his_words_once() -> None:
    before = Informant(UUID(int=6), informant(toestemming=True, motivering=None))

    confirmed = onderzoek.confirm(before, Bevestiging.JA)

    assert (confirmed.opgave.bevestigd, confirmed.versie) == (Bevestiging.JA, 2)
    assert onderzoek.confirm(confirmed, Bevestiging.JA) is confirmed


def test_of_each_person_it_is_shown_how_far_he_was_reached() -> None:
    people = [Betrokkene(MELDING, nr) for nr in range(4)]

    def contact(soort: ContactSoort, nr: int | None, hours: int) -> Contact:
        who = None if nr is None else Betrokkene(MELDING, nr)
        return Contact(UUID(int=hours), soort, ContactMet.OUDER, NOW + timedelta(hours=hours), None, who)

    shown = onderzoek.overview(
        people[:3],
        [
            contact(ContactSoort.GEPROBEERD, 0, 1),
            contact(ContactSoort.GEPROBEERD, 0, 2),
            contact(ContactSoort.GESPROKEN, 0, 3),
            contact(ContactSoort.GEPROBEERD, 1, 4),
            contact(ContactSoort.GEWEIGERD, 1, 5),
            contact(ContactSoort.GEPROBEERD, 3, 6),
            contact(ContactSoort.GESPROKEN, None, 7),
        ],
    )

    reached = [Bereik.GESPROKEN, Bereik.GEWEIGERD, Bereik.NIET_BENADERD, Bereik.GEPROBEERD]
    assert [one.bereik for one in shown] == reached
    assert [(one.gesproken, one.geprobeerd, one.geweigerd) for one in shown] == [
        (1, 2, 0),
        (0, 1, 1),
        (0, 0, 0),
        (0, 1, 0),
    ]
    assert [one.laatste_op for one in shown] == [NOW + timedelta(hours=h) if h else None for h in (3, 5, 0, 6)]


# --- time --------------------------------------------------------------------------------------------------------


def test_both_readings_of_the_ten_weeks_are_told() -> None:
    dienst = started(DienstSoort.ONDERZOEK)
    other_region = RuleSettings(ten_weeks_anchor=TenWeeksAnchor.ONTVANGST)

    by_receipt = onderzoek.other_reading(dienst, RECEIVED, DEFAULT_SETTINGS)
    by_besluit = onderzoek.other_reading(dienst, RECEIVED, other_region)

    assert dienst.uiterlijk - by_receipt.uiterlijk == timedelta(weeks=1)
    assert by_besluit.uiterlijk == dienst.uiterlijk
    assert "Geteld vanaf de ontvangst van de melding" in by_receipt.uitleg
    assert "is maandag 4 mei 2026 de laatste dag" in by_receipt.uitleg


def test_late_is_a_flag_that_stays() -> None:
    dienst = started(DienstSoort.ONDERZOEK)
    in_time, too_late = dienst.uiterlijk - timedelta(seconds=1), dienst.uiterlijk

    assert not diensten.is_late(dienst, in_time)
    assert diensten.is_late(dienst, too_late)
    ended = conclude(dienst, Conclusie.WEERLEGD)[0]
    assert not diensten.is_late(ended, too_late + timedelta(days=400))


def test_the_newest_explanation_counts_and_the_same_again_is_one() -> None:
    soort = TermijnSoort.ONDERZOEK

    def delay(number: int, reden: VertragingReden, soort: TermijnSoort = soort) -> Vertraging:
        return Vertraging(UUID(int=number), UUID(int=9), soort, reden, "druk", NOW)

    busy, waiting = VertragingReden.CAPACITEIT, VertragingReden.WACHT_OP_PARTNER
    first, told = onderzoek.explain_delay([], delay(1, busy), melding_id=MELDING)
    again, none = onderzoek.explain_delay([first], delay(2, busy), melding_id=MELDING)
    other, more = onderzoek.explain_delay([first], delay(3, waiting), melding_id=MELDING)
    back, back_told = onderzoek.explain_delay([first, other], delay(4, busy), melding_id=MELDING)
    elsewhere, told_too = onderzoek.explain_delay([first], delay(5, busy, TermijnSoort.ACUUTCHECK), melding_id=MELDING)

    assert (again, none) == (first, ())
    assert [one.id.int for one in (first, other, back, elsewhere)] == [1, 3, 4, 5]
    assert [len(facts) for facts in (told, more, back_told, told_too)] == [1, 1, 1, 1]
    assert (told[0].ref_id, told[0].soort, told[0].reden) == (UUID(int=9), soort, busy)


# --- veiligheidsvoorwaarden --------------------------------------------------------------------------------------


def posed() -> Veiligheidsvoorwaarde:
    return voorwaarden.pose(started(), VOORWAARDE, voorwaarde_id=UUID(int=5), now=NOW)[1]


def check(
    before: Veiligheidsvoorwaarde, status: VoorwaardeStatus, *, again: date | None = None, uitkomst: str = "gezien"
) -> tuple[Veiligheidsvoorwaarde, tuple[VoorwaardeNagegaan, ...]]:
    return voorwaarden.check(before, ControleOpgave(status, uitkomst, NOW, again), started(), DEFAULT_SETTINGS)


def step(before: Veiligheidsvoorwaarde, actie: VoorwaardeActie) -> VoorwaardeStatus | None:
    """Return the state to which a step really leads, or None when it is refused."""
    try:
        if actie is VoorwaardeActie.INSTEMMING:
            return voorwaarden.agree(before, [Instemming(Betrokkene(MELDING, 0), Instemt.JA, NOW)]).status
        (wanted,) = [status for status, one in voorwaarden.STAP_NAAR.items() if one is actie]
        return check(before, wanted, uitkomst="nog eens")[0].status
    except OutOfOrderError:
        return None


def test_the_table_of_a_voorwaarde_names_every_state_with_every_step() -> None:
    assert set(voorwaarden.TRANSITIONS) == set(product(VoorwaardeStatus, VoorwaardeActie))
    assert set(voorwaarden.MAY_NOW) == set(VoorwaardeStatus) == set(voorwaarden.STAP_NAAR)


@pytest.mark.parametrize(("status", "actie"), list(product(VoorwaardeStatus, VoorwaardeActie)))
def test_each_step_with_a_voorwaarde_does_what_the_table_says(status: VoorwaardeStatus, actie: VoorwaardeActie) -> None:
    before = posed() if status is VoorwaardeStatus.OPEN else check(posed(), status)[0]

    assert before.status is status
    assert step(before, actie) == voorwaarden.TRANSITIONS[status, actie]


def test_a_voorwaarde_that_holds_is_always_checked_again() -> None:
    agreed, (on_that_day,) = check(posed(), VoorwaardeStatus.NAGEKOMEN, again=date(2026, 5, 1))
    default, (by_the_region,) = check(posed(), VoorwaardeStatus.NIET_NAGEKOMEN)
    lapsed, (never,) = check(posed(), VoorwaardeStatus.VERVALLEN)

    assert (agreed.controle_op, on_that_day.controle_dag) == (date(2026, 5, 1), date(2026, 5, 1))
    assert (default.controle_op, by_the_region.controle_dag) == (date(2026, 3, 30), date(2026, 3, 30))
    assert (lapsed.controle_op, never.controle_dag, lapsed.geldt) == (date(2026, 4, 1), None, False)
    assert check(default, VoorwaardeStatus.NIET_NAGEKOMEN) == (default, ())


@pytest.mark.parametrize(
    ("answers", "together"),
    [
        ((), None),
        ((Instemt.JA, Instemt.JA), True),
        ((Instemt.JA, Instemt.NOG_NIET_GEVRAAGD), None),
        ((Instemt.NOG_NIET_GEVRAAGD, Instemt.NEE), False),
    ],
)
def test_one_no_is_no_and_who_was_not_asked_leaves_it_open(answers: tuple[Instemt, ...], together: bool | None) -> None:
    before = replace(posed(), instemming=True)
    given = [Instemming(Betrokkene(MELDING, nr), one) for nr, one in enumerate(answers)]

    after_all = voorwaarden.agree(voorwaarden.agree(before, [Instemming(Betrokkene(MELDING, 7), Instemt.JA)]), given)

    assert (after_all.instemming, after_all.versie) == (together, 3)
    assert voorwaarden.agree(after_all, given[::-1]) is after_all


# --- long lives --------------------------------------------------------------------------------------------------


class Life(RuleBasedStateMachine):
    """Do anything at any time with the diensten of one dossier; what is refused must leave everything as it was."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.diensten = [started()]
        self.voorwaarden: list[Veiligheidsvoorwaarde] = []
        self.facts: list[Fact] = []
        self.ended: dict[UUID, Dienst] = {}
        self.highest: dict[UUID, int] = {}

    def keep(self, new: Dienst) -> None:
        before = next((one for one in self.diensten if one.id == new.id), None)
        if before is None:
            self.diensten.append(new)
        else:
            assert new.versie >= before.versie
            self.diensten[self.diensten.index(before)] = new

    @rule(days=st.integers(1, 60))
    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule(nr=st.integers(0, 1), actie=st.sampled_from([DienstActie.PLAN, DienstActie.BEVINDING]))
    def work(self, nr: int, actie: DienstActie) -> None:
        before = self.diensten[nr % len(self.diensten)]
        try:
            self.keep(diensten.rest_upon(before, actie))
        except OutOfOrderError:
            assert before.status is not DienstStatus.OPEN

    @rule(nr=st.integers(0, 1))
    def pose(self, nr: int) -> None:
        before = self.diensten[nr % len(self.diensten)]
        voorwaarde_id = UUID(int=1000 + len(self.voorwaarden))
        try:
            dienst, new, facts = voorwaarden.pose(before, VOORWAARDE, voorwaarde_id=voorwaarde_id, now=self.now)
        except OutOfOrderError:
            assert before.status is not DienstStatus.OPEN
            return
        self.keep(dienst)
        self.voorwaarden.append(new)
        self.facts += facts

    @rule(nr=st.integers(0, 20), status=st.sampled_from(VoorwaardeStatus))
    def check(self, nr: int, status: VoorwaardeStatus) -> None:
        if not self.voorwaarden:
            return
        place = nr % len(self.voorwaarden)
        before = self.voorwaarden[place]
        opgave = ControleOpgave(status, "gezien", self.now)
        try:
            new, facts = voorwaarden.check(before, opgave, self.diensten[0], DEFAULT_SETTINGS)
        except OutOfOrderError:
            assert voorwaarden.TRANSITIONS[before.status, voorwaarden.STAP_NAAR[status]] is None
            return
        assert (new.versie == before.versie + 1) is bool(facts)
        self.voorwaarden[place] = new
        self.facts += facts

    @rule(nr=st.integers(0, 1), reden=st.sampled_from(OmzetReden))
    def convert(self, nr: int, reden: OmzetReden) -> None:
        before = self.diensten[nr % len(self.diensten)]
        try:
            old, new, facts = diensten.convert(
                before,
                OmzettingOpgave(reden, "x"),
                nieuwe_dienst_id=UUID(int=before.id.int + 1),
                geopend_op=RECEIVED,
                now=self.now,
            )
        except OutOfOrderError:
            return
        self.keep(old)
        if new is not None:
            self.keep(new)
        self.facts += facts

    @rule(
        nr=st.integers(0, 1),
        conclusie=st.sampled_from(Conclusie),
        oordelen=st.lists(st.sampled_from(BevindingOordeel), max_size=3),
    )
    def conclude(self, nr: int, conclusie: Conclusie, oordelen: list[BevindingOordeel]) -> None:
        before = self.diensten[nr % len(self.diensten)]
        found = [Oordeel(UUID(int=1), one) for one in oordelen]
        holding = sum(one.geldt for one in self.voorwaarden)
        opgave = ConclusieOpgave(conclusie, "x")
        try:
            new, facts = diensten.conclude(before, opgave, aantal_voorwaarden=holding, now=self.now, oordelen=found)
        except (OutOfOrderError, RoutingError):
            return
        self.keep(new)
        self.facts += facts

    @invariant()
    def what_ended_stays_as_it_ended(self) -> None:
        for one in self.diensten:
            if one.status is not DienstStatus.OPEN:
                assert self.ended.setdefault(one.id, one) == one

    @invariant()
    def at_most_one_dienst_is_open(self) -> None:
        assert sum(one.status is DienstStatus.OPEN for one in self.diensten) <= 1

    @invariant()
    def versions_only_grow(self) -> None:
        versions = {one.id: one.versie for one in self.diensten} | {one.id: one.versie for one in self.voorwaarden}
        assert all(versie >= self.highest.get(which, 1) for which, versie in versions.items())
        self.highest |= versions

    @invariant()
    def the_ten_weeks_are_never_longer(self) -> None:
        assert {one.uiterlijk for one in self.diensten} == {started().uiterlijk}

    @invariant()
    def what_was_told_is_what_is(self) -> None:
        told = [type(fact) for fact in self.facts]
        statuses = [one.status for one in self.diensten]
        assert told.count(DienstAfgerond) == statuses.count(DienstStatus.AFGEROND)
        assert told.count(DienstOmgezet) == statuses.count(DienstStatus.OMGEZET)
        assert told.count(DienstGestart) == len(self.diensten) - 1
        assert told.count(VoorwaardeGesteld) == len(self.voorwaarden)
        last = {fact.voorwaarde_id: fact.status for fact in self.facts if isinstance(fact, VoorwaardeNagegaan)}
        for one in self.voorwaarden:
            assert last.get(one.id, VoorwaardeStatus.OPEN) is one.status


Life.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestLife = Life.TestCase


@given(days=st.integers(0, 2_000))
def test_no_dienst_is_ever_refused_for_being_late(days: int) -> None:
    before = started(DienstSoort.ONDERZOEK)
    opgave = ConclusieOpgave(Conclusie.NIET_BEVESTIGD, "x")

    ended, facts = diensten.conclude(before, opgave, aantal_voorwaarden=0, now=NOW + timedelta(days=days))

    assert (ended.status, len(facts)) == (DienstStatus.AFGEROND, 1)
