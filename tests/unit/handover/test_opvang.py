"""Shelter as values: who may go from where to where, beds that are never given twice, and words that may not refuse."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.handover.domain import opvangstappen as stappen
from services.handover.domain.opvang import (
    MAY_NOW,
    OPEN,
    TRANSITIONS,
    VERBLIJFT,
    Aanvraag,
    Client,
    NietIn,
    OngeldigError,
    OpvangActie,
    OpvangStatus,
    OpvangTekst,
    Splitsing,
    Voorziening,
    next_status,
)
from services.handover.domain.opvangplaatsing import (
    Elders,
    Medeclient,
    Plaatsing,
    Plek,
    fault_of_place,
    place,
    place_elsewhere,
    warnings_of,
)
from services.handover.domain.opvangstappen import Changed, Wie
from services.handover.domain.overdracht import StapError
from services.handover.store.opvangtekst import as_kept, of_kept
from shared.events.opvang import OpvangBeeindigd, OpvangGeplaatst
from shared.rules.codes import Rol
from shared.rules.opvang import (
    INZICHT,
    VOOR_WIE,
    Doelgroep,
    Inzicht,
    OpvangIntrekReden,
    OpvangSoort,
    OpvangWeigerReden,
    ScreeningUitkomst,
    ScreeningVervolg,
    SplitsReden,
    UitstroomNaar,
    names_verblijfsstatus,
    sees_shelter,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HERE = "opvang-rotterdam-rijnmond"
NERGENS = NietIn()
WHY = Splitsing(SplitsReden.VEILIGHEID, "x")


def a_client(nr: int, doelgroep: Doelgroep = Doelgroep.VROUW, **more: Any) -> Client:
    values: dict[str, Any] = {"id": UUID(int=nr + 1), "persoon_nr": nr, "doelgroep": doelgroep}
    values |= {"onzekere_verblijfsstatus": False}
    return Client(**values | more)


def an_aanvraag(*clienten: Client, niet_in: NietIn = NERGENS, **more: Any) -> Aanvraag:
    values: dict[str, Any] = {
        "id": uuid4(),
        "casus_id": uuid4(),
        "melding_id": uuid4(),
        "gemeente_code": "0599",
        "organisatie_id": HERE,
        "aangevraagd_door": Rol.VT_MEDEWERKER,
        "spoed": False,
        "aangevraagd_op": NOW,
        "clienten": clienten,
        "tekst": OpvangTekst("x", niet_in),
    }
    return Aanvraag(**values | more)


def a_voorziening(soort: OpvangSoort = OpvangSoort.SAFEHOUSE, plaatsen: int = 2, **more: Any) -> Voorziening:
    values: dict[str, Any] = {"id": uuid4(), "organisatie_id": HERE, "soort": soort, "gemeente_code": "0599"}
    return Voorziening(plaatsen=plaatsen, **values | more)


def put(one: Voorziening, *nrs: int, moment: datetime = NOW, splitsing: Splitsing | None = None) -> Plaatsing:
    return Plaatsing(plekken=tuple(Plek(nr, one.id, uuid4()) for nr in nrs), moment=moment, splitsing=splitsing)


def all_of(moment: datetime = NOW, *nrs: int) -> Wie:
    return Wie(nrs or None, moment, "moment")


# --- states ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("status", "actie"), list(product(OpvangStatus, OpvangActie)))
def test_every_state_says_what_every_action_does_or_what_may_be_done(status: OpvangStatus, actie: OpvangActie) -> None:
    after = TRANSITIONS[status, actie]

    if after is not None:
        assert next_status(status, actie) is after
        return
    with pytest.raises(StapError) as refused:
        next_status(status, actie)
    assert MAY_NOW[status] in refused.value.reden_nl


def test_what_has_ended_stays_ended_and_all_else_is_open() -> None:
    ended = {status for status in OpvangStatus if all(TRANSITIONS[status, actie] is None for actie in OpvangActie)}

    assert ended == set(OpvangStatus) - OPEN
    assert {s for s, a in TRANSITIONS if a is OpvangActie.SCREENEN and TRANSITIONS[s, a]} == VERBLIJFT


def test_each_kind_of_place_is_for_somebody_and_each_group_has_a_kind() -> None:
    assert set(VOOR_WIE) == set(OpvangSoort)
    assert set().union(*VOOR_WIE.values()) == set(Doelgroep)


# --- who may know ------------------------------------------------------------------------------------------------


def test_for_each_role_it_is_decided_how_much_of_a_stay_it_may_know() -> None:
    assert set(INZICHT) == set(Rol)
    assert {rol for rol, inzicht in INZICHT.items() if inzicht is Inzicht.WAAR} == {
        Rol.VT_MEDEWERKER,
        Rol.VT_TEAMLEIDER,
        Rol.KETENPARTNER,
    }
    assert {rol for rol in Rol if sees_shelter(rol, own=False)} == {
        Rol.VT_MEDEWERKER,
        Rol.VT_TEAMLEIDER,
        Rol.SYSTEEM,
    }
    assert sees_shelter(Rol.KETENPARTNER, own=True)


@pytest.mark.parametrize("reden", list(OpvangWeigerReden))
def test_verdrag_van_istanbul_4_3_no_reason_to_refuse_names_the_status_of_a_residence(reden: OpvangWeigerReden) -> None:
    assert not names_verblijfsstatus(reden.value.replace("-", " "))


@pytest.mark.parametrize(
    "tekst", ["Er is geen indicatie.", "Het kind is te jong.", "Indien mogelijk later.", "De zorg is te zwaar."]
)
def test_words_that_only_look_like_it_are_no_such_ground(tekst: str) -> None:
    assert not names_verblijfsstatus(tekst)


# --- placing -----------------------------------------------------------------------------------------------------


def test_the_same_placing_again_changes_nothing() -> None:
    one, aanvraag = a_voorziening(), an_aanvraag(a_client(0))
    plaatsing = put(one, 0)

    after, facts = place(aanvraag, plaatsing, {one.id: one})
    again, nothing = place(after, plaatsing, {one.id: one})

    assert (again is after, len(facts), nothing) == (True, 1, ())


def test_another_of_the_same_group_placed_at_the_same_moment_is_another_step() -> None:
    one, aanvraag = a_voorziening(), an_aanvraag(a_client(0), a_client(1, Doelgroep.KIND))

    after, _ = place(aanvraag, put(one, 0, splitsing=WHY), {one.id: one})
    both, facts = place(after, put(one, 1, splitsing=WHY), {one.id: replace(one, bezet=frozenset({1}))})

    assert [client.verblijf.plek for client in both.clienten if client.verblijf] == [1, 2]
    assert len(facts) == 1


def test_in_one_placing_no_two_get_one_bed_and_one_too_many_gets_nobody_a_bed() -> None:
    one = a_voorziening(plaatsen=2, bezet=frozenset({1}))
    aanvraag = an_aanvraag(a_client(0), a_client(1))

    with pytest.raises(StapError, match="geen plaats vrij"):
        place(aanvraag, put(one, 0, 1), {one.id: one})


def test_a_bed_beyond_the_number_of_places_is_not_given_when_there_are_fewer_than_before() -> None:
    shrunk = a_voorziening(plaatsen=1, bezet=frozenset({7}))

    assert (shrunk.vrij, shrunk.first_free()) == (0, None)


def test_what_is_wrong_is_told_all_at_once() -> None:
    women = a_voorziening(OpvangSoort.CRISISOPVANG_VROUWEN)
    aanvraag = an_aanvraag(a_client(0, Doelgroep.KIND))

    with pytest.raises(OngeldigError) as wrong:
        place(aanvraag, put(women, 0, 0, 5), {women.id: women})

    assert [pointer for pointer, _ in wrong.value.fouten] == [
        "/plaatsen/0/voorzieningId",
        "/plaatsen/1/persoonNr",
        "/plaatsen/1/voorzieningId",
        "/plaatsen/2/persoonNr",
    ]


@pytest.mark.parametrize(
    ("niet_in", "gemeente", "allowed"),
    [
        (NietIn(), None, True),
        (NietIn(frozenset({"0599"})), "0599", False),
        (NietIn(frozenset({"0599"})), "0502", True),
        (NietIn(frozenset({"0599"})), None, False),
        # Brielle went up in Voorne aan Zee: the one forbids the other.
        (NietIn(frozenset({"0501"})), "1992", False),
        (NietIn(regios=frozenset({"veilig-thuis-rotterdam-rijnmond"})), "0599", False),
        (NietIn(regios=frozenset({"veilig-thuis-haaglanden"})), "0599", True),
        # Of a municipality that is not known here nobody knows the region: then not.
        (NietIn(regios=frozenset({"veilig-thuis-haaglanden"})), "0518", False),
    ],
)
def test_where_somebody_may_not_be_is_refused_also_when_nobody_knows(
    niet_in: NietIn, gemeente: str | None, *, allowed: bool
) -> None:
    assert (fault_of_place(niet_in, gemeente) is None) is allowed


def test_a_group_in_two_municipalities_of_one_shelter_is_split_too() -> None:
    here, there = a_voorziening(), a_voorziening(gemeente_code="0502")
    aanvraag = an_aanvraag(a_client(0), a_client(1, Doelgroep.KIND))
    both = {one.id: one for one in (here, there)}
    plekken = (Plek(0, here.id, uuid4()), Plek(1, there.id, uuid4()))

    with pytest.raises(OngeldigError):
        place(aanvraag, Plaatsing(plekken=plekken, moment=NOW), both)
    after, _ = place(aanvraag, Plaatsing(plekken=plekken, moment=NOW, splitsing=WHY), both)

    assert all(client.status is OpvangStatus.GEPLAATST for client in after.clienten)


def test_some_elsewhere_and_some_not_is_a_split_and_all_elsewhere_is_none() -> None:
    aanvraag = an_aanvraag(a_client(0), a_client(1))
    elders = Elders(regio="veilig-thuis-haaglanden", gemeente_code=None)

    with pytest.raises(OngeldigError):
        place_elsewhere(aanvraag, all_of(NOW, 0), elders, {})
    after, facts = place_elsewhere(aanvraag, all_of(), elders, {})
    again, nothing = place_elsewhere(after, all_of(), elders, {})

    assert (len(facts), again is after, nothing) == (2, True, ())


def test_who_is_alone_in_a_request_is_never_split() -> None:
    one, aanvraag = a_voorziening(), an_aanvraag(a_client(0), a_client(1))
    withdrawn, _ = stappen.withdraw(aanvraag, all_of(NOW, 1), OpvangIntrekReden.ZELF_AFGEZIEN, None)

    after, _ = place(withdrawn, put(one, 0), {one.id: one})

    assert after.clienten[0].status is OpvangStatus.GEPLAATST


def test_only_grown_ups_of_another_melding_of_the_casus_are_warned_of() -> None:
    one = a_voorziening()
    both, _ = place(an_aanvraag(a_client(0), a_client(1, Doelgroep.KIND)), put(one, 0, 1), {one.id: one})
    other = uuid4()

    def warned(*others: Medeclient) -> list[tuple[int, ...]]:
        return [warning.personen for warning in warnings_of(both, others, {one.id: one})]

    assert warned(Medeclient(other, Doelgroep.VROUW), Medeclient(other, Doelgroep.KIND)) == [(0,)]
    assert warned(Medeclient(other, Doelgroep.KIND)) == []
    assert warned(Medeclient(other, Doelgroep.MAN)) == []
    assert warned(Medeclient(both.melding_id, Doelgroep.VROUW)) == []


# --- the other steps ---------------------------------------------------------------------------------------------


def test_who_waits_keeps_his_place_and_who_is_ready_stays_so_since_then() -> None:
    later = NOW + timedelta(days=3)
    waiting, _ = stappen.wait(an_aanvraag(a_client(0)), all_of(), None)
    still, _ = stappen.wait(waiting, all_of(later, 0), None)
    one = a_voorziening()
    ready, told = stappen.report_ready(place(waiting, put(one, 0), {one.id: one})[0], all_of(later), None)
    again, nothing = stappen.report_ready(ready, all_of(later + timedelta(days=1), 0), None)

    assert (still is waiting, waiting.clienten[0].wachtend_sinds) == (True, NOW)
    assert (again is ready, len(told), nothing) == (True, 1, ())


def test_a_step_with_everybody_is_with_those_with_whom_it_can_be_taken() -> None:
    one, aanvraag = a_voorziening(), an_aanvraag(a_client(0), a_client(1))
    half, _ = place(aanvraag, put(one, 0, splitsing=WHY), {one.id: one})

    after, facts = stappen.refuse(half, all_of(), OpvangWeigerReden.ANDERS, "x")

    assert [client.status for client in after.clienten] == [OpvangStatus.GEPLAATST, OpvangStatus.GEWEIGERD]
    assert len(facts) == 1
    with pytest.raises(StapError, match="geplaatst"):
        stappen.refuse(half, all_of(NOW, 0, 1), OpvangWeigerReden.ANDERS, "x")


def test_when_it_can_be_done_with_nobody_it_says_what_can_be() -> None:
    with pytest.raises(StapError, match="Plaatsen, op de wachtlijst zetten"):
        stappen.flow_out(an_aanvraag(a_client(0)), all_of(), UitstroomNaar.ONBEKEND, None)


def test_who_leaves_at_a_clock_that_is_behind_never_left_before_he_came() -> None:
    one = a_voorziening()
    placed, _ = place(an_aanvraag(a_client(0)), put(one, 0), {one.id: one})

    left, (fact,) = stappen.flow_out(placed, all_of(NOW - timedelta(minutes=3)), UitstroomNaar.ONBEKEND, None)
    with pytest.raises(OngeldigError):
        stappen.flow_out(placed, all_of(NOW - timedelta(minutes=6)), UitstroomNaar.ONBEKEND, None)

    assert left.clienten[0].verblijven[0].tot == NOW
    assert isinstance(fact, OpvangBeeindigd)


def test_after_serious_signs_something_follows() -> None:
    one = a_voorziening()
    placed, _ = place(an_aanvraag(a_client(0, Doelgroep.KIND)), put(one, 0), {one.id: one})
    screening = stappen.Screening(ScreeningUitkomst.ERNSTIGE_KLACHTEN, ScreeningVervolg.GEEN, None)

    with pytest.raises(OngeldigError):
        stappen.screen(placed, all_of(NOW, 0), screening)
    after, facts = stappen.screen(placed, all_of(NOW, 0), replace(screening, vervolg=ScreeningVervolg.NADER_ONDERZOEK))
    again, nothing = stappen.screen(
        after, all_of(NOW + timedelta(days=9), 0), replace(screening, vervolg=ScreeningVervolg.NADER_ONDERZOEK)
    )

    assert (len(facts), nothing, len(again.tekst.stappen)) == (1, (), 3)


def test_what_is_written_down_is_read_back_as_it_was() -> None:
    one = a_voorziening()
    aanvraag = an_aanvraag(
        a_client(0, Doelgroep.KIND), niet_in=NietIn(frozenset({"0502"}), frozenset({"veilig-thuis-x"}))
    )
    placed, _ = place(aanvraag, put(one, 0, splitsing=WHY), {one.id: one})
    screening = stappen.Screening(ScreeningUitkomst.LICHTE_KLACHTEN, ScreeningVervolg.GEEN, "x")
    screened, _ = stappen.screen(placed, all_of(NOW, 0), screening)
    gone, _ = place_elsewhere(screened, all_of(), Elders(regio="veilig-thuis-y", gemeente_code="0518"), {one.id: one})

    assert of_kept(as_kept(gone.tekst)) == gone.tekst
    assert len(gone.tekst.stappen) == 3


# --- whatever happens --------------------------------------------------------------------------------------------

STEPS = ("place", "move", "wait", "elsewhere", "refuse", "withdraw", "ready", "out")


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 3), st.integers(0, 2), st.booleans()), max_size=40),
    st.tuples(st.integers(0, 3), st.integers(0, 3)),
)
def test_places_taken_are_the_people_placed_and_never_more_than_there_are(
    history: list[tuple[str, int, int, bool]], plaatsen: tuple[int, int]
) -> None:
    shelters = [a_voorziening(plaatsen=number) for number in plaatsen]
    requests = [an_aanvraag(a_client(0), a_client(1), a_client(2, Doelgroep.KIND)) for _ in range(4)]
    told = {"in": 0, "out": 0}

    for moment, (name, which, nr, second) in enumerate(history):
        now = NOW + timedelta(hours=moment)
        places = {one.id: replace(one, bezet=_beds(requests, one.id)) for one in shelters}
        try:
            requests[which], facts = _take(name, requests[which], nr, shelters[second], places, now)
        except (StapError, OngeldigError):
            continue
        told["in"] += sum(isinstance(fact, OpvangGeplaatst) and not fact.doorstroom for fact in facts)
        told["out"] += sum(isinstance(fact, OpvangBeeindigd) and fact.geplaatst_op is not None for fact in facts)

        clients = [client for aanvraag in requests for client in aanvraag.clienten]
        staying = [client for client in clients if client.status in VERBLIJFT]
        taken = [(stay.voorziening_id, stay.plek) for client in clients if (stay := client.verblijf)]
        assert len(taken) == len(set(taken)) == len(staying) == told["in"] - told["out"]
        for one in shelters:
            assert sum(voorziening_id == one.id for voorziening_id, _ in taken) <= one.plaatsen
        assert all((client.verblijf is not None) == (client.status in VERBLIJFT) for client in clients)


def _beds(requests: list[Aanvraag], voorziening_id: UUID) -> frozenset[int]:
    stays = (client.verblijf for aanvraag in requests for client in aanvraag.clienten)
    return frozenset(stay.plek for stay in stays if stay and stay.voorziening_id == voorziening_id)


def _take(  # noqa: PLR0911, PLR0917, one step of a history
    name: str, before: Aanvraag, nr: int, where: Voorziening, places: Mapping[UUID, Voorziening], now: datetime
) -> Changed:
    wie = Wie((nr,) if nr else None, now, "moment")
    match name:
        case "place" | "move":
            return place(before, put(where, nr, moment=now, splitsing=WHY), places)
        case "wait":
            return stappen.wait(before, wie, None)
        case "elsewhere":
            elders = Elders(regio="veilig-thuis-haaglanden", gemeente_code=None, splitsing=WHY)
            return place_elsewhere(before, wie, elders, places)
        case "refuse":
            return stappen.refuse(before, wie, OpvangWeigerReden.ANDERS, "x")
        case "withdraw":
            return stappen.withdraw(before, wie, OpvangIntrekReden.ANDERS, None)
        case "ready":
            return stappen.report_ready(before, wie, None)
        case _:
            return stappen.flow_out(before, wie, UitstroomNaar.ANDERS, None)
