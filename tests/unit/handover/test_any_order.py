"""Any order and repetition of facts and deeds: one holder at every moment, who changes only by an acceptance."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from services.handover.domain.heraanbod import NieuwAanbod, offer_again
from services.handover.domain.intrekken import give_up_waiting, revoke
from services.handover.domain.overdracht import (
    Overdracht,
    StapError,
    Status,
    WeigerReden,
    accept,
    record_contact,
    refuse,
)
from services.handover.domain.teruggave import ask_to_return, refuse_return, take_back
from services.handover.domain.zicht import FeitSoort, Houder, Zichtboek, ZichtFeit, current, timeline
from shared.rules.codes import BestemmingSoort
from shared.rules.overdrachtcodes import IntrekReden, TeruggaveReden

VT = Houder("vtrr", "veilig-thuis")
CASUS = UUID(int=1)
START = datetime(2026, 3, 2, tzinfo=UTC)


class AnyOrder(RuleBasedStateMachine):
    """Play one casus: facts of other rooms come late, early and twice; receivers answer as they like."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.feiten: dict[tuple[FeitSoort, int], ZichtFeit] = {}
        self.overdrachten: dict[UUID, Overdracht] = {}
        self.accepted_at: dict[UUID, datetime] = {}
        self.taken_back: set[tuple[str, datetime]] = set()

    def _hear(self, soort: FeitSoort, number: int, ago: int) -> None:
        moment = self.now - timedelta(hours=ago)
        self.feiten.setdefault((soort, number), ZichtFeit(soort, moment, CASUS, nr=number))

    def _pick(self, number: int) -> Overdracht:
        return list(self.overdrachten.values())[number % len(self.overdrachten)]

    @rule(hours=st.integers(0, 30))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(number=st.integers(0, 9), ago=st.integers(0, 50))
    def a_fact_of_intake_or_triage(self, number: int, ago: int) -> None:
        self._hear(FeitSoort.BETROKKEN, number, ago)

    @rule(number=st.integers(0, 2), ago=st.integers(0, 50))
    def a_closing(self, number: int, ago: int) -> None:
        self._hear(FeitSoort.AFGESLOTEN, number, ago)

    @rule(number=st.integers(0, 5), carries=st.booleans())
    def a_besluit_names_a_receiver(self, number: int, carries: bool) -> None:
        self._hear(FeitSoort.BETROKKEN, 100 + number, 0)
        new = Overdracht(
            id=UUID(int=10 + number),
            casus_id=CASUS,
            melding_id=UUID(int=number),
            dienst_id=None,
            gemeente_code="0599",
            soort=BestemmingSoort.OPVANG,
            organisatie_id=f"opvang-{number % 3}",
            draagt_zicht=carries,
            aangeboden_op=self.now,
            accepteren_uiterlijk=self.now + timedelta(days=7),
            keert_terug_op=self.now + timedelta(days=14),
        )
        self.overdrachten.setdefault(new.id, new)

    @precondition(lambda self: self.overdrachten)
    @rule(number=st.integers(0, 20))
    def a_receiver_accepts(self, number: int) -> None:
        before = self._pick(number)
        try:
            after, fact = accept(before, warm=None, contact_uiterlijk=self.now, plan_uiterlijk=self.now, now=self.now)
        except StapError:
            assert before.status not in {Status.AANGEBODEN, Status.GEACCEPTEERD, Status.TERUGGAVE_GEVRAAGD}
            return
        self.overdrachten[after.id] = after
        if fact and fact.draagt_zicht:
            houder = Houder(after.organisatie_id, after.soort, after.id)
            nr = 1000 + len(self.accepted_at)
            self.feiten[FeitSoort.GEACCEPTEERD, nr] = ZichtFeit(FeitSoort.GEACCEPTEERD, self.now, CASUS, nr, houder)
            self.accepted_at[after.id] = self.now

    @precondition(lambda self: self.overdrachten)
    @rule(number=st.integers(0, 20), reden=st.sampled_from(WeigerReden))
    def a_receiver_refuses(self, number: int, reden: WeigerReden) -> None:
        held = self._holder()
        try:
            after, _ = refuse(self._pick(number), reden=reden, now=self.now)
        except StapError:
            return
        self.overdrachten[after.id] = after
        assert self._holder() == held

    @precondition(lambda self: self.overdrachten)
    @rule(number=st.integers(0, 20), reden=st.sampled_from(IntrekReden))
    def veilig_thuis_takes_an_offer_back(self, number: int, reden: IntrekReden) -> None:
        held, before = self._holder(), self._pick(number)
        try:
            after, _ = revoke(before, reden=reden, now=self.now)
        except StapError:
            assert before.status is not Status.AANGEBODEN
            return
        self.overdrachten[after.id] = after
        assert self._holder() == held

    @precondition(lambda self: self.overdrachten)
    @rule(number=st.integers(0, 20), weeks=st.integers(0, 3))
    def an_offer_is_left_lying(self, number: int, weeks: int) -> None:
        held, before = self._holder(), self._pick(number)
        self.now += timedelta(weeks=weeks)
        after, fact = give_up_waiting(before, now=self.now)
        assert (fact is not None) is (before.status is Status.AANGEBODEN and self.now >= before.keert_terug_op)
        self.overdrachten[after.id] = after
        assert self._holder() == held

    @precondition(lambda self: self.overdrachten)
    @rule(number=st.integers(0, 20), reden=st.sampled_from(TeruggaveReden), taken=st.booleans())
    def a_receiver_gives_back(self, number: int, reden: TeruggaveReden, taken: bool) -> None:
        held, before = self._holder(), self._pick(number)
        try:
            asked, _ = ask_to_return(before, reden=reden, uiterlijk=self.now, now=self.now)
            assert self._holder() == held
            after, fact = (take_back if taken else refuse_return)(asked, now=self.now)
        except StapError:
            assert before.status is not Status.GEACCEPTEERD or before.teruggave_reden not in {None, reden}
            return
        self.overdrachten[after.id] = after
        if taken and fact:
            nr = 2000 + len(self.taken_back)
            houder = Houder(after.organisatie_id, after.soort, after.id)
            self.feiten[FeitSoort.TERUGGENOMEN, nr] = ZichtFeit(FeitSoort.TERUGGENOMEN, self.now, CASUS, nr, houder)
            self.taken_back.add((after.organisatie_id, self.now))
        elif not taken:
            assert self._holder() == held

    @precondition(lambda self: self.overdrachten)
    @rule(number=st.integers(0, 20))
    def a_receiver_meets_the_family(self, number: int) -> None:
        try:
            after, _ = record_contact(self._pick(number), tijdstip=self.now)
        except StapError:
            return
        assert after.status in {Status.GEACCEPTEERD, Status.TERUGGAVE_GEVRAAGD}
        self.overdrachten[after.id] = after

    @precondition(lambda self: self.overdrachten)
    @rule(number=st.integers(0, 20))
    def veilig_thuis_offers_again(self, number: int) -> None:
        held, before = self._holder(), self._pick(number)
        new_id = UUID(int=before.id.int + 1000)
        week = timedelta(days=7)
        to = f"ander-{new_id.int}"
        offer = NieuwAanbod(new_id, BestemmingSoort.ANDERS, to, self.now + week, self.now + 2 * week)
        try:
            replaced, new = offer_again(before, offer, now=self.now)
        except StapError:
            assert before.status not in {
                Status.GEWEIGERD, Status.INGETROKKEN, Status.TERUGGEKEERD, Status.TERUGGEGEVEN
            }  # fmt: skip
            return
        assert new.draagt_zicht is before.draagt_zicht
        self.overdrachten |= {replaced.id: replaced, new.id: new}
        assert self._holder() == held

    def _perioden(self) -> tuple:  # type: ignore[type-arg]
        return timeline(Zichtboek(VT, tuple(self.feiten.values())), CASUS)

    def _holder(self) -> Houder | None:
        running = current(self._perioden())
        return running.houder if running else None

    @invariant()
    def periods_do_not_overlap_and_only_the_last_is_open(self) -> None:
        for earlier, later in pairwise(self._perioden()):
            assert earlier.tot is not None
            assert earlier.vanaf < earlier.tot <= later.vanaf

    @invariant()
    def another_holder_comes_only_by_an_acceptance_of_that_moment(self) -> None:
        for periode in self._perioden():
            if periode.houder != VT:
                assert periode.houder.overdracht_id is not None
                assert self.accepted_at[periode.houder.overdracht_id] == periode.vanaf

    @invariant()
    def veilig_thuis_takes_it_back_only_when_a_receiver_gives_back(self) -> None:
        for earlier, later in pairwise(self._perioden()):
            if earlier.houder != VT and later.houder == VT:
                # Who accepted and gave back in the same moment has no period between the two.
                passing = {
                    self.overdrachten[one].organisatie_id for one, at in self.accepted_at.items() if at == later.vanaf
                }
                givers = {giver for giver, at in self.taken_back if at == later.vanaf}
                assert givers & (passing | {earlier.houder.organisatie_id})

    @invariant()
    def nobody_is_lost_between_the_first_fact_and_a_closing(self) -> None:
        perioden = self._perioden()
        closings = {feit.moment for feit in self.feiten.values() if feit.soort is FeitSoort.AFGESLOTEN}
        starts = [feit.moment for feit in self.feiten.values() if feit.soort is not FeitSoort.AFGESLOTEN]
        if starts and not closings:
            assert perioden[0].vanaf == min(starts)
            assert current(perioden) is not None
        for earlier, later in pairwise(perioden):
            assert earlier.tot == later.vanaf or earlier.tot in closings
        if perioden and current(perioden) is None:
            assert perioden[-1].tot in closings


AnyOrder.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestAnyOrder = AnyOrder.TestCase
