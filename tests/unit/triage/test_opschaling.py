"""Tables, meetings and acties as tables and as decisions, read as sentences."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.triage.domain import actie as acties
from services.triage.domain import opschaling as rules
from services.triage.domain import overleg as overleggen
from services.triage.domain.actie import Actie, ActieActie, ActieOpgave, ActieStatus, Afronding, Eigenaar
from services.triage.domain.beeld import Beeld, beeld_of
from services.triage.domain.errors import OutOfOrderError
from services.triage.domain.fouten import InvoerError
from services.triage.domain.opschaling import (
    Afschaling,
    Deelnemer,
    Meegegeven,
    Opschaling,
    OpschalingActie,
    OpschalingStatus,
    Procesregie,
    TekstDeel,
    Vervolg,
    VervolgSoort,
)
from services.triage.domain.overleg import Overleg, OverlegActie, OverlegStatus, Verslag
from shared.events.behandeling import ActieAfgerond, ActieAfgesproken, OpschalingBeeindigd, OpschalingGestart
from shared.rules.behandelcodes import OpschalingSoort
from shared.rules.grondslagen import GRONDSLAGEN
from shared.rules.opschaling import DEELNEMERS, DeelnemerSoort, Onderdeel, visible
from shared.rules.settings import DEFAULT_SETTINGS

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TO_FIELD = Vervolg(VervolgSoort.LOKAAL_VELD, "lokaal-team-0599")
ENDED = Afschaling(TO_FIELD, "het kan lichter", ())


def deelnemer(nr: int, soort: DeelnemerSoort, mag_zien: frozenset[Onderdeel] | None = None) -> Deelnemer:
    return Deelnemer(UUID(int=nr), soort, soort.value, "functie", "naam", mag_zien)


LOKAAL = deelnemer(1, DeelnemerSoort.LOKAAL_VELD)
POLITIE = deelnemer(2, DeelnemerSoort.POLITIE)


def fresh(*deelnemers: Deelnemer) -> Opschaling:
    return Opschaling(
        id=UUID(int=10),
        melding_id=UUID(int=11),
        casus_id=UUID(int=12),
        gemeente_code="0599",
        soort=OpschalingSoort.ZSM,
        status=OpschalingStatus.GESTART,
        versie=1,
        gestart_op=NOW,
        aanleiding="aanleiding",
        inhoud=tuple(TekstDeel(one, f"inhoud {one}") for one in Onderdeel),
        deelnemers=deelnemers or (LOKAAL, POLITIE),
        procesregie=(Procesregie(UUID(int=13), "vtrr", DeelnemerSoort.VEILIG_THUIS, NOW),),
    )


def meeting(status: OverlegStatus = OverlegStatus.GEPLAND) -> Overleg:
    agenda = tuple(TekstDeel(one, f"agenda {one}") for one in Onderdeel)
    return Overleg(id=UUID(int=20), opschaling_id=UUID(int=10), status=status, versie=1, gepland_op=NOW, agenda=agenda)


def notes(*aanwezig: UUID, afwezig: tuple[UUID, ...] = (), op: datetime = NOW) -> Verslag:
    return Verslag(op, aanwezig, afwezig, tuple(TekstDeel(one, f"verslag {one}") for one in Onderdeel))


def agreed(status: ActieStatus = ActieStatus.OPEN, nr: int = 30) -> Actie:
    return Actie(
        id=UUID(int=nr),
        opschaling_id=UUID(int=10),
        bij_id=UUID(int=10),
        melding_id=UUID(int=11),
        casus_id=UUID(int=12),
        gemeente_code="0599",
        overleg_id=None,
        status=status,
        versie=1,
        besluit="bellen",
        eigenaar=Eigenaar("politie", "wie"),
        afgesproken_op=NOW,
        uiterlijk_dag=date(2026, 3, 9),
    )


def faults_of(error: pytest.ExceptionInfo[InvoerError]) -> list[str]:
    return [pointer for pointer, _ in error.value.fouten]


# --- the machines ------------------------------------------------------------------------------------------------


def test_every_machine_names_every_state_with_every_step() -> None:
    assert set(rules.TRANSITIONS) == set(product(OpschalingStatus, OpschalingActie))
    assert set(overleggen.TRANSITIONS) == set(product(OverlegStatus, OverlegActie))
    assert set(acties.TRANSITIONS) == set(product(ActieStatus, ActieActie))


@pytest.mark.parametrize(("status", "actie"), list(product(OpschalingStatus, OpschalingActie)))
def test_a_step_of_a_table_leads_where_the_table_says(status: OpschalingStatus, actie: OpschalingActie) -> None:
    before, wanted = replace(fresh(), status=status), rules.TRANSITIONS[status, actie]

    def take() -> Opschaling:
        match actie:
            case OpschalingActie.DEELNEMER:
                return rules.add_deelnemer(before, deelnemer(3, DeelnemerSoort.ANDERS))
            case OpschalingActie.VERTREK:
                return rules.leave(before, POLITIE.id, now=NOW)
            case OpschalingActie.PROCESREGIE:
                new = Procesregie(UUID(int=14), "zvhrr", DeelnemerSoort.ZORG_EN_VEILIGHEIDSHUIS, NOW)
                return rules.hand_procesregie(before, new)
            case OpschalingActie.AFSCHALEN:
                return rules.scale_down(before, ENDED, open_acties=(), now=NOW)[0]
            case _:
                return rules.note(before, actie)

    if wanted is None:
        with pytest.raises(OutOfOrderError, match="afgeschaald"):
            take()
        return
    assert (take().status, take().versie) == (wanted, before.versie + 1)


@pytest.mark.parametrize(("status", "actie"), list(product(OverlegStatus, OverlegActie)))
def test_a_step_of_a_meeting_leads_where_the_table_says(status: OverlegStatus, actie: OverlegActie) -> None:
    before, wanted = meeting(status), overleggen.TRANSITIONS[status, actie]

    def take() -> Overleg:
        return overleggen.hold(before, notes(), ()) if actie is OverlegActie.HOUDEN else overleggen.call_off(before)

    if wanted is None and (status, actie) != (OverlegStatus.AFGEZEGD, OverlegActie.AFZEGGEN):
        with pytest.raises(OutOfOrderError, match="overleg"):
            take()
        return
    assert take().status is (wanted or status)  # calling off again changes nothing


@pytest.mark.parametrize(("status", "actie"), list(product(ActieStatus, ActieActie)))
def test_a_step_of_an_actie_leads_where_the_table_says(status: ActieStatus, actie: ActieActie) -> None:
    before, wanted = agreed(status), acties.TRANSITIONS[status, actie]

    def take() -> Actie:
        if actie is ActieActie.OVERDRAGEN:
            return acties.pass_on(before, bij_id=UUID(int=99), eigenaar=None)
        return acties.finish(before, Afronding(actie is ActieActie.UITVOEREN, "want"), now=NOW)[0]

    if wanted is None:
        with pytest.raises(OutOfOrderError, match="actie"):
            take()
        return
    assert take().status is wanted


# --- who takes part ----------------------------------------------------------------------------------------------


def test_the_local_field_is_added_when_nobody_named_it_and_only_then() -> None:
    assert rules.with_local_field((POLITIE,), LOKAAL) == (POLITIE, LOKAAL)
    assert rules.with_local_field((LOKAAL,), replace(LOKAAL, id=UUID(int=9))) == (LOKAAL,)


def test_the_local_field_cannot_leave_unless_another_local_field_stays() -> None:
    second = replace(LOKAAL, id=UUID(int=5), organisatie_id="wijkteam")

    with pytest.raises(OutOfOrderError, match="lokale veld"):
        rules.leave(fresh(), LOKAAL.id, now=NOW)
    left = rules.leave(fresh(LOKAAL, second), LOKAAL.id, now=NOW)

    assert rules.leave(left, LOKAAL.id, now=NOW) is left
    with pytest.raises(OutOfOrderError):
        rules.leave(left, second.id, now=NOW)
    with pytest.raises(KeyError):
        rules.leave(left, UUID(int=77), now=NOW)


def test_nobody_is_shown_more_than_his_kind_may_see_or_stands_there_twice() -> None:
    nosy = deelnemer(3, DeelnemerSoort.ANDERS, frozenset({Onderdeel.STRAFRECHT}))
    blind = replace(deelnemer(4, LOKAAL.soort, frozenset({Onderdeel.GEBEURTENIS})), organisatie_id="wijkteam")

    with pytest.raises(InvoerError) as refused:
        rules.start(fresh(LOKAAL, nosy, blind, LOKAAL))
    with pytest.raises(InvoerError) as added:
        rules.add_deelnemer(fresh(), POLITIE)

    assert faults_of(refused) == ["/deelnemers/1/magZien", "/deelnemers/2/magZien", "/deelnemers/3"]
    assert faults_of(added) == ["/organisatieId"]


def test_who_directed_before_stays_to_be_read() -> None:
    new = Procesregie(UUID(int=14), "zvhrr", DeelnemerSoort.ZORG_EN_VEILIGHEIDSHUIS, NOW)

    after = rules.hand_procesregie(fresh(), new)

    assert [one.organisatie_id for one in after.procesregie] == ["vtrr", "zvhrr"]
    assert rules.hand_procesregie(after, replace(new, id=UUID(int=15))) is after


# --- scaling down ------------------------------------------------------------------------------------------------


def test_nothing_that_was_agreed_is_left_behind() -> None:
    first, second = UUID(int=31), UUID(int=32)
    along = replace(ENDED, overdragen=(Meegegeven(first),))

    with pytest.raises(OutOfOrderError, match=r"\(1\)") as refused:
        rules.scale_down(fresh(), along, open_acties=(first, second), now=NOW)
    with pytest.raises(InvoerError) as unknown:
        rules.scale_down(fresh(), along, open_acties=(), now=NOW)

    assert str(second) in str(refused.value)
    assert str(first) not in str(refused.value)
    assert faults_of(unknown) == ["/overTeDragenActies/0/actieId"]


def test_scaling_down_is_told_once() -> None:
    _, started = rules.start(fresh())
    after, facts = rules.scale_down(fresh(), ENDED, open_acties=(), now=NOW)

    assert [type(fact) for fact in (*started, *facts)] == [OpschalingGestart, OpschalingBeeindigd]
    assert rules.scale_down(after, ENDED, open_acties=(), now=NOW) == (after, ())


# --- meetings and acties -----------------------------------------------------------------------------------------


def test_all_faults_of_notes_are_told_at_once() -> None:
    here, unknown = UUID(int=1), UUID(int=9)
    wrong = notes(here, unknown, afwezig=(here,), op=NOW + timedelta(hours=1))

    found = list(overleggen.verslag_faults(wrong, deelnemers={here}, pointer="/gehouden", now=NOW))

    assert [pointer for pointer, _ in found] == [
        "/gehouden/gehoudenOp",
        "/gehouden/aanwezig/1",
        "/gehouden/afwezig/0",
    ]
    with pytest.raises(InvoerError):
        overleggen.hold(meeting(), wrong, found)


def test_an_actie_without_a_day_gets_that_of_the_region() -> None:
    opgave = ActieOpgave("bellen", Eigenaar("politie", None), None)

    assert acties.last_day(opgave, DEFAULT_SETTINGS, now=NOW) == date(2026, 3, 16)
    assert acties.last_day(replace(opgave, uiterlijk_dag=date(2026, 3, 3)), DEFAULT_SETTINGS, now=NOW) == date(
        2026, 3, 3
    )


@pytest.mark.parametrize(
    ("day", "wrong"),
    [(None, False), (date(2026, 3, 2), False), (date(2026, 3, 1), True), (date(9990, 1, 1), True)],
)
def test_an_actie_is_for_today_or_later(day: date | None, *, wrong: bool) -> None:
    opgave = ActieOpgave("bellen", Eigenaar("politie", None), day)

    assert bool(list(acties.opgave_faults(opgave, "", now=NOW))) is wrong


def test_an_actie_is_agreed_and_finished_once_and_giving_up_says_why() -> None:
    _, first = acties.agree(agreed())
    done, second = acties.finish(agreed(), Afronding(gedaan=True, toelichting=None), now=NOW)

    with pytest.raises(InvoerError) as refused:
        acties.finish(agreed(), Afronding(gedaan=False, toelichting=None), now=NOW)

    assert [type(fact) for fact in (*first, *second)] == [ActieAfgesproken, ActieAfgerond]
    assert acties.finish(done, Afronding(gedaan=True, toelichting=None), now=NOW) == (done, ())
    assert faults_of(refused) == ["/toelichting"]


def test_an_actie_that_is_handed_on_keeps_its_day() -> None:
    passed = acties.pass_on(agreed(), bij_id=UUID(int=99), eigenaar=Eigenaar("lokaal-team-0599", None))

    assert (passed.bij_id, passed.eigenaar.organisatie_id) == (UUID(int=99), "lokaal-team-0599")
    assert acties.term_of(passed, DEFAULT_SETTINGS) == acties.term_of(agreed(), DEFAULT_SETTINGS)


# --- what a participant sees -------------------------------------------------------------------------------------


def test_every_kind_has_a_row_with_a_source_and_keeps_what_cannot_be_kept_from_it() -> None:
    assert set(DEELNEMERS) == set(DeelnemerSoort)
    for regel in DEELNEMERS.values():
        assert regel.altijd <= regel.mag_zien
        assert regel.grondslag in GRONDSLAGEN
    assert [soort for soort, regel in DEELNEMERS.items() if regel.vast] == [DeelnemerSoort.LOKAAL_VELD]


def beeld(one: Deelnemer) -> Beeld:
    held = overleggen.hold(meeting(), notes(), ())
    return beeld_of(one, fresh(one), overleggen=(held, meeting()), acties=(agreed(),), personen=(0, 1))


@pytest.mark.parametrize("soort", DeelnemerSoort)
def test_a_participant_sees_the_texts_of_his_parts_and_no_other(soort: DeelnemerSoort) -> None:
    found = beeld(deelnemer(1, soort))

    may = DEELNEMERS[soort].mag_zien
    assert found.onderdelen == may
    assert {one.deel.onderdeel for one in found.teksten} == may
    assert (bool(found.personen), bool(found.acties)) == (Onderdeel.PERSONEN in may, Onderdeel.BESLUITEN in may)


def test_who_has_left_sees_nothing() -> None:
    assert beeld(replace(POLITIE, vertrokken_op=NOW)) == Beeld(frozenset(), (), (), ())


PARTS = st.frozensets(st.sampled_from(Onderdeel))


@given(st.sampled_from(DeelnemerSoort), PARTS, PARTS)
def test_less_right_never_shows_more(
    soort: DeelnemerSoort, some: frozenset[Onderdeel], more: frozenset[Onderdeel]
) -> None:
    fewer, wider = beeld(deelnemer(1, soort, some)), beeld(deelnemer(1, soort, some | more))
    all_of_it = beeld(deelnemer(1, soort))

    for small, large in ((fewer, wider), (wider, all_of_it)):
        assert small.onderdelen <= large.onderdelen
        assert set(small.teksten) <= set(large.teksten)
        assert set(small.personen) <= set(large.personen)
        assert set(small.acties) <= set(large.acties)
    assert visible(soort, some) <= DEELNEMERS[soort].mag_zien
