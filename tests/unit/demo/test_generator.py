"""The region in a box before anything is sent: what is played repeats, adds up, and is nobody."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from math import sqrt
from typing import TypeVar

import pytest

from deploy.demo import bodies, deeds
from deploy.demo.advice import ADVIEZEN_PER_JAAR, adviezen_of_year
from deploy.demo.arrivals import BEKEND, Aankomst, meldingen_of_year
from deploy.demo.batches import SPAN, STEPS_MAX, next_batch
from deploy.demo.care import TOEGEWEZEN_OP_TIJD, TOEGEWEZEN_TE_LAAT, ZONDER_AFSPRAAK
from deploy.demo.course import DIENST_OF, ONDERZOEK, ZELF_OPGEPAKT, Verloop, course_of
from deploy.demo.deeds import Aanbod, Step
from deploy.demo.fiction import BSN_PER_GEZIN, make_gezin
from deploy.demo.plan import Wishes, plan
from deploy.demo.sources import (
    HUISVERBODEN_PER_JAAR,
    MELDINGEN_PER_JAAR,
    bestemmingen,
    gemeenten,
    melders,
    meldingen_per_gemeente,
)
from services.intake.domain.meldcode import is_volledig
from services.intake.schemas.advies import AdviesIn
from services.intake.schemas.meldcode import Meldcode
from shared.rules.bsn import is_test_bsn
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import (
    BestemmingSoort,
    InterventieSoort,
    MelderCategorie,
    MelderSoort,
    TermijnSoort,
    Uitkomst,
)
from shared.rules.deadlines import compute_termijn
from shared.rules.gemeenten import grjr_on
from shared.rules.routing import Bestemming, route_besluit, route_conclusie
from shared.rules.settings import DEFAULT_SETTINGS

ZAAD, JAAR = 1, 2026
MONTH = Wishes(zaad=ZAAD, vanaf=date(2026, 10, 1), maanden=1)


@pytest.fixture(scope="module")
def year() -> list[tuple[Aankomst, Verloop]]:
    return [(one, course_of(ZAAD, JAAR, one)) for one in meldingen_of_year(ZAAD, JAAR)]


@pytest.fixture(scope="module")
def month() -> list[Step]:
    return plan(MONTH)


Kind = TypeVar("Kind")


def within_sampling_error(played: Mapping[Kind, int], published: Mapping[Kind, float]) -> bool:
    """Four standard errors for each share: with this many shares three would be passed by chance now and then."""
    total, whole = sum(played.values()), sum(published.values())
    return all(
        abs(played[key] / total - value / whole) <= 4 * sqrt(value / whole * (1 - value / whole) / total)
        for key, value in published.items()
    )


def test_a_year_brings_exactly_the_published_number_of_meldingen() -> None:
    year = meldingen_of_year(ZAAD, JAAR)

    assert len(year) == MELDINGEN_PER_JAAR == 12_421
    assert all(amsterdam_day(one.tijdstip).year == JAAR for one in year)


def test_each_municipality_gets_its_rate_times_its_population() -> None:
    counts = Counter(one.gemeente_code for one in meldingen_of_year(ZAAD, JAAR))

    assert counts == meldingen_per_gemeente()
    assert set(counts) == set(grjr_on(date(JAAR, 1, 1)))
    scale = MELDINGEN_PER_JAAR / sum(one.per_1000 * one.inwoners for one in gemeenten())
    for one in gemeenten():
        assert counts[one.code] == pytest.approx(one.per_1000 * one.inwoners * scale, abs=1)


def test_the_melders_are_within_sampling_error_of_the_published_shares() -> None:
    played = Counter(one.categorie for one in meldingen_of_year(ZAAD, JAAR))

    assert within_sampling_error(played, {one.categorie: one.procent for one in melders()})


def test_the_destinations_are_within_sampling_error_of_the_published_shares(
    year: list[tuple[Aankomst, Verloop]],
) -> None:
    played = Counter(
        (verloop.uitkomst, verloop.overdrachten[0].ontvanger.soort) for _, verloop in year if verloop.overdrachten
    )

    assert within_sampling_error(played, {(one.uitkomst, one.soort): one.procent for one in bestemmingen()})


def test_one_melding_in_ten_is_acute_and_one_in_eight_is_kept(year: list[tuple[Aankomst, Verloop]]) -> None:
    acute = sum(verloop.acuut for _, verloop in year) / len(year)
    kept = [v.uitkomst for _, v in year if v.uitkomst in (Uitkomst.ONDERZOEK, Uitkomst.VOORWAARDEN_EN_VERVOLG)]

    assert acute == pytest.approx(0.10, abs=0.012)
    assert len(kept) / len(year) == pytest.approx(ZELF_OPGEPAKT, abs=0.012)
    assert kept.count(Uitkomst.ONDERZOEK) / len(kept) == pytest.approx(ONDERZOEK, abs=0.05)


def test_all_kinds_of_uitkomst_and_intervention_occur_in_a_year(year: list[tuple[Aankomst, Verloop]]) -> None:
    assert {verloop.uitkomst for _, verloop in year} == set(Uitkomst)
    assert {one for _, verloop in year for one in verloop.interventies} == set(InterventieSoort)


def test_more_than_half_of_the_meldingen_are_about_a_family_that_was_known() -> None:
    seen: set[int] = set()
    again = fresh = 0
    for one in meldingen_of_year(ZAAD, JAAR):
        again += one.gezin in seen
        fresh += one.gezin not in seen and one.gezin > 4_000
        seen.add(one.gezin)

    # Known before the year, or again within it: everything but the families that nobody knew.
    assert 1 - fresh / MELDINGEN_PER_JAAR == pytest.approx(BEKEND, abs=0.03)
    # What a system that starts empty can see of that.
    assert again / MELDINGEN_PER_JAAR == pytest.approx(0.40, abs=0.05)


def test_every_besluit_and_conclusie_can_be_routed(year: list[tuple[Aankomst, Verloop]]) -> None:
    for _, verloop in year:
        named = [Bestemming(one.ontvanger.soort, one.ontvanger.organisatie_id) for one in verloop.overdrachten]
        routed = route_besluit(verloop.uitkomst, named, "0599")
        dienst = verloop.dienst

        assert len(routed.bestemmingen) == len(named)
        assert (routed.dienst is None) == (dienst is None)
        if dienst:
            after = [Bestemming(dienst.overdracht.ontvanger.soort, "x")] if dienst.overdracht else []
            assert len(route_conclusie(dienst.soort, dienst.conclusie, after, "0599").bestemmingen) == len(after)


def test_a_second_receiver_never_takes_sight_of_safety_from_the_first(year: list[tuple[Aankomst, Verloop]]) -> None:
    two = [verloop for _, verloop in year if len(verloop.overdrachten) > 1]

    assert two
    assert {verloop.overdrachten[0].ontvanger.soort for verloop in two} == {BestemmingSoort.LOKAAL_VELD}


def test_the_same_number_gives_the_same_stream_and_another_number_another(month: list[Step]) -> None:
    meldingen_of_year.cache_clear()
    adviezen_of_year.cache_clear()

    assert plan(MONTH) == month
    assert [repr(one) for one in plan(MONTH)] == [repr(one) for one in month]
    assert plan(Wishes(zaad=2, vanaf=MONTH.vanaf, maanden=1)) != month


def test_a_month_is_a_twelfth_of_a_year_and_comes_in_order(month: list[Step]) -> None:
    reported = [step for step in month if isinstance(step.daad, deeds.Melden)]
    asked = [step for step in month if isinstance(step.daad, deeds.Adviseren)]

    assert len(reported) == pytest.approx(MELDINGEN_PER_JAAR / 12, rel=0.1)
    assert len(asked) == pytest.approx(ADVIEZEN_PER_JAAR / 12, rel=0.1)
    assert month == sorted(month)
    assert all(MONTH.begin <= step.tijdstip < MONTH.einde for step in month)


def test_the_steps_of_one_melding_come_in_an_order_that_can_be(month: list[Step]) -> None:
    before: dict[type, tuple[type, ...]] = {
        deeds.Acuutchecken: (deeds.Melden,),
        deeds.Besluiten: (deeds.Melden, deeds.Acuutchecken),
        deeds.Oppakken: (deeds.Acuutchecken,),
        deeds.Toewijzen: (deeds.Acuutchecken,),
        deeds.Veiligheidscheck: (deeds.Acuutchecken,),
        deeds.Beantwoorden: (deeds.Navragen,),
        deeds.HuisverbodAdviseren: (deeds.Screenen,),
        deeds.HuisverbodVerlengen: (deeds.HuisverbodAdviseren,),
        deeds.HuisverbodEindigen: (deeds.HuisverbodAdviseren,),
        deeds.Spreken: (deeds.Besluiten,),
        deeds.Voorwaarde: (deeds.Besluiten,),
        deeds.Concluderen: (deeds.Besluiten,),
        deeds.EersteContact: (deeds.Accepteren,),
        deeds.Intrekken: (deeds.Besluiten,),
        deeds.PlanMaken: (deeds.Accepteren,),
        deeds.PlanactieAfronden: (deeds.PlanMaken,),
        deeds.PlanfaseWijzigen: (deeds.PlanMaken, deeds.PlanEvalueren),
        deeds.PlanEindigen: (deeds.PlanMaken,),
        deeds.HulpStap: (deeds.Accepteren,),
        deeds.NavraagStellen: (deeds.Besluiten,),
        deeds.NavraagBeantwoorden: (deeds.NavraagStellen,),
        deeds.AntwoordLezen: (deeds.NavraagBeantwoorden,),
        deeds.GesprekPlannen: (deeds.Accepteren,),
        deeds.GesprekAfzeggen: (deeds.GesprekPlannen,),
        deeds.GesprekVastleggen: (deeds.GesprekPlannen,),
        deeds.TeruggaveVragen: (deeds.Accepteren,),
        deeds.TeruggaveBeslissen: (deeds.TeruggaveVragen,),
        deeds.ZichtVragen: (deeds.Accepteren,),
        deeds.ZichtAanvaarden: (deeds.ZichtVragen,),
    }
    seen: dict[str, set[type]] = {}
    for step in month:
        done = seen.setdefault(step.kenmerk, set())
        kind = type(step.daad)
        assert done.issuperset(before.get(kind, ()))
        if kind is deeds.OpnieuwAanbieden:
            assert done & {deeds.Weigeren, deeds.Intrekken, deeds.TeruggaveBeslissen}
        if kind in (deeds.Spreken, deeds.Voorwaarde):
            assert deeds.Concluderen not in done
        done.add(kind)


def test_who_gave_back_does_nothing_any_more_and_another_takes_over(month: list[Step]) -> None:
    gone: dict[str, Aanbod] = {}
    again = 0
    for step in month:
        daad = step.daad
        if isinstance(daad, deeds.TeruggaveBeslissen) and daad.terug:
            gone[step.kenmerk] = daad.aanbod
        elif isinstance(daad, deeds.OpnieuwAanbieden) and daad.vorige == gone.get(step.kenmerk):
            again += 1
            assert daad.aan.ontvanger != daad.vorige.ontvanger
        else:
            assert getattr(daad, "aanbod", None) != gone.get(step.kenmerk, daad)
    assert 0 < again <= len(gone)


def test_of_what_the_parties_ask_of_each_other_some_waits_at_the_end_of_a_month(month: list[Step]) -> None:
    done = Counter(type(step.daad) for step in month)
    agreed = [step.daad.moment for step in month if isinstance(step.daad, deeds.GesprekPlannen)]

    for asked, answered in (
        (deeds.NavraagStellen, deeds.NavraagBeantwoorden),
        (deeds.NavraagBeantwoorden, deeds.AntwoordLezen),
        (deeds.TeruggaveVragen, deeds.TeruggaveBeslissen),
        (deeds.ZichtVragen, deeds.ZichtAanvaarden),
        (deeds.GesprekPlannen, deeds.GesprekVastleggen),
    ):
        assert 0 < done[answered] < done[asked]
    assert done[deeds.Intrekken] > 0
    assert done[deeds.GesprekAfzeggen] > 0
    assert max(agreed) > MONTH.einde


def test_between_sixty_and_eighty_five_per_cent_of_the_besluiten_are_in_time(month: list[Step]) -> None:
    reported = {step.kenmerk: step.tijdstip for step in month if isinstance(step.daad, deeds.Melden)}
    decided = {step.kenmerk: step.tijdstip for step in month if isinstance(step.daad, deeds.Besluiten)}
    due = {
        kenmerk: compute_termijn(TermijnSoort.VEILIGHEIDSBEOORDELING, start).uiterlijk
        for kenmerk, start in reported.items()
    }
    fell_due = [kenmerk for kenmerk, uiterlijk in due.items() if uiterlijk <= MONTH.einde]
    in_time = [kenmerk for kenmerk in fell_due if kenmerk in decided and decided[kenmerk] < due[kenmerk]]

    assert 0.60 <= len(in_time) / len(fell_due) <= 0.85


def test_fewer_besluiten_a_day_make_more_of_them_late() -> None:
    slow = Wishes(zaad=ZAAD, vanaf=MONTH.vanaf, maanden=1, besluiten_per_werkdag=30)

    taken = Counter(amsterdam_day(step.tijdstip) for step in plan(slow) if isinstance(step.daad, deeds.Besluiten))

    assert max(taken.values()) <= 30
    assert sum(taken.values()) < sum(isinstance(step.daad, deeds.Besluiten) for step in plan(MONTH))


def test_work_is_mostly_taken_up_at_the_acute_question_and_a_share_of_it_too_late(month: list[Step]) -> None:
    reported = {step.kenmerk: step.tijdstip for step in month if isinstance(step.daad, deeds.Melden)}
    owned = {s.kenmerk: s.tijdstip for s in month if isinstance(s.daad, deeds.Oppakken | deeds.Toewijzen)}
    late = [
        kenmerk
        for kenmerk, op in owned.items()
        if op >= compute_termijn(TermijnSoort.TOEWIJZING, reported[kenmerk]).uiterlijk
    ]
    taken_up = sum(isinstance(step.daad, deeds.Oppakken) for step in month)

    assert len(owned) == sum(isinstance(step.daad, deeds.Oppakken | deeds.Toewijzen) for step in month)
    assert taken_up / len(reported) == pytest.approx(1 - TOEGEWEZEN_OP_TIJD - TOEGEWEZEN_TE_LAAT, abs=0.04)
    assert 0.01 < len(late) / len(owned) < 0.08


def test_somebody_looks_at_most_families_that_wait_before_the_day_on_which_he_must(month: list[Step]) -> None:
    in_time = late = 0
    due: dict[str, date] = {}
    for step in month:
        day = amsterdam_day(step.tijdstip)
        match step.daad:
            case deeds.Acuutchecken():
                due[step.kenmerk] = day + ZONDER_AFSPRAAK
            case deeds.Veiligheidscheck(volgende_dag=agreed) | deeds.CheckAfspreken(agreed):
                assert (
                    timedelta(0) < agreed - day <= timedelta(days=DEFAULT_SETTINGS.veiligheidscheck_vooruit_dagen_max)
                )
                in_time += day <= due[step.kenmerk]
                late += day > due[step.kenmerk]
                due[step.kenmerk] = agreed
            case _:
                pass

    assert in_time > 100
    assert 0.02 < late / (in_time + late) < 0.15


def test_nobody_looks_at_or_owns_work_that_is_done(month: list[Step]) -> None:
    work = deeds.Oppakken | deeds.Toewijzen | deeds.CheckAfspreken | deeds.Veiligheidscheck
    ended: set[str] = set()
    for step in month:
        assert not (isinstance(step.daad, work) and step.kenmerk in ended)
        stays = isinstance(step.daad, deeds.Besluiten) and step.daad.uitkomst in DIENST_OF
        if isinstance(step.daad, deeds.Besluiten | deeds.Concluderen) and not stays:
            ended.add(step.kenmerk)


def test_a_year_has_about_as_many_huisverboden_as_another_region(year: list[tuple[Aankomst, Verloop]]) -> None:
    imposed = sum(InterventieSoort.HUISVERBOD in verloop.interventies for _, verloop in year)

    assert imposed == pytest.approx(HUISVERBODEN_PER_JAAR, abs=4 * sqrt(HUISVERBODEN_PER_JAAR))


def test_most_advice_on_a_huisverbod_comes_by_the_eighth_day_and_before_the_ban_ends() -> None:
    steps = plan(Wishes(zaad=ZAAD, vanaf=date(2026, 1, 1), maanden=6))
    imposed = {s.kenmerk: s.tijdstip for s in steps if isinstance(s.daad, deeds.Screenen) and s.daad.opleggen}
    advised = {s.kenmerk: s.tijdstip for s in steps if isinstance(s.daad, deeds.HuisverbodAdviseren)}
    days = [(amsterdam_day(op) - amsterdam_day(imposed[kenmerk])).days for kenmerk, op in advised.items()]

    assert len(days) > 10
    assert set(days) <= {7, 8, 9}
    assert sum(day <= 8 for day in days) > len(days) / 2


def test_every_bsn_is_a_valid_test_number_of_one_person_only() -> None:
    people = [
        mens
        for nummer in range(12_000)
        for mens in (*make_gezin(ZAAD, nummer).volwassenen, *make_gezin(ZAAD, nummer).kinderen)
    ]
    numbers = [mens.bsn for mens in people if mens.bsn]

    assert len(numbers) > 20_000
    assert all(is_test_bsn(bsn) for bsn in numbers)
    assert len(set(numbers)) == len(numbers)


def test_a_family_past_the_range_of_test_numbers_has_no_bsn() -> None:
    gezin = make_gezin(ZAAD, 100_000 // BSN_PER_GEZIN)

    assert all(mens.bsn is None for mens in (*gezin.volwassenen, *gezin.kinderen))


def test_no_two_families_share_an_address_and_nobody_can_live_there() -> None:
    families = [make_gezin(ZAAD, nummer) for nummer in range(12_000)]

    assert len({(gezin.postcode, gezin.huisnummer) for gezin in families}) == len(families)
    assert all(gezin.postcode.endswith("SS") for gezin in families)
    assert all(gezin.telefoonnummer.startswith("060") for gezin in families)


def test_what_is_sent_has_no_address_of_a_real_mailbox_or_telephone(month: list[Step]) -> None:
    for step in month:
        if isinstance(step.daad, deeds.Melden):
            sent = bodies.melding(ZAAD, step, step.daad)
            contact = sent["melder"].get("contact", {})

            assert contact.get("email", "x@y.example").endswith(".example")
            assert contact.get("telefoonnummer", "060").startswith("060")
            assert sent["incident"]["tijdstip"] <= bodies.wire(step.tijdstip) if "incident" in sent else True
            assert all(persoon["geboortedatum"] < "2024" for persoon in sent["personen"])


def test_an_advies_tells_nothing_about_any_family(month: list[Step]) -> None:
    sent = [bodies.advies(step.daad) for step in month if isinstance(step.daad, deeds.Adviseren)]

    assert {key for body in sent for key in body} <= set(AdviesIn.model_json_schema()["properties"])
    assert all(set(body["adviesvrager"]) <= {"categorie", "rol", "organisatie"} for body in sent)
    assert len([AdviesIn.model_validate(body) for body in sent]) > 100


def test_adviezen_come_of_every_kind_and_a_vervolgadvies_follows_on_an_earlier_day() -> None:
    year = adviezen_of_year(ZAAD, JAAR)
    by_number = {one.nummer: one for one in year}
    following = [one for one in year if one.eerder is not None]

    assert {one.soort for one in year} == {"advies", "vervolgadvies", "ondersteuning"}
    assert {"telefoon", "chat", "e-mail"} <= {one.kanaal for one in year}
    assert len(following) > 1_000
    assert all(one.soort == "vervolgadvies" for one in following)
    assert all(one.tijdstip - by_number[one.eerder or 0].tijdstip > timedelta(days=1) for one in following)


def test_professionals_but_the_police_send_a_meldcode_that_is_not_always_complete(month: list[Step]) -> None:
    sent = [bodies.melding(ZAAD, step, step.daad) for step in month if isinstance(step.daad, deeds.Melden)]

    by_sender = {one["melder"]["categorie"] for one in sent if "meldcode" in one}
    judged = [
        is_volledig(Meldcode.model_validate(one["meldcode"]).to_domain(), MelderSoort.PROFESSIONAL, MelderCategorie.GGZ)
        for one in sent
        if "meldcode" in one
    ]
    assert by_sender
    assert not by_sender & {"justitie-en-veiligheid", "anders"}
    assert {True, False} == set(judged)
    assert all(one["melder"]["soort"] == "professional" for one in sent if "meldcode" in one)


def test_a_batch_is_short_and_never_crosses_midnight(month: list[Step]) -> None:
    heap = list(month)
    previous = datetime.min.replace(tzinfo=UTC)
    played = 0
    while heap:
        batch = next_batch(heap)
        steps = [step for keten in batch.ketens for step in keten]
        played += len(steps)

        assert len(steps) <= STEPS_MAX
        assert batch.klok == max(step.tijdstip for step in steps)
        assert batch.klok - min(step.tijdstip for step in steps) <= SPAN
        assert len({amsterdam_day(step.tijdstip) for step in steps}) == 1
        assert batch.klok >= previous
        assert all(list(keten) == sorted(keten) for keten in batch.ketens)
        previous = batch.klok
    assert played == len(month)


def test_the_steps_of_one_family_are_in_one_chain(month: list[Step]) -> None:
    batch = next_batch(list(month))

    assert len({keten[0].keten for keten in batch.ketens}) == len(batch.ketens)


def test_a_play_ends_where_the_next_one_begins() -> None:
    december = Wishes(zaad=ZAAD, vanaf=date(2026, 12, 1), maanden=1)

    assert december.einde == Wishes(zaad=ZAAD, vanaf=date(2027, 1, 1), maanden=1).begin
    assert Wishes(ZAAD, date(2026, 10, 1), 1, dagen=3).einde - MONTH.begin == timedelta(days=3)
