"""The request to the raad as a table and as decisions, read as sentences."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations, product
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.triage.domain import vto as rules
from services.triage.domain.errors import OutOfOrderError
from services.triage.domain.matter import Betrokkene
from services.triage.domain.verzoek import (
    RAAD,
    VtoDocument,
    VtoDocumentSoort,
    VtoOpgave,
    find_faults,
    find_missing,
)
from services.triage.domain.vto import (
    MAY_NOW,
    TRANSITIONS,
    Intrekking,
    Kennisgeving,
    KennisgevingWijze,
    Raadsbericht,
    VerzoekActie,
    Vto,
    VtoVerzoekStatus,
)
from shared.rules.behandelcodes import VtoGemeldAan, VtoResultaat, VtoStatus

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WHOLE = VtoOpgave(
    identificatie="Z-1",
    startdatum=date(2026, 3, 1),
    registratiedatum=date(2026, 3, 2),
    onderwerpen=(Betrokkene(UUID(int=2), 1),),
    belanghebbenden=(Betrokkene(UUID(int=2), 0),),
    documenten=(VtoDocument(VtoDocumentSoort.GEZINSGESCHIEDENIS, "titel", "bijlage 3"),),
    spoed=False,
    ouders_ingelicht=True,
    motivering="daarom",
)
COLLEGE = Kennisgeving(
    UUID(int=8), VtoGemeldAan.COLLEGE, NOW, KennisgevingWijze.BRIEF, "brief 12", "dat er een verzoek is", None
)
ONBEKEND = Kennisgeving(UUID(int=9), VtoGemeldAan.MELDER, NOW, None, None, None, "niemand weet wie het is")
BERICHTEN = {
    VerzoekActie.BERICHT_INTAKE: VtoStatus.INTAKE_AFGEROND,
    VerzoekActie.BERICHT_ONDERZOEK: VtoStatus.ONDERZOEK_AFGEROND,
    VerzoekActie.BERICHT_ZAAK: VtoStatus.ZAAK_AFGEROND,
}


def vto(status: VtoVerzoekStatus = VtoVerzoekStatus.CONCEPT) -> Vto:
    return Vto(
        id=UUID(int=1),
        dossier_id=UUID(int=4),
        melding_id=UUID(int=2),
        casus_id=UUID(int=3),
        gemeente_code="0599",
        begonnen_op=NOW,
        versie=1,
        status=status,
        opgave=WHOLE,
        gedaan_op=None if status is VtoVerzoekStatus.CONCEPT else NOW,
    )


def bericht(nr: int, status: VtoStatus, resultaat: VtoResultaat | None = None) -> Raadsbericht:
    return Raadsbericht(UUID(int=nr), status, resultaat, NOW + timedelta(minutes=nr))


def refused(status: VtoVerzoekStatus, reden: str) -> None:
    """A refusal says in which state it is, and what may be done now."""
    assert status.value in reden
    assert MAY_NOW[status] in reden


def after(before: Vto, actie: VerzoekActie) -> VtoVerzoekStatus | None:
    """Return the state to which a step really leads, or None when it is refused."""
    try:
        match actie:
            case VerzoekActie.AANVULLEN:
                return rules.amend(before, replace(WHOLE, spoed=True))[0].status
            case VerzoekActie.INDIENEN:
                return rules.submit(before, NOW + timedelta(hours=1), NOW)[0].status
            case VerzoekActie.KENNISGEVEN:
                return rules.notify(before, COLLEGE)[0].status
            case VerzoekActie.INTREKKEN:
                return rules.withdraw(before, Intrekking(NOW, "toch niet"))[0].status
            case _:
                return rules.receive(before, bericht(7, BERICHTEN[actie]))[0].status
    except OutOfOrderError as error:
        refused(before.status, error.reden_nl)
        return None


def test_every_state_and_action_does_what_the_table_says() -> None:
    assert set(TRANSITIONS) == set(product(VtoVerzoekStatus, VerzoekActie))
    assert set(MAY_NOW) == set(VtoVerzoekStatus)

    found = {(status, actie): after(vto(status), actie) for status, actie in TRANSITIONS}

    assert found == dict(TRANSITIONS)


@pytest.mark.parametrize("actie", [VerzoekActie.KENNISGEVEN, VerzoekActie.BERICHT_ZAAK])
def test_of_a_concept_that_was_withdrawn_nobody_hears(actie: VerzoekActie) -> None:
    never_sent, _ = rules.withdraw(vto(), Intrekking(NOW, "toch niet"))

    with pytest.raises(OutOfOrderError, match="nooit bij de raad"):
        rules.notify(never_sent, COLLEGE) if actie is VerzoekActie.KENNISGEVEN else rules.receive(
            never_sent, bericht(1, VtoStatus.ZAAK_AFGEROND)
        )


@pytest.mark.parametrize(
    ("opgave", "missing"),
    [
        (WHOLE, ()),
        (replace(WHOLE, onderwerpen=(), ongeboren=True), ()),
        (replace(WHOLE, onderwerpen=()), ("onderwerpen",)),
        (replace(WHOLE, ouders_ingelicht=False), ("redenNietIngelicht",)),
        (replace(WHOLE, ouders_ingelicht=False, reden_niet_ingelicht="gevaar"), ()),
        (replace(WHOLE, documenten=(), spoed=None), ("documenten", "spoed")),
        (
            VtoOpgave(),
            (
                "identificatie", "startdatum", "registratiedatum", "onderwerpen", "belanghebbenden", "documenten",
                "spoed", "oudersIngelicht", "motivering",
            ),
        ),
    ],
)  # fmt: skip
def test_what_is_missing_is_named_all_of_it(opgave: VtoOpgave, missing: tuple[str, ...]) -> None:
    assert find_missing(opgave) == missing


def test_what_cannot_be_true_of_a_request_is_named() -> None:
    odd = VtoOpgave(
        startdatum=date(2026, 3, 3),
        registratiedatum=date(1899, 1, 1),
        uitvoerder="een-ander",
        ouders_ingelicht=True,
        reden_niet_ingelicht="x",
    )

    assert [pointer for pointer, _ in find_faults(odd, NOW)] == [
        "/startdatum", "/registratiedatum", "/uitvoerder", "/redenNietIngelicht",
    ]  # fmt: skip
    assert list(find_faults(replace(WHOLE, uitvoerder=f"{RAAD}-rotterdam"), NOW)) == []


def test_sending_tells_once_and_again_is_the_same() -> None:
    sent, facts = rules.submit(vto(), None, NOW)

    assert [type(fact).__name__ for fact in facts] == ["VerzoekTotOnderzoekGedaan"]
    assert (sent.gedaan_op, sent.status) == (NOW, VtoVerzoekStatus.GEDAAN)
    assert rules.submit(sent, None, NOW + timedelta(days=1)) == (sent, ())
    assert rules.submit(sent, NOW, NOW + timedelta(days=1)) == (sent, ())


def test_the_same_words_and_the_same_withdrawal_change_nothing() -> None:
    sent = vto(VtoVerzoekStatus.GEDAAN)
    gone, _ = rules.withdraw(sent, Intrekking(NOW, "toch niet"))

    assert rules.amend(sent, WHOLE) == (sent, ())
    assert rules.withdraw(gone, Intrekking(NOW, "toch niet")) == (gone, ())


def test_of_each_kind_the_first_kennisgeving_is_told_and_every_one_is_kept() -> None:
    sent = vto(VtoVerzoekStatus.GEDAAN)

    one, _, first = rules.notify(sent, COLLEGE)
    two, _, second = rules.notify(one, replace(COLLEGE, id=UUID(int=10), bewijs="nog een brief"))
    same, noted, third = rules.notify(two, replace(COLLEGE, id=UUID(int=11)))
    told, _, fourth = rules.notify(same, ONBEKEND)

    assert [len(facts) for facts in (first, second, third, fourth)] == [1, 0, 0, 1]
    assert (same, noted.id) == (two, COLLEGE.id)
    assert len(told.kennisgevingen) == 3
    assert [rules.find_untold(each) for each in (vto(), sent, one, told)] == [
        (), (VtoGemeldAan.COLLEGE, VtoGemeldAan.MELDER), (VtoGemeldAan.MELDER,), (),
    ]  # fmt: skip


def test_a_kennisgeving_has_its_proof_or_says_why_the_melder_cannot_be_told() -> None:
    bare = replace(COLLEGE, wijze=None, bewijs=None, inhoud=None)

    assert list(rules.find_kennisgeving_faults(COLLEGE)) == []
    assert list(rules.find_kennisgeving_faults(ONBEKEND)) == []
    assert [pointer for pointer, _ in rules.find_kennisgeving_faults(bare)] == ["/wijze", "/bewijs", "/inhoud"]
    for wrong in (replace(ONBEKEND, aan=VtoGemeldAan.COLLEGE), replace(ONBEKEND, bewijs="toch")):
        assert [pointer for pointer, _ in rules.find_kennisgeving_faults(wrong)] == ["/nietMogelijk"]


def test_a_result_comes_with_an_investigation_or_as_a_refusal_of_the_intake() -> None:
    fitting = {
        (status, resultaat)
        for status in VtoStatus
        for resultaat in (None, *VtoResultaat)
        if rules.fits(bericht(1, status, resultaat))
    }

    assert {(status, None) for status in VtoStatus} <= fitting
    assert {resultaat for status, resultaat in fitting if status is VtoStatus.INTAKE_AFGEROND} == {
        None, VtoResultaat.AFGEWEZEN,
    }  # fmt: skip
    assert len(fitting) == 2 + 5 + 5


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_in_whatever_order_messages_come_the_furthest_counts(order: tuple[int, ...]) -> None:
    berichten = (
        bericht(1, VtoStatus.INTAKE_AFGEROND),
        bericht(2, VtoStatus.ONDERZOEK_AFGEROND),
        bericht(3, VtoStatus.ZAAK_AFGEROND, VtoResultaat.MAATREGEL_OPGELEGD),
    )
    found, told = vto(VtoVerzoekStatus.GEDAAN), []

    for nr in order:
        found, facts = rules.receive(found, berichten[nr])
        told += [(fact.status, fact.resultaat) for fact in facts]

    assert found.status is VtoVerzoekStatus.ZAAK_AFGEROND
    assert rules.standing(found) == (VtoStatus.ZAAK_AFGEROND, VtoResultaat.MAATREGEL_OPGELEGD)
    assert told[-1] == rules.standing(found)
    assert len(told) == len(set(told))
    assert len(found.berichten) == 3


@given(
    st.lists(
        st.tuples(st.integers(1, 4), st.sampled_from(VtoStatus), st.sampled_from((None, *VtoResultaat)), st.booleans()),
        max_size=8,
    )
)
def test_the_standing_never_goes_back_and_no_status_has_two_results(
    steps: list[tuple[int, VtoStatus, VtoResultaat | None, bool]],
) -> None:
    found = vto(VtoVerzoekStatus.GEDAAN)
    order = list(VtoStatus)
    furthest = -1

    for nr, status, resultaat, twice in steps:
        for _ in range(1 + twice):
            try:
                found, facts = rules.receive(found, bericht(nr, status, resultaat))
            except OutOfOrderError:
                continue
            assert bool(facts) <= (found.berichten != ())
        now = rules.standing(found)[0]
        assert now is None or order.index(now) >= furthest
        furthest = order.index(now) if now else furthest

    for status in VtoStatus:
        assert len({one.resultaat for one in found.berichten if one.status is status and one.resultaat}) <= 1
    assert len({one.id for one in found.berichten}) == len(found.berichten)


def test_a_message_that_contradicts_an_earlier_one_is_refused() -> None:
    first = bericht(1, VtoStatus.ZAAK_AFGEROND, VtoResultaat.GEEN_MAATREGEL)
    found, _ = rules.receive(vto(VtoVerzoekStatus.GEDAAN), first)

    assert rules.receive(found, first) == (found, ())
    with pytest.raises(OutOfOrderError, match="andere inhoud"):
        rules.receive(found, replace(first, resultaat=None))
    with pytest.raises(OutOfOrderError, match="ander resultaat"):
        rules.receive(found, bericht(2, VtoStatus.ZAAK_AFGEROND, VtoResultaat.MAATREGEL_OPGELEGD))
    same, facts = rules.receive(found, bericht(3, VtoStatus.ZAAK_AFGEROND, VtoResultaat.GEEN_MAATREGEL))
    assert (len(same.berichten), facts) == (2, ())
