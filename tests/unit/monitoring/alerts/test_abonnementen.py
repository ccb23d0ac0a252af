"""Whoever subscribes hears of what is its own and of nothing else, whatever the chain tells and in whatever order."""

from dataclasses import replace
from datetime import timedelta
from itertools import product
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.monitoring.domain.abonnementen import (
    TRANSITIONS,
    TYPES,
    Abonnee,
    AbonnementActie,
    AbonnementStatus,
    hears,
    soort_of,
    told_of,
)
from services.monitoring.domain.fold import CasusState, fold
from services.monitoring.domain.zicht import VERBORGEN
from shared.events.envelope import Event
from shared.events.payloads import CasusAfgesloten
from shared.rules.abonneerbaar import ABONNEERBAAR, BINNEN
from shared.rules.codes import BestemmingSoort, Rol
from shared.rules.settings import DEFAULT_SETTINGS
from tests.unit.monitoring.core.builders import Chain, ams
from tests.unit.monitoring.core.treatment import TreatedChain

MONDAY = ams("2026-03-02 10:00")
GI = BestemmingSoort.GECERTIFICEERDE_INSTELLING


def abonnee(rol: Rol, *gemeenten: str, organisatie: str = "o") -> Abonnee:
    return Abonnee(uuid4(), rol, organisatie, frozenset(gemeenten), frozenset(TYPES.values()), MONDAY)


def state(chain: Chain) -> CasusState:
    return fold(chain.facts, DEFAULT_SETTINGS)


def heard_by(who: Abonnee, chain: Chain) -> list[str]:
    casus = state(chain)
    return [soort_of(event.payload) for event in chain.facts if hears(who, event, casus)]


def rung(chain: Chain) -> Chain:
    """Let every clock of a casus ring."""
    for clock in state(chain).termijnen:
        chain.verstreken(clock)
    return chain


def offered(organisatie: str, soort: BestemmingSoort = GI) -> tuple[Chain, UUID, UUID]:
    chain = Chain()
    melding = chain.melding(MONDAY)
    overdracht = chain.bied_aan(melding, MONDAY + timedelta(days=1), soort, organisatie_id=organisatie)
    return chain, melding, overdracht


def test_every_status_and_every_action_is_written_down_and_an_end_is_an_end() -> None:
    assert set(TRANSITIONS) == set(product(AbonnementStatus, AbonnementActie))
    assert {TRANSITIONS[AbonnementStatus.BEEINDIGD, actie] for actie in AbonnementActie} == {None}


def test_inside_everything_of_the_table_is_heard_from_the_moment_of_the_abonnement_on() -> None:
    chain, _, _ = offered("partner-a")
    lead = abonnee(Rol.VT_TEAMLEIDER)

    assert heard_by(lead, chain) == ["melding-ontvangen", "overdracht-aangeboden"]
    assert heard_by(replace(lead, sinds=MONDAY + timedelta(hours=1)), chain) == ["overdracht-aangeboden"]
    assert heard_by(replace(lead, gemeente_codes=frozenset({"0613"})), chain) == []
    assert heard_by(replace(lead, soorten=frozenset({TYPES["casus-afgesloten"]})), chain) == []


def test_an_outsider_hears_nothing_of_a_melding_before_it_is_offered_to_him() -> None:
    chain = Chain()
    melding = chain.melding(MONDAY)
    chain.acuutcheck(melding, MONDAY)

    for who in (abonnee(Rol.LOKAAL_TEAM, "0599"), abonnee(Rol.GEMEENTE, "0599"), abonnee(Rol.KETENPARTNER)):
        assert heard_by(who, chain) == []


def test_a_partner_hears_of_the_overdracht_that_was_offered_to_it_and_of_its_clock() -> None:
    chain, melding, overdracht = offered("partner-a")
    chain.accepteer(melding, overdracht, MONDAY + timedelta(days=2))
    chain.eerste_contact(melding, overdracht, MONDAY + timedelta(days=3))
    rung(chain)

    mine, theirs = (abonnee(Rol.KETENPARTNER, organisatie=name) for name in ("partner-a", "partner-b"))

    heard = heard_by(mine, chain)
    assert heard[:3] == ["overdracht-aangeboden", "overdracht-geaccepteerd", "eerste-contact-gelegd"]
    assert set(heard[3:]) == {"termijn-verstreken"}
    assert heard_by(theirs, chain) == []


def test_of_the_end_of_a_casus_hears_who_accepted_and_not_who_gave_back_or_refused() -> None:
    end = CasusAfgesloten(afgesloten_op=MONDAY + timedelta(days=9), reden="overgedragen")
    partner = abonnee(Rol.KETENPARTNER, organisatie="partner-a")

    def hears_the_end(step: str) -> bool:
        chain, melding, overdracht = offered("partner-a")
        if step in {"accepted", "given back"}:
            chain.accepteer(melding, overdracht, MONDAY + timedelta(days=2))
        if step == "refused":
            chain.weiger(melding, overdracht, MONDAY + timedelta(days=2))
        if step == "given back":
            chain.geef_terug(melding, overdracht, MONDAY + timedelta(days=3))
        event = chain.add(end, MONDAY + timedelta(days=9))
        return hears(partner, event, state(chain))

    assert {step: hears_the_end(step) for step in ("offered", "accepted", "refused", "given back")} == {
        "offered": False,
        "accepted": True,
        "refused": False,
        "given back": False,
    }


