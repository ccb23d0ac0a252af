"""Of whom a plan is expected, and until when: what handover decides is what monitoring keeps, by one fact."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.handover.domain.intrekken import due_again, must_be_offered_again, revoke
from services.handover.domain.overdracht import Overdracht, accept
from services.handover.domain.teruggave import ask_to_return, refuse_return
from services.handover.handlers.common import plan_before
from services.monitoring.domain.fold import fold
from shared.events.payloads import OverdrachtGeaccepteerd
from shared.rules.codes import BestemmingSoort, TermijnSoort, Uitkomst
from shared.rules.overdrachtcodes import IntrekReden, TeruggaveReden
from shared.rules.plancodes import MAAKT_PLAN, plan_is_expected
from shared.rules.settings import DEFAULT_SETTINGS
from tests.unit.handover.test_overdracht import ACCEPTED, NOW, OFFERED, RETURN, TERM
from tests.unit.monitoring.core.builders import Chain

_MOMENTS = st.integers(0, 700 * 24).map(lambda hours: NOW + timedelta(hours=hours))
_OFFERS = st.builds(
    lambda soort, draagt_zicht, uitkomst, dienst_id: replace(
        OFFERED, soort=soort, draagt_zicht=draagt_zicht, uitkomst=uitkomst, dienst_id=dienst_id
    ),
    st.sampled_from(BestemmingSoort),
    st.booleans(),
    st.sampled_from(Uitkomst),
    st.none(),
) | st.builds(
    lambda soort, draagt_zicht: replace(OFFERED, soort=soort, draagt_zicht=draagt_zicht, dienst_id=UUID(int=8)),
    st.sampled_from(BestemmingSoort),
    st.booleans(),
)


def accepted(offer: Overdracht, moment: datetime) -> tuple[Overdracht, OverdrachtGeaccepteerd]:
    until = plan_before(moment, DEFAULT_SETTINGS)
    after, fact = accept(offer, warm=None, contact_uiterlijk=TERM, plan_uiterlijk=until, now=moment)
    assert fact is not None
    return after, fact


def kept_by_monitoring(offer: Overdracht, fact: OverdrachtGeaccepteerd, besluit: Uitkomst | None) -> list[datetime]:
    """Until when monitoring keeps a term for a plan, having heard another melding's besluit or that of this one."""
    chain = Chain()
    melding = chain.melding(fact.geaccepteerd_op)
    if besluit:
        chain.besluit(melding, fact.geaccepteerd_op, besluit)
    chain.add(replace(fact, melding_id=melding), fact.geaccepteerd_op)
    clocks = fold(chain.facts, DEFAULT_SETTINGS).termijnen
    assert all(clock.ref_id == offer.id for clock in clocks if clock.soort is TermijnSoort.PLAN_MAKEN)
    return [clock.uiterlijk for clock in clocks if clock.soort is TermijnSoort.PLAN_MAKEN and clock.is_open]


@given(_OFFERS, _MOMENTS, st.sampled_from([None, *Uitkomst]))
def test_monitoring_keeps_a_plan_for_whom_handover_expects_one_and_until_then(
    offer: Overdracht, moment: datetime, besluit_heard_later: Uitkomst | None
) -> None:
    after, fact = accepted(offer, moment)

    assert after.plan_verwacht is plan_is_expected(offer.soort, offer.uitkomst, draagt_zicht=offer.draagt_zicht)
    expected = [after.plan_uiterlijk] if after.plan_verwacht else []
    assert kept_by_monitoring(offer, fact, besluit_heard_later) == expected


@given(st.sampled_from(BestemmingSoort), st.booleans(), st.sampled_from(Uitkomst))
def test_of_an_offer_from_before_its_besluit_was_kept_monitoring_decides_and_handover_names_no_moment(
    soort: BestemmingSoort, draagt_zicht: bool, besluit: Uitkomst
) -> None:
    offer = replace(OFFERED, soort=soort, draagt_zicht=draagt_zicht)

    after, fact = accepted(offer, NOW)

    assert after.plan_uiterlijk is None
    assert after.plan_verwacht is (None if draagt_zicht and MAAKT_PLAN[soort] else False)
    kept = kept_by_monitoring(offer, fact, besluit)
    assert bool(kept) is plan_is_expected(soort, besluit, draagt_zicht=draagt_zicht)


@pytest.mark.parametrize("carries", [True, False])
@pytest.mark.parametrize("reden", IntrekReden)
def test_what_must_be_offered_again_has_a_moment_for_it_and_what_need_not_has_none(
    reden: IntrekReden, *, carries: bool
) -> None:
    revoked, _ = revoke(replace(OFFERED, draagt_zicht=carries), reden=reden, now=NOW)

    after = due_again(revoked, TERM)

    assert after.vervolg_uiterlijk == (TERM if must_be_offered_again(revoked) else None)


def test_each_request_to_give_back_is_answered_by_its_own_moment() -> None:
    asked, _ = ask_to_return(ACCEPTED, reden=TeruggaveReden.ANDERS, uiterlijk=TERM, now=NOW)
    kept, _ = refuse_return(asked, now=NOW)
    again, _ = ask_to_return(kept, reden=TeruggaveReden.ANDERS, uiterlijk=RETURN, now=TERM)

    assert (asked.teruggave_uiterlijk, again.teruggave_uiterlijk) == (TERM, RETURN)
