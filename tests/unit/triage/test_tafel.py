"""A table as who sits there sees it: only while he sits there, only his parts, and every text cut."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from services.triage.domain.actie import Actie, ActieStatus, Eigenaar
from services.triage.domain.opschaling import Deelnemer, Opschaling, OpschalingStatus, Procesregie, TekstDeel
from services.triage.domain.overleg import Overleg, OverlegStatus, Verslag
from services.triage.domain.tafel import Tafel, seats_of, tafel_of, with_texts, written_in
from services.triage.handlers.tafel import ties
from shared.rules.access import Betrekking
from shared.rules.behandelcodes import OpschalingSoort
from shared.rules.codes import Rol
from shared.rules.opschaling import DeelnemerSoort, Onderdeel
from shared.web.auth import Caller

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
POLITIE, HULP = "politie", "hulp"


def seat(nr: int, organisatie: str, soort: DeelnemerSoort, *, zien: frozenset[Onderdeel] | None = None) -> Deelnemer:
    return Deelnemer(UUID(int=nr), soort, organisatie, "functie", "naam", zien)


def parts(prefix: str) -> tuple[TekstDeel, ...]:
    return tuple(TekstDeel(one, f"{prefix} {one}") for one in Onderdeel)


TABLE = Opschaling(
    id=UUID(int=1),
    melding_id=UUID(int=2),
    casus_id=UUID(int=3),
    gemeente_code="0599",
    soort=OpschalingSoort.MDO,
    status=OpschalingStatus.LOPEND,
    versie=1,
    gestart_op=NOW,
    aanleiding="aanleiding",
    inhoud=parts("inhoud"),
    deelnemers=(
        seat(11, POLITIE, DeelnemerSoort.POLITIE),
        seat(12, HULP, DeelnemerSoort.ANDERS, zien=frozenset({Onderdeel.PLAN})),
    ),
    procesregie=(Procesregie(UUID(int=21), "vtrr", DeelnemerSoort.VEILIG_THUIS, NOW),),
)
HELD = Overleg(
    id=UUID(int=31),
    opschaling_id=TABLE.id,
    status=OverlegStatus.GEHOUDEN,
    versie=1,
    gepland_op=NOW,
    agenda=parts("agenda"),
    verslag=Verslag(NOW, (), (), parts("verslag")),
)


def actie(nr: int, organisatie: str) -> Actie:
    return Actie(
        id=UUID(int=nr),
        opschaling_id=TABLE.id,
        bij_id=TABLE.id,
        melding_id=TABLE.melding_id,
        casus_id=TABLE.casus_id,
        gemeente_code="0599",
        overleg_id=None,
        status=ActieStatus.OPEN,
        versie=1,
        besluit=f"besluit van {organisatie}",
        eigenaar=Eigenaar(organisatie, "naam"),
        afgesproken_op=NOW,
        uiterlijk_dag=date(2026, 4, 1),
    )


def seen(organisatie: str, table: Opschaling = TABLE) -> Tafel:
    return tafel_of(table, organisatie, overleggen=[HELD], acties=[actie(41, POLITIE), actie(42, HULP)])


def left(table: Opschaling, organisatie: str) -> Opschaling:
    gone = tuple(
        replace(one, vertrokken_op=NOW) if one.organisatie_id == organisatie else one for one in table.deelnemers
    )
    return replace(table, deelnemers=gone)


def test_who_has_left_and_who_never_sat_there_has_no_seat() -> None:
    assert [one.organisatie_id for one in seats_of(TABLE, POLITIE)] == [POLITIE]
    assert seats_of(left(TABLE, POLITIE), POLITIE) == seats_of(TABLE, "een-ander") == ()


@pytest.mark.parametrize(
    ("organisatie", "visible"),
    [
        (POLITIE, frozenset(Onderdeel) - {Onderdeel.GEZONDHEID}),
        (HULP, frozenset({Onderdeel.PLAN})),
        ("een-ander", frozenset[Onderdeel]()),
    ],
)
def test_every_text_is_of_a_part_that_may_be_seen(organisatie: str, visible: frozenset[Onderdeel]) -> None:
    tafel = seen(organisatie)
    (meeting,) = tafel.overleggen

    assert tafel.onderdelen == visible
    for delen in ([one.deel for one in tafel.teksten], meeting.agenda, meeting.verslag):
        assert {one.onderdeel for one in delen} == visible
    assert ("aanleiding" in written_in(tafel)) == (Onderdeel.GEBEURTENIS in visible)


def test_decisions_are_for_who_may_see_them_and_the_own_actie_for_who_must_do_it() -> None:
    assert [(one.besluit, one.eigen) for one in seen(POLITIE).acties] == [
        ("besluit van politie", True),
        ("besluit van hulp", False),
    ]
    assert [(one.besluit, one.eigen) for one in seen(HULP).acties] == [("besluit van hulp", True)]


def test_what_ended_shows_the_own_actie_and_no_word_more() -> None:
    tafel = seen(POLITIE, replace(TABLE, status=OpschalingStatus.AFGESCHAALD))

    assert written_in(tafel) == ("besluit van politie",)
    assert (tafel.onderdelen, tafel.overleggen) == (frozenset(), ())


def test_each_text_comes_back_cut_in_its_own_place_and_a_missing_one_gives_nothing() -> None:
    tafel = seen(POLITIE)
    cut = [f"<{tekst}>" for tekst in written_in(tafel)]

    shown = with_texts(tafel, cut)

    assert written_in(shown) == tuple(cut)
    assert shown.overleggen[0].verslag[0].tekst == f"<{tafel.overleggen[0].verslag[0].tekst}>"
    assert [one.besluit for one in shown.acties] == ["<besluit van politie>", "<besluit van hulp>"]
    for wrong in (cut[1:], [*cut, "meer"]):
        with pytest.raises(ValueError, match="not every text"):
            with_texts(tafel, wrong)


def test_a_tie_to_a_table_is_a_seat_and_a_tie_to_an_actie_is_having_to_do_it() -> None:
    politie = Caller("iemand", "iemand", Rol.KETENPARTNER, POLITIE, frozenset())

    assert ties(politie, TABLE) == {Betrekking.DEELNEMER}
    assert ties(politie, TABLE, actie(41, POLITIE)) == {Betrekking.DEELNEMER, Betrekking.ACTIEHOUDER}
    assert ties(politie, TABLE, actie(42, HULP)) == {Betrekking.DEELNEMER}
    assert ties(politie, left(TABLE, POLITIE), actie(41, POLITIE)) == frozenset()