def test_a_local_team_hears_of_offers_to_the_local_field_of_its_municipality_alone() -> None:
    to_field, _, _ = offered("lokaal-team-0599", BestemmingSoort.LOKAAL_VELD)
    to_partner, _, _ = offered("lokaal-team-0599", GI)

    assert heard_by(abonnee(Rol.LOKAAL_TEAM, "0599"), to_field) == ["overdracht-aangeboden"]
    assert heard_by(abonnee(Rol.LOKAAL_TEAM, "0599"), to_partner) == []
    assert heard_by(abonnee(Rol.LOKAAL_TEAM, "0613"), to_field) == []
    assert heard_by(abonnee(Rol.LOKAAL_TEAM), to_field) == []


def test_no_outsider_hears_of_a_clock_that_is_for_veilig_thuis_alone() -> None:
    chain = TreatedChain()
    melding = chain.melding(MONDAY)
    for act in (chain.vraag, chain.forensisch, chain.vto):
        act(melding, MONDAY)
    rung(chain)
    casus = state(chain)
    rings = [event for event in chain.facts if soort_of(event.payload) == "termijn-verstreken"]
    hidden = [event for event in rings if getattr(event.payload, "soort") in VERBORGEN]  # noqa: B009, of a union

    assert hidden
    for event in rings:
        assert hears(abonnee(Rol.VT_TEAMLEIDER), event, casus)
        for rol in (Rol.LOKAAL_TEAM, Rol.GEMEENTE):
            assert hears(abonnee(rol, "0599"), event, casus) is (event not in hidden)


def test_of_a_destroyed_file_nothing_is_told_any_more() -> None:
    chain, _, _ = offered("partner-a")
    chain.vernietig(MONDAY + timedelta(days=9))

    assert heard_by(abonnee(Rol.VT_TEAMLEIDER), chain) == []


@pytest.mark.parametrize("rol", [Rol.VT_TEAMLEIDER, Rol.LOKAAL_TEAM, Rol.GEMEENTE])
def test_what_is_told_is_what_the_role_may_know(rol: Rol) -> None:
    chain = Chain()
    chain.melding(MONDAY)
    event = chain.add(CasusAfgesloten(afgesloten_op=MONDAY, reden="bevestigd"), MONDAY)
    ring = rung(chain).facts[-1]

    told = told_of(abonnee(rol, "0599"), event, state(chain))
    clock = told_of(abonnee(rol, "0599"), ring, state(chain))

    assert set(told) == {"gemeenteCode", "afgeslotenOp"} | ({"reden"} if rol in BINNEN else set())
    ids = {"termijnId", "meldingId"} if rol is not Rol.GEMEENTE else set()
    assert set(clock) == {"gemeenteCode", "soort", "uiterlijk"} | ids
    assert told["gemeenteCode"] == "0599"


_STEPS = st.lists(st.sampled_from(["offer a", "offer b", "accept", "refuse", "ring", "close"]), min_size=1, max_size=10)


@given(steps=_STEPS, code=st.sampled_from(["0599", "0613"]))
def test_nobody_outside_hears_of_a_casus_with_which_he_has_nothing_to_do(steps: list[str], code: str) -> None:
    chain = Chain(gemeente_code=code)
    melding = chain.melding(MONDAY)
    offers: list[UUID] = []
    for number, step in enumerate(steps, start=1):
        at = MONDAY + timedelta(days=number)
        if step.startswith("offer"):
            offers.append(chain.bied_aan(melding, at, GI, organisatie_id=f"partner-{step[-1]}"))
        elif step == "accept" and offers:
            chain.accepteer(melding, offers[-1], at)
        elif step == "refuse" and offers:
            chain.weiger(melding, offers[-1], at)
        elif step == "ring":
            rung(chain)
        elif step == "close":
            chain.add(CasusAfgesloten(afgesloten_op=at, reden="overgedragen"), at)
    strangers = (
        abonnee(Rol.KETENPARTNER, organisatie="partner-c"),
        abonnee(Rol.LOKAAL_TEAM, "0502"),
        abonnee(Rol.GEMEENTE, "0502"),
        abonnee(Rol.VT_MEDEWERKER),
        abonnee(Rol.SYSTEEM),
    )

    assert [heard_by(who, chain) for who in strangers] == [[]] * len(strangers)
    told: list[Event] = [event for event in chain.facts if soort_of(event.payload) in ABONNEERBAAR]
    assert len(heard_by(abonnee(Rol.VT_TEAMLEIDER), chain)) == len(told)
